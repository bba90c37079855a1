"""From events to messages: whom, how, once, and never what is over."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.events.kinds import EventKind
from app.notify.kinds import KINDS, SMS_BY_DEFAULT, Channel, Purpose
from app.notify.plan.triggers import ContactPoints, EventFacts, Wishes, plan
from app.notify.send.outcomes import WORDS
from tests.notify.build import NOON

ANA = ContactPoints("ana@example.com", "+34612345678", sms_consent=True, email_key="e1", phone_key="p1")
EVERY = [kind.value for kind in EventKind]


def heard(kind: str, **payload: object) -> EventFacts:
    return EventFacts(kind, NOON, event_id=7, order_id=1, shipment_id=2, return_id=None, payload=payload)


def test_a_parcel_out_for_delivery_is_told_by_mail_and_text() -> None:
    outcome = plan(heard("shipment.out_for_delivery"), ANA, Wishes(), now=NOON)
    assert [(one.channel, one.recipient) for one in outcome.intended] == [
        (Channel.EMAIL, "ana@example.com"),
        (Channel.SMS, "+34612345678"),
    ]
    assert len({one.dedup_key for one in outcome.intended}) == 2


def test_history_is_told_to_nobody() -> None:
    outcome = plan(heard("shipment.delivered", quiet=True), ANA, Wishes(), now=NOON)
    assert outcome.intended == ()
    assert {one.reason for one in outcome.withheld} == {"history"}


def test_a_returning_customers_parcel_is_told_by_the_return_only() -> None:
    assert plan(heard("shipment.shipped", direction="return"), ANA, Wishes(), now=NOON).intended == ()


def test_no_text_without_consent_or_number_or_wish() -> None:
    event = heard("shipment.delivered")
    silent = (
        ContactPoints("ana@example.com", "+34612345678"),
        ContactPoints("ana@example.com", None, sms_consent=True),
    )
    assert all([one.channel for one in plan(event, who, Wishes(), now=NOON).intended] == ["email"] for who in silent)
    unwanted = Wishes(sms_kinds=frozenset())
    assert [one.channel for one in plan(event, ANA, unwanted, now=NOON).intended] == ["email"]


def test_each_leg_and_each_occurrence_is_news_of_its_own() -> None:
    keys = {
        plan(heard("shipment.delivered", **payload), ANA, Wishes(), now=NOON).intended[0].dedup_key
        for payload in ({"leg": 1}, {"leg": 2}, {"leg": 2, "occurrence": "2026-11-28"}, {"leg": 1, "at": "x"})
    }
    assert len(keys) == 3


def test_receipts_come_in_spite_of_an_opt_out_and_of_age() -> None:
    late = NOON + timedelta(days=9)
    outcome = plan(heard("withdrawal.received"), ANA, Wishes(email_news=False), now=late)
    assert [one.purpose for one in outcome.intended] == [Purpose.RECEIPT]


def test_who_gave_a_telephone_alone_gets_the_receipt_by_text() -> None:
    phone = ContactPoints(None, "+34612345678", phone_key="p1")
    for kind in ("withdrawal.received", "access.link_requested"):
        outcome = plan(heard(kind), phone, Wishes(sms_kinds=frozenset()), now=NOON)
        assert [(one.channel, one.recipient) for one in outcome.intended] == [(Channel.SMS, "+34612345678")]
        assert [one.channel for one in plan(heard(kind), ANA, Wishes(), now=NOON).intended] == [Channel.EMAIL]
        for wishes in (Wishes(texts=False), Wishes(sms_news=False)):
            assert plan(heard(kind), phone, wishes, now=NOON).intended == ()


NEWS, RECEIPT = "shipment.delivered", "withdrawal.received"
NUMBER = "+34612345678"


@pytest.mark.parametrize(
    ("kind", "who", "wishes", "reason"),
    [
        (NEWS, ANA, Wishes(sms_kinds=frozenset()), "shop_does_not_send"),
        (NEWS, ContactPoints("ana@example.com", None, sms_consent=True), Wishes(), "no_usable_number"),
        (NEWS, ContactPoints("ana@example.com", NUMBER), Wishes(), "no_consent"),
        (NEWS, ANA, Wishes(sms_news=False), "opted_out"),
        (RECEIPT, ContactPoints(None, NUMBER), Wishes(texts=False), "shop_does_not_send"),
        (RECEIPT, ANA, Wishes(), "told_by_mail"),
        (RECEIPT, ContactPoints(None, None), Wishes(), "no_usable_number"),
        (RECEIPT, ContactPoints(None, NUMBER), Wishes(sms_news=False), "opted_out"),
    ],
)
def test_why_no_text_goes_out_is_told(kind: str, who: ContactPoints, wishes: Wishes, reason: str) -> None:
    outcome = plan(heard(kind), who, wishes, now=NOON)
    assert [one.reason for one in outcome.withheld if one.channel == Channel.SMS] == [reason]


@pytest.mark.parametrize(
    ("kind", "who", "wishes", "reason"),
    [
        (NEWS, ContactPoints(None, NUMBER, sms_consent=True), Wishes(), "no_address"),
        (RECEIPT, ContactPoints(None, NUMBER), Wishes(), "no_address"),
        (NEWS, ANA, Wishes(email_kinds=frozenset()), "shop_does_not_send"),
        (NEWS, ANA, Wishes(email_news=False), "opted_out"),
    ],
)
def test_why_no_mail_goes_out_is_told(kind: str, who: ContactPoints, wishes: Wishes, reason: str) -> None:
    outcome = plan(heard(kind), who, wishes, now=NOON)
    assert [one.reason for one in outcome.withheld if one.channel == Channel.EMAIL] == [reason]


CONTACTS = st.builds(
    ContactPoints,
    email=st.none() | st.just("ana@example.com"),
    phone=st.none() | st.just("+34612345678"),
    sms_consent=st.booleans(),
    email_key=st.just("e"),
    phone_key=st.just("p"),
)
WISHES = st.builds(
    Wishes,
    email_kinds=st.frozensets(st.sampled_from(sorted(KINDS))),
    sms_kinds=st.frozensets(st.sampled_from(sorted(KINDS))),
    email_news=st.booleans(),
    sms_news=st.booleans(),
    texts=st.booleans(),
)
PAYLOADS = st.fixed_dictionaries(
    {},
    optional={"leg": st.integers(1, 3), "quiet": st.booleans(), "direction": st.sampled_from(["outbound", "return"])},
)


@given(st.sampled_from(EVERY), CONTACTS, WISHES, PAYLOADS, st.timedeltas(timedelta(0), timedelta(days=40)))
def test_whatever_happens_nothing_unwanted_is_planned(
    kind: str, contact: ContactPoints, wishes: Wishes, payload: dict[str, object], age: timedelta
) -> None:
    event = heard(kind, **payload)
    outcome = plan(event, contact, wishes, now=NOON + age)
    assert plan(event, contact, wishes, now=NOON + age) == outcome
    assert len(outcome.intended) + len(outcome.withheld) == (2 if kind in KINDS else 0)
    assert all(one.reason in WORDS for one in outcome.withheld)
    for one in outcome.intended:
        assert one.recipient in (contact.email, contact.phone)
        if one.channel is Channel.SMS and one.purpose is Purpose.RECEIPT:
            assert wishes.texts and wishes.sms_news and contact.email is None
        elif one.channel is Channel.SMS:
            assert contact.sms_consent and wishes.sms_news and kind in wishes.sms_kinds
        if one.purpose is Purpose.NEWS:
            assert not payload.get("quiet") and age <= KINDS[kind].validity
            assert one.channel is Channel.SMS or wishes.email_news


@pytest.mark.parametrize(
    ("kind", "payload", "by_mail"),
    [
        ("return.needs_review", {"why": "policy"}, False), ("return.needs_review", {"why": "after_cancelled"}, True),
        ("return.needs_review", {"why": "nothing_inside"}, False), ("return.needs_review", {}, True),
        ("return.missing", {"empty": False}, False), ("return.missing", {"empty": True}, True),
        ("refund.voided", {"why": "rejected"}, False), ("refund.voided", {"why": "changed"}, True),
        ("return.received", {"why": "policy", "empty": False}, True),
    ],
)  # fmt: skip
def test_what_another_event_of_the_moment_tells_is_told_by_it_alone(
    kind: str, payload: dict[str, object], by_mail: bool
) -> None:
    outcome = plan(heard(kind, **payload), ANA, Wishes(), now=NOON)
    assert [one.channel for one in outcome.intended] == ([Channel.EMAIL] if by_mail else [])
    assert by_mail or {one.reason for one in outcome.withheld} == {"told_elsewhere"}


def test_each_move_of_a_return_is_news_of_its_own_and_told_once() -> None:
    def key(event_id: int, kind: str = "return.received") -> str:
        event = EventFacts(kind, NOON, event_id=event_id, order_id=1, return_id=5, payload={"occurrence": "inspected"})
        return plan(event, ANA, Wishes(), now=NOON).intended[0].dedup_key

    assert key(7) == key(7) and key(7) != key(8)
    assert key(7) != key(7, "return.expired")


def test_the_usual_texts_are_the_six_that_cannot_wait() -> None:
    names = ("shipped", "out_for_delivery", "ready_for_pickup", "delivered", "delivery_failed", "late")
    assert frozenset(f"shipment.{name}" for name in names) == SMS_BY_DEFAULT
