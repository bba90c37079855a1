"""Tables of what came in and what happened: the raw inbox, domain events, and a row for each listener."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, DateTime, ForeignKey, Index, LargeBinary, UniqueConstraint, false, func
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Document, Id, Instant, Model


class InboxRow(Model):
    """One delivery from outside: its bytes as they came, once, and what became of them."""

    __tablename__ = "inbox"
    __table_args__ = (
        UniqueConstraint("endpoint", "delivery_key"),
        Index("ix_inbox_waiting", "endpoint", "next_try_at", postgresql_where="state = 'new'"),
        # Worklists count and list by these: each holds only what waits for a person.
        Index("ix_inbox_dead", "id", postgresql_where="state = 'dead'"),
    )

    id: Mapped[Id]
    # The column keeps its first name: a rename would stop releases that still run beside this one.
    endpoint: Mapped[str] = mapped_column("door", key="endpoint")
    delivery_key: Mapped[str]
    headers: Mapped[Document]
    body: Mapped[bytes] = mapped_column(LargeBinary)
    received_at: Mapped[Instant]
    state: Mapped[str] = mapped_column(server_default="new")
    attempts: Mapped[int] = mapped_column(server_default="0")
    next_try_at: Mapped[Instant] = mapped_column(server_default=func.now())
    error: Mapped[str | None]
    done_at: Mapped[Instant | None]


class DomainEvent(Model):
    """Something that happened; never changed."""

    __tablename__ = "domain_event"
    __table_args__ = (Index("ix_domain_event_order_id", "order_id", "id"),)

    id: Mapped[Id]
    kind: Mapped[str]
    order_id: Mapped[int | None] = mapped_column(BigInteger)
    shipment_id: Mapped[int | None] = mapped_column(BigInteger)
    return_id: Mapped[int | None] = mapped_column(BigInteger)
    payload: Mapped[dict[str, Any]] = mapped_column(JSONB)
    happened_at: Mapped[Instant]


class ListenerRow(Model):
    """What one listener has yet to do about one event; deleted when it has, dead after five tries that failed."""

    # The table keeps its first name: a rename would stop releases that still run beside this one.
    __tablename__ = "hearing"
    __table_args__ = (
        # Partial and in the order of a lease: what was heard is deleted, what is dead waits for a person.
        Index("ix_hearing_waiting", "listener", "next_try_at", "event_id", postgresql_where="dead_at is null"),
        Index("ix_hearing_dead", "dead_at", postgresql_where="dead_at is not null"),
    )

    event_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("domain_event.id", ondelete="CASCADE"), primary_key=True
    )
    listener: Mapped[str] = mapped_column(primary_key=True)
    attempts: Mapped[int] = mapped_column(server_default="0")
    next_try_at: Mapped[Instant] = mapped_column(server_default=func.now())
    error: Mapped[str | None]
    dead_at: Mapped[Instant | None]


class Stumble(Model):
    """Something that a job of the clock could not do: shipment, return or withdrawal by its number, and why."""

    __tablename__ = "stumble"
    __table_args__ = (Index("ix_stumble_dead", "dead_at", postgresql_where="dead_at is not null and not aside"),)

    task: Mapped[str] = mapped_column(primary_key=True)
    item_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    attempts: Mapped[int]
    next_try_at: Mapped[Instant]
    error: Mapped[str | None]
    dead_at: Mapped[Instant | None]
    aside: Mapped[bool] = mapped_column(server_default=false())


class Firing(Model):
    """One due time of one clock job: whoever inserts the row fires it."""

    __tablename__ = "firing"

    job: Mapped[str] = mapped_column(primary_key=True)
    due_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), primary_key=True)
    fired_at: Mapped[Instant]


class JobRun(Model):
    """When a job of this name was last done, and how long that took; at most every few seconds for one process."""

    __tablename__ = "job_run"

    task: Mapped[str] = mapped_column(primary_key=True)
    done_at: Mapped[Instant]
    took_ms: Mapped[int]


class JobFailure(Model):
    """Why the last try of a job failed; it goes when the job is done after all, or forgotten."""

    __tablename__ = "job_failure"
    __table_args__ = (Index("ix_job_failure_task", "task", "failed_at"),)

    job_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    task: Mapped[str]
    reason: Mapped[str]
    tries: Mapped[int] = mapped_column(server_default="1")
    failed_at: Mapped[Instant]
