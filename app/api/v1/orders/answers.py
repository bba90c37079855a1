"""An order as the interface tells it: the document that came in, and what we know of its parcels."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from pydantic import BaseModel

from app.api.http.operations import same_names
from app.api.v1.orders.batches import NoteAnswer, note_answers
from app.api.v1.tracking.answers import ShipmentAnswer, WindowAnswer, shipment_facts, window
from app.orders.document.notes import note_of
from app.orders.records import OrderContactRecord, OrderLineRecord, OrderRecord
from app.tracking.records import ShipmentRecord
from app.tracking.states import FINISHED, ShipmentState
from app.tracking.summary.order_summary import OrderSummary
from app.tracking.summary.stages import Stage

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
    cancelled: int
    returned: int
    quantity_text: str | None
    unit_price: int
    tax: int
    discount: int
    total: int | None
    image_url: str | None
    url: str | None
    weight_g: int | None
    final_sale: bool
    personalised: bool
    origin: str
    for_line: str | None
    kind: str


class SourceAnswer(BaseModel):
    """The system that the order is from, and its own id there."""

    system: str
    id: str
    url: str | None


class SentParcelAnswer(BaseModel):
    """What the order's system told of the parcel, where we may hold something better.

    ``part_of`` names the parcel in whose field a further number stood.
    """

    part_of: str | None = None
    carrier: str | None = None
    tracking_number: str | None = None
    tracking_url: str | None = None
    group: str | None = None
    status: str | None = None
    delivered_at: datetime | None = None
    promise: dict[str, Any] | None = None


class OrderShipmentAnswer(ShipmentAnswer):
    """A parcel of an order, with all that its document told."""

    carrier_word: str | None
    tracking_url: str | None
    status: str | None
    packed_at: datetime | None
    group: str | None
    origin: dict[str, Any] | None
    as_sent: SentParcelAnswer


class OrderAnswer(BaseModel):
    """The order; ``state`` and ``estimate`` are those of the parcel that is furthest from its end.

    ``stage``, ``late`` and ``expected`` are what the customer reads on top of the order's page.
    Sent back as it is, it changes nothing.
    """

    number: str
    ref: str
    source: SourceAnswer | None
    brand: str
    channel: str
    kind: str
    purchase_order: str | None
    placed_at: datetime
    updated_at: datetime
    changed_at: datetime
    read_at: datetime | None
    removed: bool
    status: str
    status_word: str | None
    hold: str | None
    hold_until: date | None
    state: str | None
    stage: Stage | None
    late: bool
    expected: WindowAnswer | None
    currency: str
    locale: str
    customer: ContactAnswer | None
    contacts: list[ContactAnswer]
    ship_to: dict[str, Any] | None
    promise: WindowAnswer | None
    estimate: WindowAnswer | None
    gift: bool
    note: str | None
    lines: list[LineAnswer]
    prices_include_tax: bool | None
    totals: dict[str, int | None]
    payment_status: str | None
    payments: list[dict[str, Any]]
    refunds: list[dict[str, Any]]
    returns: list[dict[str, Any]]
    invoices: list[dict[str, Any]]
    shipments: list[OrderShipmentAnswer]
    notes: list[NoteAnswer]
    extra: dict[str, Any]


class OrderPage(BaseModel):
    """A page of orders, those that changed longest ago first."""

    orders: list[OrderAnswer]
    next: str | None


def order_answer(
    order: OrderRecord, shipments: Sequence[ShipmentRecord], summary: OrderSummary | None = None
) -> OrderAnswer:
    """One order with its parcels and what its customer is told, all already read."""
    lines = {line.id: line.line_id for line in order.all_lines}
    slowest = _slowest(shipments)
    contacts = [_contact(contact, order) for contact in order.contacts]
    other_fields = {
        "brand": order.brand_key,
        "state": slowest.state if slowest else None,
        "stage": summary.stage if summary else None,
        "late": bool(summary and summary.is_late),
        "expected": _expected(summary) if summary else None,
        "customer": contacts[0] if contacts else None,
        "contacts": contacts[1:],
        "promise": window(order.promise_from, order.promise_until),
        "estimate": _estimate(slowest),
        "source": _source(order),
        "lines": [_line(line) for line in order.all_lines if line.ordered],
        "shipments": [_parcel(shipment, lines) for shipment in shipments],
        "notes": note_answers(note_of(note) for note in order.notes),
    }
    return OrderAnswer(**same_names(OrderAnswer, order) | other_fields)


def _source(order: OrderRecord) -> SourceAnswer | None:
    if order.source_system is None or order.source_id is None:
        return None
    return SourceAnswer(system=order.source_system, id=order.source_id, url=order.source_url)


def _line(line: OrderLineRecord) -> LineAnswer:
    return LineAnswer(**same_names(LineAnswer, line) | {"id": line.line_id, "quantity": line.ordered})


def _parcel(shipment: ShipmentRecord, lines: Mapping[int, str]) -> OrderShipmentAnswer:
    of_document = {
        **same_names(OrderShipmentAnswer, shipment),
        "status": shipment.shop_status,
        "group": shipment.parcel_group,
        "as_sent": SentParcelAnswer(**shipment.as_sent),
    }
    return OrderShipmentAnswer(**of_document | shipment_facts(shipment, lines))


def _contact(contact: OrderContactRecord, order: OrderRecord) -> ContactAnswer:
    facts = same_names(ContactAnswer, contact)
    return ContactAnswer(**facts | {"id": order.customer_id if contact.position == 0 else None})


def _slowest(shipments: Sequence[ShipmentRecord]) -> ShipmentRecord | None:
    outbound = [shipment for shipment in shipments if shipment.direction == "outbound"]
    # A parcel that has arrived must not hide one that is still awaited.
    open_ones = [shipment for shipment in outbound if shipment.state not in FINISHED]
    return min(open_ones or outbound, key=lambda shipment: ORDER_OF_STATES.get(shipment.state, 99), default=None)


def _expected(summary: OrderSummary) -> WindowAnswer | None:
    return window(summary.coming.begin, summary.coming.until)


def _estimate(shipment: ShipmentRecord | None) -> WindowAnswer | None:
    if shipment is None:
        return None
    return window(shipment.estimate_from, shipment.estimate_until, source=shipment.estimate_source)
