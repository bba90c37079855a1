"""What others may read of support: cases and what was written in them."""

from datetime import datetime

from app.core.tables.records import Read, Record, related
from app.support.models import SupportCase, SupportEntry


class SupportEntryRecord(Record):
    """What one side wrote: ``by`` is who of the shop did, ``seen_at`` when the customer's page showed an answer."""

    __table__ = SupportEntry.__table__

    id: Read[int]
    case_id: Read[int]
    who: Read[str]
    by: Read[str | None]
    words: Read[str]
    at: Read[datetime]
    seen_at: Read[datetime | None]


class SupportCaseRecord(Record):
    """One matter of an order that a customer wrote about.

    ``state``: open waits for the shop, answered for the customer. ``answer_by``: email or phone; ``contact`` is an
    e-mail address on no file, None for what the order has. ``lines`` are rows of the order's lines.
    """

    __table__ = SupportCase.__table__

    id: Read[int]
    ref: Read[str]
    order_id: Read[int]
    brand_key: Read[str]
    about: Read[str]
    shipment_id: Read[int | None]
    return_id: Read[int | None]
    lines: Read[list[int]]
    state: Read[str]
    locale: Read[str]
    answer_by: Read[str]
    contact: Read[str | None]
    created_at: Read[datetime]
    changed_at: Read[datetime]
    waits_since: Read[datetime]
    closed_at: Read[datetime | None]
    assigned_to: Read[str | None]
    entries: Read[list[SupportEntryRecord]] = related(order_by=SupportEntryRecord.id)
