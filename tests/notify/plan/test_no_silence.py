"""No state moves silently: each event is told, or a table says why it is not; each mail speaks both languages."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from app.core.settings import ROOT
from app.events.kinds import NOT_TOLD_TO_CUSTOMERS, NOT_TOLD_TO_SYSTEMS, EventKind, Listener, listeners
from app.notify.kinds import KINDS, SMS_BY_DEFAULT, TO_SHOP
from app.notify.models import Message
from app.notify.render.mails.book import MAILS
from app.notify.render.mails.facts import Facts, MailShop
from app.notify.render.mails.texts import TEXTS
from app.notify.render.render import mail
from app.notify.render.words import tongue
from app.staff.messages.words import KINDS as WORDS
from app.tracking.fold.milestones import REACHED
from tests.notify.build import NOON, a_mail_config, an_order, facts, happens, prepared
from tests.rounds import heard

TOLD = sorted(kind.value for kind in EventKind if Listener.NOTIFY in listeners(kind))
CONFIG = a_mail_config()


@pytest.mark.parametrize("kind", EventKind)
def test_each_event_is_told_or_a_table_says_why_not(kind: EventKind) -> None:
    heard = listeners(kind)
    assert (Listener.NOTIFY in heard) is (kind not in NOT_TOLD_TO_CUSTOMERS)
    assert (Listener.WEBHOOKS in heard) is (kind not in NOT_TOLD_TO_SYSTEMS)
    assert all(len(reason) > 20 for table in (NOT_TOLD_TO_CUSTOMERS, NOT_TOLD_TO_SYSTEMS) for reason in table.values())


@pytest.mark.parametrize("kind", EventKind)
def test_staff_have_a_word_for_each_event(kind: EventKind) -> None:
    assert kind in WORDS


@pytest.mark.parametrize("kind", EventKind)
def test_the_documents_name_each_event(kind: EventKind) -> None:
    documents = {"messages.md": kind not in NOT_TOLD_TO_CUSTOMERS, "api.md": kind not in NOT_TOLD_TO_SYSTEMS}
    for name, expected in documents.items():
        assert not expected or f"`{kind}`" in (ROOT / "docs" / name).read_text()


@pytest.mark.parametrize("kind", TOLD)
def test_each_told_event_has_a_mail_in_both_languages_and_a_text_where_one_is_sent(kind: str) -> None:
    kind = kind if kind in KINDS else TO_SHOP[kind]
    assert kind in KINDS and kind in MAILS
    assert kind not in SMS_BY_DEFAULT or kind in TEXTS
    spanish, english = (mail(kind, facts(), tongue(tag, "Europe/Madrid")) for tag in ("es", "en"))
    assert spanish.subject != english.subject
    assert spanish.text != english.text


@pytest.mark.parametrize("kind", sorted(set(KINDS) - {"text.help"}))
def test_no_message_is_kept_for_what_never_happens(kind: str) -> None:
    assert kind in TOLD or {event for event, told_as in TO_SHOP.items() if told_as == kind} <= set(TOLD)


@pytest.mark.parametrize("kind", sorted(TO_SHOP.values()))
def test_what_the_shops_people_are_told_has_a_mail_in_both_languages_and_no_link_of_a_customers(kind: str) -> None:
    spanish, english = (mail(kind, facts(), tongue(tag, "Europe/Madrid"), note="Buy more") for tag in ("es", "en"))
    assert spanish.subject != english.subject
    for text in (spanish.text, english.text, spanish.html, english.html):
        assert not [part for part in ("/l/", "/preferences/", "/withdraw", "Buy more") if part in text]
        assert "/staff/" in text


def troubled(what: str, **changes: object) -> Facts:
    content = facts(payload={"what": what}, **changes)
    return replace(content, parcel=replace(content.box(), state="on_hold" if what in ("held", "corrected") else what))


@pytest.mark.parametrize("kind", ["shipment.incident", "shipment.returning", "shipment.returned"])
@pytest.mark.parametrize("what", ["held", "lost", "damaged", "corrected"])
def test_bad_news_says_where_to_write_to_and_offers_no_button_that_nobody_answers(kind: str, what: str) -> None:
    letter = mail(kind, troubled(what), tongue("en", "Europe/Madrid"))
    asks = kind != "shipment.incident" or what in ("lost", "damaged")
    assert ("Write to us at ayuda@almazara.example." in letter.text) is asks
    assert "See your order:" in letter.text
    bare = MailShop("Almazara", "Almazara", "https://pedidos.almazara.example")
    alone = mail(kind, troubled(what, shop=bare), tongue("en", "Europe/Madrid"))
    assert "@" not in alone.text and ("Your order page says how to reach us." in alone.text) is asks
    called = mail(kind, troubled(what, shop=replace(bare, help_phone="+34 953 000 000")), tongue("en", "UTC"))
    assert ("Call us: +34 953 000 000." in called.text) is asks


@pytest.mark.parametrize(
    ("what", "state", "stands"),
    [
        ("held", "on_hold", True), ("held", "in_transit", False), ("held", "lost", False),
        ("lost", "lost", True), ("lost", "in_transit", False), ("lost", "delivered", False),
        ("damaged", "damaged", True), ("damaged", "delivered", False),
        ("corrected", "in_transit", True), ("corrected", "delivered", False),
    ],
)  # fmt: skip
def test_bad_news_that_no_longer_holds_is_not_sent(session: Session, what: str, state: str, stands: bool) -> None:
    order = an_order(session, now=NOON, locale="en-GB")
    heard(session, limit=50, now=NOON, config=CONFIG)
    session.query(Message).delete()
    happens(session, EventKind.SHIPMENT_INCIDENT, order, now=NOON, state=state, what=what, occurrence=what)
    heard(session, limit=50, now=NOON, config=CONFIG)
    later = NOON + timedelta(minutes=3)
    ready = prepared(session, now=later, config=CONFIG)
    assert bool(ready) is stands


def test_a_lost_and_a_returned_parcel_are_told(session: Session) -> None:
    order = an_order(session, now=NOON, locale="en-GB")
    heard(session, limit=50, now=NOON, config=CONFIG)
    session.query(Message).delete()
    for kind, state, facts_ in (
        (EventKind.SHIPMENT_INCIDENT, "lost", {"what": "lost", "occurrence": "lost"}),
        (EventKind.SHIPMENT_RETURNED, "returned", {"back": True}),
    ):
        happens(session, kind, order, now=NOON, state=state, **facts_)
        heard(session, limit=50, now=NOON, config=CONFIG)
        ready = prepared(session, now=NOON, config=CONFIG)
        headline = {"lost": "Your parcel is lost", "returned": "Your parcel is back with us"}[state]
        assert [one.outgoing.subject for one in ready] == [f"{headline}: order 1001"]


@pytest.mark.parametrize(
    ("incident", "words"),
    [
        ("customs_delay", "It's held at customs."), ("duties_unpaid", "Customs duties are still to be paid."),
        ("weather_delay", "It's delayed by bad weather."), ("sorting_error", "your parcel is being held"),
        (None, "your parcel is being held"),
    ],
)  # fmt: skip
def test_what_holds_a_parcel_up_is_said_as_the_carrier_says_it(incident: str | None, words: str) -> None:
    content = troubled("held")
    content = replace(content, payload=content.payload | {"incident": incident})
    assert words in mail("shipment.incident", content, tongue("en", "UTC")).text


def test_each_stage_that_goes_wrong_has_its_own_words() -> None:
    stages = {stage.value for stage in REACHED.values()} & {"held", "lost", "damaged"}
    assert stages == {"held", "lost", "damaged"}
    headlines = {
        mail("shipment.incident", troubled(what), tongue("en", "UTC")).subject for what in (*stages, "corrected")
    }
    assert len(headlines) == 4
