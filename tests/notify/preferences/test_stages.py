"""What a customer wants to hear of, group by group and channel by channel: kept, obeyed when written and when sent."""

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.events.kinds import EventKind
from app.notify.kinds import KINDS, Channel, Purpose, StageGroup, group_of, groups_of
from app.notify.models import Message, Suppression
from app.notify.plan.triggers import ContactPoints, Wishes, plan
from app.notify.preferences.suppression import preference_token, recipient_key, stage_purpose, suppress
from tests.conftest import SECRET
from tests.notify.build import NOON, a_mail_config, an_order, happens, prepared
from tests.notify.plan.test_triggers import heard as an_event
from tests.notify.preferences.test_preferences import ticked
from tests.rounds import heard

CONFIG = a_mail_config()
MAIL_KEY = recipient_key(SECRET, Channel.EMAIL, "ana@example.com")
EVERY = [f"email:{group}" for group in StageGroup] + ["sms:delivery", "sms:problems"]


@pytest.fixture
def page(session: Session) -> str:
    """The page behind the foot of a mail."""
    order = an_order(session, now=NOON)
    heard(session, limit=50, now=NOON, config=CONFIG)
    happens(session, EventKind.SHIPMENT_SHIPPED, order, now=NOON, state="in_transit")
    heard(session, limit=50, now=NOON, config=CONFIG)
    prepared(session, now=NOON, config=CONFIG)
    session.commit()
    return f"/preferences/{preference_token(SECRET, MAIL_KEY)}"


def refused(session: Session) -> dict[tuple[str, str], str | None]:
    session.expire_all()
    return {(row.channel, row.purpose): row.wording for row in session.scalars(select(Suppression))}


def choose(client: FlaskClient, page: str, *unwanted: str) -> None:
    chosen = [name for name in EVERY if name not in unwanted]
    form = {"channel": ["email", "sms"], "stage-shown": EVERY, "stage": chosen}
    assert client.post(page, data=form).status_code == 303


def test_a_group_that_is_not_wanted_is_kept_with_what_was_read_beside_it(
    client: FlaskClient, session: Session, page: str
) -> None:
    choose(client, page, "email:problems", "sms:delivery")
    refusals = refused(session)
    assert set(refusals) == {("email", "stage:problems"), ("sms", "stage:delivery")}
    assert (refusals["email", "stage:problems"] or "").startswith("Problemas")
    assert ticked(client.get(page).text, "stage") == {*EVERY} - {"email:problems", "sms:delivery"}
    choose(client, page)
    assert refused(session) == {}


def test_a_form_without_stages_leaves_them_as_they_were(client: FlaskClient, session: Session, page: str) -> None:
    choose(client, page, "email:returns")
    client.post(page, data={"channel": ["email"]})
    assert set(refused(session)) == {("email", "stage:returns"), ("sms", "news")}


def test_one_click_stops_all_news_and_the_choice_of_stages_stays(
    client: FlaskClient, session: Session, page: str
) -> None:
    choose(client, page, "email:order")
    client.post(f"{page}/unsubscribe", data={"List-Unsubscribe": "One-Click"})
    assert set(refused(session)) == {("email", "news"), ("email", "stage:order")}
    assert ticked(client.get(page).text) == {"sms"}


def test_a_page_that_shows_an_older_choice_does_not_undo_a_newer_one(
    client: FlaskClient, session: Session, page: str
) -> None:
    seen = client.get(page).text.partition('name="seen" value="')[2].partition('"')[0]
    choose(client, page, "email:order")
    form = {"channel": ["email", "sms"], "stage-shown": EVERY, "stage": EVERY, "seen": seen}
    assert client.post(page, data=form).status_code == 409
    assert set(refused(session)) == {("email", "stage:order")}


@pytest.mark.parametrize(("kind", "written"), [("shipment.late", set()), ("shipment.delivered", {"email", "sms"})])
def test_what_is_not_wanted_is_not_written(session: Session, kind: str, written: set[str]) -> None:
    order = an_order(session, now=NOON)
    heard(session, limit=50, now=NOON, config=CONFIG)
    for channel, address in ((Channel.EMAIL, "ana@example.com"), (Channel.SMS, "+34612345678")):
        key = recipient_key(SECRET, channel, address)
        suppress(
            session,
            channel=channel,
            recipient_hash=key,
            purpose=stage_purpose("problems"),
            source="preferences",
            now=NOON,
        )
    happens(
        session, EventKind(kind), order, now=NOON, state="delivered" if kind.endswith("delivered") else "in_transit"
    )
    heard(session, limit=50, now=NOON, config=CONFIG)
    assert {one.channel for one in session.scalars(select(Message).where(Message.kind == kind))} == written


def test_what_is_refused_after_it_was_written_does_not_leave(session: Session) -> None:
    order = an_order(session, now=NOON)
    happens(session, EventKind.SHIPMENT_LATE, order, now=NOON, state="in_transit")
    heard(session, limit=50, now=NOON, config=CONFIG)
    purpose = stage_purpose("problems")
    suppress(session, channel="email", recipient_hash=MAIL_KEY, purpose=purpose, source="preferences", now=NOON)
    prepared(session, now=NOON, config=CONFIG)
    late = {one.channel: one for one in session.scalars(select(Message).where(Message.kind == "shipment.late"))}
    assert (late["email"].state, late["email"].reason) == ("skipped", "opted_out")
    assert late["sms"].state == "sending"


@pytest.mark.parametrize("kind", sorted(kind for kind, one in KINDS.items() if one.purpose is not Purpose.NEWS))
def test_receipts_come_whatever_is_wanted(kind: str) -> None:
    everything = frozenset(StageGroup)
    ana = ContactPoints("ana@example.com", email_key="a")
    outcome = plan(an_event(kind), ana, Wishes(email_off=everything, sms_off=everything), now=NOON)
    assert [one.channel for one in outcome.intended] == [Channel.EMAIL]


def test_every_piece_of_news_is_of_a_group() -> None:
    assert {kind for kind, one in KINDS.items() if group_of(kind) is None} == {
        kind for kind, one in KINDS.items() if one.purpose is not Purpose.NEWS
    }
    assert groups_of(Channel.EMAIL) == tuple(StageGroup)
    assert groups_of(Channel.SMS) == (StageGroup.DELIVERY, StageGroup.PROBLEMS)
