"""What ends in time: every kind of facts after its days, in batches, and what will go next before it goes."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, delete, func, select, true, update
from sqlalchemy.orm import Session

from app.audit import trail as audit
from app.orders.records import OrderRecord
from app.personal import tombstones
from app.personal.claims import DataSubject, TableClaim, claims
from app.personal.terms import TERMS
from app.privacy.erase import blanks, erase, unlike
from app.privacy.terms import Days, days

# Rows of one table in one transaction; an order brings a dozen others along.
BATCH, ORDERS = 1000, 50
MOST_COUNTED = 10_000
ACTOR = audit.CLI + "clock"


@dataclass(frozen=True, slots=True)
class Ending:
    """One kind of facts: for how many days it is kept, how many rows end by now and within a week, and the next."""

    term: str
    days: int | None
    due: int
    soon: int
    next_at: datetime | None


def expire(session: Session, *, key: str, now: datetime) -> int:
    """One batch of each table whose time has come; gives the rows of the largest, so that more is asked for again."""
    in_force = days(session)
    counts = {claim.table.name: count for claim in claims() if (count := _expire(session, claim, in_force, now=now))}
    old_orders = _expire_orders(session, in_force, key=key, now=now)
    if old_orders:
        counts["order"] = old_orders
    if counts:
        audit.record(session, actor=ACTOR, action="retention.expired", detail={"rows": counts}, now=now)
    # Orders come by the fifty: as many as that are as full a batch as a thousand rows.
    return max(BATCH if old_orders >= ORDERS else 0, *counts.values(), 0)


def upcoming(session: Session, *, now: datetime) -> list[Ending]:
    """What ends next, kind by kind; counts stop at ten thousand."""
    in_force = days(session)
    # On a page: no kind is counted beyond what anybody reads.
    endings = []
    for term in TERMS.values():
        spans = [_span(claim, in_force) for claim in claims() if claim.term == term.name]
        if term.name == "orders":
            spans.append(_orders_span(in_force))
        counted = [_counted(session, span, now=now) for span in spans if span is not None]
        nexts = [one.next_at for one in counted if one.next_at is not None]
        due, soon = sum(one.due for one in counted), sum(one.soon for one in counted)
        endings.append(Ending(term.name, in_force.get(term.name), due, soon, min(nexts, default=None)))
    return endings


@dataclass(frozen=True, slots=True)
class _Span:
    """Rows that end when their moment lies so many days back."""

    moment: ColumnElement[datetime]
    rows: ColumnElement[bool]
    days: int

    def by(self, at: datetime) -> ColumnElement[bool]:
        """Those that have ended at an instant."""
        return (self.moment < at - timedelta(days=self.days)) & self.rows


def _span(claim: TableClaim, in_force: Days) -> _Span | None:
    rows = (true() if claim.deleted else unlike(claim)) & (true() if claim.ended is None else claim.ended)
    if claim.until is not None:
        return _Span(claim.until.expression, rows, 0)
    if claim.since is None or claim.term not in in_force:
        return None
    return _Span(claim.since.expression, rows, in_force[claim.term])


def _orders_span(in_force: Days) -> _Span:
    return _Span(OrderRecord.placed_at.expression, OrderRecord.erased_at.is_(None), in_force["orders"])


def _expire(session: Session, claim: TableClaim, in_force: Days, *, now: datetime) -> int:
    span = _span(claim, in_force)
    if span is None:
        return 0
    keys = list(claim.table.primary_key.columns)
    # What somebody is at right now ends in the next round.
    some = select(*keys).where(span.by(now)).order_by(*keys).limit(BATCH)
    rows = session.execute(some.with_for_update(skip_locked=True, of=claim.table)).all()
    if not rows:
        return 0
    which = keys[0].in_([row[0] for row in rows]) if len(keys) == 1 else func.row(*keys).in_(rows)
    statement = delete(claim.table) if claim.deleted else update(claim.table).values(blanks(claim))
    session.execute(statement.where(which), execution_options={"synchronize_session": False})
    return len(rows)


def _expire_orders(session: Session, in_force: Days, *, key: str, now: datetime) -> int:
    """Old orders tell of nobody any more, and of what hangs on them nothing does; their figures stay."""
    span = _orders_span(in_force)
    if not session.scalar(select(select(OrderRecord.id).where(span.by(now)).exists())):
        return 0
    tombstones.alone(session)
    some = select(OrderRecord.id).where(span.by(now)).order_by(OrderRecord.id).limit(ORDERS)
    order_ids = list(session.scalars(some))
    if order_ids:
        # Only the orders: whoever bought in them may have bought since.
        erase(session, DataSubject(key, order_ids=tuple(order_ids)), now=now)
    return len(order_ids)


def _counted(session: Session, span: _Span, *, now: datetime) -> Ending:
    week = now + timedelta(days=7)
    due, soon = (_many(session, span.by(at)) for at in (now, week))
    first = session.scalar(select(func.min(span.moment)).where(span.rows))
    return Ending("", None, due, soon - due, first + timedelta(days=span.days) if first else None)


def _many(session: Session, which: ColumnElement[bool]) -> int:
    some = select(true()).where(which).limit(MOST_COUNTED).subquery()
    return session.scalar(select(func.count()).select_from(some)) or 0
