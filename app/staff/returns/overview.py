"""The list of returns: by where they stand, the latest news first."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from sqlalchemy import ColumnElement, select, tuple_
from sqlalchemy.orm import Session, joinedload, selectinload

from app.core.i18n.words import amount
from app.orders.records import OrderRecord
from app.returns.queries import ReturnView, views_of
from app.returns.records import ReceiptRecord, ReturnRecord

PAGE = 50
TABS = {
    "": _l("All"),
    "undecided": _l("To decide"),
    "awaiting": _l("Not handed over"),
    "in_transit": _l("On their way"),
    "here": _l("Here"),
    "closed": _l("Rejected, cancelled, expired"),
}


@dataclass(frozen=True, slots=True)
class ReturnListPage:
    """Some returns with all around them, and the last one's place when there are more."""

    rows: Sequence[ReturnView]
    following: str | None


def page(session: Session, show: str, *, after: str = "") -> ReturnListPage:
    """Returns of one tab; ``after`` is the ``following`` of the page before."""
    statement = (
        select(ReturnRecord)
        .where(*_conditions(show))
        .options(
            selectinload(ReturnRecord.lines),
            selectinload(ReturnRecord.refunds),
            selectinload(ReturnRecord.receipts).selectinload(ReceiptRecord.lines),
        )
        # By the latest news: what a customer calls about has usually just changed.
        .order_by(ReturnRecord.changed_at.desc(), ReturnRecord.id.desc())
        .limit(PAGE + 1)
    )
    start = _read_place(after)
    if start:
        statement = statement.where(tuple_(ReturnRecord.changed_at, ReturnRecord.id) < start)
    returns = session.scalars(statement).all()
    last = returns[PAGE - 1] if len(returns) > PAGE else None
    its_orders = select(OrderRecord).where(OrderRecord.id.in_({one.order_id for one in returns[:PAGE]}))
    whole = (selectinload(OrderRecord.all_lines), joinedload(OrderRecord.brand))
    orders = {order.id: order for order in session.scalars(its_orders.options(*whole))}
    rows = views_of(session, returns[:PAGE], orders)
    return ReturnListPage(rows, f"{last.changed_at.isoformat()}~{last.id}" if last else None)


def _conditions(show: str) -> list[ColumnElement[bool]]:
    approved = ReturnRecord.decision == "approved"
    tabs: dict[str, list[ColumnElement[bool]]] = {
        "undecided": [ReturnRecord.decision.in_(("requested", "needs_review"))],
        "awaiting": [approved, ReturnRecord.goods == "awaiting"],
        "in_transit": [approved, ReturnRecord.goods == "in_transit"],
        "here": [ReturnRecord.goods.in_(("partly_received", "received", "inspected"))],
        "closed": [ReturnRecord.decision.in_(("rejected", "cancelled", "expired"))],
    }
    return tabs.get(show, [])


def _read_place(text: str) -> tuple[datetime, int] | None:
    """Where a page begins; anything odd begins at the top."""
    moment, _, return_id = text.rpartition("~")
    try:
        return datetime.fromisoformat(moment), int(return_id)
    except ValueError:
        return None


def goods_words(view: ReturnView) -> str:
    """«2 × Camiseta and 3 more»: the first thing with its units, and how many things beside it; a dash for none."""
    # What came without notice has no lines until somebody has put them in.
    if not view.return_.lines:
        return "—"
    first, *others = view.return_.lines
    line = view.lines.get(first.order_line_id)
    title = (
        f"{amount(first.quantity, line.measure_of(first.quantity) if line else None)} × {line.title if line else '?'}"
    )
    if not others:
        return title
    return ngettext("%(first)s and %(num)s more", "%(first)s and %(num)s more", len(others), first=title)
