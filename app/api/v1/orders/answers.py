"""An order as the interface tells it: the document that came in, and what we know of its parcels."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from pydantic import BaseModel

from app.api.http.operations import same_names
from app.api.v1.tracking.answers import ShipmentAnswer, WindowAnswer, shipment_answer, window
from app.orders.records import OrderContactRecord, OrderRecord
from app.tracking.records import ShipmentRecord
from app.tracking.states import FINISHED, ShipmentState

ORDER_OF_STATES = {state.value: place for place, state in enumerate(ShipmentState)}


class ContactAnswer(BaseModel):
    """A person of the order."""

    id: str | None = None
    role: str
    name: str | None
    email: str | None
    phone: str | None
    sms_consent: bool


class LineAnswer(BaseModel):
    """One thing bought."""

    id: str
    sku: str
    title: str
    variant: str | None
    category: str | None
    quantity: int
    unit_price: int
    tax: int
    discount: int
    image_url: str | None
    weight_g: int | None
    final_sale: bool
    personalised: bool


class OrderAnswer(BaseModel):
    """The order; ``state`` and ``estimate`` are those of the parcel that is furthest from its end."""

    number: str
    ref: str
    brand: str
    channel: str
    kind: str
    purchase_order: str | None
    placed_at: datetime
    updated_at: datetime
    changed_at: datetime
    status: str
    hold: str | None
    state: str | None
    currency: str
    locale: str
    customer: ContactAnswer | None
    contacts: list[ContactAnswer]
    ship_to: dict[str, Any] | None
    promise: WindowAnswer | None
    estimate: WindowAnswer | None
    lines: list[LineAnswer]
    totals: dict[str, int]
    payments: list[dict[str, Any]]
    shipments: list[ShipmentAnswer]
    extra: dict[str, Any]


class OrderPage(BaseModel):
    """A page of orders, those that changed longest ago first."""

    orders: list[OrderAnswer]
    next: str | None


def order_answer(order: OrderRecord, shipments: Sequence[ShipmentRecord]) -> OrderAnswer:
    """One order with its parcels, both already read."""
    lines = {line.id: line.line_id for line in order.lines}
    slowest = _slowest(shipments)
    contacts = [_contact(contact, order) for contact in order.contacts]
    other_fields = {
        "brand": order.brand_key,
        "state": slowest.state if slowest else None,
        "customer": contacts[0] if contacts else None,
        "contacts": contacts[1:],
        "promise": window(order.promise_from, order.promise_until),
        "estimate": _estimate(slowest),
        "lines": [LineAnswer(**same_names(LineAnswer, line) | {"id": line.line_id}) for line in order.lines],
        "shipments": [shipment_answer(shipment, lines) for shipment in shipments],
    }
    return OrderAnswer(**same_names(OrderAnswer, order) | other_fields)


def _contact(contact: OrderContactRecord, order: OrderRecord) -> ContactAnswer:
    facts = same_names(ContactAnswer, contact)
    return ContactAnswer(**facts | {"id": order.customer_id if contact.position == 0 else None})


def _slowest(shipments: Sequence[ShipmentRecord]) -> ShipmentRecord | None:
    outbound = [shipment for shipment in shipments if shipment.direction == "outbound"]
    # A parcel that has arrived must not hide one that is still awaited.
    open_ones = [shipment for shipment in outbound if shipment.state not in FINISHED]
    return min(open_ones or outbound, key=lambda shipment: ORDER_OF_STATES.get(shipment.state, 99), default=None)


def _estimate(shipment: ShipmentRecord | None) -> WindowAnswer | None:
    if shipment is None:
        return None
    return window(shipment.estimate_from, shipment.estimate_until, source=shipment.estimate_source)
