"""``paradero carriers …``: read a raw payload as the portal would, and list what can be read and asked."""

import json
from dataclasses import asdict
from datetime import date, datetime
from pathlib import Path
from typing import Any

import click
from flask.cli import AppGroup

from app.carriers.base.parsing import UnknownCarrier, parse
from app.carriers.registry import carrier as carrier_named
from app.carriers.registry import known_carriers
from app.core.errors import Unreadable
from app.tracking.ports import ReportedEvent, TrackingReport

carriers = AppGroup("carriers", help="Read carriers' payloads; list the carriers.")


@carriers.command("parse")
@click.argument("carrier")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--number", help="The tracking number asked for, where the payload leaves it out.")
def parse_command(carrier: str, file: Path, number: str | None) -> None:
    """A raw payload as JSON: status, events with their zone and where it is from, incidents, errors.

    The first parcel stands at the top, the other parcels of the payload under «others».
    """
    try:
        reports = parse(carrier, file.read_bytes(), number=number)
    # Mistyped more often than missing: a list of names helps, a trace does not.
    except UnknownCarrier:
        raise _Refused(f"No carrier is called «{carrier}». Known: {', '.join(known_carriers())}.") from None
    except Unreadable as error:
        raise _Refused(f"{file.name}: {error}") from None
    except OSError as error:
        raise _Refused(f"{file.name}: {error.strerror}") from None
    first, *further = [described(report) for report in reports]
    click.echo(json.dumps(first | {"others": further}, ensure_ascii=False, indent=2, default=_plain))


@carriers.command("list")
def list_command() -> None:
    """Every carrier that can be read; those that can be asked directly, with their environment variables."""
    for name in known_carriers():
        declared = carrier_named(name)
        access = declared.access if declared else None
        click.echo(f"{name:18}{' '.join(access.needed) if access else ''}".rstrip())


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


def _plain(value: object) -> str:
    if isinstance(value, datetime | date):
        return value.isoformat()
    raise TypeError(type(value).__name__)


class _Refused(click.ClickException):
    exit_code = 2
