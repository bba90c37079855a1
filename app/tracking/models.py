"""Tables of tracking: shipments, what is in them, and every scan as it was told."""

from datetime import date
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship
from sqlalchemy.types import Text

from app.core.db import Document, Documents, Id, Instant, Model


class Shipment(Model):
    """One tracked parcel of an order, outbound or return, and what its events add up to.

    ``asked_at`` is when its carrier was last asked, ``polled_at`` when it last answered (None: ask in any case);
    ``poll_error`` says why the last ``poll_failures`` questions, since ``poll_failing_since``, had no answer.
    ``alerts_due_at`` is when a carrier that pushes scans for a term is told of its number again (None: at once).
    ``dirty_at`` is set while events wait to be folded in. ``milestones`` is a list of ``{name, leg, at}``, ``told``
    the ``leg:name`` of all that was ever announced, ``timeline`` what a customer may read of the scans, newest first.
    ``estimate_*`` is the carrier's word, ``promise_*`` the shop's at purchase. ``closed_at`` is when the shop said
    that a parcel without a number is with the customer; ``released`` when staff found that odd events are its own.
    ``carrier_source`` is who says whose it is.
    ``shop_status`` is the shop's own word for it, since ``shop_status_at``; ``parcel_group`` joins parcels whose
    contents are known together only. ``historic``: of what was so when it was told, nobody wants a message.
    ``as_sent`` is what the shop told where we hold something better.
    """

    __tablename__ = "shipment"
    __table_args__ = (
        UniqueConstraint("order_id", "direction", "external_id"),
        # The number first: some carriers' hints name nothing else.
        Index("ix_shipment_number", "number", "carrier"),
        # Partial: of millions a few wait to be folded, or are still asked about.
        Index("ix_shipment_dirty", "dirty_at", postgresql_where=text("dirty_at is not null")),
        Index("ix_shipment_live", "next_poll_at", postgresql_where=text("finished_at is null")),
        Index("ix_shipment_delivered_at", "delivered_at"),
        # Worklists count and list by these: each holds only what waits for a person.
        Index(
            "ix_shipment_late", "late_since", postgresql_where=text("late_since is not null and finished_at is null")
        ),
        Index(
            "ix_shipment_trouble",
            "state",
            "state_since",
            postgresql_where=text("finished_at is null and state in ('delivery_failed', 'return_to_sender')"),
        ),
        Index(
            "ix_shipment_ended_badly",
            "state_since",
            postgresql_where=text("state in ('lost', 'damaged', 'returned') and direction = 'outbound'"),
        ),
        Index(
            "ix_shipment_doubtful",
            "id",
            postgresql_where=text(
                "not released and flags && '{too_soon,wrong_country,contested_number}'::text[] and finished_at is null"
            ),
        ),
        # Each scan's number is looked for here: a parcel whose carrier nobody named may be meant.
        Index(
            "ix_shipment_unsure",
            "number",
            postgresql_where=text(
                "number is not null and (carrier is null or carrier_source = 'number') and finished_at is null"
            ),
        ),
        Index(
            "ix_shipment_poll_failing", "carrier", postgresql_where=text("poll_failures >= 3 and finished_at is null")
        ),
    )

    id: Mapped[Id]
    order_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("order.id", ondelete="CASCADE"))
    external_id: Mapped[str]
    position: Mapped[int]
    direction: Mapped[str] = mapped_column(server_default="outbound")
    carrier: Mapped[str | None]
    carrier_source: Mapped[str] = mapped_column(server_default="shop")
    service: Mapped[str | None]
    number: Mapped[str | None]
    method: Mapped[str] = mapped_column(server_default="delivery")
    label_created_at: Mapped[Instant | None]
    shipped_at: Mapped[Instant | None]
    closed_at: Mapped[Instant | None]
    promise_from: Mapped[date | None]
    promise_until: Mapped[date | None]
    origin: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    pickup_point: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    carrier_word: Mapped[str | None]
    tracking_url: Mapped[str | None]
    parcel_group: Mapped[str | None]
    shop_status: Mapped[str | None]
    shop_status_at: Mapped[Instant | None]
    shop_delivered_at: Mapped[Instant | None]
    packed_at: Mapped[Instant | None]
    historic: Mapped[bool] = mapped_column(server_default=text("false"))
    as_sent: Mapped[Document] = mapped_column(server_default=text("'{}'"))
    zone: Mapped[str] = mapped_column(server_default="Europe/Madrid")

    state: Mapped[str] = mapped_column(server_default="pending")
    state_since: Mapped[Instant | None]
    leg: Mapped[int] = mapped_column(server_default="1")
    milestones: Mapped[Documents] = mapped_column(server_default=text("'[]'"))
    announced: Mapped[list[str]] = mapped_column("told", ARRAY(Text), key="announced", server_default=text("'{}'"))
    timeline: Mapped[Documents] = mapped_column(server_default=text("'[]'"))
    flags: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default=text("'{}'"))
    estimate_from: Mapped[date | None]
    estimate_until: Mapped[date | None]
    estimate_window: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    estimate_source: Mapped[str | None]
    estimate_before: Mapped[date | None]
    picked_up_at: Mapped[Instant | None]
    first_attempt_at: Mapped[Instant | None]
    delivered_at: Mapped[Instant | None]
    late_since: Mapped[Instant | None]
    signed_by: Mapped[str | None]
    last_event_at: Mapped[Instant | None]
    news_at: Mapped[Instant | None]
    quiet: Mapped[bool] = mapped_column(server_default=text("false"))
    released: Mapped[bool] = mapped_column(server_default=text("false"))
    dirty_at: Mapped[Instant | None]
    next_poll_at: Mapped[Instant | None]
    polled_at: Mapped[Instant | None]
    asked_at: Mapped[Instant | None]
    poll_failures: Mapped[int] = mapped_column(server_default="0")
    poll_failing_since: Mapped[Instant | None]
    poll_error: Mapped[str | None]
    alerts_due_at: Mapped[Instant | None]
    finished_at: Mapped[Instant | None]
    version: Mapped[int] = mapped_column(server_default="1")
    created_at: Mapped[Instant]

    lines: Mapped[list["ShipmentLine"]] = relationship(cascade="all, delete-orphan")


class ShipmentLine(Model):
    """How many of an order line are in a shipment."""

    __tablename__ = "shipment_line"

    shipment_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("shipment.id", ondelete="CASCADE"), primary_key=True
    )
    order_line_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("order_line.id", ondelete="CASCADE"), primary_key=True
    )
    quantity: Mapped[int]


class TrackingEvent(Model):
    """One scan of one number, stored once however often it is told; ``identity`` decides what is the same.

    ``missing_since`` is when a carrier's full history first lacked it, ``withdrawn_at`` when that was believed.
    ``explained_by`` is the row of ``word_meaning`` that gave it its status, where the carrier's own code gave none.
    """

    __tablename__ = "tracking_event"
    __table_args__ = (
        # Makes a scan that is told twice one row, and finds all scans of a number.
        UniqueConstraint("carrier", "number", "identity"),
        # Worklists count and list by these: each holds only what waits for a person.
        Index("ix_tracking_event_unknown", "received_at", postgresql_where=text("status = 'unknown'")),
        Index("ix_tracking_event_explained_by", "explained_by", postgresql_where=text("explained_by is not null")),
    )

    id: Mapped[Id]
    carrier: Mapped[str]
    number: Mapped[str]
    identity: Mapped[bytes]
    status: Mapped[str]
    code: Mapped[str | None]
    description: Mapped[str]
    occurred_raw: Mapped[str]
    occurred_at: Mapped[Instant | None]
    zone: Mapped[str | None]
    time_quality: Mapped[str]
    place: Mapped[Document] = mapped_column(server_default=text("'{}'"))
    sequence: Mapped[int | None] = mapped_column(BigInteger)
    event_id: Mapped[str | None]
    incident: Mapped[str | None]
    blame: Mapped[str | None]
    sources: Mapped[list[str]] = mapped_column(ARRAY(Text))
    received_at: Mapped[Instant]
    missing_since: Mapped[Instant | None]
    withdrawn_at: Mapped[Instant | None]
    explained_by: Mapped[int | None] = mapped_column(BigInteger)


class WordMeaning(Model):
    """What a person said that a carrier's code means, or its words where it has no code; of a word the last row counts.

    ``state`` is a parcel's state, ``unknown`` for what says nothing, None where the meaning was taken back. ``scans``
    counts the old scans that it was brought to, ``done_at`` is when that was all of them.
    """

    __tablename__ = "word_meaning"
    __table_args__ = (Index("ix_word_meaning_carrier", "carrier", "id"),)

    id: Mapped[Id]
    carrier: Mapped[str]
    code: Mapped[str | None]
    words: Mapped[str | None]
    state: Mapped[str | None]
    made_by: Mapped[str]
    made_at: Mapped[Instant]
    scans: Mapped[int] = mapped_column(server_default="0")
    done_at: Mapped[Instant | None]
