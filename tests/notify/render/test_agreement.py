"""What a message says is what the page says: the same hours, days, times and amounts, whoever reads them."""

from datetime import UTC, datetime, time, timedelta

from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.events.kinds import EventKind
from app.notify.send.claim import Ready
from app.orders.models import Order
from app.returns.models import Refund
from app.returns.receiving.facts import ReceiptFacts, ReceivedItem
from app.returns.receiving.record import book_receipt
from app.returns.refunds.pay import pay_refund
from app.returns.services import request_return
from app.tracking.estimate import Window
from app.tracking.models import Shipment
from app.tracking.services import record_estimate
from tests.notify.build import NOON, a_mail_config, an_order, happens, prepared
from tests.returns.stage import asking, delivered_order
from tests.rounds import heard
from tests.tracking.pages import at, browser, text_of

CONFIG = a_mail_config()


def mails(session: Session, *, now: datetime = NOON) -> list[Ready]:
    """What would leave by mail now."""
    heard(session, limit=200, now=now, config=CONFIG)
    later = now + timedelta(minutes=3)
    ready = prepared(session, now=later, config=CONFIG)
    return [one for one in ready if one.outgoing.subject]


def parcel_of(session: Session, order: Order) -> Shipment:
    return session.scalars(select(Shipment).where(Shipment.order_id == order.id)).one()


def test_the_hours_that_a_carrier_names_are_the_same_in_mail_and_page(app: Flask, session: Session) -> None:
    order = an_order(session, now=NOON, locale="en-GB")
    mails(session)
    parcel, today = parcel_of(session, order), NOON.date()
    hours = Window(time(12), time(14, 30))
    record_estimate(
        session, parcel.carrier or "", parcel.number or "", today, today, window=hours, source="ups", now=NOON
    )
    happens(session, EventKind.SHIPMENT_OUT_FOR_DELIVERY, order, now=NOON, state="out_for_delivery")
    session.commit()
    [mail] = mails(session)
    assert mail.outgoing.subject == "Arrives today, from 12:00 to 14:30: order 1001"
    with at(NOON):
        page = text_of(browser(app, order).get(f"/o/{order.ref}").text)
    assert "de 12 a 14:30 h" in page or "from 12:00 to 14:30" in page


def test_money_that_left_after_midnight_left_on_that_day(app: Flask, session: Session) -> None:
    order = delivered_order(session, now=NOON, locale="en-GB")
    made = request_return(session, order.id, asking(("1", 1, "too_small")), by="customer", now=NOON)
    receipt = ReceiptFacts((ReceivedItem(1, "as_new", "restock", line="1"),))
    book_receipt(session, made.id, receipt, by="lola", idempotency_key="k1", now=NOON)
    mails(session)
    due = session.scalars(select(Refund).where(Refund.return_id == made.id)).one()
    half_past_midnight_in_madrid = datetime(2026, 11, 23, 23, 30, tzinfo=UTC)
    pay_refund(session, due.id, reference="TR-9", by="eva", now=half_past_midnight_in_madrid)
    session.commit()
    [mail] = mails(session, now=half_past_midnight_in_madrid)
    assert "Date: Tuesday 24 November" in mail.outgoing.text
    page = text_of(browser(app, order).get(f"/returns/{made.ref}").text)
    assert "martes 24 de noviembre" in page or "Tuesday 24 November" in page
