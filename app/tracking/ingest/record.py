"""Events as they are told, kept once: one statement a batch. A hot path, hence Core and plain rows."""

import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.core.queue import defer
from app.tracking.ingest.identity import identity, normalised_number
from app.tracking.ports import ReportedEvent

FOLD = "fold_shipments"
PLACE = ("city", "region", "postcode", "country")

# In the order of the key: two batches with the same scans never wait for each other crosswise. What this source
# has told before is not written at all, so a repetition costs no row.
_INSERT = text(
    """
    insert into tracking_event (carrier, number, identity, status, code, description, occurred_raw, occurred_at, zone,
        time_quality, place, sequence, event_id, incident, blame, sources, received_at)
    select carrier, number, decode(identity, 'hex'), status, code, description, occurred_raw, occurred_at, zone,
        time_quality, coalesce(place, '{}'), sequence, event_id, incident, blame, array[:source], :now
    from jsonb_to_recordset(cast(:rows as jsonb)) as told(carrier text, number text, identity text, status text,
        code text, description text, occurred_raw text, occurred_at timestamptz, zone text, time_quality text,
        place jsonb, sequence bigint, event_id text, incident text, blame text)
    order by carrier, number, identity
    on conflict (carrier, number, identity) do update
        set sources = case when :source = any(tracking_event.sources) then tracking_event.sources
                      else array_append(tracking_event.sources, :source) end,
            missing_since = null, withdrawn_at = null
        where not :source = any(tracking_event.sources) or tracking_event.missing_since is not null
    returning encode(identity, 'hex'), xmax = 0
    """
)
# Locked by id before they are written, as everybody locks parcels.
_MARK = text(
    """
    update shipment set dirty_at = coalesce(dirty_at, :now), news_at = :now
    where id in (
        select shipment.id from shipment
        join unnest(cast(:carriers as text[]), cast(:numbers as text[])) as told(carrier, number)
            on shipment.number = told.number and shipment.carrier = told.carrier
        order by shipment.id for no key update of shipment)
    """
)


def record_events(session: Session, events: Sequence[ReportedEvent], *, source: str, now: datetime) -> list[bool]:
    """Keep what is new, in the caller's transaction; True for each event that was not known.

    A second sighting adds ``source`` to the event. Shipments with these numbers are marked, and a job that folds
    them is deferred with the commit; events of numbers that no order has named wait for their order.
    """
    if not events:
        return []
    names = [identity(event).hex() for event in events]
    # Each identity once: a statement cannot change one row twice.
    rows = {name: _row(event, name) for event, name in zip(events, names, strict=True)}
    kept_rows = session.execute(_INSERT, {"rows": json.dumps(list(rows.values())), "source": source, "now": now}).all()
    touched = {name for name, _ in kept_rows}
    mark_dirty(session, {(rows[name]["carrier"], rows[name]["number"]) for name in touched}, now=now)
    fresh = {name for name, is_new in kept_rows if is_new}
    return [_take(fresh, name) for name in names]


def mark_dirty(session: Session, numbers: Iterable[tuple[str, str]], *, now: datetime) -> None:
    """Have the shipments with these (carrier, number) folded again soon."""
    pairs = sorted(numbers)
    if not pairs:
        return
    facts = {"carriers": [carrier for carrier, _ in pairs], "numbers": [number for _, number in pairs], "now": now}
    if session.connection().execute(_MARK, facts).rowcount:
        defer(session, FOLD, queueing_lock=FOLD)


def _take(fresh: set[str], name: str) -> bool:
    """True once for each new identity: what a batch says twice is new only the first time."""
    if name in fresh:
        fresh.remove(name)
        return True
    return False


def _row(event: ReportedEvent, name: str) -> dict[str, Any]:
    place = event.place
    return {
        "carrier": event.carrier,
        "number": normalised_number(event.number),
        "identity": name,
        "status": event.status,
        "code": event.code,
        "description": event.description,
        "occurred_raw": event.occurred_raw,
        "occurred_at": event.occurred_at.isoformat() if event.occurred_at else None,
        "zone": event.zone,
        "time_quality": event.time_quality,
        "place": {name: part for name in PLACE if (part := getattr(place, name, None))},
        "sequence": event.sequence,
        "event_id": event.event_id,
        "incident": event.incident,
        "blame": event.blame,
    }
