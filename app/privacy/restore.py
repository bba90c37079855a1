"""After a backup was put back: who was erased since is erased anew, and nothing old is sent a second time."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

from sqlalchemy import RowMapping, select
from sqlalchemy.orm import Session

from app.audit import anchor
from app.audit import trail as audit
from app.core.queue import hold_back
from app.core.settings import Settings
from app.orders.records import OrderContactRecord, OrderRecord
from app.personal import tombstones
from app.personal.claims import DataSubject, rooms
from app.personal.tombstones import (
    CUSTOMER,
    EMAIL,
    PHONE,
    last_restore,
    mark,
    mark_restored,
    shop_number,
    source_id,
)
from app.privacy import ledger
from app.privacy.erase import erase
from app.privacy.ledger import LedgerEntry
from app.privacy.models import Erasure
from app.privacy.people import person_of
from app.privacy.requests import Unit, ended_elsewhere

# A code or a link that waited belongs to a browser of that day.
ONE_SHOT = ("send_code", "mail_order_links")


@dataclass(slots=True)
class Again:
    """What came of it: erasures in the file, those that the database did not know, and the orders erased anew."""

    entries: int = 0
    missing: list[str] = field(default_factory=list)
    orders: int = 0


def hold(session: Session, *, by: str, now: datetime) -> dict[str, int]:
    """Mark that a backup was put back, and put what waits to leave in a person's hands; how many, by room."""
    # Before anything else: what is heard from now on looks at it.
    mark_restored(session, by=by, now=now)
    counts = {room.name: room.hold(session, now=now) for room in rooms().values() if room.hold is not None}
    counts["jobs"] = hold_back(session, ONE_SHOT)
    audit.record(session, actor=by, action="backup.restored", detail={"held": counts}, now=now)
    return counts


def again(in_unit: Unit, path: Path, *, key: str, by: str, now: datetime) -> Again:
    """Apply every erasure of the file: put its marks up, and erase whoever is there in spite of it.

    Raises BrokenLedger before anything is changed.
    """
    entries = list(ledger.read(path, key=key))
    done = Again(entries=len(entries))
    if not entries:
        return done

    def bury(session: Session) -> None:
        tombstones.alone(session)
        there = set(session.scalars(select(Erasure.ref).where(Erasure.ref.in_([one.ref for one in entries]))))
        done.missing = [entry.ref for entry in entries if entry.ref not in there]
        for entry in entries:
            tombstones.bury(session, entry.marks, now=entry.at)
        session.add_all(ended_elsewhere(entry, by) for entry in entries if entry.ref in done.missing)

    def erase_anew(session: Session) -> None:
        tombstones.alone(session)
        person = _still_there(session, entries, key=key)
        done.orders = len(person.order_ids)
        if not person.nobody:
            erase(session, person, now=now)
        detail = {"entries": done.entries, "missing": len(done.missing), "orders": done.orders}
        audit.record(session, actor=by, action="person.erased_again", detail=detail, now=now)

    in_unit(bury)
    in_unit(erase_anew)
    return done


def older_than_its_papers(session: Session, settings: Settings) -> str | None:
    """Why this database seems to be a backup that was put back, in a sentence; None when nothing says so."""
    key, path = settings.key, ledger.path_of(settings)
    refs = {entry.ref for entry in ledger.read(path, key=key)}
    there = set(session.scalars(select(Erasure.ref).where(Erasure.ref.in_(refs))))
    if refs - there:
        return f"{len(refs - there)} erasures that were done are not in the database."
    lines = settings.audit_anchor.read_text(encoding="utf-8").splitlines() if settings.audit_anchor.exists() else []
    restored_at = last_restore(session)
    if not lines or (restored_at is not None and _is_older(lines[-1], restored_at)):
        return None
    faults = anchor.faults(session, lines[-1:], key=key)
    return faults[0] if faults else None


def at_start(in_unit: Unit, settings: Settings, *, now: datetime) -> None:
    """Do what follows a restore, where this database is older than what was written down beside it."""
    by = audit.CLI + "start"
    key, path = settings.key, ledger.path_of(settings)
    in_unit(lambda session: hold(session, by=by, now=now))
    again(in_unit, path, key=key, by=by, now=now)


def _is_older(line: str, at: datetime) -> bool:
    try:
        return datetime.fromisoformat(json.loads(line)["at"]) <= at
    except (ValueError, KeyError, TypeError):
        return False


def _still_there(session: Session, entries: Sequence[LedgerEntry], *, key: str) -> DataSubject:
    """Whoever the marks name and was bought by before the erasure, as one person."""
    gone: dict[bytes, datetime] = {}
    for entry in entries:
        for one in entry.marks:
            gone[one] = max(entry.at, gone.get(one, entry.at))
    own: set[int] = set()
    named_in: dict[int, set[str]] = {}
    for row, marks in _everybody(session, key):
        if not any(one in gone and row["placed_at"] <= gone[one] for one in marks):
            continue
        if row["position"] == 0:
            own.add(row["id"])
        else:
            named_in.setdefault(row["id"], set()).add(row["email_folded"] or "")
    person = person_of(session, sorted(own), None, named_in=named_in.keys() - own, key=key)
    # Of whom an order of others names, only they themselves are meant.
    return replace(person, emails=person.emails | {email for some in named_in.values() for email in some if email})


_COLUMNS = (
    OrderRecord.id,
    OrderRecord.placed_at,
    OrderRecord.brand_key,
    OrderRecord.number,
    OrderRecord.source_system,
    OrderRecord.source_id,
    OrderRecord.customer_id,
    OrderContactRecord.position,
    OrderContactRecord.email_folded,
    OrderContactRecord.phone_e164,
)


def _everybody(session: Session, key: str) -> Iterator[tuple[RowMapping, list[bytes]]]:
    statement = select(*_COLUMNS).join(OrderContactRecord, OrderContactRecord.order_id == OrderRecord.id)
    # All of them, a part at a time: this is done once after a restore.
    rows = session.execute(statement.where(OrderRecord.erased_at.is_(None)).execution_options(yield_per=1000))
    for row in rows.mappings():
        names = [(EMAIL, row["email_folded"])] if row["email_folded"] else []
        # As of late documents: the phone alone names nobody where there is an address.
        names = names or ([(PHONE, row["phone_e164"])] if row["phone_e164"] else [])
        if row["position"] == 0:
            names += _of_order(row)
        yield row, [mark(key, one) for one in names]


def _of_order(row: RowMapping) -> list[tuple[str, str]]:
    names = [shop_number(str(row["brand_key"]), str(row["number"]))]
    names += [source_id(str(row["source_system"]), str(row["source_id"]))] if row["source_id"] else []
    return names + ([(CUSTOMER, str(row["customer_id"]))] if row["customer_id"] else [])
