"""Requests to erase: asked for, cancelled while there is time, done by the clock or at once."""

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, replace
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.audit import trail as audit
from app.core.clock import utcnow
from app.core.db import at_commit
from app.core.errors import Conflict, NotFound
from app.core.queue import defer
from app.core.tokens import new_ref, new_secret, seal, unseal
from app.events.kinds import EventKind
from app.events.log import append
from app.personal import tombstones
from app.personal.claims import DataSubject
from app.privacy import ledger
from app.privacy.erase import Erased, erase, sweep
from app.privacy.models import Erasure
from app.privacy.people import Subject, find, subject_of
from app.privacy.records import ErasureRecord

TASK = "erase_people"
# Within a day by promise; some hours in which a slip of the finger, or somebody else's, can be taken back.
TIME_TO_CANCEL = timedelta(hours=12)
CUSTOMER_ASKS = audit.CUSTOMER + "own page"
# A request is sealed until it is done: long before this it is.
LONGEST = timedelta(days=60)


def ask(
    session: Session, subject: Subject, *, by: str, key: str, at_once: bool = False, now: datetime
) -> ErasureRecord:
    """Take a request; the same again while one waits is that one. ``at_once`` has it done by the next round.

    The receipt leaves before the address goes. Raises NotFound for whom nothing is held.
    """
    person = find(session, subject, key=key)
    if person.nobody or not (person.order_ids or person.named_in):
        raise NotFound("Nothing is held of this person.")
    digest = subject_of(key, subject.kind, subject.text)
    waiting = _waiting(session, digest)
    if waiting is not None:
        return _told(session, waiting)
    due_at = now if at_once else now + TIME_TO_CANCEL
    request = Erasure(ref=new_ref(), subject=digest, asked_by=by, asked_at=now, due_at=due_at, counts={}, staying={})
    request.state, request.sealed = "asked", seal(key, json.dumps(asdict(subject)))
    session.add(request)
    session.flush()
    _tell(session, person, request, now=now)
    audit.record(session, actor=by, action="erasure.asked", subject=request.ref, now=now)
    defer(session, TASK, at=due_at)
    return _told(session, request)


def _tell(session: Session, person: DataSubject, request: Erasure, *, now: datetime) -> None:
    """The receipt, as a message of the newest order; a shop that erases at once says so itself."""
    if request.asked_by == CUSTOMER_ASKS and person.order_ids:
        facts = {"ref": request.ref, "due_at": request.due_at.isoformat()}
        append(session, EventKind.ERASURE_ASKED, order_id=max(person.order_ids), payload=facts, now=now)


def waiting_for(session: Session, subject: Subject, *, key: str) -> ErasureRecord | None:
    """The request about this person that is not done yet."""
    waiting = _waiting(session, subject_of(key, subject.kind, subject.text))
    return _told(session, waiting) if waiting else None


def cancel(session: Session, ref: str, *, by: str, now: datetime) -> ErasureRecord:
    """Take a request back. Raises NotFound, and Conflict when it is done or cancelled already."""
    request = session.scalar(select(Erasure).where(Erasure.ref == ref).with_for_update())
    if request is None:
        raise NotFound(f"There is no request {ref}.")
    if request.state != "asked":
        raise Conflict("This request has ended already.")
    request.state, request.ended_at, request.sealed = "cancelled", now, None
    audit.record(session, actor=by, action="erasure.cancelled", subject=ref, now=now)
    return _told(session, request)


def find_request(session: Session, ref: str) -> ErasureRecord:
    """One request. Raises NotFound."""
    request = session.scalar(select(ErasureRecord).where(ErasureRecord.ref == ref))
    if request is None:
        raise NotFound(f"There is no request {ref}.")
    return request


def newest(session: Session, *, size: int = 50) -> Sequence[ErasureRecord]:
    """The newest requests first."""
    return session.scalars(select(ErasureRecord).order_by(ErasureRecord.id.desc()).limit(size)).all()


def due(session: Session, *, now: datetime) -> list[str]:
    """The references of requests whose time has come."""
    statement = select(Erasure.ref).where(Erasure.state == "asked", Erasure.due_at <= now).order_by(Erasure.id)
    return list(session.scalars(statement))


Work = Callable[[Session], object]
Unit = Callable[[Work], object]
"""Does something in a transaction of its own."""


def perform(in_unit: Unit, ref: str, *, key: str, path: Path, by: str | None = None, now: datetime) -> None:
    """Do one request: first what is found by reading, a transaction for itself, then the person at once.

    Whoever dies in between does it again; what is done stays done.
    """
    began = utcnow()

    def read_through(session: Session) -> None:
        subject = _subject(session, ref, key=key)
        if subject is not None:
            sweep(session, find(session, subject, key=key))

    in_unit(read_through)
    # A minute earlier: clocks of processes differ a little.
    in_unit(lambda session: _do(session, ref, key=key, path=path, by=by, swept=began - timedelta(minutes=1), now=now))


def _do(
    session: Session, ref: str, *, key: str, path: Path, by: str | None, swept: datetime, now: datetime
) -> Erased | None:
    # Before anybody is looked for: who is being written down now is there afterwards.
    tombstones.alone(session)
    request = session.scalar(select(Erasure).where(Erasure.ref == ref).with_for_update())
    if request is None or request.state != "asked" or request.sealed is None:
        return None
    subject = _opened(request, key=key)
    person = replace(find(session, subject, key=key), swept_at=swept)
    erased = erase(session, person, erasure_id=request.id, now=now)
    request = session.scalars(select(Erasure).where(Erasure.ref == ref)).one()
    request.state, request.ended_at, request.sealed = "done", now, None
    request.counts, request.staying = erased.counts, erased.staying
    actor = by or (audit.CLI + "clock")
    detail = {"rows": sum(erased.counts.values()), "staying": sum(erased.staying.values())}
    audit.record(session, actor=actor, action="person.erased", subject=ref, detail=detail, now=now)
    entry = ledger.LedgerEntry(ref, now, erased.marks)
    # As a last act: written although the commit may fail after it, for to erase anew does no harm.
    at_commit(session, "ledger", lambda _session: ledger.write(path, entry, key=key))
    return erased


def _subject(session: Session, ref: str, *, key: str) -> Subject | None:
    request = session.scalar(select(Erasure).where(Erasure.ref == ref, Erasure.state == "asked"))
    return _opened(request, key=key) if request is not None else None


def _opened(request: Erasure, *, key: str) -> Subject:
    clear = unseal(key, request.sealed or "", max_age=int(LONGEST.total_seconds()))
    if clear is None:
        raise Conflict("This request can't be opened: SECRET_KEY has changed. Ask for it again.")
    return Subject(**json.loads(clear))


def _told(session: Session, request: Erasure) -> ErasureRecord:
    session.flush()
    return find_request(session, request.ref)


def _waiting(session: Session, digest: bytes) -> Erasure | None:
    return session.scalar(select(Erasure).where(Erasure.subject == digest, Erasure.state == "asked"))


def ended_elsewhere(entry: ledger.LedgerEntry, by: str) -> Erasure:
    """The request of an erasure that the backup did not know yet; whom it was about nobody can tell."""
    subject = new_secret().encode()
    return Erasure(
        ref=entry.ref, state="done", subject=subject, asked_by=by, asked_at=entry.at, due_at=entry.at, ended_at=entry.at
    )
