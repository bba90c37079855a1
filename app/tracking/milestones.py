"""Stages reached, each once per leg: what messages and figures are made from."""

from collections.abc import Iterable, Sequence

from app.tracking.facts import Leg, LegKind, Milestone
from app.tracking.facts import MilestoneName as M
from app.tracking.legs import LegStep
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
    found: dict[tuple[int, M], Milestone] = {}
    for step in steps:
        if step.counts:
            for name in _names(legs[step.leg - 1], step):
                found.setdefault((step.leg, name), _milestone(name, step))
    return tuple(found.values())


def _names(leg: Leg, step: LegStep) -> Iterable[M]:
    if leg.corrected and step.placed.at == leg.started_at:
        yield M.CORRECTED
    name = REACHED.get(step.state)
    if name is M.SHIPPED and (leg.corrected or leg.kind is LegKind.RETURN):
        return
    if name is not None:
        yield name


def _milestone(name: M, step: LegStep) -> Milestone:
    placed = step.placed
    return Milestone(step.leg, name, placed.at, placed.stored.seen_at, placed.event.incident)
