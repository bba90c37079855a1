"""Keeping what a document tells of money and units given back in the shop's own system, while its order is locked."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import exists, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.events.kinds import EventKind
from app.events.log import append
from app.orders.document.document import OrderDocument
from app.orders.records import OrderRecord
from app.orders.services import whole_order
from app.returns.elsewhere.counting import UnitCount, follow
from app.returns.elsewhere.ledger import GivenBackElsewhere, Kept, LineElsewhere, given_back_elsewhere, kept_of
from app.returns.elsewhere.matching import Match, Verdict
from app.returns.elsewhere.models import RefundElsewhere, ReturnElsewhere, UnitsElsewhere
from app.returns.elsewhere.own import has_returns


def note_elsewhere(
    session: Session, documents: Mapping[int, OrderDocument], *, new: Collection[int] = (), now: datetime
) -> None:
    """Keep what documents tell of refunds and units given back, by their orders' ids, whose locks the caller holds.

    ``new`` orders were made just now. Where it moves money of our returns, their listener hears of it. A repeated
    document changes nothing.
    """
    # Most orders never have any of it, and their documents come by the hundred a second.
    telling = {order_id for order_id, document in documents.items() if _tells(document)}
    quiet = documents.keys() - telling - set(new)
    for order_id in sorted(telling | (_counting_any(session, quiet) if quiet else set())):
        explicit = {line.id for line in documents[order_id].lines if "returned" in line.model_fields_set}
        keep(session, whole_order(session, order_id), explicit=explicit, now=now)


def _tells(document: OrderDocument) -> bool:
    lines = any(line.returned or line.for_line for line in document.lines)
    return bool(document.refunds or document.returns or lines)


def _counting_any(session: Session, order_ids: Collection[int]) -> set[int]:
    counted = UnitsElsewhere.order_id.in_(order_ids) & (UnitsElsewhere.counted > 0)
    return set(session.scalars(select(UnitsElsewhere.order_id).where(counted)))


def keep(session: Session, order: OrderRecord, *, explicit: Collection[str] = (), now: datetime) -> GivenBackElsewhere:
    """Keep what the order's row tells, and tell the returns where it moves their money.

    ``explicit`` are the lines, by the shop's id, whose count of returned units was really told: it may fall.
    """
    before = kept_of(session, order.id, lock=True)
    counted = sum(row.counted for row in before.refunds.values() if row.verdict != Verdict.UNSURE)
    _let_fall(session, order, before, explicit, now=now)
    result = given_back_elsewhere(session, order)
    _keep_refunds(session, order, before, result.refunds, now=now)
    _keep_returns(session, order, before, now=now)
    _keep_units(session, order, result.lines, now=now)
    moves = result.amount != counted or any(match.settles for match in result.refunds)
    if moves and has_returns(session, order.id):
        # Their listener locks all in the one order; here parcels are held already, and returns come after these.
        amounts = {"given_back_before": counted, "given_back": result.amount}
        append(session, EventKind.ORDER_REDUCED, order_id=order.id, payload=amounts, now=now)
    return result


def judge_again(session: Session, order: OrderRecord, *, now: datetime) -> None:
    """A refund of ours became void: what might have been it may be plain by now, and the order's returns hear of it.

    The caller holds the order's lock.
    """
    unsure = exists().where(RefundElsewhere.order_id == order.id, RefundElsewhere.verdict == Verdict.UNSURE)
    if session.scalar(select(unsure)):
        keep(session, order, now=now)


def _let_fall(session: Session, order: OrderRecord, ledger: Kept, explicit: Collection[str], *, now: datetime) -> None:
    for line in order.all_lines:
        row = ledger.units.get(line.id)
        if row is None or line.line_id not in explicit or line.returned >= row.counted:
            continue
        count = follow(UnitCount(row.counted, row.elsewhere), line.returned, own_received=0)
        row.counted, row.elsewhere, row.changed_at = count.counted, count.elsewhere, now
    session.flush()


def _keep_refunds(
    session: Session, order: OrderRecord, ledger: Kept, matches: Iterable[Match], *, now: datetime
) -> None:
    stated = {one["id"]: one for one in order.refunds}
    rows = []
    for match in matches:
        one, row = stated.get(match.refund.external_id), ledger.refunds.get(match.refund.external_id)
        first, further = next(iter(match.refund_ids), None), list(match.refund_ids[1:])
        judged = {"verdict": match.verdict, "refund_id": first, "further_ids": further, "counted": match.counts}
        if row is not None:
            _change(row, judged | ({"amount": match.refund.amount, "key": match.refund.key} if one else {}))
        elif one is not None:
            rows.append(
                {
                    "order_id": order.id,
                    "external_id": one["id"],
                    "amount": one["amount"],
                    "currency": order.currency,
                    "made_at": match.refund.at,
                    "reason": one["reason"],
                    "key": one["key"],
                    "lines": one["lines"],
                    "told_at": now,
                    **judged,
                }
            )
    if rows:
        session.execute(insert(RefundElsewhere), rows)
    session.flush()


def _keep_returns(session: Session, order: OrderRecord, ledger: Kept, *, now: datetime) -> None:
    rows = []
    for one in order.returns:
        row = ledger.returns.get(one["id"])
        facts = {"stage": one["status"], "kind": one["kind"], "key": one["key"], "lines": one["lines"]}
        if row is not None:
            _change(row, facts)
        else:
            at = datetime.fromisoformat(one["at"]) if one["at"] else None
            rows.append({"order_id": order.id, "external_id": one["id"], "made_at": at, "told_at": now, **facts})
    if rows:
        session.execute(insert(ReturnElsewhere), rows)
    session.flush()


def _keep_units(session: Session, order: OrderRecord, lines: dict[int, LineElsewhere] | Any, *, now: datetime) -> None:
    ledger = kept_of(session, order.id, lock=True).units
    for line_id, line in lines.items():
        facts = {"counted": line.count.counted, "elsewhere": line.count.elsewhere}
        row = ledger.get(line_id)
        if row is None:
            session.add(UnitsElsewhere(order_line_id=line_id, order_id=order.id, changed_at=now, **facts))
        elif _change(row, facts):
            row.changed_at = now
    session.flush()


def _change(row: RefundElsewhere | ReturnElsewhere | UnitsElsewhere, facts: dict[str, Any]) -> bool:
    """Write what differs; gives whether anything did."""
    differs = {name: value for name, value in facts.items() if getattr(row, name) != value}
    for name, value in differs.items():
        setattr(row, name, value)
    return bool(differs)
