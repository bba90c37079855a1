"""The order page's cards of what came back: a cancelled order's refund, withdrawals, returns here and with the shop."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import render_template
from flask_babel import gettext as _
from markupsafe import Markup
from sqlalchemy import select, text
from sqlalchemy.orm import Session, selectinload
from sqlalchemy.sql.base import ExecutableOption

from app.core.clock import utcnow
from app.core.i18n.words import day, money
from app.orders.records import OrderRecord
from app.returns.elsewhere.queries import refunds_elsewhere
from app.returns.queries import returns_of, views_of
from app.returns.records import ReturnElsewhereRecord, WithdrawalRecord
from app.returns.status.standing import standing_of
from app.returns.status.summary import badge, bank_words, pieces, status_summary
from app.returns.withdrawal.law import law_of, law_words
from app.returns.words import elsewhere_words

# Most orders have none of these, and their page is a hot path: one statement says so.
_ANY = text(
    "select exists (select from return where order_id = :order_id)"
    " or exists (select from refund_elsewhere where order_id = :order_id)"
    " or exists (select from return_elsewhere where order_id = :order_id)"
    " or exists (select from withdrawal where order_id = :order_id and own)"
    " or exists (select from \"order\" where id = :order_id and status = 'cancelled')"
)

_WITH_RETURNS = text(
    "select order_id from return where order_id = any(:order_ids)"
    " union select order_id from return_elsewhere where order_id = any(:order_ids)"
)


@dataclass(frozen=True, slots=True)
class PanelRow:
    """One return, exchange, claim or withdrawal: its name, where that leads, two lines of words, a badge."""

    name: str
    href: str | None
    lines: tuple[str, ...]
    badge: tuple[str, str] | None = None


def order_panel(session: Session, order_id: int, _tier: int) -> Markup:
    """What came back of an order; empty when nothing did. Shows nothing that needs a code to be entered."""
    if not session.connection().scalar(_ANY, {"order_id": order_id}):
        return Markup("")
    order = session.scalars(select(OrderRecord).where(OrderRecord.id == order_id).options(*_whole())).one()
    is_over = order.status == "cancelled"
    page = render_template(
        "returns/_panel.html",
        rows=[*_withdrawals(session, order), *_returns(session, order), *_returns_elsewhere(session, order)],
        refund=_refund_of_cancelled(session, order) if is_over else [],
        elsewhere=[] if is_over else refunds_elsewhere(session, order_id),
    )
    return Markup(page)  # noqa: S704 (made by our template)


def account_rows(session: Session, order_ids: Sequence[int]) -> dict[int, list[PanelRow]]:
    """The returns of these orders as each order's own page lists them; orders without any are not among them."""
    with_some = session.connection().scalars(_WITH_RETURNS, {"order_ids": list(order_ids)}).all()
    return {
        order.id: [*_returns(session, order), *_returns_elsewhere(session, order)]
        for order in session.scalars(select(OrderRecord).where(OrderRecord.id.in_(with_some)).options(*_whole()))
    }


def _whole() -> tuple[ExecutableOption, ...]:
    return selectinload(OrderRecord.all_lines), selectinload(OrderRecord.brand)


def _returns(session: Session, order: OrderRecord) -> list[PanelRow]:
    now, rows = utcnow(), []
    for view in views_of(session, returns_of(session, order.id), {order.id: order}):
        standing = standing_of(view, now=now)
        units = {line.order_line_id: line.quantity for line in view.return_.lines}
        amount = money(standing.amount, view.return_.currency) if standing.amount is not None else None
        contents = " · ".join(filter(None, (pieces(view.lines, units), amount)))
        name, href = _("Return %(ref)s", ref=view.return_.ref), f"/returns/{view.return_.ref}"
        rows.append(PanelRow(name, href, (status_summary(view, standing).title, contents), badge(standing)))
    return rows


def _withdrawals(session: Session, order: OrderRecord) -> list[PanelRow]:
    """Statements of who is on file; what becomes of them is the return below."""
    statement = select(WithdrawalRecord).where(WithdrawalRecord.order_id == order.id, WithdrawalRecord.own)
    words = law_words(law_of(order))
    return [
        PanelRow(
            str(_(words.received)),
            None,
            (_("%(day)s, reference %(ref)s", day=day(one.stated_at, zone=order.brand.time_zone), ref=one.ref),),
        )
        for one in session.scalars(statement.order_by(WithdrawalRecord.id.desc()))
    ]


def _returns_elsewhere(session: Session, order: OrderRecord) -> list[PanelRow]:
    """Returns, exchanges and claims made with the shop itself."""
    made = select(ReturnElsewhereRecord).where(ReturnElsewhereRecord.order_id == order.id)
    by_name = {line.line_id: line.id for line in order.all_lines}
    lines, rows = {line.id: line for line in order.all_lines}, []
    for row in session.scalars(made.order_by(ReturnElsewhereRecord.id.desc())):
        units = {by_name[one["line"]]: one["quantity"] for one in row.lines if one["line"] in by_name}
        name, stage = elsewhere_words(row.kind, row.stage)
        rows.append(PanelRow(name, None, tuple(filter(None, (pieces(lines, units),))), ("plain", stage)))
    return rows


def _refund_of_cancelled(session: Session, order: OrderRecord) -> Sequence[tuple[str, str]]:
    """What a cancelled order gives back: amount, day and state, a row each."""
    refunds = refunds_elsewhere(session, order.id)
    sent = sum(amount for amount, *_rest in refunds)
    rows = [
        (money(amount, currency), _("Sent on %(day)s. %(bank)s", day=day(at, zone=zone), bank=bank_words()))
        for amount, currency, at, zone in refunds
    ]
    left = order.paid - sent
    if left <= 0 or order.payment_status == "voided":
        return rows
    state = _("Sent. %(bank)s", bank=bank_words()) if order.payment_status == "refunded" else _("Not sent yet")
    return [*rows, (money(left, order.currency), state)]
