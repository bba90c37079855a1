"""What others may read of shipments, their contents and scans."""

from datetime import date, datetime
from typing import Any

from app.core.tables.records import Read, Record, related
from app.tracking.models import Shipment, ShipmentLine, TrackingEvent, WordMeaning


class ShipmentLineRecord(Record):
    """How many of an order line are in a shipment."""

    __table__ = ShipmentLine.__table__

    shipment_id: Read[int]
    order_line_id: Read[int]
    quantity: Read[int]


class ShipmentRecord(Record):
    """One tracked parcel of an order, outbound or return, and what its events add up to.

    ``asked_at`` is when its carrier was last asked, ``polled_at`` when it last answered (None: ask in any case);
    ``poll_error`` says why the last ``poll_failures`` questions, since ``poll_failing_since``, had no answer.
    ``alerts_due_at`` is when a carrier that pushes scans for a term is told of its number again (None: at once).
    ``dirty_at`` is set while events wait to be folded in. ``milestones`` is a list of ``{name, leg, at}``,
    ``timeline`` what a customer may read of the scans, newest first.
    ``estimate_*`` is the carrier's word, ``promise_*`` the shop's at purchase. ``closed_at`` is when the shop said
    that a parcel without a number is with the customer; ``released`` when staff found that odd events are its own.
    ``carrier_source`` is who says whose it is. ``signed_by`` took it, as its carrier tells.
    """

    __table__ = Shipment.__table__

    id: Read[int]
    order_id: Read[int]
    external_id: Read[str]
    position: Read[int]
    direction: Read[str]
    carrier: Read[str | None]
    carrier_source: Read[str]
    service: Read[str | None]
    number: Read[str | None]
    method: Read[str]
    label_created_at: Read[datetime | None]
    shipped_at: Read[datetime | None]
    promise_from: Read[date | None]
    promise_until: Read[date | None]
    origin: Read[dict[str, Any] | None]
    pickup_point: Read[dict[str, Any] | None]
    carrier_word: Read[str | None]
    tracking_url: Read[str | None]
    parcel_group: Read[str | None]
    shop_status: Read[str | None]
    shop_status_at: Read[datetime | None]
    shop_delivered_at: Read[datetime | None]
    packed_at: Read[datetime | None]
    as_sent: Read[dict[str, Any]]
    zone: Read[str]
    state: Read[str]
    state_since: Read[datetime | None]
    leg: Read[int]
    milestones: Read[list[dict[str, Any]]]
    timeline: Read[list[dict[str, Any]]]
    flags: Read[list[str]]
    estimate_from: Read[date | None]
    estimate_until: Read[date | None]
    estimate_window: Read[dict[str, Any] | None]
    estimate_source: Read[str | None]
    estimate_before: Read[date | None]
    picked_up_at: Read[datetime | None]
    first_attempt_at: Read[datetime | None]
    delivered_at: Read[datetime | None]
    late_since: Read[datetime | None]
    signed_by: Read[str | None]
    news_at: Read[datetime | None]
    quiet: Read[bool]
    released: Read[bool]
    dirty_at: Read[datetime | None]
    next_poll_at: Read[datetime | None]
    polled_at: Read[datetime | None]
    asked_at: Read[datetime | None]
    poll_failures: Read[int]
    poll_failing_since: Read[datetime | None]
    poll_error: Read[str | None]
    alerts_due_at: Read[datetime | None]
    finished_at: Read[datetime | None]
    version: Read[int]
    created_at: Read[datetime]
    lines: Read[list[ShipmentLineRecord]] = related()


class TrackingEventRecord(Record):
    """One scan of one number, stored once however often it is told; ``identity`` decides what is the same.

    ``missing_since`` is when a carrier's full history first lacked it, ``withdrawn_at`` when that was believed.
    """

    __table__ = TrackingEvent.__table__

    id: Read[int]
    carrier: Read[str]
    number: Read[str]
    identity: Read[bytes]
    status: Read[str]
    code: Read[str | None]
    description: Read[str]
    occurred_raw: Read[str]
    occurred_at: Read[datetime | None]
    zone: Read[str | None]
    time_quality: Read[str]
    place: Read[dict[str, Any]]
    sequence: Read[int | None]
    event_id: Read[str | None]
    incident: Read[str | None]
    blame: Read[str | None]
    sources: Read[list[str]]
    received_at: Read[datetime]
    withdrawn_at: Read[datetime | None]
    explained_by: Read[int | None]


class WordMeaningRecord(Record):
    """What a person said that a carrier's code means, or its words where it has no code; of a word the last row counts.

    ``state`` is a parcel's state, ``unknown`` for what says nothing, None where the meaning was taken back. ``scans``
    counts the old scans that it was brought to, ``done_at`` is when that was all of them.
    """

    __table__ = WordMeaning.__table__

    id: Read[int]
    carrier: Read[str]
    code: Read[str | None]
    words: Read[str | None]
    state: Read[str | None]
    made_by: Read[str]
    made_at: Read[datetime]
    scans: Read[int]
    done_at: Read[datetime | None]
