"""Changing what a brand says of itself: every change is a version, whoever makes it and wherever.

Page, command and interface call these; each locks the brand, and none commits.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import exists, insert, or_, select, update
from sqlalchemy.orm import Session

from app.audit import trail as audit
from app.brands import versions
from app.brands.document import sentences
from app.brands.document.document import HouseDocument, read_brand, read_key
from app.brands.document.rows import document_of, row_of
from app.brands.files.pictures import USES, kept_names
from app.brands.freshness import note_change
from app.brands.models import Brand, BrandAlias
from app.brands.queries import named_brand
from app.brands.records import BrandRecord, SettingVersionRecord
from app.brands.services import locked_brand
from app.brands.versions import SettingKind, SettingPlace, Settled
from app.core.errors import Conflict, Fault, Invalid, NotFound


class BrandState(NamedTuple):
    """A brand as it stands: its row, what it says, and the number of the version that says so (0: none yet)."""

    brand: BrandRecord
    document: dict[str, Any]
    number: int


def check(document: Mapping[str, Any]) -> dict[str, Any]:
    """The document as it is kept. Raises Invalid with every fault."""
    return read_brand(document).model_dump(mode="json")


def _apply(session: Session, key: str, _name: str, document: Settled) -> None:
    """Write what is in force into the brand's row. Raises Invalid for what another row contradicts."""
    brand = HouseDocument.model_validate(document)
    there = kept_names(session, key)
    chosen = ((use, getattr(brand.look, use)) for use in USES)
    faults = [
        Fault(f"/look/{use}", sentences.PICTURE_GONE) for use, name in chosen if name and (use, name) not in there
    ]
    taken = select(exists().where(Brand.host == brand.host, Brand.key != key))
    if brand.host and session.scalar(taken):
        faults.append(Fault("/host", sentences.HOST_TAKEN))
    if faults:
        raise Invalid(faults)
    session.execute(update(Brand).where(Brand.key == key).values(row_of(brand)))
    note_change(session)


# Parts of the document whose entries are named by languages, countries and channels.
MAPS = {
    "legal": ("imprint", "terms", "privacy"),
    "help": ("hours",),
    "returns_to": ("by_country",),
    "channels": ("by_channel",),
}
BRAND = SettingKind("brand", check, _apply)


def place_of(key: str) -> SettingPlace:
    """Where the versions of a brand's own document are."""
    return SettingPlace(key, BRAND)


def state_of(session: Session, key: str) -> BrandState:
    """A brand as it stands, also by a key that it had before. Raises NotFound."""
    brand = named_brand(session, key)
    version = versions.live(session, place_of(brand.key))
    return BrandState(brand, document_of(brand), version.number if version else 0)


def save(
    session: Session,
    key: str,
    document: Mapping[str, Any],
    *,
    by: str,
    expected: int | None = None,
    note: str = "",
    now: datetime,
) -> SettingVersionRecord:
    """Put a document in force. Raises Invalid, NotFound, and Conflict when somebody else changed it meanwhile."""
    key = _begun(session, key, now=now)
    return versions.save(session, place_of(key), document, by=by, expected=_seen(expected), note=note, now=now)


def change(
    session: Session, key: str, changes: Mapping[str, Any], *, by: str, note: str = "", now: datetime
) -> SettingVersionRecord:
    """Put some parts of the document in force, and leave the others as they are."""
    brand = locked_brand(session, named_brand(session, key).key)
    whole = _without_gone(merged(document_of(brand), changes))
    return save(session, brand.key, whole, by=by, note=note, now=now)


def restore(
    session: Session, key: str, number: int, *, by: str, expected: int | None = None, now: datetime
) -> SettingVersionRecord:
    """Bring an earlier version back. Raises as ``save`` does."""
    # A brand has nothing that holds without any version.
    if number < 1:
        raise NotFound(f"There is no version {number} of {key}.")
    key = _begun(session, key, now=now)
    return versions.restore(session, place_of(key), number, by=by, expected=_seen(expected), now=now)


def add(session: Session, key: str, document: Mapping[str, Any], *, by: str, now: datetime) -> SettingVersionRecord:
    """One more brand. Raises Invalid with every fault of key and document."""
    faults: list[Fault] = []
    try:
        _free_key(session, key)
    except Invalid as error:
        faults += error.faults
    try:
        checked = check(document)
    except Invalid as error:
        raise Invalid(faults + error.faults) from error
    if faults:
        raise Invalid(faults)
    session.execute(insert(Brand).values(key=key, name=checked["name"]))
    return versions.save(session, place_of(key), checked, by=by, now=now)


def make_default(session: Session, key: str, *, by: str, now: datetime) -> None:
    """Let this brand speak where no order says another. Raises NotFound, and Conflict for a retired one."""
    brand = locked_brand(session, named_brand(session, key).key)
    if brand.retired_at is not None:
        raise Conflict("A retired brand can't be the default one.")
    if brand.is_default:
        return
    session.execute(update(Brand).where(Brand.is_default).values(is_default=False))
    session.execute(update(Brand).where(Brand.key == brand.key).values(is_default=True))
    _note(session, brand.key, "brand.made_default", by=by, now=now)


def rename(session: Session, key: str, new_key: str, *, by: str, now: datetime) -> str:
    """Give a brand another key; orders and messages follow, and the old one goes on leading here. Gives the new one.

    Raises NotFound and Invalid.
    """
    brand = named_brand(session, key)
    if brand.key == new_key:
        return new_key
    # The key itself is locked: what refers to it is written before or after.
    session.execute(select(Brand.key).where(Brand.key == brand.key).with_for_update())
    _free_key(session, new_key, but_of=brand.key)
    former, born_as = brand.key, brand.born_as or brand.key
    session.execute(update(BrandAlias).where(BrandAlias.alias == new_key).values(alias=former))
    if session.scalar(select(BrandAlias.alias).where(BrandAlias.alias == former)) is None:
        session.execute(insert(BrandAlias).values(alias=former, brand_key=former))
    session.execute(update(Brand).where(Brand.key == former).values(key=new_key, born_as=born_as))
    _note(session, new_key, "brand.renamed", by=by, now=now, detail={"from": former})
    return new_key


def set_retired(session: Session, key: str, retired: bool, *, by: str, now: datetime) -> None:
    """Retire a brand, which then takes no orders, or take it up again. Raises NotFound; Conflict for the default."""
    brand = locked_brand(session, named_brand(session, key).key)
    if retired and brand.is_default:
        raise Conflict("The default brand can't be retired. Make another one the default first.")
    if (brand.retired_at is not None) == retired:
        return
    session.execute(update(Brand).where(Brand.key == brand.key).values(retired_at=now if retired else None))
    _note(session, brand.key, "brand.retired" if retired else "brand.revived", by=by, now=now)


def merged(document: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    """A document with some places changed: objects by their names, everything else as a whole."""
    result = dict(document)
    for name, value in changes.items():
        before = result.get(name)
        if isinstance(value, Mapping) and isinstance(before or {}, Mapping):
            result[name] = merged(before or {}, value)
        else:
            result[name] = value
    return result


def _seen(number: int | None) -> int | None:
    """Of a brand that nobody had changed, what was seen was the row itself, which is the first version by now."""
    return None if number is None else max(number, 1)


def _without_gone(document: dict[str, Any]) -> dict[str, Any]:
    """Null takes an entry out of a map: a notice in one language, the address for a country, a channel's rule."""
    for part, maps in MAPS.items():
        for name in maps:
            entries = document.get(part, {}).get(name) if isinstance(document.get(part), dict) else None
            if isinstance(entries, dict):
                document[part][name] = {key: value for key, value in entries.items() if value is not None}
    return document


def _begun(session: Session, key: str, *, now: datetime) -> str:
    """The brand's key, locked, with a first version that holds what it said before anybody changed it."""
    brand = locked_brand(session, named_brand(session, key).key)
    if versions.live(session, place_of(brand.key)) is None:
        versions.take_over(session, place_of(brand.key), document_of(brand), now=now)
    return brand.key


def _free_key(session: Session, key: str, *, but_of: str | None = None) -> None:
    read_key(key)
    had = BrandAlias.alias == key
    if but_of is not None:
        had &= BrandAlias.brand_key != but_of
    if session.scalar(select(or_(exists().where(Brand.key == key), exists().where(had)))):
        raise Invalid([Fault("/key", sentences.KEY_TAKEN)])


def _note(
    session: Session, key: str, action: str, *, by: str, now: datetime, detail: dict[str, Any] | None = None
) -> None:
    audit.record(session, actor=by, action=action, subject=key, detail=detail or {}, now=now)
    note_change(session)
