"""What a fold has to tell: domain events for the milestones that are new, each once per shipment and leg."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from app.events.kinds import Kind, listeners
from app.events.models import DomainEvent, Hearing
from app.queue import defer
from app.tracking.facts import Folded, LegKind, Milestone, MilestoneName

HISTORY = timedelta(hours=24)

KINDS = {
    MilestoneName.SHIPPED: Kind.SHIPMENT_SHIPPED,
    MilestoneName.OUT_FOR_DELIVERY: Kind.SHIPMENT_OUT_FOR_DELIVERY,
    MilestoneName.READY_FOR_PICKUP: Kind.SHIPMENT_READY_FOR_PICKUP,
    MilestoneName.DELIVERY_FAILED: Kind.SHIPMENT_DELIVERY_FAILED,
    MilestoneName.DELIVERED: Kind.SHIPMENT_DELIVERED,
    MilestoneName.RETURNING: Kind.SHIPMENT_RETURNING,
    MilestoneName.RETURNED: Kind.SHIPMENT_RETURNED,
    MilestoneName.HELD: Kind.SHIPMENT_INCIDENT,
    MilestoneName.LOST: Kind.SHIPMENT_INCIDENT,
    MilestoneName.DAMAGED: Kind.SHIPMENT_INCIDENT,
    MilestoneName.CORRECTED: Kind.SHIPMENT_INCIDENT,
}


@dataclass(frozen=True, slots=True)
class Subject:
    """The shipment that is told about, as it was before: ``told`` are the (leg, name) announced already."""

    order_id: int
    shipment_id: int
    direction: str
    created_at: datetime
    quiet: bool
    told: frozenset[tuple[int, str]]


@dataclass(frozen=True, slots=True)
class News:
    """One domain event to be; ``at`` is when it happened, not when we heard."""

    kind: Kind
    subject: Subject
    payload: dict[str, Any]
    at: datetime


def news_of(subject: Subject, folded: Folded) -> list[News]:
    """Events for the milestones that were not announced. History, and what newer news outdates, is ``quiet``."""
    last = folded.milestones[-1] if folded.milestones else None
    return [
        News(KINDS[one.name], subject, _payload(subject, folded, one, is_last=one is last), one.at)
        for one in folded.milestones
        if (one.leg, one.name) not in subject.told
    ]


def announce(session: Session, news: Sequence[News]) -> None:
    """Write the events with a row for each listener, and wake the listeners, all in the caller's transaction.

    Listeners are woken last and in one order, so that two folding workers never wait for each other crosswise.
    """
    if not news:
        return
    rows = [_row(one) for one in news]
    statement = insert(DomainEvent).returning(DomainEvent.id, sort_by_parameter_order=True)
    ids = session.scalars(statement, rows).all()
    heard = [
        {"event_id": event_id, "listener": who, "next_try_at": one.at}
        for event_id, one in zip(ids, news, strict=True)
        for who in listeners(one.kind)
    ]
    if heard:
        session.execute(insert(Hearing), heard)
    for listener in sorted({str(row["listener"]) for row in heard}):
        defer(session, f"hear_{listener}", queueing_lock=f"hear_{listener}")


def milestone_documents(milestones: Iterable[Milestone]) -> list[dict[str, Any]]:
    """Milestones as the shipment's row keeps them."""
    return [{"name": one.name, "leg": one.leg, "at": one.at.isoformat()} for one in milestones]


def _payload(subject: Subject, folded: Folded, one: Milestone, *, is_last: bool) -> dict[str, Any]:
    leg = folded.legs[one.leg - 1]
    facts: dict[str, Any] = {"leg": one.leg, "at": one.at.isoformat(), "direction": subject.direction}
    if KINDS[one.name] is Kind.SHIPMENT_INCIDENT:
        facts |= {"what": one.name, "incident": one.incident, "occurrence": one.name}
    if leg.corrected:
        facts["corrected"] = True
    if leg.kind is LegKind.RETURN:
        facts["back"] = True
    if subject.quiet or not is_last or one.at < subject.created_at - HISTORY:
        facts["quiet"] = True
    return facts


def _row(one: News) -> dict[str, Any]:
    return {
        "kind": one.kind,
        "order_id": one.subject.order_id,
        "shipment_id": one.subject.shipment_id,
        "payload": one.payload,
        "happened_at": one.at,
    }
