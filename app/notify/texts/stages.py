"""Which stages a brand tells by mail and as texts, its sentence in mails, and where its name may send texts."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from app.brands import versions
from app.brands.records import SettingVersionRecord
from app.brands.services import locked_brand
from app.brands.versions import SettingKind, SettingPlace, Settled
from app.core.errors import Fault, Invalid
from app.core.i18n.catalogues import languages
from app.notify.kinds import KINDS, SMS_BY_DEFAULT, Purpose
from app.notify.models import BrandMessages
from app.notify.plan.route import COUNTRY_RULES
from app.notify.render.mails.book import MAILS
from app.notify.render.render import BadShopText, check

USUAL: dict[str, Any] = {"mails_off": [], "texts_off": [], "notes": {}, "registered_countries": []}
_CHOSEN_FROM = {
    "mails_off": (frozenset(MAILS), "There is no mail %s."),
    "texts_off": (SMS_BY_DEFAULT, "There is no text %s."),
    "registered_countries": (frozenset(COUNTRY_RULES), "There is no rule for %s."),
}


def always_sent(kind: str) -> bool:
    """Whether a kind goes out whatever a brand says: a receipt or a code, which somebody waits for."""
    return KINDS[kind].purpose is not Purpose.NEWS


def _checked(document: Mapping[str, Any]) -> dict[str, Any]:
    faults = [Fault(f"/{name}", "There is no such field.") for name in document if name not in USUAL]
    tidy: dict[str, Any] = {}
    for name, (choices, sentence) in _CHOSEN_FROM.items():
        values = document.get(name) or []
        values = sorted({str(value) for value in values}) if isinstance(values, list) else [str(values)]
        faults += [Fault(f"/{name}", sentence % value[:60]) for value in values if value not in choices]
        tidy[name] = values
    notes = document.get("notes") or {}
    tidy["notes"] = {}
    for language, note in sorted(notes.items()) if isinstance(notes, dict) else ():
        try:
            tidy["notes"] |= {language: words} if (words := check(str(note or ""))) else {}
        except BadShopText as error:
            faults.append(Fault(f"/notes/{language}", str(error)))
        if language not in languages():
            faults.append(Fault(f"/notes/{language}", f"There is no language {language[:20]}."))
    if faults:
        raise Invalid(faults)
    return tidy


def _apply(session: Session, brand: str, _name: str, document: Settled) -> None:
    row = session.get(BrandMessages, brand) or BrandMessages(brand_key=brand)
    for name, value in {**USUAL, **(document or {})}.items():
        setattr(row, name, value)
    session.add(row)
    session.flush()


STAGES = SettingKind("stages", _checked, apply=_apply, usual=lambda _: USUAL)


def stages_place(brand: str) -> SettingPlace:
    """Where the versions are kept."""
    return SettingPlace(brand, STAGES)


def stages_of(session: Session, brand: str) -> tuple[dict[str, Any], int]:
    """What is in force, and the number of its version."""
    version = versions.live(session, stages_place(brand))
    return _in_force(session, brand), version.number if version else 0


def _in_force(session: Session, brand: str) -> dict[str, Any]:
    row = session.get(BrandMessages, brand, populate_existing=True)
    return {name: value if row is None else getattr(row, name) for name, value in USUAL.items()}


def change_stages(
    session: Session, brand: str, changes: Mapping[str, Any], *, by: str, now: datetime, expected: int | None = None
) -> SettingVersionRecord:
    """Change the fields that are named; all else stays. Raises Invalid, NotFound, Conflict."""
    locked_brand(session, brand)
    place, present = stages_place(brand), _in_force(session, brand)
    if versions.live(session, place) is None and present != USUAL:
        # What was chosen before there were versions can be brought back as well.
        versions.save(session, place, present, by=by, note="As it was before versions were kept.", now=now)
        expected = None
    return versions.save(session, place, present | dict(changes), by=by, expected=expected, now=now)


def restore_stages(
    session: Session, brand: str, number: int, *, by: str, now: datetime, expected: int | None = None
) -> SettingVersionRecord:
    """Bring an earlier version back; 0 is the usual: everything is told."""
    return versions.restore(session, stages_place(brand), number, by=by, expected=expected, now=now)
