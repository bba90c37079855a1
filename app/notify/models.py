"""Tables of messages: the message, each attempt to send it, who must not be written to, and the sandbox's copies."""

from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, LargeBinary, UniqueConstraint
from sqlalchemy import text as sql
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import Text

from app.core.db import Document, Documents, Id, Instant, Model


class Message(Model):
    """One message to one person through one channel; ``dedup_key`` makes it once.

    ``state``: created, sending, accepted, delivered, failed, in_doubt, skipped. ``text`` is what was said, with a mark
    in place of every secret; ``body_hash`` is of what left. ``rank`` orders the provider's reports. ``lease_until``:
    until when a claim holds, or when a message in doubt is looked at. ``repeats``: how often it went again in doubt.
    ``readdressed``: it goes to an address on no file, which a person at the shop gave, and opens no order.
    ``text_fault``: why the shop's own text was not used for it, where it has one: a sentence to be translated, with its
    ``text_fault_values``; without these as it was said, in English.
    """

    __tablename__ = "message"
    __table_args__ = (
        UniqueConstraint("public_id"),
        UniqueConstraint("dedup_key"),
        Index("ix_message_order_id", "order_id", "id"),
        # What a drain claims, in its order; it holds what waits and nothing else, however many were sent.
        Index("ix_message_waiting", "channel", "next_try_at", "id", postgresql_where=sql("state = 'created'")),
        # What the reconciler sweeps every few seconds.
        Index("ix_message_open", "state", "lease_until", postgresql_where=sql("state in ('sending', 'in_doubt')")),
        Index("ix_message_provider_id", "provider", "provider_id"),
        Index("ix_message_created_at", "created_at"),
        # Caps of texts, and the same words within ten minutes, are looked up by recipient.
        Index("ix_message_recipient", "recipient_hash", "created_at"),
        Index("ix_message_repeated", "created_at", postgresql_where=sql("repeats > 0")),
        # Worklists count and list by these: each holds only what waits for a person.
        Index(
            "ix_message_failed",
            "created_at",
            postgresql_where=sql("state in ('failed', 'in_doubt') or (state = 'created' and attempts > 0)"),
        ),
        # The doctor and the settings count what a shop's own text could not say.
        Index("ix_message_text_fault", "created_at", postgresql_where=sql("text_fault is not null")),
        Index("ix_message_resent_from", "resent_from", postgresql_where=sql("resent_from is not null")),
    )

    id: Mapped[Id]
    public_id: Mapped[str]
    dedup_key: Mapped[str]
    event_id: Mapped[int | None] = mapped_column(BigInteger)
    order_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("order.id", ondelete="CASCADE"))
    shipment_id: Mapped[int | None] = mapped_column(BigInteger)
    return_id: Mapped[int | None] = mapped_column(BigInteger)
    kind: Mapped[str]
    purpose: Mapped[str]
    channel: Mapped[str]
    recipient: Mapped[str]
    recipient_hash: Mapped[bytes] = mapped_column(LargeBinary)
    locale: Mapped[str]
    brand_key: Mapped[str] = mapped_column(ForeignKey("brand.key", onupdate="CASCADE"))
    facts: Mapped[Document]
    state: Mapped[str] = mapped_column(server_default="created")
    reason: Mapped[str | None]
    subject: Mapped[str | None]
    text: Mapped[str | None]
    body_hash: Mapped[bytes | None] = mapped_column(LargeBinary)
    created_at: Mapped[Instant]
    happened_at: Mapped[Instant]
    valid_until: Mapped[Instant | None]
    next_try_at: Mapped[Instant]
    lease_until: Mapped[Instant | None]
    attempt_token: Mapped[str | None]
    attempts: Mapped[int] = mapped_column(server_default="0")
    repeats: Mapped[int] = mapped_column(server_default="0")
    provider: Mapped[str | None]
    provider_id: Mapped[str | None]
    accepted_at: Mapped[Instant | None]
    delivered_at: Mapped[Instant | None]
    settled_at: Mapped[Instant | None]
    resent_from: Mapped[int | None] = mapped_column(BigInteger)
    requested_by: Mapped[str | None]
    readdressed: Mapped[bool] = mapped_column(server_default=sql("false"))
    text_fault: Mapped[str | None]
    text_fault_values: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    rank: Mapped[int] = mapped_column(server_default="0")
    receipts: Mapped[Documents] = mapped_column(server_default=sql("'[]'"))


class WithheldMessage(Model):
    """A decision not to write a message, as it was made when the event was heard: settings change, the reason stays."""

    __tablename__ = "withheld"
    __table_args__ = (
        # An event that is heard again after a fault decides the same: once is enough.
        UniqueConstraint("event_id", "channel", "reason"),
        Index("ix_withheld_order_id", "order_id"),
    )

    id: Mapped[Id]
    event_id: Mapped[int] = mapped_column(BigInteger)
    order_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("order.id", ondelete="CASCADE"))
    kind: Mapped[str]
    channel: Mapped[str]
    reason: Mapped[str]
    decided_at: Mapped[Instant]


class Attempt(Model):
    """One try to send a message, written when the call begins and completed after it.

    ``absent_at``: when, asked after its lag, the provider first said that it has no such message.
    """

    __tablename__ = "attempt"
    __table_args__ = (Index("ix_attempt_message_id", "message_id"),)

    id: Mapped[Id]
    message_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("message.id", ondelete="CASCADE"))
    token: Mapped[str]
    provider: Mapped[str]
    started_at: Mapped[Instant]
    ended_at: Mapped[Instant | None]
    outcome: Mapped[str | None]
    code: Mapped[str | None]
    detail: Mapped[str | None]
    absent_at: Mapped[Instant | None]


class ProviderRest(Model):
    """A provider that rests after a run of faults: one message at a time tries it."""

    __tablename__ = "provider_rest"

    provider: Mapped[str] = mapped_column(primary_key=True)
    since: Mapped[Instant]
    reason: Mapped[str]
    tries: Mapped[int] = mapped_column(server_default="0")
    next_probe_at: Mapped[Instant]


class Suppression(Model):
    """An address that must not be written to through a channel, for a purpose: news, all, or a group of stages.

    ``wording`` is what stood beside the box that its reader emptied.
    """

    __tablename__ = "suppression"

    channel: Mapped[str] = mapped_column(primary_key=True)
    recipient_hash: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    purpose: Mapped[str] = mapped_column(primary_key=True)
    source: Mapped[str]
    wording: Mapped[str | None]
    created_at: Mapped[Instant]


class PreferenceLink(Model):
    """A link in a message's foot to change what one address gets; only the hash of its token is kept."""

    __tablename__ = "preference_link"
    __table_args__ = (UniqueConstraint("token_hash"),)

    id: Mapped[Id]
    token_hash: Mapped[bytes] = mapped_column(LargeBinary)
    channel: Mapped[str]
    recipient_hash: Mapped[bytes] = mapped_column(LargeBinary)
    recipient_shown: Mapped[str]
    order_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("order.id", ondelete="CASCADE"))
    locale: Mapped[str]
    issued_at: Mapped[Instant]


class SmsConsent(Model):
    """One word of a customer about texts, given or taken back; the newest decides, before the order's own flag."""

    __tablename__ = "sms_consent"
    # The newest row of a recipient is one step away.
    __table_args__ = (Index("ix_sms_consent_recipient", "recipient_hash", "id"),)

    id: Mapped[Id]
    recipient_hash: Mapped[bytes] = mapped_column(LargeBinary)
    agreed: Mapped[bool] = mapped_column("given")
    wording: Mapped[str]
    locale: Mapped[str]
    source: Mapped[str]
    said_at: Mapped[Instant]


class BrandMessages(Model):
    """Where a brand differs from the usual: kinds it leaves out or adds, a sentence of its own by language, its papers.

    Differences, not whole lists: a kind that a later release brings is sent unless the brand says no to it.
    ``registered_countries`` are those where its name may stand as the sender of texts.
    """

    __tablename__ = "brand_messages"

    brand_key: Mapped[str] = mapped_column(
        ForeignKey("brand.key", ondelete="CASCADE", onupdate="CASCADE"), primary_key=True
    )
    mails_off: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default=sql("'{}'"))
    texts_off: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default=sql("'{}'"))
    notes: Mapped[Document] = mapped_column(server_default=sql("'{}'"))
    registered_countries: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default=sql("'{}'"))


class InboundText(Model):
    """What a customer answered to a text, and how it was read; staff see what no rule understood."""

    __tablename__ = "inbound_text"
    __table_args__ = (
        UniqueConstraint("provider", "provider_id"),
        # Worklists count and list by these: each holds only what waits for a person.
        Index("ix_inbound_text_unseen", "received_at", postgresql_where=sql("seen_at is null")),
    )

    id: Mapped[Id]
    provider: Mapped[str]
    provider_id: Mapped[str]
    sender: Mapped[str | None]
    recipient_hash: Mapped[bytes] = mapped_column(LargeBinary)
    text: Mapped[str | None]
    answer: Mapped[str]
    received_at: Mapped[Instant]
    seen_at: Mapped[Instant | None]


class SandboxMessage(Model):
    """What would have left, for the sandbox's mailbox and phone."""

    __tablename__ = "sandbox_message"
    __table_args__ = (Index("ix_sandbox_message_channel", "channel", "id"),)

    id: Mapped[Id]
    public_id: Mapped[str | None]
    channel: Mapped[str]
    sender: Mapped[str]
    recipient: Mapped[str]
    subject: Mapped[str | None]
    text: Mapped[str]
    html: Mapped[str | None]
    headers: Mapped[dict[str, Any]] = mapped_column(JSONB)
    sent_at: Mapped[Instant]
