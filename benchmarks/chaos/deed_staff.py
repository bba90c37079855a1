"""Stories of staff: signing in, an order's page, messages, worklists, members, the audit trail."""

from datetime import timedelta

import pyotp

from app.core.clock import utcnow
from benchmarks.chaos.deed_acts import Act
from benchmarks.chaos.deed_customer import withdraws_of_nothing
from benchmarks.chaos.deed_story import Story
from benchmarks.chaos.deed_systems import oms_tells_nonsense
from benchmarks.chaos.deed_world import ADMIN, MINE, ON_ITS_WAY, PASSWORD, SUPPORT, ref_of

OFFICE = "a browser at the office"
NEW_PASSWORD = "tres-tristes-tigres-88"  # noqa: S105
WHO = "marketing@almazara.example"


def _code(act: Act) -> str:
    """What the authenticator shows; each code opens once, so who tries again waits for the next."""
    if act.again:
        act.wait(timedelta(seconds=31))
    return pyotp.TOTP(act.facts["factor"]).at(utcnow())


def mistypes_password(act: Act) -> None:
    """A wrong password opens nothing."""
    data = {"email": WHO, "password": "nothing-like-it"}
    answer = act.app.test_client().post("/staff/sign-in", data=data)
    assert answer.status_code == 422, answer.status_code  # noqa: S101


def types_password(act: Act) -> None:
    """The right one."""
    act.press(OFFICE, "/staff/sign-in", email=WHO, password=PASSWORD)


def scans_factor(act: Act) -> None:
    """The page shows the secret of a second factor."""
    page = act.see(OFFICE, "/staff/account")
    act.facts["factor"] = page.split('data-copy="', 1)[1].split('"', 1)[0]


def adds_factor(act: Act) -> None:
    """Its first code."""
    act.press(OFFICE, "/staff/account/second-factor", code=_code(act))


def changes_password(act: Act) -> None:
    """Every session ends with the old one."""
    old = NEW_PASSWORD if act.again and not _signed_in(act) else PASSWORD
    if old == PASSWORD:
        act.press(OFFICE, "/staff/account/password", old=old, new=NEW_PASSWORD)


def _signed_in(act: Act) -> bool:
    return 'action="/staff/sign-in"' not in act.see(OFFICE, "/staff/account")


def signs_in_with_both(act: Act) -> None:
    """Password, then the code."""
    act.press(OFFICE, "/staff/sign-in", email=WHO, password=NEW_PASSWORD)
    act.wait(timedelta(seconds=31))
    act.press(OFFICE, "/staff/sign-in/code", code=pyotp.TOTP(act.facts["factor"]).at(utcnow()))


def leaves_everywhere(act: Act) -> None:
    """Every session of hers ends."""
    if not act.again or _signed_in(act):
        act.press(OFFICE, "/staff/sign-out", everywhere="1")


def notes(act: Act) -> None:
    """A note at an order."""
    act.press(SUPPORT, f"/staff/orders/{ref_of(act, MINE)}/notes", note="Ha llamado")


def reveals(act: Act) -> None:
    """Personal data, for a reason."""
    act.press(SUPPORT, f"/staff/orders/{ref_of(act, MINE)}/reveal", reason="Comprobar la calle")


def ends_access(act: Act) -> None:
    """Every link and session of the order."""
    act.press(SUPPORT, f"/staff/orders/{ref_of(act, MINE)}/revocation")


def frees_parcel(act: Act) -> None:
    """Doubtful scans are this parcel's own."""
    shipment = act.one(
        'select s.id from shipment s join "order" o on o.id = s.order_id where o.number = :number', number=ON_ITS_WAY
    )
    act.press(SUPPORT, f"/staff/orders/{ref_of(act, ON_ITS_WAY)}/shipments/{shipment}/release")


def opens_resend(act: Act) -> None:
    """What would go again, and where."""
    public_id = act.one(
        'select m.public_id from message m join "order" o on o.id = m.order_id where o.number = :number '
        "and m.channel = 'email' and m.kind = 'order.received' order by m.id desc limit 1",
        number="A-10471",
    )
    page = act.see(SUPPORT, f"/staff/messages/{public_id}/resend")
    act.facts.update({"message": public_id, "press": act.hidden(page, "press")})


def resends(act: Act) -> None:
    """Once, however often the form is sent."""
    act.press(SUPPORT, f"/staff/messages/{act.facts['message']}/resends", press=act.facts["press"])


def things_went_wrong(act: Act) -> None:
    """What a worklist has to show: a hearing and a job given up, an answer to a text."""
    act.told(
        "insert into hearing (event_id, listener, attempts, next_try_at, error, dead_at) "
        "select max(id), 'webhooks', 5, now(), 'broke', now() from domain_event on conflict do nothing"
    )
    act.told(
        "insert into stumble (task, item_id, attempts, next_try_at, error, dead_at) "
        "values ('fold_shipments', 1, 5, now(), 'broke', now()) on conflict do nothing"
    )
    act.told(
        "insert into inbound_text (provider, provider_id, sender, recipient_hash, text, answer, received_at) "
        "select 'twilio', 'SM1', '+34600000001', 'x', '¿Cuándo llega?', 'other', now() "
        "where not exists (select from inbound_text)"
    )


def hears_again(act: Act) -> None:
    """The event that a listener gave up."""
    event = act.facts.setdefault("event", act.one("select event_id from hearing where dead_at is not null"))
    act.keep_facts()
    act.press(SUPPORT, f"/staff/work/events/webhooks/{event}/hearings")


def tries_job_again(act: Act) -> None:
    """What a job gave up."""
    act.press(SUPPORT, "/staff/work/jobs/fold_shipments/1/tries")


def reads_text(act: Act) -> None:
    """A customer's answer."""
    act.press(SUPPORT, f"/staff/work/texts/{act.one('select max(id) from inbound_text')}/reading")


def replays_delivery(act: Act) -> None:
    """A delivery that was not understood is put in line again."""
    act.press(SUPPORT, f"/staff/work/inbox/{_nonsense(act)}/replays")


def sets_aside(act: Act) -> None:
    """It is of no use."""
    act.press(SUPPORT, f"/staff/work/inbox/{_nonsense(act)}/aside", reason="Era una prueba")


def _nonsense(act: Act) -> int:
    return int(act.one("select max(id) from inbox where door = 'oms:generic'"))


def settles_withdrawal(act: Act) -> None:
    """A withdrawal that fits no order was answered by hand."""
    act.press(SUPPORT, f"/staff/work/withdrawals/{act.one('select max(id) from withdrawal')}/settlement")


def _member(act: Act) -> str:
    return f"/staff/people/{act.one('select id from staff_user where email = :email', email=WHO)}"


def adds_member(act: Act) -> None:
    """One more."""
    act.press(ADMIN, "/staff/people", email="nueva@almazara.example", role="support", name="Nueva")


def gives_role(act: Act) -> None:
    """Another one."""
    act.press(ADMIN, f"{_member(act)}/role", role="support")


def sets_password(act: Act) -> None:
    """Shown once."""
    act.press(ADMIN, f"{_member(act)}/password")


def shuts_out(act: Act) -> None:
    """A member no longer gets in."""
    act.press(ADMIN, f"{_member(act)}/activity", active="no")


def exports_audit(act: Act) -> None:
    """The trail as a file."""
    act.press(ADMIN, "/staff/audit/export", form="csv")


STORIES = (
    Story("member", (mistypes_password, types_password, scans_factor, adds_factor, changes_password,
                     signs_in_with_both, leaves_everywhere)),
    Story("order-page", (notes, reveals, ends_access, frees_parcel)),
    Story("resend", (opens_resend, resends)),
    Story("worklists", (things_went_wrong, hears_again, tries_job_again, reads_text)),
    Story("nonsense", (oms_tells_nonsense, replays_delivery, sets_aside, withdraws_of_nothing, settles_withdrawal)),
    Story("people", (adds_member, gives_role, sets_password, shuts_out, exports_audit)),
)  # fmt: skip
