"""What others may read of orders, their lines and contacts."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import and_

from app.brands.records import BrandRecord
from app.core.tables.records import Read, Record, related
from app.orders.models import Order, OrderContact, OrderLine


class OrderLineRecord(Record):
    """One line of an order; ``unit_price`` is a piece's, ``tax`` and ``discount`` are the whole line's.

    ``quantity`` is what is still sold, ``cancelled`` what will not come, ``returned`` what came back in the shop's own
    system; ``total`` was charged for all that was ordered. A line that the shop took out keeps its row with a quantity
    of 0: returns and parcels may speak of it.
    """

    __table__ = OrderLine.__table__

    id: Read[int]
    order_id: Read[int]
    line_id: Read[str]
    position: Read[int]
    sku: Read[str]
    title: Read[str]
    variant: Read[str | None]
    category: Read[str | None]
    quantity: Read[int]
    unit_price: Read[int]
    tax: Read[int]
    discount: Read[int]
    image_url: Read[str | None]
    weight_g: Read[int | None]
    final_sale: Read[bool]
    personalised: Read[bool]
    cancelled: Read[int]
    returned: Read[int]
    total: Read[int | None]
    origin: Read[str]
    for_line: Read[str | None]
    kind: Read[str]
    quantity_text: Read[str | None]
    url: Read[str | None]

    @property
    def ordered(self) -> int:
        """How many were ordered, those that will not come among them."""
        return self.quantity + self.cancelled

    def measure_of(self, pieces: int) -> str | None:
        """How much so many pieces measure, such as «2.5»; None where pieces are counted, and of a part."""
        return self.quantity_text if pieces == self.ordered else None


class OrderContactRecord(Record):
    """A person of the order: position 0 is the customer, others are further contacts of a company.

    ``email_folded`` and ``phone_e164`` are for looking up and sending; None when unusable.
    """

    __table__ = OrderContact.__table__

    id: Read[int]
    order_id: Read[int]
    position: Read[int]
    role: Read[str]
    name: Read[str | None]
    email: Read[str | None]
    email_folded: Read[str | None]
    phone: Read[str | None]
    phone_e164: Read[str | None]
    sms_consent: Read[bool]


class OrderRecord(Record):
    """An order as the shop's OMS last told it. ``ref`` is public and random; ``number`` is the shop's own.

    ``number_key`` is its comparable form; ``access_epoch`` grows when all that was granted before must end.
    ``all_lines`` are all that the shop ever told, ``lines`` a view of those that it still sells: what returns and
    parcels speak of may be in the first only. ``completed_at`` is when it first said that all is done.
    ``paid`` is all that was ever taken for it, before refunds, in minor units; ``totals`` are as the shop told them.
    ``refunds`` and ``returns`` are those of the shop's own system; ``removed`` orders are shown to staff alone.
    """

    __table__ = Order.__table__

    id: Read[int]
    ref: Read[str]
    brand_key: Read[str]
    number: Read[str]
    number_key: Read[str]
    channel: Read[str]
    kind: Read[str]
    purchase_order: Read[str | None]
    placed_at: Read[datetime]
    updated_at: Read[datetime]
    status: Read[str]
    hold: Read[str | None]
    currency: Read[str]
    locale: Read[str]
    customer_id: Read[str | None]
    ship_to: Read[dict[str, Any] | None]
    promise_from: Read[date | None]
    promise_until: Read[date | None]
    totals: Read[dict[str, Any]]
    payments: Read[list[dict[str, Any]]]
    extra: Read[dict[str, Any]]
    source_system: Read[str | None]
    source_id: Read[str | None]
    source_url: Read[str | None]
    read_at: Read[datetime | None]
    removed: Read[bool]
    status_word: Read[str | None]
    hold_until: Read[date | None]
    prices_include_tax: Read[bool | None]
    payment_status: Read[str | None]
    gift: Read[bool]
    note: Read[str | None]
    refunds: Read[list[dict[str, Any]]]
    returns: Read[list[dict[str, Any]]]
    invoices: Read[list[dict[str, Any]]]
    notes: Read[list[dict[str, Any]]]
    paid: Read[int]
    version: Read[int]
    created_at: Read[datetime]
    changed_at: Read[datetime]
    completed_at: Read[datetime | None]
    erased_at: Read[datetime | None]
    all_lines: Read[list[OrderLineRecord]] = related(order_by=OrderLineRecord.position)
    lines: Read[list[OrderLineRecord]] = related(
        primaryjoin=lambda: and_(OrderRecord.id == OrderLineRecord.order_id, OrderLineRecord.quantity > 0),
        order_by=OrderLineRecord.position,
    )
    contacts: Read[list[OrderContactRecord]] = related(order_by=OrderContactRecord.position)
    brand: Read[BrandRecord] = related()
