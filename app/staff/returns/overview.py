"""The list of returns: by where they stand, the latest news first."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, select, tuple_
from sqlalchemy.orm import Session

from app.orders.records import OrderRecord
from app.returns.records import ReturnRecord

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
    """Some returns with their orders' numbers, and the last one's place when there are more."""

    rows: Sequence[tuple[ReturnRecord, str]]
    following: str | None


def page(session: Session, show: str, *, after: str = "") -> ReturnListPage:
    """Returns of one tab; ``after`` is the ``following`` of the page before."""
    statement = (
        select(ReturnRecord, OrderRecord.number)
        .join(OrderRecord, OrderRecord.id == ReturnRecord.order_id)
        .where(*_conditions(show))
        # By the latest news: what a customer calls about has usually just changed.
        .order_by(ReturnRecord.changed_at.desc(), ReturnRecord.id.desc())
        .limit(PAGE + 1)
    )
    start = _read_place(after)
    if start:
        statement = statement.where(tuple_(ReturnRecord.changed_at, ReturnRecord.id) < start)
    rows = [(return_, number) for return_, number in session.execute(statement)]
    last = rows[PAGE - 1][0] if len(rows) > PAGE else None
    return ReturnListPage(rows[:PAGE], f"{last.changed_at.isoformat()}~{last.id}" if last else None)


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
