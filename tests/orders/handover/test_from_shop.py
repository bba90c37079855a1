"""A link from the shop's account pages opens its customer's orders: inert until it is sent, once, as good as a code."""

import types
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from joserfc import jwt
from joserfc.jwk import OctKey
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.audit.models import AuditRow
from app.connections.live import LiveSettings
from app.core.clock import utcnow
from app.core.db import do_last_acts
from app.orders.handover.samples import samples
from app.orders.handover.used import forget_old
from app.orders.lookup.models import UsedHandover, WebSession
from app.orders.models import Order
from tests.orders.handover.conftest import NEW, OLD, signed

pytestmark = pytest.mark.usefixtures("signing")


def use(client: FlaskClient, token: str, **headers: str) -> Any:
    return client.post("/from-shop", data={"token": token}, headers=headers)


def test_looking_uses_nothing_up_and_the_button_opens_every_order(
    shopper: FlaskClient, order: Order, session: Session
) -> None:
    token = signed()
    page = shopper.get(f"/from-shop/{token}")
    assert (page.status_code, "data-opens" in page.text) == (200, True)
    assert "marisol" not in page.text
    assert session.scalars(select(UsedHandover)).all() == []
    assert use(shopper, token).location == "/account"
    shown = shopper.get("/account").text
    assert "marisol@example.com" in shown
    assert order.number in shown
    assert "Calle del Olmo 7" in shopper.get(f"/o/{order.ref}").text, "the second tier, as after a code"


@pytest.mark.parametrize(
    ("more", "place"),
    [
        ({"order": "1001"}, "/o/REF"),
        ({"order": 1001}, "/o/REF"),
        ({"order": "#1001"}, "/o/REF"),
        ({"order": "4711"}, "/account"),
        ({"return_to": "/o/REF/returns/new"}, "/o/REF/returns/new"),
        ({"return_to": "https://evil.example/"}, "/account"),
        ({"return_to": "//evil.example/"}, "/account"),
        ({"return_to": "/\\evil.example"}, "/account"),
        ({"return_to": "javascript:alert(1)"}, "/account"),
    ],
    ids=str,
)
def test_it_leads_to_what_is_theirs_and_never_elsewhere(
    shopper: FlaskClient, order: Order, more: dict[str, Any], place: str
) -> None:
    named = {name: value.replace("REF", order.ref) if isinstance(value, str) else value for name, value in more.items()}
    assert use(shopper, signed(**named)).location == place.replace("REF", order.ref)


def test_somebody_elses_order_is_not_opened_by_its_number(shopper: FlaskClient, order: Order) -> None:
    assert use(shopper, signed(email="ana@example.com", order="1001")).location == "/account"
    assert shopper.get(f"/o/{order.ref}").status_code == 404


def test_it_works_once_in_whichever_browser(app: Flask, shopper: FlaskClient, order: Order) -> None:
    token = signed()
    assert use(shopper, token).status_code == 303
    assert use(shopper, token).location == "/account", "a second press goes where the first went"
    thief = app.test_client()
    again = use(thief, token)
    assert (again.status_code, thief.get("/account").text.count("marisol")) == (403, 0)
    assert thief.get(f"/from-shop/{token}").status_code == 403


def test_the_older_of_two_secrets_still_counts(shopper: FlaskClient, order: Order) -> None:
    assert use(shopper, signed(OLD)).status_code == 303


def test_the_shops_own_page_may_send_the_form(shopper: FlaskClient, order: Order) -> None:
    answer = use(shopper, signed(), **{"Sec-Fetch-Site": "cross-site", "Origin": "https://shop.example"})
    assert answer.location == "/account"


def test_a_planted_session_opens_nothing(app: Flask, order: Order, session: Session) -> None:
    """Fixation: who has put their own session into the customer's browser learns nothing by it."""
    victim = app.test_client()
    with victim.session_transaction() as planted:
        planted["csrf_token"], planted["x"] = "t", 1
    before = victim.get_cookie("paradero")
    assert before
    use(victim, signed())
    after = victim.get_cookie("paradero")
    assert after
    assert after.value != before.value
    attacker = app.test_client()
    attacker.set_cookie("paradero", before.value)
    assert "marisol" not in attacker.get("/account").text


def _unsigned(**changed: Any) -> str:
    import base64
    import json

    from tests.orders.handover.conftest import claims

    head, body = (
        base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode()
        for part in ({"alg": "none", "typ": "JWT"}, claims(**changed))
    )
    return f"{head}.{body}."


def _from_now(seconds: int) -> int:
    return int(utcnow().timestamp()) + seconds


ATTACKS = {
    "another key": lambda: signed("a-secret-that-nobody-has-ever-made-0123456789"),
    "alg none": _unsigned,
    "another algorithm": lambda: signed(algorithm="HS512"),
    "another audience": lambda: signed(aud="https://other.example"),
    "several audiences": lambda: signed(aud=["http://127.0.0.1:8000", "https://other.example"]),
    "no audience": lambda: signed(aud=None),
    "expired": lambda: signed(iat=_from_now(-900), exp=_from_now(-600)),
    "too long a life": lambda: signed(exp=_from_now(3600)),
    "no end": lambda: signed(exp=None),
    "no beginning": lambda: signed(iat=None),
    "from the future": lambda: signed(iat=_from_now(4000), exp=_from_now(4200)),
    "not before": lambda: signed(nbf=_from_now(4000)),
    "an end that is no number": lambda: signed(exp="soon"),
    "a huge number": lambda: signed(iat=1e300, exp=1e301),
    "no id": lambda: signed(jti=None),
    "a short id": lambda: signed(jti="1"),
    "an id that is no text": lambda: signed(jti=12345678),
    "no address": lambda: signed(email=None),
    "no address but a word": lambda: signed(email="marisol"),
    "an address that is a list": lambda: signed(email=["marisol@example.com"]),
    "an address that the shop has not proven": lambda: signed(email_verified=False),
    "an order that is a list": lambda: signed(order=["1001"]),
    "cut off": lambda: signed()[:-4],
    "no token": lambda: "x",
    "nothing": lambda: "",
    "other letters": lambda: "ü" * 30,
    "far too long": lambda: signed(order="1" * 5000),
    "zeros": lambda: "a\0b",
}


@pytest.mark.parametrize("attack", ATTACKS)
def test_what_the_shop_did_not_sign_opens_nothing_and_tells_nothing(
    shopper: FlaskClient, order: Order, session: Session, attack: str
) -> None:
    token = ATTACKS[attack]()
    answer = use(shopper, token)
    assert (answer.status_code, answer.location) == (403, None)
    assert "This link doesn&#39;t work any more" in answer.text or "This link doesn't work any more" in answer.text
    assert "marisol" not in answer.text
    assert 'href="/"' in answer.text
    assert 'href="/account"' in answer.text
    assert "marisol" not in shopper.get("/account").text
    assert session.scalars(select(UsedHandover)).all() == []
    if token.isascii() and token and "\0" not in token:
        assert shopper.get(f"/from-shop/{token}").status_code == 403


def test_nothing_of_the_customer_is_kept_and_what_is_kept_ends(
    shopper: FlaskClient, order: Order, session: Session
) -> None:
    use(shopper, signed(jti="j" * 20))
    do_last_acts(session)
    (row,) = session.scalars(select(AuditRow)).all()
    assert (row.actor, row.action, row.subject, row.detail) == ("customer:shop", "customer.handed_over", None, {})
    assert forget_old(session, now=utcnow() + timedelta(minutes=5)) == 0, "as long as the token could come again"
    assert forget_old(session, now=utcnow() + timedelta(minutes=7)) == 1


def test_who_tries_many_waits(shopper: FlaskClient, order: Order) -> None:
    answers = {use(shopper, "x").status_code for _ in range(30)}
    assert answers == {403}
    assert use(shopper, signed()).status_code == 429


def test_right_links_are_no_tries(shopper: FlaskClient, order: Order) -> None:
    assert {use(shopper, signed(jti=f"{number:020d}")).status_code for number in range(32)} == {303}


def test_without_a_secret_nothing_is_taken(app: Flask, shopper: FlaskClient, live: LiveSettings, order: Order) -> None:
    from app.connections.store import StoredValues

    live.take(StoredValues("y", {}))
    assert use(shopper, signed()).status_code == 403


def test_the_sample_makes_links_that_are_taken(shopper: FlaskClient, order: Order, session: Session) -> None:
    """The shop's library puts the claims together as ours does; only its name is another."""
    library = types.ModuleType("jwt")
    library.encode = lambda claims, key, algorithm: jwt.encode(  # type: ignore[attr-defined]
        {"alg": algorithm}, claims, OctKey.import_key(key), algorithms=[algorithm]
    )
    source = dict(samples("http://127.0.0.1:8000"))["Python"].replace("import jwt", "")
    made: dict[str, Any] = {"jwt": library, "SECRET": NEW}
    exec(source, made)  # noqa: S102 (our own text)
    link = made["orders_link"]("Marisol@Example.com", order="1001").removeprefix("http://127.0.0.1:8000")
    page = shopper.get(link)
    assert page.status_code == 200
    assert use(shopper, link.rpartition("/")[2]).location == f"/o/{order.ref}"
    assert session.scalars(select(WebSession.data)).first()
