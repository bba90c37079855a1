"""From a raw payload to reports: our reading and karrio's laid together, every refusal with its reason."""

from dataclasses import replace
from datetime import datetime
from typing import Any
from xml.etree.ElementTree import Element

from app.carriers.base import karrio
from app.carriers.base.declaration import Carrier
from app.carriers.base.documents import local_name, read
from app.carriers.base.instants import ReadInstant, settle
from app.carriers.base.interpret import meaning
from app.carriers.base.scans import ReportedParcel, ReportedScan
from app.carriers.registry import reader
from app.core.errors import Unreadable
from app.tracking.carriers.recognition import named_carrier
from app.tracking.ingest.identity import normalised_number
from app.tracking.ports import ReportedEvent, ReportError, TrackingReport
from app.tracking.states import ShipmentState

# What one payload may cost; carriers answer for a hundred numbers at most.
MAX_PARCELS, MAX_SCANS = 500, 1_000


class UnknownCarrier(LookupError):
    """Nobody declares a carrier of this name that can be read."""


def parse(carrier: str, body: bytes, *, number: str | None = None, now: datetime | None = None) -> list[TrackingReport]:
    """What a payload says, a report for each number; at least one, if only to say why there is nothing.

    ``number`` is the one asked for, for carriers that leave it out of their answer; ``now`` marks scans of the future.
    Never raises for what a payload holds; raises UnknownCarrier, and Unreadable for what is no document at all.
    """
    declared = reader(carrier)
    if declared is None:
        raise UnknownCarrier(carrier)
    return interpret_document(declared, read(body), number=number, now=now)


def interpret_document(
    declared: Carrier, document: Any, *, number: str | None = None, now: datetime | None = None
) -> list[TrackingReport]:
    """As ``parse``, from a document that was read already."""
    try:
        parcels = declared.parcels(document)[:MAX_PARCELS] if declared.parcels else []
    except Exception as error:  # a hostile shape must never stop the queue
        raise Unreadable(f"{declared.title} shapes its documents in another way ({type(error).__name__}).") from error
    digests, errors = _karrio(declared, document, number)
    by_number = {digest.number: digest for digest in digests}
    reports = [_report(declared, parcel, by_number.get(parcel.number), number, now) for parcel in parcels]
    loose = _loose(errors, reports)
    if not any(report.number or report.events or report.errors for report in reports):
        reason = loose or tuple(_refusal(declared, document)) or (_no_tracking(document),)
        return [TrackingReport(carrier=declared.name, number=normalised_number(number or ""), errors=reason)]
    return [*_with(reports[:1], loose), *reports[1:]]


def _report(
    declared: Carrier,
    parcel: ReportedParcel,
    digest: karrio.Digest | None,
    asked_number: str | None,
    now: datetime | None,
) -> TrackingReport:
    number = normalised_number(parcel.number or asked_number or "")
    carrier = named_carrier(parcel.carrier, number) or declared.name
    read_scans = [_event(declared, carrier, number, scan, now) for scan in parcel.scans[:MAX_SCANS]]
    events = _once([event for event, _ in read_scans])
    status = _status(declared, parcel, events)
    notes = tuple(_note(event, instant) for event, instant in read_scans if instant.contradiction)
    return TrackingReport(
        carrier=carrier,
        number=number,
        status=status,
        events=events,
        estimate_from=parcel.estimate_from,
        estimate_until=parcel.estimate_until or (digest.estimate if digest else None),
        delivered_at=_delivered_at(events) if status is ShipmentState.DELIVERED else None,
        signed_by=parcel.signed_by or (digest.signed_by if digest else None),
        errors=(*parcel.errors, *notes),
    )


def _event(
    declared: Carrier, carrier: str, number: str, scan: ReportedScan, now: datetime | None
) -> tuple[ReportedEvent, ReadInstant]:
    # An aggregator with a table speaks in its own words, whichever carrier it speaks of.
    speaker = declared.name if declared.codes or carrier == declared.name else carrier
    code_meaning = meaning(speaker, code=scan.code, hints=scan.hints, text=scan.text)
    instant = settle(scan.time, scan.place, declared.zone, day_first=declared.day_first, now=now)
    event = ReportedEvent(
        carrier=carrier,
        number=number,
        status=code_meaning.status,
        description=scan.text[:500],
        occurred_raw=scan.time.raw[:100],
        occurred_at=instant.at,
        zone=instant.zone,
        time_quality=instant.quality,
        code=scan.code[:100] if scan.code else None,
        place=scan.place,
        sequence=scan.sequence,
        event_id=scan.event_id[:200] if scan.event_id else None,
        incident=code_meaning.incident,
        blame=code_meaning.blame,
    )
    return event, instant


def _note(event: ReportedEvent, instant: ReadInstant) -> ReportError:
    return ReportError("time_contradiction", f"{event.occurred_raw}: {instant.contradiction}")


def _once(events: list[ReportedEvent]) -> tuple[ReportedEvent, ...]:
    """The same scan told twice in one payload counts once."""
    seen: dict[tuple[object, ...], ReportedEvent] = {}
    for event in events:
        key = (event.event_id,) if event.event_id else (event.code, event.occurred_raw, event.place, event.description)
        seen.setdefault(key, event)
    return tuple(seen.values())


def _status(declared: Carrier, parcel: ReportedParcel, events: tuple[ReportedEvent, ...]) -> ShipmentState:
    """The headline where the carrier gives one that we know, else the latest scan that says something."""
    # The carrier has weighed its own scans; we do not know better.
    headline = meaning(declared.name, hints=parcel.hints).status if parcel.hints else ShipmentState.UNKNOWN
    if headline is not ShipmentState.UNKNOWN:
        return headline
    spoken = [event for event in events if event.status is not ShipmentState.UNKNOWN]
    # By the carrier's own order first: times of two clocks can stand crosswise.
    latest = max(spoken, key=lambda event: (event.sequence or 0, event.occurred_raw), default=None)
    return latest.status if latest else ShipmentState.UNKNOWN


def _delivered_at(events: tuple[ReportedEvent, ...]) -> datetime | None:
    moments = [event.occurred_at for event in events if event.status is ShipmentState.DELIVERED and event.occurred_at]
    return max(moments, default=None)


def _karrio(declared: Carrier, document: Any, number: str | None) -> tuple[list[karrio.Digest], list[ReportError]]:
    if declared.connector is None:
        return [], []
    try:
        shaped = declared.shape(document, number)
    except Exception:
        return [], []
    return karrio.digest(declared.connector, shaped)


def _refusal(declared: Carrier, document: Any) -> list[ReportError]:
    """The carrier's own error from an answer that is not about tracking."""
    if declared.connector is None:
        return []
    plain = karrio.element(document) if isinstance(document, Element) else document
    return karrio.refusal(declared.connector, plain)


def _loose(errors: list[ReportError], reports: list[TrackingReport]) -> tuple[ReportError, ...]:
    """Errors that no report carries yet, once each."""
    carried = {error for report in reports for error in report.errors}
    return tuple(dict.fromkeys(error for error in errors if error not in carried))


def _with(reports: list[TrackingReport], errors: tuple[ReportError, ...]) -> list[TrackingReport]:
    return [replace(report, errors=(*report.errors, *errors)) for report in reports]


def _no_tracking(document: Any) -> ReportError:
    if isinstance(document, Element):
        shape = f"an XML document «{local_name(document)}»"
    elif isinstance(document, dict):
        shape = "JSON with " + ", ".join(f"«{key[:40]}»" for key in list(document)[:5])
    else:
        shape = "JSON of another shape"
    return ReportError("not_tracking", f"The payload holds no tracking of any parcel: it is {shape}.")
