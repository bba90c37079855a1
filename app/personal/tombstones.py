"""Who was erased: digests that late documents, pushes and backups meet; and when a backup was put back."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from sqlalchemy import func, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.core.db import secret_of
from app.core.settings.key import each_key
from app.core.tables.bulk import any_of
from app.core.tokens import keyed_digest
from app.personal.models import RestoreMark, Tombstone

EMAIL, PHONE, CUSTOMER, ORDER, PARCEL = "email", "phone", "customer", "order", "parcel"
# «gone»: a number that no other advisory lock has.
PEOPLE_LOCK = 0x676F6E65
_SHARE, _ALONE = (text(f"select pg_advisory_xact_lock{how}(:key)") for how in ("_shared", ""))
Known = tuple[str, str]
"""A kind, and what somebody or something is known by."""

Gone = Mapping[Known, datetime]
"""What was erased, and when."""

_MET = "erased_met"


def mark(key: str, name: Known) -> bytes:
    """What stands for it: nobody without the key can tell what it was."""
    kind, text_ = name
    return keyed_digest(key, f"erased:{kind}:{text_.casefold()}")


def source_id(system: str, id_: str) -> Known:
    """An order by its source's own id."""
    return ORDER, f"source\0{system}\0{id_}"


def shop_number(brand: str, number: str) -> Known:
    """An order by the shop's number."""
    return ORDER, f"number\0{brand}\0{number}"


def enter(session: Session) -> bool:
    """Before people are written down: no erasure happens until this commit. False when nobody was ever erased.

    First the lock, then the reading: what was read before could be old by now.
    """
    session.execute(_SHARE, {"key": PEOPLE_LOCK})
    return session.scalar(select(select(Tombstone.mark).exists())) or False


def alone(session: Session) -> None:
    """Before people are erased: wait for all who are writing people down, and have others wait until this commit."""
    session.execute(_ALONE, {"key": PEOPLE_LOCK})


def erased(session: Session, names: Iterable[Known]) -> Gone:
    """Which of these were erased, and when."""
    key = secret_of(session)
    # Whoever was erased before SECRET_KEY changed stays erased while the key of then is named.
    marks = {mark(one_key, one): one for one_key in each_key(key) for one in set(names) if one[1]}
    statement = select(Tombstone.mark, Tombstone.erased_at).where(any_of(Tombstone.mark, sorted(marks)))
    rows = session.execute(statement.order_by(Tombstone.erased_at)) if marks else ()
    return {marks[row.mark]: row.erased_at for row in rows}


def bury(session: Session, marks: Mapping[bytes, str], *, now: datetime) -> None:
    """Put up these marks with their kinds; those that stand already count from now on."""
    # In one order, as everybody puts them up: two who bury at once never wait crosswise.
    rows = [{"mark": one, "kind": marks[one], "erased_at": now} for one in sorted(marks)]
    if rows:
        statement = insert(Tombstone).values(rows)
        later = func.greatest(Tombstone.erased_at, statement.excluded.erased_at)
        session.execute(statement.on_conflict_do_update(index_elements=["mark"], set_={"erased_at": later}))


def standing(session: Session, marks: Sequence[bytes]) -> set[bytes]:
    """Those of these marks that are there."""
    return set(session.scalars(select(Tombstone.mark).where(any_of(Tombstone.mark, list(marks)))))


def meet(session: Session) -> None:
    """Note that what is being taken in speaks of an erased person: its own bytes must not stay either."""
    session.info[_MET] = True


def take_met(session: Session) -> bool:
    """Whether that was noted since it was last asked."""
    return bool(session.info.pop(_MET, False))


def mark_restored(session: Session, *, by: str, now: datetime) -> None:
    """Note that a backup was put back."""
    session.add(RestoreMark(at=now, by=by))
    session.flush()


def last_restore(session: Session) -> datetime | None:
    """When a backup was put back last; None: never."""
    return session.scalar(select(func.max(RestoreMark.at)))
