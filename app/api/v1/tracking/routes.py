"""Tracking over HTTP: scans in, by the thousand; what is known of a number out."""

from flask import request
from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from app.api.http.batches import (
    MOST_EVENTS,
    BatchAnswer,
    BatchVerdict,
    Verdict,
    batch_answer,
    fault_answers,
    read_events,
)
from app.api.http.blueprint import api
from app.api.http.bodies import is_ndjson
from app.api.http.operations import Answer, Batch, Operation, caller, operation
from app.api.v1 import examples
from app.api.v1.tracking.answers import TrackedShipment, TrackingAnswer, event_answers, shipment_facts
from app.api.v1.tracking.documents import TrackingEventDocument
from app.core.clock import utcnow
from app.core.errors import NotFound
from app.orders.records import OrderRecord
from app.tracking.carriers.recognition import named_carrier
from app.tracking.ingest.identity import normalised_number
from app.tracking.ports import ReportedEvent
from app.tracking.records import ShipmentRecord, TrackingEventRecord
from app.tracking.services import record_events
from app.tracking.states import ShipmentState


class EventVerdict(BatchVerdict):
    """What came of one scan; ``new`` is false when it was known already."""

    new: bool = False


class EventsAnswer(BatchAnswer):
    """What came of a batch of scans."""

    results: list[EventVerdict]


@api.post("/tracking-events")
@operation(
    Operation(
        scope="tracking:write",
        summary=_l("Report up to 1,000 scans"),
        notes=_l(
            "A carrier that we do not know is fine; a status that we do not know is kept as unknown, with its word. "
            "What contradicts itself is kept and flagged; what cannot be is refused, with a pointer."
        ),
        batch=Batch(TrackingEventDocument, "events", MOST_EVENTS),
        answer=EventsAnswer,
        example=examples.EVENTS,
        answer_example=examples.EVENTS_ANSWER,
    )
)
def post_events(session: Session, raw: bytes) -> Answer:
    """Take in scans; the good ones are kept whatever becomes of the others."""
    verdicts = read_events(raw, lines=is_ndjson(request))
    good = [verdict for verdict in verdicts if isinstance(verdict, ReportedEvent)]
    # One answer for each good scan, in their order; the bad ones take no part.
    fresh = iter(record_events(session, good, source=f"api:{caller().name}", now=utcnow()) if good else [])
    results = [
        _event_verdict(at, verdict, new=_is_event(verdict) and next(fresh)) for at, verdict in enumerate(verdicts)
    ]
    return Answer(batch_answer(EventsAnswer, results))


@api.get("/shipments/<carrier>/<path:number>")
@operation(
    Operation(
        scope="tracking:read",
        summary=_l("A parcel by its carrier and number"),
        notes=_l("State and milestones, and every scan with the carrier's words beside ours."),
        answer=TrackingAnswer,
    )
)
def get_shipment(session: Session, carrier: str, number: str) -> Answer:
    """Tell all that is known of a number."""
    written, number = carrier, normalised_number(number)
    carrier = named_carrier(written, number) or written
    parcels = _parcels(session, carrier, number)
    events = session.scalars(
        select(TrackingEventRecord)
        .where(TrackingEventRecord.carrier == carrier, TrackingEventRecord.number == number)
        .order_by(TrackingEventRecord.occurred_at.nulls_first(), TrackingEventRecord.id)
    ).all()
    if not parcels and not events:
        raise NotFound("There is no such shipment.")
    # Carriers use numbers again: the state is that of the parcel made last.
    newest, home = parcels[-1] if parcels else None, _home(session, carrier, number)
    return Answer(
        TrackingAnswer(
            carrier=carrier,
            tracking_number=number,
            state=newest.state if newest else ShipmentState.UNKNOWN,
            milestones=newest.milestones if newest else [],
            shipments=parcels,
            events=event_answers(events, home=home),
        )
    )


def _home(session: Session, carrier: str, number: str) -> str | None:
    """The zone to which the parcel goes that was made last."""
    last = ShipmentRecord.created_at.desc(), ShipmentRecord.id.desc()
    of_number = ShipmentRecord.carrier == carrier, ShipmentRecord.number == number
    return session.scalar(select(ShipmentRecord.zone).where(*of_number).order_by(*last).limit(1))


def _is_event(verdict: Verdict) -> bool:
    return isinstance(verdict, ReportedEvent)


def _event_verdict(at: int, verdict: Verdict, *, new: bool) -> EventVerdict:
    if isinstance(verdict, ReportedEvent):
        return EventVerdict.model_construct(index=at, status=201 if new else 200, errors=[], new=new)
    return EventVerdict(index=at, status=422, errors=fault_answers(verdict))


def _parcels(session: Session, carrier: str, number: str) -> list[TrackedShipment]:
    """The parcels that have or had this number, the newest last."""
    rows = session.execute(
        select(ShipmentRecord, OrderRecord)
        .join(OrderRecord, OrderRecord.id == ShipmentRecord.order_id)
        .where(ShipmentRecord.carrier == carrier, ShipmentRecord.number == number)
        .options(selectinload(ShipmentRecord.lines), selectinload(OrderRecord.lines))
        .order_by(ShipmentRecord.created_at, ShipmentRecord.id)
    ).all()
    return [
        TrackedShipment(
            **shipment_facts(shipment, {line.id: line.line_id for line in order.lines}),
            order=order.number,
            brand=order.brand_key,
        )
        for shipment, order in rows
    ]
