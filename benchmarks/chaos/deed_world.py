"""The shop in which every story is played: the demo shop, a member of staff of each role, a system with a key."""

from sqlalchemy import text

from app.api.keys import SCOPES, create_key
from app.api.webhooks_out.subscriptions import subscribe
from app.core.clock import utcnow
from app.core.db import transaction
from app.core.http import Rules
from app.jobs import engine
from app.sandbox import demo
from app.staff.auth import services
from app.staff.auth.roles import Role
from benchmarks.chaos.deed_acts import Act
from benchmarks.chaos.deed_story import Story

# «example.com» and these names are the demo shop's own; the password is everybody's, as at its first start.
PASSWORD = "aceite-de-oliva-77"  # noqa: S105
MINE, OTHER, TRAVELLING, ON_ITS_WAY = "A-10440", "A-10431", "A-10438", "A-10460"
LUCIA, EMMA = "lucia@example.com", "emma@example.com"
SUPPORT, ADMIN, WAREHOUSE = "support", "admin", "warehouse"


def furnish(act: Act) -> None:
    """Fill the empty database, in one go."""
    now = utcnow()
    key = engine.settings().secret_key.get_secret_value()
    with engine.database().sessions() as session, transaction(session):
        session.execute(BRAND)
        demo.seed(session, public_url=engine.settings().public_url, now=now)
        for role in Role:
            services.create(
                session, email=f"{role}@almazara.example", role=role, password=PASSWORD, handed_over=False, now=now
            )
        act.facts["api_key"] = create_key(session, name="shop", scopes=list(SCOPES), now=now)[1]
        rules = Rules(private_hosts=engine.settings().webhook_private_hosts)
        made, _secret = subscribe(session, url=f"{act.trial.outside}/hook", kinds=[], key=key, rules=rules, now=now)
        act.facts["subscription"] = made.public_id
    act.facts["secret"] = key


BRAND = text("insert into brand (key, name, is_default) values ('demo', 'Almazara', true) on conflict do nothing")


def staff_sign_in(act: Act) -> None:
    """One browser for each role."""
    for role in (SUPPORT, ADMIN, WAREHOUSE):
        data = {"email": f"{role}@almazara.example", "password": PASSWORD}
        assert act.press(role, "/staff/sign-in", **data) == "/staff"  # noqa: S101


def look_up(act: Act, who: str, number: str, email: str) -> str:
    """Find an order; gives its reference."""
    act.press(who, "/", number=number, contact=email)
    act.see(who, "/found")
    return ref_of(act, number)


def ask_code(act: Act, who: str, ref: str) -> None:
    """Have a code sent to the address on file."""
    act.press(who, f"/o/{ref}/code/sending", channel="email")


def ref_of(act: Act, number: str) -> str:
    """The reference in the address of an order's page."""
    return str(act.one('select ref from "order" where number = :number', number=number))


def customer_looks_up(act: Act) -> None:
    """Lucía finds her order and asks for a code."""
    ask_code(act, LUCIA, look_up(act, LUCIA, MINE, LUCIA))


def customer_proves(act: Act) -> None:
    """She types it."""
    type_code(act, LUCIA, ref_of(act, MINE), LUCIA)


def type_code(act: Act, who: str, ref: str, to: str) -> None:
    """Type the newest code; who has none asks for another."""
    code = act.code(to)
    if code is None:
        raise AssertionError("no code has come")
    act.press(who, f"/o/{ref}/code", code=code)


WORLD = Story("world", (furnish, staff_sign_in, customer_looks_up, customer_proves))
