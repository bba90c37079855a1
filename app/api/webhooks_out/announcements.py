"""Events on their way out: the document of each, and a delivery row for every subscription that wants it."""

import secrets
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from pydantic_core import to_json
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.api.models import WebhookDelivery, WebhookSubscription
from app.api.webhooks_out.subscriptions import live
from app.core.queue import defer
from app.events import log
from app.events.kinds import EventKind, Listener
from app.events.records import DomainEventRecord
from app.orders.records import OrderRecord
from app.returns.records import ReturnRecord
from app.tracking.records import ShipmentRecord

# Standard Webhooks asks for less than 20 kB (W-30).
MOST_BYTES = 20_000
# Row numbers of ours, which lead to what a person wrote: name, address and goods of a withdrawal stay inside.
INSIDE = frozenset({"withdrawal_id", "case_id", "entry_id"})


def handle_events(session: Session, ids: Sequence[int], *, now: datetime) -> int:
    """Turn leased events of the listener ``webhooks`` into deliveries; how many events were heard."""

    def prepare(session: Session, events: Sequence[DomainEventRecord]) -> log.Handle:
        subscriptions = live(session)
        # Where nobody listens no document is made.
        bodies = documents(session, events) if subscriptions else {}
        return lambda event: _announce(session, event, subscriptions, bodies, now=now)

    return log.work(session, Listener.WEBHOOKS, ids, prepare, now=now)


def _announce(
    session: Session,
    event: DomainEventRecord,
    subscriptions: Sequence[WebhookSubscription],
    bodies: dict[int, str],
    *,
    now: datetime,
) -> None:
    rows: list[dict[str, Any]] = [
        {
            "public_id": "msg_" + secrets.token_urlsafe(18),
            "subscription_id": subscription.id,
            "event_id": event.id,
            "kind": event.kind,
            "body": bodies[event.id],
            "created_at": now,
            "next_try_at": now,
        }
        for subscription in subscriptions
        if not subscription.kinds or event.kind in subscription.kinds
    ]
    if rows:
        # A lease that ran out has an event announced again: the first row stands, with its message id.
        session.execute(insert(WebhookDelivery).values(rows).on_conflict_do_nothing())
        defer(session, "deliver_webhooks", queueing_lock="deliver_webhooks")


def documents(session: Session, events: Sequence[DomainEventRecord]) -> dict[int, str]:
    """The body for each event by its id: public names instead of our row numbers, below 20 kB."""
    orders = _by_id(session, OrderRecord, {event.order_id for event in events})
    shipments = _by_id(session, ShipmentRecord, {event.shipment_id for event in events})
    returns = _by_id(session, ReturnRecord, {event.return_id for event in events})
    bodies = {}
    for event in events:
        data: dict[str, Any] = {}
        if order := orders.get(event.order_id):
            data["order"] = {"number": order.number, "brand": order.brand_key, "ref": order.ref, "status": order.status}
        if shipment := shipments.get(event.shipment_id):
            data["shipment"] = _shipment(shipment)
        if back := returns.get(event.return_id):
            data["return"] = {"ref": back.ref, "decision": back.decision, "goods": back.goods}
        # Who books a collection elsewhere needs to know where; the event itself keeps no address.
        if event.kind == EventKind.RETURN_PICKUP_ASKED and order:
            data["collect_from"] = order.ship_to
        bodies[event.id] = _body(event, data)
    return bodies


def _body(event: DomainEventRecord, data: dict[str, Any]) -> str:
    head = {"type": event.kind, "timestamp": event.happened_at.astimezone(UTC).isoformat()}
    facts = {name: value for name, value in event.payload.items() if name not in INSIDE}
    body = to_json({**head, "data": {**data, "facts": facts}})
    if len(body) > MOST_BYTES:
        # By the references a receiver can fetch what is left out here.
        body = to_json({**head, "data": data})
    return body.decode()


def _shipment(shipment: ShipmentRecord) -> dict[str, Any]:
    return {
        "id": shipment.external_id,
        "direction": shipment.direction,
        "carrier": shipment.carrier,
        "tracking_number": shipment.number,
        "state": shipment.state,
    }


def _by_id(session: Session, model: type[Any], ids: set[int | None]) -> dict[int | None, Any]:
    row_ids = [row_id for row_id in ids if row_id is not None]
    if not row_ids:
        return {}
    return {row.id: row for row in session.scalars(select(model).where(model.id.in_(row_ids)))}
