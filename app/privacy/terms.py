"""For how many days each kind of facts is kept: a setting of the installation, versioned as every setting is."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from app.brands import versions
from app.brands.queries import speaking_brand
from app.brands.records import SettingVersionRecord
from app.brands.versions import SettingKind, SettingPlace
from app.core.errors import Fault, Invalid, NotFound
from app.personal.terms import TERMS

Days = dict[str, int]


def usual_days() -> Days:
    """What a shop starts with, of what it may choose."""
    return {name: term.days for name, term in TERMS.items() if term.chosen and term.days is not None}


def checked(document: Mapping[str, Any]) -> Days:
    """The days by kind, the usual ones filled in. Raises Invalid with every fault."""
    faults = [Fault(f"/{name}", "There is no such kind.") for name in sorted(set(document) - set(usual_days()))]
    days = usual_days()
    for name in days.keys() & document.keys():
        chosen, term = document[name], TERMS[name]
        if not isinstance(chosen, int) or isinstance(chosen, bool) or not term.least <= chosen <= term.most:
            faults.append(Fault(f"/{name}", f"Days are a whole number from {term.least} to {term.most}."))
        else:
            days[name] = chosen
    if faults:
        raise Invalid(faults)
    return days


RETENTION = SettingKind("retention", checked, usual=lambda _brand: usual_days())


def place(session: Session) -> SettingPlace:
    """Where it stands: with the shop front that is the default one, for all. Raises NotFound while there is none."""
    brand = speaking_brand(session)
    if brand is None:
        raise NotFound("There is no shop yet.")
    return SettingPlace(brand.key, RETENTION)


def days(session: Session) -> Days:
    """What is in force now, by kind, fixed ones among them."""
    brand = speaking_brand(session)
    version = versions.live(session, SettingPlace(brand.key, RETENTION)) if brand else None
    fixed = {name: term.days for name, term in TERMS.items() if term.days is not None}
    return fixed | (version.document or {} if version else {})


def days_of(session: Session, name: str) -> int:
    """For how many days one kind is kept."""
    return days(session)[name]


def set_days(
    session: Session, chosen: Mapping[str, Any], *, by: str, expected: int | None = None, now: datetime
) -> SettingVersionRecord:
    """Put these days in force. Raises Invalid, and Conflict when somebody else changed them meanwhile."""
    return versions.save(session, place(session), chosen, by=by, expected=expected, now=now)
