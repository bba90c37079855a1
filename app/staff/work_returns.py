"""Worklists of returns: to decide, refunds due, odd receipts, withdrawals to match."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import Select, exists, func, or_, select
from sqlalchemy.orm import Session, selectinload

from app.audit.models import AuditRow
from app.metrics.choices import shop_zone
from app.orders.models import Order
from app.returns.models import Receipt, ReceiptLine, Refund, Return, ReturnLine, Withdrawal
from app.returns.wording import reason_words
from app.staff.masking import name
from app.staff.warehouse_words import MARKS
from app.staff.work_rows import MOST_ROWS, Row
from app.words import local_day, money, short_day

SEEN = "receipt.seen"
NEWEST = 500
RECENT = timedelta(days=30)
ODD = or_(ReceiptLine.return_line_id.is_(None), ReceiptLine.disposition == "missing")


def undecided() -> Select[Any]:
    """Returns that wait for a person."""
    return select(Return.id).where(Return.decision.in_(("requested", "needs_review")))


def due() -> Select[Any]:
    """Refunds that are owed."""
    return select(Refund.id).where(Refund.state == "due")


def odd() -> Select[Any]:
    """Receipts with something odd that nobody has looked at yet, among the newest."""
    newest = select(ReceiptLine.receipt_id).where(ODD).order_by(ReceiptLine.receipt_id.desc()).limit(NEWEST)
    seen = exists().where(AuditRow.action == SEEN, AuditRow.subject == func.concat("receipt/", Receipt.id))
    recent = Receipt.received_at > func.now() - RECENT
    return select(Receipt.id).where(Receipt.id.in_(newest), Receipt.voided_at.is_(None), recent, ~seen)


def withdrawals() -> Select[Any]:
    """Statements that need a person."""
    return select(Withdrawal.id).where(Withdrawal.review)


def undecided_rows(session: Session, now: datetime) -> Sequence[Row]:
    """Returns to decide, the oldest first."""
    statement = (
        select(Return, Order)
        .join(Order, Order.id == Return.order_id)
        .where(Return.id.in_(undecided()))
        .order_by(Return.requested_at, Return.id)
        .limit(MOST_ROWS)
    )
    found = session.execute(statement).all()
    reasons = _reasons(session, [one.id for one, _order in found])
    return [
        Row(
            title=one.ref,
            href=url_for("returning.page", ref=one.ref),
            about=order.number,
            detail=", ".join([*reasons.get(one.id, ()), money(one.quote.get("total", 0), one.currency)]),
            when=short_day(one.requested_at, zone=order.brand.time_zone),
        )
        for one, order in found
    ]


def due_rows(session: Session, now: datetime) -> Sequence[Row]:
    """Refunds due, those first that are due first, with the days left."""
    statement = (
        select(Refund, Return.ref, Order)
        .join(Return, Return.id == Refund.return_id)
        .join(Order, Order.id == Refund.order_id)
        .where(Refund.id.in_(due()))
        .order_by(Refund.due_on, Refund.id)
        .limit(MOST_ROWS)
    )
    rows = []
    for refund, ref, order in session.execute(statement):
        left = (refund.due_on - local_day(now, order.brand.time_zone)).days
        amount = money(refund.amount, refund.currency)
        href = url_for("returning.page", ref=ref)
        rows.append(Row(amount, href, order.number, f"{ref} · {_left(left)}", short_day(refund.due_on), left < 0))
    return rows


def odd_rows(session: Session, now: datetime) -> Sequence[Row]:
    """Odd receipts, the newest first."""
    statement = (
        select(Receipt, Return.ref, Order)
        .join(Return, Return.id == Receipt.return_id)
        .join(Order, Order.id == Return.order_id)
        .where(Receipt.id.in_(odd()))
        .options(selectinload(Receipt.lines))
        .order_by(Receipt.id.desc())
        .limit(MOST_ROWS)
    )
    return [
        Row(
            title=ref,
            href=url_for("returning.page", ref=ref),
            about=order.number,
            detail=", ".join(_odd_words(receipt)),
            when=short_day(receipt.received_at, zone=order.brand.time_zone),
            deed=(_("Looked at"), url_for("work.saw_receipt", receipt_id=receipt.id)),
        )
        for receipt, ref, order in session.execute(statement)
    ]


def withdrawal_rows(session: Session, now: datetime) -> Sequence[Row]:
    """Withdrawals to match, the oldest first: the law's days run."""
    statement = (
        select(Withdrawal, Order)
        .join(Order, Order.id == Withdrawal.order_id, isouter=True)
        .where(Withdrawal.review)
        .order_by(Withdrawal.stated_at, Withdrawal.id)
        .limit(MOST_ROWS)
    )
    zone = shop_zone(session)
    return [
        Row(
            title=said.ref,
            href=url_for("console.order", ref=order.ref) if order else None,
            about=order.number if order else said.order_text,
            detail=f"{name(said.name)} {said.items_text or ''}".strip(),
            when=short_day(said.stated_at, zone=zone),
            deed=(_("Done"), url_for("work.settled_withdrawal", withdrawal_id=said.id)),
        )
        for said, order in session.execute(statement)
    ]


def _reasons(session: Session, ids: Sequence[int]) -> dict[int, list[str]]:
    told: dict[int, list[str]] = {}
    statement = select(ReturnLine.return_id, ReturnLine.reason).where(ReturnLine.return_id.in_(ids)).distinct()
    for return_id, reason in session.execute(statement):
        told.setdefault(return_id, []).append(reason_words(reason))
    return told


def _left(days: int) -> str:
    if days < 0:
        return ngettext("%(num)s day over", "%(num)s days over", -days)
    return ngettext("%(num)s day left", "%(num)s days left", days) if days else _("due today")


def _odd_words(receipt: Receipt) -> list[str]:
    lines = [line for line in receipt.lines if line.return_line_id is None or line.disposition == "missing"]
    words = [
        str(MARKS["none"]) if line.disposition == "missing" else _("not announced: %(what)s", what=line.description)
        for line in lines
    ]
    return [f"{line.quantity} × {said}" for line, said in zip(lines, words, strict=True)]
