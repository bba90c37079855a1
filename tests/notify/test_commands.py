"""The commands about messages: what was decided then and why; what a brand sends, and what one change changes."""

import uuid
from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import create_engine, select, text
from sqlalchemy.orm import Session

from app.core.tables.schema import upgrade
from app.events.kinds import NOT_TOLD_TO_CUSTOMERS, EventKind
from app.events.models import ListenerRow
from app.notify.kinds import KINDS, SMS_BY_DEFAULT, Channel, Purpose
from app.notify.models import Attempt, BrandMessages, Message, WithheldMessage
from app.notify.plan import route
from app.notify.plan.caps import Spent, capped
from app.notify.plan.explaining import NO_NEWS, why
from app.notify.send import context
from app.notify.send.outcomes import WORDS, fault, in_words
from app.orders.models import Order
from tests.notify.build import NOON, a_mail_config, an_order, happens
from tests.rounds import heard

CONFIG = a_mail_config()


@pytest.fixture
def order(session: Session) -> Order:
    order = an_order(session, now=NOON)
    an_order(session, "1002", now=NOON)
    return order


def explained(session: Session, order: Order) -> str:
    heard(session, limit=200, now=NOON, config=CONFIG)
    return "\n".join(why(session, order))


@pytest.mark.parametrize("kind", EventKind)
def test_each_event_is_listed_with_what_became_of_it(session: Session, order: Order, kind: EventKind) -> None:
    happens(session, kind, order, now=NOON)
    lines = [line for line in explained(session, order).splitlines() if f" {kind}" in line]
    assert lines
    if kind in NOT_TOLD_TO_CUSTOMERS:
        assert lines == [f"2026-11-22 12:00:00 {kind}: told to no customer, {NOT_TOLD_TO_CUSTOMERS[kind]}"]


def test_why_says_what_was_sent_and_what_was_not(session: Session, order: Order, app: Flask) -> None:
    happens(session, EventKind.SHIPMENT_DELIVERED, order, now=NOON)
    happens(session, EventKind.SHIPMENT_OUT_FOR_DELIVERY, order, now=NOON, quiet=True)
    heard(session, limit=50, now=NOON, config=CONFIG)
    session.commit()
    result = app.test_cli_runner().invoke(args=["portal", "messages", "why", "1001"])
    assert result.exit_code == 0, result.output
    assert "Order 1001 of demo" in result.output and "times of Europe/Madrid" in result.output
    assert "2026-11-22 12:00:00 shipment.delivered by email to a•••@example.com: created" in result.output
    assert "shipment.out_for_delivery by sms: not sent, it had happened long before" in result.output
    assert "[history]" in result.output
    assert "ana@example.com" not in result.output
    assert app.test_cli_runner().invoke(args=["portal", "messages", "why", "nope"]).exit_code == 1


def test_why_says_so_where_nothing_was_news(session: Session, app: Flask) -> None:
    an_order(session, "1003", now=NOON, status="shipped")
    session.commit()
    result = app.test_cli_runner().invoke(args=["portal", "messages", "why", "1003"])
    assert [line.strip() for line in result.output.splitlines()[1:]] == [NO_NEWS]


def test_why_tells_what_was_decided_then_and_not_what_would_be_now(session: Session, order: Order) -> None:
    happens(session, EventKind.SHIPMENT_DELIVERED, order, now=NOON)
    before = explained(session, order)
    assert "shipment.delivered by sms to" in before
    session.add(BrandMessages(brand_key="demo", texts_off=sorted(SMS_BY_DEFAULT), mails_off=sorted(KINDS)))
    session.flush()
    assert explained(session, order) == before
    happens(session, EventKind.SHIPMENT_LATE, order, now=NOON)
    after = explained(session, order)
    assert "shipment.late by sms: not sent, the shop does not send these" in after
    session.query(BrandMessages).delete()
    assert explained(session, order) == after


def test_what_was_told_before_and_what_waits_or_failed_to_be_heard_is_said(session: Session, order: Order) -> None:
    happens(session, EventKind.SHIPMENT_DELIVERED, order, now=NOON)
    happens(session, EventKind.SHIPMENT_DELIVERED, order, now=NOON + timedelta(hours=1))
    late = happens(session, EventKind.SHIPMENT_LATE, order, now=NOON + timedelta(days=1))
    output = explained(session, order)
    assert "12:00:00 shipment.delivered by email: not sent, the same news had been told before" not in output
    assert "shipment.late: not heard yet" in output
    heard(session, limit=50, now=NOON + timedelta(hours=2), config=CONFIG)
    assert "shipment.delivered by email: not sent, the same news had been told before" in explained(session, order)
    session.get_one(ListenerRow, (late, "notify")).error = "KeyError: 'x'"
    assert "shipment.late: could not be heard yet: KeyError: 'x'" in explained(session, order)


def test_each_try_stands_under_its_own_message(session: Session, order: Order) -> None:
    happens(session, EventKind.SHIPMENT_DELIVERED, order, now=NOON)
    explained(session, order)
    mail, text_ = session.scalars(select(Message).where(Message.kind == "shipment.delivered").order_by(Message.id))
    for message, provider in ((mail, "smtp"), (text_, "twilio")):
        common = {"message_id": message.id, "token": provider, "started_at": NOON}
        session.add(Attempt(**common, provider=provider, outcome="retry", code="451", detail="later"))
    session.flush()
    lines = explained(session, order).splitlines()
    at = next(n for n, line in enumerate(lines) if "shipment.delivered by email" in line)
    assert "    2026-11-22 12:00:00 smtp: retry 451 later" in lines[at + 1]
    assert "shipment.delivered by sms" in lines[at + 2] and "twilio: retry 451 later" in lines[at + 3]
    assert sum("smtp:" in line for line in lines) == 1


def test_another_order_is_not_mixed_in(session: Session, order: Order) -> None:
    other = session.scalars(select(Order).where(Order.number == "1002")).one()
    happens(session, EventKind.SHIPMENT_LATE, other, now=NOON, quiet=True)
    assert "shipment.late" not in explained(session, order)
    assert "shipment.late by sms: not sent" in explained(session, other)


def test_that_a_kind_has_no_text_is_no_decision(session: Session, order: Order) -> None:
    happens(session, EventKind.ORDER_CANCELLED, order, now=NOON)
    explained(session, order)
    rows = session.execute(select(WithheldMessage.kind, WithheldMessage.channel)).all()
    assert not [row for row in rows if row.channel == "sms" and not KINDS[row.kind].sms]


def reasons() -> Iterator[str]:
    """Every reason that the code can write."""
    yield from ("no_address", "shop_does_not_send", "opted_out", "no_usable_number", "no_consent", "told_before")
    yield from ("history", "told_by_the_return", "too_old", "repeated", "erased", "cannot_be_written", "no_outcome")
    yield from filter(None, (capped(Channel.SMS, Purpose.NEWS, spent) for spent in (Spent(9, 0), Spent(0, 9))))
    for country in (None, "BE", "ES"):
        yield route.text_refused(country, "Almazara", frozenset()) or ""
    for change in ("erased", "suppressed", "opted_out"):
        yield context.look(_standing(**{change: True}), now=NOON).reason  # type: ignore[union-attr]
    yield context.look(_standing(state="x"), now=NOON).reason  # type: ignore[union-attr]
    yield context.look(_standing(expires_at=NOON), now=NOON).reason  # type: ignore[union-attr]
    yield context.look(_standing(recipient_is_current=False), now=NOON).reason  # type: ignore[union-attr]


def _standing(**changes: object) -> context.SendContext:
    values = {"kind": "shipment.late", "channel": Channel.EMAIL, "purpose": Purpose.NEWS, "state": "in_transit"}
    return context.SendContext(**({"expires_at": NOON + timedelta(1)} | values | changes))  # type: ignore[arg-type]


@pytest.mark.parametrize("reason", sorted(set(reasons())))
def test_each_reason_of_ours_has_words(reason: str) -> None:
    assert in_words(reason) == (WORDS[reason], "")


@pytest.mark.parametrize(
    ("reason", "words", "code"),
    [
        ("sandbox:permanent", "nothing can be delivered to this address", "sandbox permanent"),
        ("twilio:30004", "refuses our messages or does not exist", "twilio 30004"),
        ("sendgrid:401", "an engineer has to look", "sendgrid 401"),
        ("smtp:451", "could not take it at that moment", "smtp 451"),
        ("twilio:99999", "a reason that nobody knows", "twilio 99999"),
        ("sendgrid:not_connected", "could not take it at that moment", "sendgrid not_connected"),
    ],
)
def test_a_providers_code_comes_down_to_words_and_is_named_beside_them(reason: str, words: str, code: str) -> None:
    sentence, beside = in_words(reason)
    assert words in sentence and beside == code
    provider, _, bare = reason.partition(":")
    assert fault(provider, bare).verdict.value


def brand(app: Flask, *args: str) -> str:
    done = app.test_cli_runner().invoke(args=["portal", "messages", "brand", "demo", *args])
    assert done.exit_code == 0, done.output
    return done.output


def test_a_brand_is_shown_without_being_changed(session: Session, app: Flask) -> None:
    output = brand(app)
    assert all(kind in output for kind in KINDS if kind != "text.help")
    assert session.scalars(select(BrandMessages)).all() == []
    assert brand(app) == output


def row(output: str, kind: str) -> list[str]:
    return next(line.split()[1:] for line in output.splitlines() if line.split()[:1] == [kind])


def test_switching_one_kind_leaves_all_others_as_they_were(session: Session, app: Flask) -> None:
    before = brand(app)
    after = brand(app, "--no-text", "shipment.late", "--no-mail", "order.preparing")
    changed = [kind for kind in KINDS if kind != "text.help" and row(before, kind) != row(after, kind)]
    assert sorted(changed) == ["order.preparing", "shipment.late"]
    assert (row(after, "shipment.late"), row(after, "order.preparing")) == (["yes", "no"], ["no", "-"])
    assert row(brand(app, "--text", "shipment.shipped"), "shipment.late") == ["yes", "no"]
    assert brand(app, "--text", "shipment.late", "--mail", "order.preparing") == before


def test_notes_and_papers_are_changed_one_by_one(session: Session, app: Flask) -> None:
    brand(app, "--note", "es=Gracias, {{ shop }}", "--note", "en=Thank you", "--registered", "ES", "--registered", "IT")
    output = brand(app, "--note", "en=", "--not-registered", "IT")
    messages = session.get_one(BrandMessages, "demo")
    assert messages.notes == {"es": "Gracias, {{ shop }}"} and messages.registered_countries == ["ES"]
    assert "note in es: Gracias, {{ shop }}" in output and "its name may send texts to: ES" in output


@pytest.mark.parametrize(
    "wrong", [["--text", "order.received"], ["--note", "es={{ config }}"], ["--registered", "XX"], ["--mail", "x"]]
)
def test_what_nobody_knows_is_refused_and_changes_nothing(session: Session, app: Flask, wrong: list[str]) -> None:
    done = app.test_cli_runner().invoke(
        args=["portal", "messages", "brand", "demo", "--no-mail", "refund.paid", *wrong]
    )
    assert done.exit_code != 0 and "Traceback" not in done.output
    assert session.scalars(select(BrandMessages)).all() == []
    assert app.test_cli_runner().invoke(args=["portal", "messages", "brand", "nobody"]).exit_code == 2


def test_a_brand_of_before_keeps_what_it_sends(database_url: str) -> None:
    name = f"old_{uuid.uuid4().hex[:12]}"
    admin = create_engine(database_url, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f"create database {name}"))
    url = admin.url.set(database=name).render_as_string(hide_password=False)
    try:
        upgrade(url, "0010")
        engine = create_engine(url)
        with engine.begin() as connection:
            connection.execute(
                text("insert into brand (key, name) values ('a', 'A'), ('b', 'B') on conflict do nothing")
            )
            connection.execute(text(
                "insert into brand_messages (brand_key, email_kinds, sms_kinds) "
                "values ('a', '{shipment.late,refund.paid}', '{}'), ('b', null, null)"
            ))  # fmt: skip
        engine.dispose()
        upgrade(url)
        with engine.connect() as connection:
            brands = {one.brand_key: one for one in connection.execute(text("select * from brand_messages"))}
        engine.dispose()
    finally:
        with admin.connect() as connection:
            connection.execute(text(f"drop database {name} with (force)"))
        admin.dispose()
    assert {"shipment.late", "refund.paid"}.isdisjoint(brands["a"].mails_off)
    assert {"order.received", "return.received"} <= set(brands["a"].mails_off)
    assert set(brands["a"].texts_off) == set(SMS_BY_DEFAULT)
    assert (brands["b"].mails_off, brands["b"].texts_off) == ([], [])
