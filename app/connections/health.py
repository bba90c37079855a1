"""How connections fare: what last went well and what did not, what waits, and when it is tried next."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.connections.catalogue import Connection
from app.events.records import InboxRecord
from app.notify.records import AttemptRecord
from app.notify.send.rests import Rest, resting

# The newest rows tell how it fares now; all of them would be read where a connection was never used.
NEWEST = 5000
TAKEN = ("accepted", "not_begun")


@dataclass(frozen=True, slots=True)
class SendingHealth:
    """How a provider of messages took what it was given; ``failure`` is its word; ``rest``: it takes nothing now."""

    succeeded_at: datetime | None = None
    failed_at: datetime | None = None
    failure: str | None = None
    rest: Rest | None = None


@dataclass(frozen=True, slots=True)
class HookHealth:
    """What came in at an address of ours: when last, how much waits to be understood, and what never was."""

    heard_at: datetime | None = None
    waiting: int = 0
    refused_at: datetime | None = None
    refused: str | None = None


def sending(session: Session, one: Connection) -> SendingHealth | None:
    """How messages fare with it; None for what sends none."""
    if one.provider is None:
        return None
    name = one.provider.name
    newest = select(func.coalesce(func.max(AttemptRecord.id), 0) - NEWEST).scalar_subquery()
    mine = select(AttemptRecord).where(AttemptRecord.id > newest, AttemptRecord.provider == name)
    latest = mine.order_by(AttemptRecord.id.desc()).limit(1)
    taken = session.scalars(latest.where(AttemptRecord.outcome == "accepted")).first()
    failed = session.scalars(latest.where(AttemptRecord.outcome.not_in(TAKEN))).first()
    return SendingHealth(
        taken.ended_at if taken else None,
        failed.ended_at if failed else None,
        f"{name}:{failed.code}" if failed else None,
        resting(session).get(name),
    )


def hooks(session: Session, one: Connection) -> HookHealth | None:
    """What came in at its addresses; None for what never calls us."""
    if not one.hooks:
        return None
    endpoints = [hook.removeprefix("/hooks/").replace("/", ":", 1) for hook in one.hooks]
    newest = select(func.coalesce(func.max(InboxRecord.id), 0) - NEWEST).scalar_subquery()
    here = (InboxRecord.id > newest, InboxRecord.endpoint.in_(endpoints))
    dead = select(InboxRecord).where(*here, InboxRecord.state == "dead").order_by(InboxRecord.id.desc()).limit(1)
    refused = session.scalars(dead).first()
    return HookHealth(
        session.scalar(select(func.max(InboxRecord.received_at)).where(*here)),
        session.scalar(select(func.count(InboxRecord.id)).where(*here, InboxRecord.state == "new")) or 0,
        refused.received_at if refused else None,
        refused.error if refused else None,
    )
