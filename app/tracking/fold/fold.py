"""The fold: from an unordered bag of events to the state of a shipment. Pure, recomputed, never patched (E-05)."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from app.tracking.fold import legs, milestones, order, timeline
from app.tracking.fold.facts import QUARANTINE, Flag, Folded, Placed, ShipmentFacts, StoredEvent
from app.tracking.ports import ReportedEvent
from app.tracking.states import ShipmentState as S
from app.tracking.states import TimeQuality

# E-08: nothing is delivered two hours after its label; the number had a parcel before.
TOO_SOON = timedelta(hours=2)
SHOP = "shop"
ENDED = frozenset({S.DELIVERED, S.RETURN_TO_SENDER, S.RETURNED, S.LOST, S.DAMAGED, S.CANCELLED})
NO_MOVE = frozenset({S.UNKNOWN, S.PENDING, S.INFO_RECEIVED})


def fold(events: Iterable[StoredEvent], facts: ShipmentFacts) -> Folded:
    """State, legs, milestones and timeline of a shipment; equal for any order, repetition or batching of ``events``."""
    placed = order.in_order(events, facts)
    own, aside = _split(placed)
    flags = _flags(own, aside, facts)
    quarantined = bool(flags & QUARANTINE)
    # All or nothing: of a number in doubt no single scan is surer than another.
    believed = [] if quarantined else own
    way = legs.walk(_with_the_shops_word(believed, facts))
    if any(leg.corrected for leg in way.legs):
        flags |= {Flag.CORRECTED}
    if any(Flag.LATE_PICKUP in step.placed.flags for step in way.steps):
        flags |= {Flag.LATE_PICKUP}
    last = way.legs[-1] if way.legs else None
    entries = timeline.lines(way.steps, [*aside, *own] if quarantined else aside)
    return Folded(
        state=last.state if last else S.PENDING,
        since=last.since if last else None,
        legs=tuple(way.legs),
        milestones=milestones.reached(way.legs, way.steps),
        timeline=entries,
        flags=flags,
        last_event_at=max((scan.at for scan in believed), default=None),
    )


def _split(placed: Sequence[Placed]) -> tuple[list[Placed], list[Placed]]:
    """The events of this parcel, and those of another period of the number or withdrawn by the carrier."""
    own, aside = [], []
    for scan in placed:
        if scan.stored.withdrawn:
            aside.append(Placed(scan.at, scan.stored, scan.flags | {Flag.WITHDRAWN}))
        elif Flag.OTHER_PERIOD in scan.flags:
            aside.append(scan)
        else:
            own.append(scan)
    return own, aside


def _flags(own: Sequence[Placed], aside: Sequence[Placed], facts: ShipmentFacts) -> frozenset[Flag]:
    flags: set[Flag] = set()
    for scan in own:
        flags |= scan.flags
    if any(scan.status is S.UNKNOWN and not scan.stored.explained for scan in own):
        flags.add(Flag.UNKNOWN_WORD)
    if any(Flag.OTHER_PERIOD in scan.flags for scan in aside):
        flags.add(Flag.NUMBER_REUSED)
    if facts.shared:
        flags.add(Flag.SHARED_NUMBER)
    if not facts.released:
        flags |= _suspicions(own, facts)
    return frozenset(flags)


def _suspicions(own: Sequence[Placed], facts: ShipmentFacts) -> set[Flag]:
    """Signs that the events are of another parcel with the same number (E-08)."""
    flags: set[Flag] = set()
    if facts.contested and own:
        flags.add(Flag.CONTESTED_NUMBER)
    first = next((scan for scan in own if scan.status not in (S.UNKNOWN, S.PENDING)), None)
    # What waits in the shop may well be collected at once.
    label = None if facts.in_store else facts.label_created_at
    if label and first and first.status is S.DELIVERED and first.at <= label + TOO_SOON:
        flags.add(Flag.TOO_SOON)
    if any(_elsewhere(scan, facts) for scan in own if scan.status is S.DELIVERED) and not _arrived(own, facts):
        flags.add(Flag.WRONG_COUNTRY)
    return flags


def _elsewhere(scan: Placed, facts: ShipmentFacts) -> bool:
    country = scan.event.place.country if scan.event.place else None
    return bool(facts.destinations and country and country not in facts.destinations)


def _arrived(own: Sequence[Placed], facts: ShipmentFacts) -> bool:
    """Whether it was scanned in the country it is for: then a delivery abroad is a way back, not another parcel."""
    return any(scan.event.place and scan.event.place.country in facts.destinations for scan in own)


def _with_the_shops_word(own: list[Placed], facts: ShipmentFacts) -> list[Placed]:
    """What the order tells of label, hand-over and collection, as long as no carrier knows of something earlier."""
    first = own[0].at if own else None
    moved = next((scan.at for scan in own if scan.status not in NO_MOVE), None)
    handed_over = S.READY_FOR_PICKUP if facts.in_store else S.PICKED_UP
    shops_word = [
        _by_shop(at, status, zone)
        for at, status, limit, zone in (
            (facts.label_created_at, S.INFO_RECEIVED, first, facts.packing_zone),
            (facts.shipped_at, handed_over, moved, None if facts.in_store else facts.packing_zone),
            # Only where no carrier spoke: it knows better when it arrived.
            (None if own else facts.closed_at, S.DELIVERED, None, None),
        )
        if at is not None and (limit is None or at <= limit)
    ]
    return sorted(shops_word + own + _arrivals(own, facts), key=lambda scan: scan.at)


def _arrivals(own: list[Placed], facts: ShipmentFacts) -> list[Placed]:
    """The shop's word of the parcel's arrival, which is worth more than silence and less than the carrier's own."""
    # After a carrier's last word about its end, and before its newest scan, it knows better.
    if any(scan.status in ENDED for scan in own):
        return []
    last = own[-1] if own else None
    words = ((facts.ready_at, S.READY_FOR_PICKUP), (facts.delivered_at, S.DELIVERED))
    return [_by_shop(at, status) for at, status in words if at is not None and (last is None or at >= last.at)]


def _by_shop(at: datetime, status: S, zone: str | None = None) -> Placed:
    event = ReportedEvent(SHOP, "", status, "", at.isoformat(), at, zone, TimeQuality.OFFSET)
    return Placed(at, StoredEvent(f"{SHOP}:{status}", event, at))
