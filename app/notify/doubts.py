"""The reconciler: finds what a crash or a lost answer left behind, asks the provider, and brings each to an end."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import exists, select, update
from sqlalchemy.orm import Session, sessionmaker

from app.db import transaction
from app.events.models import InboxRow
from app.notify.kinds import Purpose
from app.notify.models import Attempt, Message
from app.notify.office import Office
from app.notify.resolving import AGAIN, Asked, Doubt, Resolution, resolve
from app.notify.senders.ports import Accepted, Lost, SendFailed
from app.notify.sending import settle
from app.notify.services import wake

BATCH = 50
REPORTS_SEEN = timedelta(minutes=15)
UNREPORTED = frozenset({"sandbox"})


@dataclass(frozen=True, slots=True)
class Open:
    """A message in doubt, claimed for a minute."""

    message_id: int
    token: str
    provider: str
    doubt: Doubt
    lost: Lost


def reconcile(sessions: sessionmaker[Session], office: Office, *, clock: Callable[[], datetime]) -> int:
    """One round; gives how many messages were looked at."""
    with sessions() as session, transaction(session):
        expire_leases(session, now=clock())
    with sessions() as session, transaction(session):
        found = claim_doubts(session, now=clock(), office=office)
    for one in found:
        asked, accepted = ask(one, office)
        with sessions() as session, transaction(session):
            apply(session, one, asked, accepted, now=clock())
    return len(found)


def expire_leases(session: Session, *, now: datetime) -> None:
    """What was claimed and never begun waits again; what was begun and never recorded is in doubt."""
    lapsed = (Message.state == "sending", Message.lease_until <= now)
    begun = exists().where(Attempt.message_id == Message.id, Attempt.token == Message.attempt_token)
    again = {"state": "created", "lease_until": None, "attempts": Message.attempts - 1, "next_try_at": now}
    released = session.scalars(update(Message).where(*lapsed, ~begun).values(again).returning(Message.id)).all()
    session.execute(update(Message).where(*lapsed, begun).values(state="in_doubt", reason="no_outcome"))
    if released:
        wake(session)


def claim_doubts(session: Session, *, now: datetime, office: Office) -> list[Open]:
    """The messages in doubt whose provider may be asked by now; nobody else looks at them for a minute."""
    due = (Message.state == "in_doubt", Message.lease_until <= now)
    statement = select(Message, Attempt.started_at).join(
        Attempt, (Attempt.message_id == Message.id) & (Attempt.token == Message.attempt_token)
    )
    rows = session.execute(
        statement.where(*due).order_by(Message.lease_until).limit(BATCH).with_for_update(of=Message, skip_locked=True)
    ).all()
    found = []
    for message, started_at in rows:
        lag = _lag(message, office)
        if now < started_at + lag:
            message.lease_until = started_at + lag
            continue
        message.lease_until = now + AGAIN
        found.append(_open(session, message, started_at, now))
    return found


def ask(one: Open, office: Office) -> tuple[Asked, Accepted | None]:
    """Ask the provider, with no transaction open."""
    sender = office.sender(one.provider)
    if sender is None or sender.lag_seconds is None:
        return Asked.SILENT, None
    try:
        found = sender.find(one.lost)
    except SendFailed:
        return Asked.SILENT, None
    return (Asked.FOUND, found) if found else (Asked.ABSENT, None)


def apply(session: Session, one: Open, asked: Asked, accepted: Accepted | None, *, now: datetime) -> None:
    """Bring one message to what was resolved, unless a report has settled it meanwhile."""
    mine = (Message.id == one.message_id, Message.attempt_token == one.token, Message.state == "in_doubt")
    message = session.scalar(select(Message).where(*mine).with_for_update())
    if message is None:
        return
    resolution = resolve(one.doubt, asked, now=now)
    if resolution is Resolution.ADOPT and accepted is not None:
        message.state, message.provider_id, message.accepted_at = "accepted", accepted.provider_id, now
        message.reason = message.lease_until = None
    elif resolution in (Resolution.SEND, Resolution.SEND_COPY):
        if resolution is Resolution.SEND_COPY:
            message.facts = message.facts | {"copy": True}
        message.state, message.next_try_at, message.lease_until = "created", now, None
        wake(session)
    elif resolution is Resolution.GIVE_UP:
        settle(message, "failed", "in_doubt", now)


def _lag(message: Message, office: Office) -> timedelta:
    sender = office.sender(message.provider or "")
    return timedelta(seconds=(sender.lag_seconds or 0) if sender else 0)


def _open(session: Session, message: Message, started_at: datetime, now: datetime) -> Open:
    provider = message.provider or ""
    door = InboxRow.door == f"messages:{provider}"
    seen = exists().where(door, InboxRow.received_at > max(started_at, now - REPORTS_SEEN))
    alive = provider in UNREPORTED or bool(session.scalar(select(seen)))
    doubt = Doubt(Purpose(message.purpose), started_at, alive, bool(message.facts.get("copy")))
    lost = Lost(message.public_id, message.recipient, started_at - timedelta(minutes=1), message.body_hash or b"")
    return Open(message.id, message.attempt_token or "", provider, doubt, lost)
