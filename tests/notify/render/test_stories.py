"""Whole stories on the database: what a customer reads from the order to the refund."""

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.notify.models import Message
from app.notify.send.claim import Ready
from app.returns.models import Refund
from app.returns.receiving.facts import ReceiptFacts, ReceivedItem
from app.returns.receiving.record import book_receipt
from app.returns.refunds.pay import pay_refund
from app.returns.services import request_return
from app.returns.withdrawal.matching import receive
from app.returns.withdrawal.statement import WithdrawalStatement, state_withdrawal
from tests.conftest import SECRET
from tests.notify.build import NOON, a_mail_config, prepared
from tests.returns.stage import asking, delivered_order
from tests.rounds import heard

CONFIG = a_mail_config()


def read(session: Session) -> list[Ready]:
    """What would leave now."""
    heard(session, limit=200, now=NOON, config=CONFIG)
    return prepared(session, now=NOON + timedelta(minutes=3), config=CONFIG)


def test_an_old_parcel_that_is_imported_is_told_to_nobody(session: Session) -> None:
    delivered_order(session, now=NOON, days_ago=9)
    assert [one.outgoing.subject for one in read(session) if "elivered" in one.outgoing.subject] == []


def test_a_return_is_told_once_a_stage(session: Session) -> None:
    order = delivered_order(session, now=NOON, locale="en-GB")
    read(session)
    made = request_return(session, order.id, asking(("1", 1, "too_small")), by="customer", now=NOON)
    mails = [one.outgoing for one in read(session) if one.outgoing.subject]
    assert [mail.subject for mail in mails] == [f"Your return label is ready: order {order.number}"]
    assert made.ref in mails[0].text and "Refund: " in mails[0].text and "Drop off by: " in mails[0].text
    skipped = session.execute(select(Message.kind, Message.reason).where(Message.state == "skipped")).all()
    reasons = {tuple(row) for row in skipped if row.kind.startswith("return.")}
    assert reasons == {("return.requested", "overtaken"), ("return.approved", "overtaken")}


def test_a_refund_is_confirmed_with_amount_and_reference(session: Session) -> None:
    order = delivered_order(session, now=NOON, locale="en-GB")
    made = request_return(session, order.id, asking(("1", 1, "too_small")), by="customer", now=NOON)
    read(session)
    receipt = ReceiptFacts((ReceivedItem(1, "as_new", "restock", line="1"),))
    book_receipt(session, made.id, receipt, by="lola", idempotency_key="k1", now=NOON)
    assert [one.outgoing.subject for one in read(session)] == [f"We've received your return: order {order.number}"]
    due = session.scalars(select(Refund).where(Refund.return_id == made.id)).one()
    pay_refund(session, due.id, reference="TR-9", by="eva", now=NOON)
    mail = read(session)[0].outgoing
    assert mail.subject.startswith("Refunded €") and order.number in mail.subject
    assert "Payment reference: TR-9" in mail.text and "Date: Sunday 22 November" in mail.text


def test_a_withdrawal_is_acknowledged_to_whom_it_states_and_to_whom_we_know(session: Session) -> None:
    order = delivered_order(session, now=NOON)
    read(session)
    stated = WithdrawalStatement("Ana Ruiz", order.number, "other@example.org", "es", form_key="f1")
    withdrawal = state_withdrawal(session, stated, now=NOON)
    receive(session, limit=9, key=SECRET, now=NOON)
    mails = {one.outgoing.to: one.outgoing for one in read(session) if "desisti" in one.outgoing.subject}
    assert "other@example.org" in mails
    text = mails["other@example.org"].text
    assert withdrawal.ref in text and "Hora UTC: 2026-11-22 11:00:00" in text and order.number not in text
    assert order.number in mails["marisol@example.com"].subject
    assert "List-Unsubscribe" not in mails["other@example.org"].headers
