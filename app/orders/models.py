"""Tables of orders: orders, their lines and contacts."""

from datetime import date
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, UniqueConstraint, literal_column, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.brands.records import BrandRecord
from app.core.db import Big, Document, Documents, Id, Instant, Model
from app.orders.document.notes import PATH_FOR_A_PERSON
from app.orders.search_words import (
    CONTACT_COLUMNS,
    NUMBER_END,
    NUMBER_PARTS,
    NUMBER_TURNED,
    ORDER_COLUMNS,
    PHONE_TURNED,
    REFERENCES,
    indexed,
)


class Order(Model):
    """An order as the shop's OMS last told it. ``ref`` is public and random; ``number`` is the shop's own.

    ``number_key`` is its comparable form; ``access_epoch`` grows when all that was granted before must end.
    ``all_lines`` are all that the shop ever told, ``lines`` a view of those that it still sells: what returns and
    parcels speak of may be in the first only. ``completed_at`` is when it first said that all is done.
    ``paid`` is all that was ever taken for it, before refunds, in minor units; ``totals`` are as the shop told them.
    ``refunds`` and ``returns`` are those of the shop's own system; ``removed`` orders are shown to staff alone.
    Of one with ``erased_at`` only figures are left: nothing of its person is taken in any more.
    """

    __tablename__ = "order"
    __table_args__ = (
        UniqueConstraint("ref"),
        # An order is one by its source's own id; without a source by its brand and number.
        Index("ix_order_number", "brand_key", "number", unique=True, postgresql_where=text("source_id is null")),
        Index(
            "ix_order_source",
            "source_system",
            "source_id",
            unique=True,
            postgresql_where=text("source_id is not null"),
        ),
        # Not unique: brands may use the same number, and people type it in many ways.
        Index("ix_order_number_key", "number_key"),
        # People leave the prefix off.
        Index("ix_order_number_end", text(NUMBER_END)),
        # Staff are told the last digits.
        Index(
            "ix_order_number_turned",
            literal_column(NUMBER_TURNED).label("turned"),
            postgresql_ops={"turned": "text_pattern_ops"},
        ),
        Index("ix_order_number_parts", text(NUMBER_PARTS), postgresql_using="gin"),
        # For lists that go on after the last row's pair.
        Index("ix_order_updated", "changed_at", "id"),
        Index("ix_order_placed_at", "placed_at"),
        # Few or none of many: whether there are any is asked where a shop sets itself up.
        Index("ix_order_demo", "id", postgresql_where=text("(extra ->> 'paradero_demo') = 'true'")),
        Index("ix_order_words", text(indexed(ORDER_COLUMNS)), postgresql_using="gin"),
        Index("ix_order_references", text(indexed(REFERENCES)), postgresql_using="gin"),
        # Worklists count and list by these: each holds only what waits for a person.
        Index("ix_order_status", "status", "placed_at", "id"),
        Index("ix_order_noted", "changed_at", "id", postgresql_where=text(f"notes @? '{PATH_FOR_A_PERSON}'")),
    )

    id: Mapped[Id]
    ref: Mapped[str]
    brand_key: Mapped[str] = mapped_column(ForeignKey("brand.key", onupdate="CASCADE"))
    number: Mapped[str]
    number_key: Mapped[str]
    channel: Mapped[str]
    kind: Mapped[str]
    purchase_order: Mapped[str | None]
    placed_at: Mapped[Instant]
    updated_at: Mapped[Instant]
    status: Mapped[str]
    hold: Mapped[str | None]
    currency: Mapped[str]
    locale: Mapped[str]
    customer_id: Mapped[str | None]
    ship_to: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    promise_from: Mapped[date | None]
    promise_until: Mapped[date | None]
    totals: Mapped[Document]
    payments: Mapped[Documents]
    extra: Mapped[Document] = mapped_column(server_default=text("'{}'"))
    source_system: Mapped[str | None]
    source_id: Mapped[str | None]
    source_url: Mapped[str | None]
    read_at: Mapped[Instant | None]
    removed: Mapped[bool] = mapped_column(server_default=text("false"))
    status_word: Mapped[str | None]
    hold_until: Mapped[date | None]
    prices_include_tax: Mapped[bool | None]
    payment_status: Mapped[str | None]
    gift: Mapped[bool] = mapped_column(server_default=text("false"))
    note: Mapped[str | None]
    refunds: Mapped[Documents] = mapped_column(server_default=text("'[]'"))
    returns: Mapped[Documents] = mapped_column(server_default=text("'[]'"))
    invoices: Mapped[Documents] = mapped_column(server_default=text("'[]'"))
    notes: Mapped[Documents] = mapped_column(server_default=text("'[]'"))
    paid: Mapped[Big] = mapped_column(server_default="0")
    document_hash: Mapped[bytes | None]
    version: Mapped[int] = mapped_column(server_default="1")
    access_epoch: Mapped[int] = mapped_column(server_default="1")
    created_at: Mapped[Instant]
    changed_at: Mapped[Instant]
    completed_at: Mapped[Instant | None]
    erased_at: Mapped[Instant | None]

    all_lines: Mapped[list["OrderLine"]] = relationship(
        order_by="OrderLine.position", cascade="all, delete-orphan", passive_deletes=True
    )
    lines: Mapped[list["OrderLine"]] = relationship(
        primaryjoin="and_(Order.id == OrderLine.order_id, OrderLine.quantity > 0)",
        order_by="OrderLine.position",
        viewonly=True,
    )
    contacts: Mapped[list["OrderContact"]] = relationship(
        order_by="OrderContact.position", cascade="all, delete-orphan"
    )
    brand: Mapped[BrandRecord] = relationship(viewonly=True)


class OrderLine(Model):
    """One line of an order; ``unit_price`` is a piece's, ``tax`` and ``discount`` are the whole line's.

    ``quantity`` is what is still sold, ``cancelled`` what will not come, ``returned`` what came back in the shop's own
    system; ``total`` was charged for all that was ordered. A line that the shop took out keeps its row with a quantity
    of 0: returns and parcels may speak of it.
    """

    __tablename__ = "order_line"
    __table_args__ = (UniqueConstraint("order_id", "line_id"),)

    id: Mapped[Id]
    order_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("order.id", ondelete="CASCADE"))
    line_id: Mapped[str]
    position: Mapped[int]
    sku: Mapped[str]
    title: Mapped[str]
    variant: Mapped[str | None]
    category: Mapped[str | None]
    quantity: Mapped[int]
    unit_price: Mapped[Big]
    tax: Mapped[Big] = mapped_column(server_default="0")
    discount: Mapped[Big] = mapped_column(server_default="0")
    image_url: Mapped[str | None]
    weight_g: Mapped[int | None]
    final_sale: Mapped[bool] = mapped_column(server_default=text("false"))
    personalised: Mapped[bool] = mapped_column(server_default=text("false"))
    cancelled: Mapped[int] = mapped_column(server_default="0")
    returned: Mapped[int] = mapped_column(server_default="0")
    total: Mapped[Big | None]
    origin: Mapped[str] = mapped_column(server_default="order")
    for_line: Mapped[str | None]
    kind: Mapped[str] = mapped_column(server_default="goods")
    quantity_text: Mapped[str | None]
    url: Mapped[str | None]


class OrderContact(Model):
    """A person of the order: position 0 is the customer, others are further contacts of a company.

    ``email_folded`` and ``phone_e164`` are for looking up and sending; None when unusable.
    """

    __tablename__ = "order_contact"
    __table_args__ = (
        UniqueConstraint("order_id", "position"),
        Index("ix_order_contact_email", "email_folded"),
        Index("ix_order_contact_phone", "phone_e164"),
        Index(
            "ix_order_contact_phone_turned",
            literal_column(PHONE_TURNED).label("turned"),
            postgresql_ops={"turned": "text_pattern_ops"},
        ),
        Index("ix_order_contact_words", text(indexed(CONTACT_COLUMNS)), postgresql_using="gin"),
    )

    id: Mapped[Id]
    order_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("order.id", ondelete="CASCADE"))
    position: Mapped[int]
    role: Mapped[str] = mapped_column(server_default="customer")
    name: Mapped[str | None]
    email: Mapped[str | None]
    email_folded: Mapped[str | None]
    phone: Mapped[str | None]
    phone_e164: Mapped[str | None]
    sms_consent: Mapped[bool] = mapped_column(server_default=text("false"))
