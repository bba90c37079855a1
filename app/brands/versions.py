"""Versions of a brand's settings: each change is a row that says who made it, and any of them can be brought back.

A room declares a ``SettingKind`` and changes that setting through ``save``, ``propose``, ``approve`` and ``restore``
only. What is in force may stand where the room reads it best: ``apply`` writes it there in the same transaction.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Select, func, select, update
from sqlalchemy.orm import Session

from app.audit import trail as audit
from app.brands.differences import differences
from app.brands.models import SettingVersion
from app.brands.records import SettingVersionRecord
from app.brands.services import locked_brand
from app.core.errors import Conflict, NotFound

LIVE, PROPOSED, REPLACED, WITHDRAWN = "live", "proposed", "replaced", "withdrawn"
Settled = dict[str, Any] | None
"""What a setting says, as JSON holds it; None: the usual."""


@dataclass(frozen=True, slots=True)
class SettingKind:
    """A kind of setting that is versioned.

    ``check`` returns the document as it is to be kept, or raises Invalid with every fault; ``apply`` writes what is in
    force where its room reads it, given the brand, the name and the document; ``usual`` is what holds without any.
    """

    name: str
    check: Callable[[Mapping[str, Any]], dict[str, Any]]
    apply: Callable[[Session, str, str, Settled], None] | None = None
    usual: Callable[[str], Mapping[str, Any]] | None = None


class SettingPlace(NamedTuple):
    """Which setting: of which brand and kind, and, where a brand has several of a kind, by which name."""

    brand: str
    kind: SettingKind
    name: str = ""

    @property
    def subject(self) -> str:
        """As the audit trail names it."""
        return "/".join(part for part in (self.brand, self.kind.name, self.name) if part)


def live(session: Session, place: SettingPlace) -> SettingVersionRecord | None:
    """The version in force; None while nobody ever changed it."""
    return session.scalar(_versions(place).where(SettingVersionRecord.state == LIVE))


def proposed(session: Session, place: SettingPlace) -> SettingVersionRecord | None:
    """The version that waits for a second person, if one does."""
    return session.scalar(_versions(place).where(SettingVersionRecord.state == PROPOSED))


def all_live(session: Session, brand: str, kind: SettingKind) -> dict[str, dict[str, Any]]:
    """What is in force of a kind by name, without those that are as usual."""
    statement = select(SettingVersionRecord).where(
        SettingVersionRecord.brand_key == brand,
        SettingVersionRecord.kind == kind.name,
        SettingVersionRecord.state == LIVE,
        SettingVersionRecord.document.is_not(None),
    )
    return {row.name: row.document for row in session.scalars(statement) if row.document is not None}


def history(
    session: Session, place: SettingPlace, *, before: int | None = None, size: int = 50
) -> list[SettingVersionRecord]:
    """The newest versions first, at most ``size``, those with a number below ``before``."""
    statement = _versions(place).order_by(SettingVersionRecord.number.desc()).limit(size)
    return list(session.scalars(statement if before is None else statement.where(SettingVersionRecord.number < before)))


def numbered(session: Session, place: SettingPlace, number: int) -> SettingVersionRecord:
    """The version of this number. Raises NotFound."""
    version = session.scalar(_versions(place).where(SettingVersionRecord.number == number))
    if version is None:
        raise NotFound(f"There is no version {number} of {place.subject}.")
    return version


def take_over(session: Session, place: SettingPlace, document: Mapping[str, Any], *, now: datetime) -> None:
    """Keep what holds already as the first version, so that the first change can be undone; it is nobody's deed."""
    session.add(_version(place, 1, dict(document), LIVE, _Maker("system", now)))
    session.flush()


def in_force_at(session: Session, place: SettingPlace, moment: datetime) -> SettingVersionRecord | None:
    """The version that was in force at a moment; None before the first one was."""
    # What a second person approved was in force from then on, and not from when it was proposed.
    since = func.coalesce(SettingVersionRecord.decided_at, SettingVersionRecord.made_at)
    # What was proposed and withdrawn never held for anybody.
    were_in_force = SettingVersionRecord.state.in_([LIVE, REPLACED])
    newest = (
        _versions(place)
        .where(were_in_force, since <= moment)
        .order_by(since.desc(), SettingVersionRecord.number.desc())
    )
    return session.scalar(newest.limit(1))


def save(
    session: Session,
    place: SettingPlace,
    document: Mapping[str, Any] | None,
    *,
    by: str,
    expected: int | None = None,
    note: str = "",
    now: datetime,
) -> SettingVersionRecord:
    """Put a document in force, or the usual (None); what says the same as the one in force makes no version.

    ``expected``: the number that the change was made from (0: none yet); None does not ask. Raises Invalid, NotFound,
    and Conflict when somebody else changed it meanwhile.
    """
    current = _current(session, place, expected)
    checked = None if document is None else place.kind.check(document)
    if current is not None and current.document == checked:
        return current
    return _put(session, place, checked, _Maker(by, now, note), before=current)


def propose(
    session: Session,
    place: SettingPlace,
    document: Mapping[str, Any] | None,
    *,
    by: str,
    expected: int | None = None,
    note: str = "",
    now: datetime,
) -> SettingVersionRecord:
    """Keep a document until a second person approves it; one that waited already is withdrawn for it."""
    current = _current(session, place, expected)
    checked = None if document is None else place.kind.check(document)
    _settle(session, place, PROPOSED, WITHDRAWN, by=by, now=now)
    return _put(session, place, checked, _Maker(by, now, note), before=current, state=PROPOSED)


def approve(session: Session, place: SettingPlace, number: int, *, by: str, now: datetime) -> SettingVersionRecord:
    """Put what was proposed in force.

    Raises NotFound, and Conflict for whoever proposed it, when none waits, or when another was put in force since.
    """
    # Two who approve at once do so one after the other: the second finds that it waits no more.
    locked_brand(session, place.brand)
    version = numbered(session, place, number)
    if version.state != PROPOSED:
        raise Conflict("This version waits for nobody any more.")
    if version.made_by == by:
        raise Conflict("Somebody else has to approve what you proposed.")
    current = live(session, place)
    if current is not None and current.number > version.number:
        raise Conflict("Something else was put in force since this was proposed. Look at it, and propose yours again.")
    _settle(session, place, LIVE, REPLACED)
    _settle(session, place, PROPOSED, LIVE, by=by, now=now)
    if place.kind.apply is not None:
        place.kind.apply(session, place.brand, place.name, version.document)
    _note(session, place, "setting.approved", version, before=current, by=by, now=now)
    return numbered(session, place, number)


def withdraw(session: Session, place: SettingPlace, number: int, *, by: str, now: datetime) -> None:
    """Take a proposal back, or refuse it. Raises NotFound, and Conflict when none waits."""
    locked_brand(session, place.brand)
    version = numbered(session, place, number)
    if version.state != PROPOSED:
        raise Conflict("This version waits for nobody any more.")
    _settle(session, place, PROPOSED, WITHDRAWN, by=by, now=now)
    _note(session, place, "setting.withdrawn", version, before=version, by=by, now=now)


def restore(
    session: Session, place: SettingPlace, number: int, *, by: str, expected: int | None = None, now: datetime
) -> SettingVersionRecord:
    """Bring an earlier version back as a new one; 0 brings back the usual. Raises as ``save`` does."""
    current = _current(session, place, expected)
    # The number before the first stands for what holds when nobody says anything.
    document = numbered(session, place, number).document if number else None
    # Checked anew: what was right then may name what is gone by now.
    checked = None if document is None else place.kind.check(document)
    if current is not None and current.document == checked:
        return current
    return _put(session, place, checked, _Maker(by, now, restores=number), before=current)


class _Maker(NamedTuple):
    """Who makes a version, when and why."""

    by: str
    now: datetime
    note: str = ""
    restores: int | None = None


def _versions(place: SettingPlace) -> Select[SettingVersionRecord]:
    return select(SettingVersionRecord).where(
        SettingVersionRecord.brand_key == place.brand,
        SettingVersionRecord.kind == place.kind.name,
        SettingVersionRecord.name == place.name,
    )


def _current(session: Session, place: SettingPlace, expected: int | None) -> SettingVersionRecord | None:
    """What is in force, read under the brand's lock: of two who save at once, the second is told."""
    locked_brand(session, place.brand)
    current = live(session, place)
    if expected is not None and expected != (current.number if current else 0):
        raise Conflict("Somebody else has changed this meanwhile. Look at what is in force now, and save again.")
    return current


def _put(
    session: Session,
    place: SettingPlace,
    document: Settled,
    maker: _Maker,
    *,
    before: SettingVersionRecord | None,
    state: str = LIVE,
) -> SettingVersionRecord:
    number = _last_number(session, place) + 1
    # The old one first: an index lets only one of a setting be in force.
    if state == LIVE:
        _settle(session, place, LIVE, REPLACED)
    version = _version(place, number, document, state, maker)
    session.add(version)
    session.flush()
    if state == LIVE and place.kind.apply is not None:
        place.kind.apply(session, place.brand, place.name, document)
    made = numbered(session, place, number)
    action = "setting.proposed" if state == PROPOSED else "setting.restored" if maker.restores is not None else ""
    _note(session, place, action or "setting.saved", made, before=before, by=maker.by, now=maker.now)
    return made


def _version(place: SettingPlace, number: int, document: Settled, state: str, maker: _Maker) -> SettingVersion:
    version = SettingVersion(brand_key=place.brand, kind=place.kind.name, name=place.name, number=number, state=state)
    version.document, version.note, version.restores = document, maker.note, maker.restores
    version.made_by, version.made_at = maker.by, maker.now
    return version


def _last_number(session: Session, place: SettingPlace) -> int:
    numbers = _versions(place).with_only_columns(func.coalesce(func.max(SettingVersionRecord.number), 0))
    return int(session.scalar(numbers) or 0)


def _settle(
    session: Session, place: SettingPlace, state: str, to: str, *, by: str | None = None, now: datetime | None = None
) -> None:
    """Move the one version in this state, if there is one; ``by`` decided it."""
    decision = {} if by is None else {"decided_by": by, "decided_at": now}
    session.execute(
        update(SettingVersion)
        .where(
            SettingVersion.brand_key == place.brand,
            SettingVersion.kind == place.kind.name,
            SettingVersion.name == place.name,
            SettingVersion.state == state,
        )
        .values(state=to, **decision)
    )


def _note(
    session: Session,
    place: SettingPlace,
    action: str,
    version: SettingVersionRecord,
    *,
    before: SettingVersionRecord | None,
    by: str,
    now: datetime,
) -> None:
    """A row of the audit trail: which places changed, not what they say, which the version itself holds."""
    usual = dict(place.kind.usual(place.brand)) if place.kind.usual else {}
    earlier = (before.document if before else None) or usual
    changed = [difference.path for difference in differences(earlier, version.document or usual)]
    detail = {"version": version.number, "changed": changed[:20]}
    if version.restores is not None:
        detail["restores"] = version.restores
    audit.record(session, actor=by, action=action, subject=place.subject, detail=detail, now=now)
