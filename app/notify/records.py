"""What others may read of messages, attempts, answers and the sandbox."""

from datetime import datetime
from typing import Any

from app.core.tables.records import Read, Record
from app.notify.models import Attempt, InboundText, Message, ProviderRest, SandboxMessage, SmsConsent


class MessageRecord(Record):
    """One message to one person through one channel; ``dedup_key`` makes it once.

    ``state``: created, sending, accepted, delivered, failed, in_doubt, skipped. ``text`` is what was said, with a mark
    in place of every secret; ``body_hash`` is of what left. ``rank`` orders the provider's reports. ``lease_until``:
    until when a claim holds, or when a message in doubt is looked at. ``repeats``: how often it went again in doubt.
    ``readdressed``: it goes to an address on no file, which a person at the shop gave, and opens no order.
    ``text_fault``: why the shop's own text was not used for it, where it has one: a sentence to be translated, with its
    ``text_fault_values``; without these as it was said, in English.
    """

    __table__ = Message.__table__

    id: Read[int]
    public_id: Read[str]
    dedup_key: Read[str]
    event_id: Read[int | None]
    order_id: Read[int | None]
    shipment_id: Read[int | None]
    return_id: Read[int | None]
    kind: Read[str]
    purpose: Read[str]
    channel: Read[str]
    recipient: Read[str]
    recipient_hash: Read[bytes]
    locale: Read[str]
    brand_key: Read[str]
    facts: Read[dict[str, Any]]
    state: Read[str]
    reason: Read[str | None]
    subject: Read[str | None]
    text: Read[str | None]
    created_at: Read[datetime]
    happened_at: Read[datetime]
    valid_until: Read[datetime | None]
    next_try_at: Read[datetime]
    attempts: Read[int]
    provider: Read[str | None]
    provider_id: Read[str | None]
    accepted_at: Read[datetime | None]
    delivered_at: Read[datetime | None]
    settled_at: Read[datetime | None]
    resent_from: Read[int | None]
    requested_by: Read[str | None]
    readdressed: Read[bool]
    text_fault: Read[str | None]
    text_fault_values: Read[dict[str, Any] | None]
    receipts: Read[list[dict[str, Any]]]


class AttemptRecord(Record):
    """One try to send a message, written when the call begins and completed after it.

    ``absent_at``: when, asked after its lag, the provider first said that it has no such message.
    """

    __table__ = Attempt.__table__

    id: Read[int]
    message_id: Read[int]
    token: Read[str]
    provider: Read[str]
    started_at: Read[datetime]
    ended_at: Read[datetime | None]
    outcome: Read[str | None]
    code: Read[str | None]
    detail: Read[str | None]


class InboundTextRecord(Record):
    """What a customer answered to a text, and how it was read; staff see what no rule understood."""

    __table__ = InboundText.__table__

    id: Read[int]
    provider: Read[str]
    provider_id: Read[str]
    sender: Read[str | None]
    text: Read[str | None]
    answer: Read[str]
    received_at: Read[datetime]
    seen_at: Read[datetime | None]


class ProviderRestRecord(Record):
    """A provider that rests after a run of faults: one message at a time tries it."""

    __table__ = ProviderRest.__table__

    provider: Read[str]
    since: Read[datetime]
    reason: Read[str]
    tries: Read[int]


class SandboxMessageRecord(Record):
    """What would have left, for the sandbox's mailbox and phone."""

    __table__ = SandboxMessage.__table__

    id: Read[int]
    public_id: Read[str | None]
    channel: Read[str]
    sender: Read[str]
    recipient: Read[str]
    subject: Read[str | None]
    text: Read[str]
    html: Read[str | None]
    headers: Read[dict[str, Any]]
    sent_at: Read[datetime]


AnyMessage = Message | MessageRecord
"""A message as its own room holds it or as others read it: what only reads takes either."""


class SmsConsentRecord(Record):
    """One word of a customer about texts, given or taken back; the newest decides."""

    __table__ = SmsConsent.__table__

    id: Read[int]
    recipient_hash: Read[bytes]
    agreed: Read[bool] = SmsConsent.__table__.c.given  # type: ignore[assignment]
    wording: Read[str]
    locale: Read[str]
    source: Read[str]
    said_at: Read[datetime]
