"""Worklists of returns: to decide, refunds due, odd receipts, withdrawals to match."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import Select, func, select, text
from sqlalchemy.orm import Session, aliased, selectinload

from app.brands.queries import shop_zone
from app.core.i18n.words import local_day, money, short_day
from app.orders.records import OrderRecord
from app.returns.policy.stored.reason_list import every_list
from app.returns.records import (
    ReceiptRecord,
    RefundElsewhereRecord,
    RefundRecord,
    ReturnLineRecord,
    ReturnRecord,
    WithdrawalRecord,
)
from app.returns.states import HERE, Decision, GoodsState, next_step
from app.returns.words import reason_words
from app.staff.orders.masking import name
from app.staff.returns.page import STEPS
from app.staff.warehouse.words import ODDITIES
from app.staff.worklists.aside import RECEIPTS, is_aside
from app.staff.worklists.choice import RowChoice, RowSource
from app.staff.worklists.rows import MOST_ROWS, WITH_CUSTOMER, Act, Row, age_words, customer_of

SEEN = "receipt.seen"
# Whoever did not look at a receipt for a month does not any more; its return still says what is odd.
RECENT = timedelta(days=30)
# As the partial index says it, so that it is used.
EMPTY = text("'{}'")


DECISION_ROWS = RowSource(ReturnRecord.id, order_id=ReturnRecord.order_id, day=ReturnRecord.requested_at)
REJECTED_ROWS = RowSource(ReturnRecord.id, order_id=ReturnRecord.order_id, day=ReturnRecord.received_at)
REFUND_ROWS = RowSource(RefundRecord.id, order_id=RefundRecord.order_id, day=RefundRecord.created_at)
# Under a name of its own: the list's statement joins the returns as well.
_of_receipt = aliased(ReturnRecord)
RECEIPT_ROWS = RowSource(
    ReceiptRecord.id,
    order_id=select(_of_receipt.order_id).where(_of_receipt.id == ReceiptRecord.return_id).scalar_subquery(),
    day=ReceiptRecord.received_at,
)
ELSEWHERE_ROWS = RowSource(
    RefundElsewhereRecord.id, order_id=RefundElsewhereRecord.order_id, day=RefundElsewhereRecord.told_at
)
WITHDRAWAL_ROWS = RowSource(WithdrawalRecord.id, order_id=WithdrawalRecord.order_id, day=WithdrawalRecord.stated_at)


def undecided() -> Select[Any]:
    """Returns that wait for a person."""
    return select(ReturnRecord.id).where(ReturnRecord.decision.in_(("requested", "needs_review")))


def rejected() -> Select[Any]:
    """Returns that were rejected while their goods are here."""
    return select(ReturnRecord.id).where(ReturnRecord.decision == "rejected", ReturnRecord.goods.in_(sorted(HERE)))


def due() -> Select[Any]:
    """Refunds that are owed."""
    return select(RefundRecord.id).where(RefundRecord.state == "due")


def odd() -> Select[Any]:
    """Receipts with something odd that nobody has looked at yet."""
    recent = ReceiptRecord.received_at > func.now() - RECENT
    return select(ReceiptRecord.id).where(
        ReceiptRecord.odd != EMPTY, ReceiptRecord.voided_at.is_(None), recent, ~is_aside(RECEIPTS, ReceiptRecord.id)
    )


def compared() -> Select[Any]:
    """Refunds of the shop's own system that may be ours."""
    return select(RefundElsewhereRecord.id).where(RefundElsewhereRecord.verdict == "unsure")


def withdrawals() -> Select[Any]:
    """Statements that need a person."""
    return select(WithdrawalRecord.id).where(WithdrawalRecord.review)


def undecided_rows(session: Session, now: datetime, choice: RowChoice) -> Sequence[Row]:
    """Returns to decide, the oldest first."""
    statement = (
        select(ReturnRecord, OrderRecord)
        .join(OrderRecord, OrderRecord.id == ReturnRecord.order_id)
        .where(ReturnRecord.id.in_(undecided()), *choice.where)
        .order_by(*choice.order(ReturnRecord.requested_at, ReturnRecord.id))
        .limit(MOST_ROWS)
        .options(WITH_CUSTOMER)
    )
    returns = session.execute(statement).all()
    reasons = _reasons(session, [return_.id for return_, _order in returns])
    return [
        Row(
            title=return_.ref,
            href=url_for("returning.page", ref=return_.ref),
            about=order.number,
            order=url_for("console.order", ref=order.ref),
            detail=", ".join([*reasons.get(return_.id, ()), money(return_.quote.get("total", 0), return_.currency)]),
            when=short_day(return_.requested_at, zone=order.brand.time_zone),
            customer=customer_of(order),
            age=age_words(return_.requested_at, now, order.brand.time_zone),
            acts=_decisions(return_),
            item=str(return_.id),
            order_id=order.id,
            subject=f"return/{return_.ref}",
        )
        for return_, order in returns
    ]


def _decisions(return_: ReturnRecord) -> tuple[Act, ...]:
    """Approve and reject; a withdrawal is the customer's right, and is not rejected."""
    approve = Act(_("Approve"), url_for("decisions.decide", ref=return_.ref, name="approval"), asks=True)
    reject = Act(_("Reject"), url_for("decisions.decide", ref=return_.ref, name="rejection"), asks=True)
    return (approve,) if return_.initiated_by == "withdrawal" else (approve, reject)


def rejected_rows(session: Session, now: datetime, choice: RowChoice) -> Sequence[Row]:
    """Rejected goods that are here, the longest waiting first."""
    statement = (
        select(ReturnRecord, OrderRecord)
        .join(OrderRecord, OrderRecord.id == ReturnRecord.order_id)
        .where(ReturnRecord.id.in_(rejected()), *choice.where)
        .order_by(*choice.order(ReturnRecord.received_at, ReturnRecord.id))
        .limit(MOST_ROWS)
        .options(WITH_CUSTOMER)
    )
    return [
        Row(
            title=return_.ref,
            href=url_for("returning.page", ref=return_.ref),
            about=order.number,
            detail=return_.decision_reason or "",
            when=short_day(return_.received_at, zone=order.brand.time_zone) if return_.received_at else "",
            order=url_for("console.order", ref=order.ref),
            customer=customer_of(order),
            age=age_words(return_.received_at, now, order.brand.time_zone),
            acts=(Act(_("Send the items back"), url_for("return_money.sending_back", ref=return_.ref), asks=True),),
            item=str(return_.id),
            order_id=order.id,
            subject=f"return/{return_.ref}",
        )
        for return_, order in session.execute(statement)
    ]


def due_rows(session: Session, now: datetime, choice: RowChoice) -> Sequence[Row]:
    """Refunds due, those first that are due first, with the days left."""
    statement = (
        select(RefundRecord, ReturnRecord.ref, OrderRecord)
        .join(ReturnRecord, ReturnRecord.id == RefundRecord.return_id)
        .join(OrderRecord, OrderRecord.id == RefundRecord.order_id)
        .where(RefundRecord.id.in_(due()), *choice.where)
        .order_by(*choice.order(RefundRecord.due_on, RefundRecord.id))
        .limit(MOST_ROWS)
        .options(WITH_CUSTOMER)
    )
    rows = []
    for refund, ref, order in session.execute(statement):
        days_left = (refund.due_on - local_day(now, order.brand.time_zone)).days
        href = url_for("returning.page", ref=ref)
        rows.append(
            Row(
                title=money(refund.amount, refund.currency),
                href=href,
                about=order.number,
                order=url_for("console.order", ref=order.ref),
                detail=_("Return %(ref)s", ref=ref) + f" · {days_left_words(days_left)}",
                when=short_day(refund.due_on),
                late=days_left < 0,
                customer=customer_of(order),
                acts=(Act(_("Go to the refund"), href, asks=True),),
                item=str(refund.id),
                order_id=order.id,
                subject=f"return/{ref}",
            )
        )
    return rows


def odd_rows(session: Session, now: datetime, choice: RowChoice) -> Sequence[Row]:
    """Odd receipts, the newest first; the return's page says what can be done about each."""
    statement = (
        select(ReceiptRecord, ReturnRecord, OrderRecord)
        .join(ReturnRecord, ReturnRecord.id == ReceiptRecord.return_id)
        .join(OrderRecord, OrderRecord.id == ReturnRecord.order_id)
        .where(ReceiptRecord.id.in_(odd()), *choice.where)
        # The words name what was not announced: a statement for each row otherwise.
        .options(selectinload(ReceiptRecord.lines), WITH_CUSTOMER)
        .order_by(*choice.order(ReceiptRecord.received_at, ReceiptRecord.id, newest=True))
        .limit(MOST_ROWS)
    )
    return [
        Row(
            title=return_.ref,
            href=url_for("returning.page", ref=return_.ref),
            about=order.number,
            order=url_for("console.order", ref=order.ref),
            detail=" ".join(
                (*_odd_words(receipt), str(STEPS[next_step(Decision(return_.decision), GoodsState(return_.goods))]))
            ),
            when=short_day(receipt.received_at, zone=order.brand.time_zone),
            acts=(Act(_("Reviewed"), url_for("work.saw_receipt", receipt_id=receipt.id)),),
            item=str(receipt.id),
            order_id=order.id,
            subject=f"return/{return_.ref}",
            customer=customer_of(order),
            age=age_words(receipt.received_at, now, order.brand.time_zone),
        )
        for receipt, return_, order in session.execute(statement)
    ]


def compared_rows(session: Session, now: datetime, choice: RowChoice) -> Sequence[Row]:
    """Refunds to compare, the oldest first: until a person says, the one of ours is not paid."""
    statement = (
        select(RefundElsewhereRecord, OrderRecord)
        .join(OrderRecord, OrderRecord.id == RefundElsewhereRecord.order_id)
        .where(RefundElsewhereRecord.id.in_(compared()), *choice.where)
        .order_by(*choice.order(RefundElsewhereRecord.told_at, RefundElsewhereRecord.id))
        .limit(MOST_ROWS)
        .options(WITH_CUSTOMER)
    )
    return [
        Row(
            title=money(refund.amount, refund.currency),
            href=url_for("console.order", ref=order.ref, _anchor="elsewhere"),
            about=order.number,
            order=url_for("console.order", ref=order.ref),
            detail=" · ".join(filter(None, (refund.external_id, refund.reason))),
            when=short_day(refund.made_at or refund.told_at, zone=order.brand.time_zone),
            customer=customer_of(order),
            age=age_words(refund.made_at or refund.told_at, now, order.brand.time_zone),
            acts=(Act(_("Compare refunds"), url_for("console.order", ref=order.ref, _anchor="elsewhere"), asks=True),),
            item=str(refund.id),
            order_id=order.id,
        )
        for refund, order in session.execute(statement)
    ]


def withdrawal_rows(session: Session, now: datetime, choice: RowChoice) -> Sequence[Row]:
    """Withdrawals to match, the oldest first: the law's days run."""
    statement = (
        select(WithdrawalRecord, OrderRecord)
        .join(OrderRecord, OrderRecord.id == WithdrawalRecord.order_id, isouter=True)
        .where(WithdrawalRecord.review, *choice.where)
        .order_by(*choice.order(WithdrawalRecord.stated_at, WithdrawalRecord.id))
        .limit(MOST_ROWS)
    )
    zone = shop_zone(session)
    return [
        Row(
            title=withdrawal.ref,
            href=url_for("console.order", ref=order.ref) if order else None,
            about=order.number if order else withdrawal.order_text,
            order=url_for("console.order", ref=order.ref) if order else None,
            detail=withdrawal.items_text or _("The whole order"),
            when=short_day(withdrawal.stated_at, zone=zone),
            customer=name(withdrawal.name),
            age=age_words(withdrawal.stated_at, now, zone),
            acts=(Act(_("Settled"), url_for("work.settled_withdrawal", withdrawal_id=withdrawal.id)),),
            item=str(withdrawal.id),
            order_id=order.id if order else None,
        )
        for withdrawal, order in session.execute(statement)
    ]


def _reasons(session: Session, ids: Sequence[int]) -> dict[int, list[str]]:
    reasons: dict[int, list[str]] = {}
    lists = every_list(session)
    statement = (
        select(ReturnLineRecord.return_id, ReturnLineRecord.reason)
        .where(ReturnLineRecord.return_id.in_(ids))
        .distinct()
    )
    for return_id, reason in session.execute(statement):
        reasons.setdefault(return_id, []).append(reason_words(reason, *lists))
    return reasons


def days_left_words(days: int) -> str:
    """How long a refund has, or how long it is over."""
    if days < 0:
        return ngettext("%(num)s day over", "%(num)s days over", -days)
    return ngettext("%(num)s day left", "%(num)s days left", days) if days else _("due today")


def _odd_words(receipt: ReceiptRecord) -> list[str]:
    """What is odd, and the things that are no line of the order by name."""
    foreign = [f"{line.quantity} × {line.description}" for line in receipt.lines if line.order_line_id is None]
    words = [str(ODDITIES.get(odd, odd)) for odd in receipt.odd]
    return [*words, *([_("Not announced: %(what)s.", what=", ".join(foreign))] if foreign else [])]
