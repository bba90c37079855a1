"""Tables of the interface: keys, answers kept for repeated requests, webhook subscriptions and deliveries."""

from sqlalchemy import BigInteger, ForeignKey, Index, LargeBinary, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import Text

from app.core.db import Document, Id, Instant, Model
from app.core.tables.resealing import SEALED


class ApiKey(Model):
    """A key of a system; only the hash of its secret is kept. One that was rotated opens until ``ends_at``."""

    __tablename__ = "api_key"
    __table_args__ = (UniqueConstraint("secret_hash"),)

    id: Mapped[Id]
    name: Mapped[str]
    shown: Mapped[str]
    secret_hash: Mapped[bytes] = mapped_column(LargeBinary)
    scopes: Mapped[list[str]] = mapped_column(ARRAY(Text))
    created_at: Mapped[Instant]
    made_by: Mapped[str | None]
    used_at: Mapped[Instant | None]
    used_from: Mapped[str | None]
    ends_at: Mapped[Instant | None]
    revoked_at: Mapped[Instant | None]


class KeptAnswer(Model):
    """The answer to a POST with an Idempotency-Key, kept in the transaction that did its work."""

    __tablename__ = "kept_answer"
    __table_args__ = (Index("ix_kept_answer_created_at", "created_at"),)

    api_key_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("api_key.id", ondelete="CASCADE"), primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    request_hash: Mapped[bytes] = mapped_column(LargeBinary)
    status: Mapped[int]
    headers: Mapped[Document] = mapped_column(server_default=text("'{}'"))
    # Sealed: it repeats what an order says of a person, and stays for two days.
    body: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[Instant]


class WebhookSubscription(Model):
    """Where another system wants to hear of events; no kinds means all. Up to two secrets, sealed, newest first."""

    __tablename__ = "webhook_subscription"

    id: Mapped[Id]
    public_id: Mapped[str] = mapped_column(unique=True)
    url: Mapped[str]
    kinds: Mapped[list[str]] = mapped_column(ARRAY(Text))
    # Sealed and not hashed as keys are: signing needs the clear text.
    sealed_secrets: Mapped[list[str]] = mapped_column(ARRAY(Text), info=SEALED)
    created_at: Mapped[Instant]
    made_by: Mapped[str | None]
    disabled_at: Mapped[Instant | None]
    disabled_reason: Mapped[str | None]


class WebhookDelivery(Model):
    """One event on its way to one subscription; ``state``: waiting, delivered, failed. A test has no event.

    ``answer`` is how the receiver's last answer began.
    """

    __tablename__ = "webhook_delivery"
    __table_args__ = (
        UniqueConstraint("subscription_id", "event_id"),
        Index("ix_webhook_delivery_subscription", "subscription_id", "id"),
        # Partial: of months of deliveries a few wait, and only these are looked for, every minute.
        Index("ix_webhook_delivery_waiting", "next_try_at", postgresql_where=text("state = 'waiting'")),
        # For the claim, which takes the first few of each subscription.
        Index("ix_webhook_delivery_due", "subscription_id", "next_try_at", postgresql_where=text("state = 'waiting'")),
    )

    id: Mapped[Id]
    public_id: Mapped[str] = mapped_column(unique=True)
    subscription_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("webhook_subscription.id", ondelete="CASCADE"))
    event_id: Mapped[int | None] = mapped_column(BigInteger)
    kind: Mapped[str]
    body: Mapped[str]
    state: Mapped[str] = mapped_column(server_default="waiting")
    attempts: Mapped[int] = mapped_column(server_default="0")
    created_at: Mapped[Instant]
    next_try_at: Mapped[Instant]
    tried_at: Mapped[Instant | None]
    status: Mapped[int | None]
    error: Mapped[str | None]
    answer: Mapped[str | None]
    delivered_at: Mapped[Instant | None]
