"""Stages reached, each once per leg: what messages and figures are made from."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from app.events.kinds import EventKind
from app.events.log import NewEvent
from app.tracking.fold.facts import Folded, Leg, LegKind, Milestone, MilestoneName
from app.tracking.fold.facts import MilestoneName as M
from app.tracking.fold.legs import LegStep
from app.tracking.states import ShipmentState as S

REACHED = {
    S.PICKED_UP: M.SHIPPED,
    S.IN_TRANSIT: M.SHIPPED,
    S.OUT_FOR_DELIVERY: M.OUT_FOR_DELIVERY,
    S.READY_FOR_PICKUP: M.READY_FOR_PICKUP,
    S.DELIVERY_FAILED: M.DELIVERY_FAILED,
    S.DELIVERED: M.DELIVERED,
    S.RETURN_TO_SENDER: M.RETURNING,
    S.RETURNED: M.RETURNED,
    S.ON_HOLD: M.HELD,
    S.LOST: M.LOST,
    S.DAMAGED: M.DAMAGED,
}


def reached(legs: Sequence[Leg], steps: Iterable[LegStep]) -> tuple[Milestone, ...]:
    """The milestones in the order in which they were reached."""
    firsts: dict[tuple[int, M], Milestone] = {}
    for step in steps:
        if step.counts:
            for name in _names(legs[step.leg - 1], step):
                firsts.setdefault((step.leg, name), _milestone(name, step))
    return tuple(firsts.values())


def _names(leg: Leg, step: LegStep) -> Iterable[M]:
    if leg.corrected and step.placed.at == leg.started_at:
        yield M.CORRECTED
    name = REACHED.get(step.state)
    # It was sent once: to move again, or back, is no sending.
    if name is M.SHIPPED and (leg.corrected or leg.kind is LegKind.RETURN):
        return
    if name is not None:
        yield name


def _milestone(name: M, step: LegStep) -> Milestone:
    placed = step.placed
    return Milestone(step.leg, name, placed.at, placed.stored.seen_at, placed.event.incident)


# E-07: older news than that wakes nobody.
HISTORY = timedelta(hours=24)

KINDS = {
    MilestoneName.SHIPPED: EventKind.SHIPMENT_SHIPPED,
    MilestoneName.OUT_FOR_DELIVERY: EventKind.SHIPMENT_OUT_FOR_DELIVERY,
    MilestoneName.READY_FOR_PICKUP: EventKind.SHIPMENT_READY_FOR_PICKUP,
    MilestoneName.DELIVERY_FAILED: EventKind.SHIPMENT_DELIVERY_FAILED,
    MilestoneName.DELIVERED: EventKind.SHIPMENT_DELIVERED,
    MilestoneName.RETURNING: EventKind.SHIPMENT_RETURNING,
    MilestoneName.RETURNED: EventKind.SHIPMENT_RETURNED,
    MilestoneName.HELD: EventKind.SHIPMENT_INCIDENT,
    MilestoneName.LOST: EventKind.SHIPMENT_INCIDENT,
    MilestoneName.DAMAGED: EventKind.SHIPMENT_INCIDENT,
    MilestoneName.CORRECTED: EventKind.SHIPMENT_INCIDENT,
}


@dataclass(frozen=True, slots=True)
class AnnouncedShipment:
    """The shipment that is told about, as it was before: ``announced`` has the key of each stage told.

    ``historic``: it was told of for the record, so that nobody hears of what had happened by then.
    """

    order_id: int
    shipment_id: int
    direction: str
    created_at: datetime
    quiet: bool
    announced: frozenset[str]
    historic: bool = False


@dataclass(frozen=True, slots=True)
class News:
    """One domain event to be; ``at`` is when it happened, not when we heard."""

    kind: EventKind
    subject: AnnouncedShipment
    payload: dict[str, Any]
    at: datetime


def news_of(subject: AnnouncedShipment, folded: Folded) -> list[News]:
    """Events for the milestones that were not announced. History, and what newer news outdates, is ``quiet``."""
    last = folded.milestones[-1] if folded.milestones else None
    return [
        News(
            KINDS[milestone.name],
            subject,
            _payload(subject, folded, milestone, is_last=milestone is last),
            milestone.at,
        )
        for milestone in folded.milestones
        if key_of(milestone) not in subject.announced
    ]


def events_of(news: Iterable[News]) -> list[NewEvent]:
    """The news as events to append."""
    return [
        NewEvent(item.kind, item.at, item.subject.order_id, item.subject.shipment_id, None, item.payload)
        for item in news
    ]


def key_of(milestone: Milestone) -> str:
    """What makes a stage's announcement the same one: «2:delivered»."""
    return f"{milestone.leg}:{milestone.name}"


def milestone_documents(milestones: Iterable[Milestone]) -> list[dict[str, Any]]:
    """Milestones as the shipment's row keeps them."""
    return [{"name": milestone.name, "leg": milestone.leg, "at": milestone.at.isoformat()} for milestone in milestones]


def _payload(subject: AnnouncedShipment, folded: Folded, milestone: Milestone, *, is_last: bool) -> dict[str, Any]:
    leg = folded.legs[milestone.leg - 1]
    facts: dict[str, Any] = {"leg": milestone.leg, "at": milestone.at.isoformat(), "direction": subject.direction}
    if KINDS[milestone.name] is EventKind.SHIPMENT_INCIDENT:
        facts |= {"what": milestone.name, "incident": milestone.incident, "occurrence": milestone.name}
    if leg.corrected:
        facts["corrected"] = True
    if leg.kind is LegKind.RETURN:
        facts["back"] = True
    # Of several stages that come together the newest says it all.
    old = subject.created_at if subject.historic else subject.created_at - HISTORY
    if subject.quiet or not is_last or milestone.at < old:
        facts["quiet"] = True
    return facts
