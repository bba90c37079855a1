"""One order for a bag of events, whatever order they came in: by their instants, as far as these can be believed."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from app.tracking.clocks import happened_at, swapped
from app.tracking.fold.facts import Flag, Placed, ShipmentFacts, StoredEvent
from app.tracking.states import ShipmentState as S

# E-04: devices' clocks run ahead by minutes; what is further ahead cannot be true.
AHEAD = timedelta(minutes=15)
# E-04: a label may be recorded after the first scan, but not long after.
BEFORE_LABEL = timedelta(days=2)
# E-08: older scans are of the parcel that had the number before.
OTHER_PERIOD = timedelta(days=3)

RANK = {
    S.UNKNOWN: 0,
    S.PENDING: 0,
    S.INFO_RECEIVED: 1,
    S.PICKED_UP: 2,
    S.IN_TRANSIT: 3,
    S.DELAYED: 3,
    S.ON_HOLD: 4,
    S.OUT_FOR_DELIVERY: 5,
    S.READY_FOR_PICKUP: 6,
    S.DELIVERY_FAILED: 6,
    S.RETURN_TO_SENDER: 7,
    S.EXPIRED: 7,
    S.CANCELLED: 7,
    S.DAMAGED: 7,
    S.LOST: 7,
    S.DELIVERED: 8,
    S.RETURNED: 9,
}


def distinct(events: Iterable[StoredEvent]) -> list[StoredEvent]:
    """Each identity once, with its earliest sighting; of differing contents the one that sorts first."""
    by_identity: dict[str, StoredEvent] = {}
    for stored in events:
        sighting = by_identity.get(stored.identity)
        if sighting is None:
            by_identity[stored.identity] = stored
        elif sighting != stored:
            by_identity[stored.identity] = _joined(sighting, stored)
    return list(by_identity.values())


def in_order(events: Iterable[StoredEvent], facts: ShipmentFacts) -> list[Placed]:
    """The events as they happened. One whose time cannot be believed takes its place from the carrier's sequence."""
    placed = [_place(stored, facts) for stored in distinct(events)]
    anchors = sorted(
        (scan.event.sequence, scan.at) for scan in placed if scan.event.sequence is not None and not _doubtful(scan)
    )
    settled = [_resettled(scan, anchors) if _doubtful(scan) else scan for scan in placed]
    return sorted(settled, key=_key)


def _joined(sighting: StoredEvent, other: StoredEvent) -> StoredEvent:
    # Any choice will do that is the same in every order of arrival (E-05).
    first = min(sighting, other, key=lambda stored: repr(stored.event))
    return replace(
        first, seen_at=min(sighting.seen_at, other.seen_at), withdrawn=sighting.withdrawn and other.withdrawn
    )


def _place(stored: StoredEvent, facts: ShipmentFacts) -> Placed:
    at = _happened_at(stored, facts)
    if at is None:
        return Placed(stored.seen_at, stored, frozenset({Flag.UNDATED}))
    flags = _doubts(at, stored, facts)
    # At the latest it happened when we heard of it.
    return Placed(min(at, stored.seen_at) if Flag.FUTURE in flags else at, stored, flags)


def _happened_at(stored: StoredEvent, facts: ShipmentFacts) -> datetime | None:
    """When it happened. Of a day that can be read either way, the reading that can be true of this parcel."""
    at, other = happened_at(stored.event, facts.zone), swapped(stored.event, facts.zone)
    if at is None or other is None:
        return at
    first, second = _doubts(at, stored, facts), _doubts(other, stored, facts)
    return other if first and not second else at


def _doubts(at: datetime, stored: StoredEvent, facts: ShipmentFacts) -> frozenset[Flag]:
    flags = set()
    if at > stored.seen_at + AHEAD:
        flags.add(Flag.FUTURE)
    label = facts.label_created_at
    if label and at < label - OTHER_PERIOD:
        flags.add(Flag.OTHER_PERIOD)
    elif label and at < label - BEFORE_LABEL:
        flags.add(Flag.BEFORE_LABEL)
    if facts.next_label_at and at >= facts.next_label_at - OTHER_PERIOD:
        flags.add(Flag.OTHER_PERIOD)
    return frozenset(flags)


def _doubtful(scan: Placed) -> bool:
    return Flag.UNDATED in scan.flags or Flag.FUTURE in scan.flags


def _resettled(scan: Placed, anchors: list[tuple[int, datetime]]) -> Placed:
    """The instant of the nearest event before it in the carrier's own sequence, else of our first sighting."""
    sequence = scan.event.sequence
    if sequence is None:
        return scan
    before = [at for number, at in anchors if number <= sequence]
    return replace(scan, at=before[-1]) if before else scan


def _key(scan: Placed) -> tuple[datetime, int, int, str]:
    sequence = scan.event.sequence
    # Down to the identity: no two are equal, so every order of arrival sorts the same (E-05).
    return scan.at, -1 if sequence is None else sequence, RANK[scan.status], scan.stored.identity
