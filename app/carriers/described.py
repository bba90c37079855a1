"""A report as plain data, for commands and for tests of a carrier: what was read of a carrier's answer."""

from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from app.tracking.ports import ReportedEvent, TrackingReport


def described(report: TrackingReport) -> dict[str, Any]:
    """A report as plain data; incidents are the events that name one."""
    events = [_event(event) for event in report.events]
    return {
        "carrier": report.carrier,
        "number": report.number,
        "status": report.status.value,
        "estimate_from": report.estimate_from,
        "estimate_until": report.estimate_until,
        "delivered_at": report.delivered_at,
        "signed_by": report.signed_by,
        "events": events,
        "incidents": [
            {key: event[key] for key in ("incident", "blame", "occurred_at", "description")}
            for event in events
            if event["incident"]
        ],
        "errors": [asdict(error) for error in report.errors],
    }


def _event(event: ReportedEvent) -> dict[str, Any]:
    return {
        "status": event.status.value,
        "code": event.code,
        "description": event.description,
        "occurred_raw": event.occurred_raw,
        "occurred_at": event.occurred_at,
        "zone": event.zone,
        "zone_source": event.time_quality.value,
        "place": asdict(event.place) if event.place else None,
        "sequence": event.sequence,
        "id": event.event_id,
        "incident": event.incident,
        "blame": event.blame.value if event.blame else None,
    }


def plain(value: object) -> str:
    """What JSON has no form for."""
    if isinstance(value, datetime | date):
        return value.isoformat()
    raise TypeError(type(value).__name__)
