"""Reasons for returns as a versioned setting of a brand: its words, questions and order; handles are for ever."""

import json
from collections.abc import Iterator, Mapping
from datetime import datetime
from functools import lru_cache
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from sqlalchemy.orm import Session

from app.brands import versions
from app.brands.queries import all_brands
from app.brands.records import BrandRecord, SettingVersionRecord
from app.brands.services import locked_brand, write_reasons
from app.brands.versions import SettingKind, SettingPlace, Settled
from app.core.errors import Fault, Invalid
from app.core.i18n.catalogues import languages
from app.returns.policy.reasons import (
    CONFORMITY_GROUPS,
    CUSTOMER_GROUPS,
    REASONS,
    USUAL_REASONS,
    Reason,
    ReasonGroup,
    ReasonList,
)
from app.returns.policy.ruleset.conditions import Name
from app.returns.policy.ruleset.rule import Handle, Language, Sentence
from app.returns.policy.stored.kind import faults_of

USUAL = {reason.handle: reason for reason in REASONS}


class ListedReason(BaseModel):
    """One reason of a list: a usual one needs no words of its own, a new one has some in every language."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    handle: Handle
    group: ReasonGroup
    words: dict[Language, Sentence] = Field(default_factory=dict)
    question: dict[Language, Sentence] = Field(default_factory=dict, description="Asked of whoever chooses it.")
    note_required: bool = Field(default=False, description="Whether it has to be answered.")
    photo: bool = Field(default=False, description="Whether a photo would help.")
    retired: bool = False
    categories: Annotated[tuple[Name, ...], Field(max_length=100)] = ()


class ReasonDocument(BaseModel):
    """A brand's whole list, in the order in which it is offered."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    reasons: Annotated[tuple[ListedReason, ...], Field(min_length=1, max_length=200)]


def checked_reasons(document: Mapping[str, Any]) -> dict[str, Any]:
    """The list as it is kept. Raises Invalid with every fault."""
    try:
        listed = ReasonDocument.model_validate(dict(document))
    except ValidationError as error:
        raise Invalid(faults_of(document, error)) from error
    faults = [*_faults(listed.reasons)]
    if faults:
        raise Invalid(faults)
    return listed.model_dump(mode="json", exclude_defaults=True)


def _faults(reasons: tuple[ListedReason, ...]) -> Iterator[Fault]:
    handles = [reason.handle for reason in reasons]
    for at, reason in enumerate(reasons):
        where, usual = f"/reasons/{at}", USUAL.get(reason.handle)
        if reason.handle in handles[:at]:
            yield Fault(f"{where}/handle", f"{reason.handle} stands twice")
        if reason.group not in CUSTOMER_GROUPS:
            yield Fault(f"{where}/group", f"choose from {', '.join(CUSTOMER_GROUPS)}")
        elif usual is not None and usual.group is not reason.group:
            # Figures and the law's groups of old returns hang on it.
            yield Fault(f"{where}/group", f"{reason.handle} is of the group {usual.group} for ever")
        missing = sorted(languages() - set(reason.words)) if usual is None else []
        if missing:
            yield Fault(f"{where}/words", f"say it in {', '.join(missing)} too")
    open_groups = {reason.group for reason in reasons if not reason.retired and not reason.categories}
    for group in sorted(CONFORMITY_GROUPS - open_groups):
        yield Fault("/reasons", f"the law gives a right to what is {group}: leave one such reason for all items")
    if not open_groups - CONFORMITY_GROUPS:
        yield Fault("/reasons", "leave one reason for a change of mind, or for what is not as expected, for all items")


def _apply(session: Session, brand: str, _name: str, document: Settled) -> None:
    write_reasons(session, brand, document or {})


def _only_if(note_required: bool) -> dict[str, bool]:
    return {"note_required": True} if note_required else {}


def usual_document() -> dict[str, Any]:
    """Today's list as a document, to change from."""
    usual = [
        {"handle": reason.handle, "group": str(reason.group), **_only_if(reason.note_required)}
        for reason in REASONS
        if reason.group in CUSTOMER_GROUPS
    ]
    return {"reasons": usual}


REASON_LIST = SettingKind("reasons", checked_reasons, _apply, usual=lambda _brand: usual_document())


def reasons_place(brand: str) -> SettingPlace:
    """Where a brand's reasons are versioned."""
    return SettingPlace(brand, REASON_LIST)


def reasons_of(brand: BrandRecord) -> ReasonList:
    """The reasons of a brand."""
    return _list_of(json.dumps(brand.reasons, sort_keys=True)) if brand.reasons else USUAL_REASONS


def every_list(session: Session) -> tuple[ReasonList, ...]:
    """The lists of all brands, the default one's first: for pages that show returns of several."""
    return tuple(reasons_of(brand) for brand in all_brands(session))


# The few lists of an installation are asked for at every request.
@lru_cache(maxsize=64)
def _list_of(document: str) -> ReasonList:
    listed = ReasonDocument.model_validate_json(document)
    return ReasonList(
        tuple(Reason(**{name: getattr(one, name) for name in ListedReason.model_fields}) for one in listed.reasons)
    )


def put_reasons(
    session: Session,
    brand: str,
    document: Mapping[str, Any] | None,
    *,
    by: str,
    expected: int | None = None,
    now: datetime,
) -> SettingVersionRecord:
    """Put a list in force (None: the usual); what stood on the one before stays on it, retired or not.

    Raises Invalid, NotFound, and Conflict when somebody else changed it meanwhile.
    """
    checked = None if document is None else checked_reasons(document)
    gone = _missing(session, brand, checked)
    if gone:
        raise Invalid([Fault("/reasons", f"{handle} stands in old returns: retire it instead") for handle in gone])
    return versions.save(session, reasons_place(brand), checked, by=by, expected=expected, now=now)


def bring_reasons_back(
    session: Session, brand: str, number: int, *, by: str, expected: int | None = None, now: datetime
) -> SettingVersionRecord:
    """Put an earlier list in force again, 0 the usual; reasons that are newer than it stay on it, retired."""
    place = reasons_place(brand)
    earlier = versions.numbered(session, place, number).document if number else None
    gone = _missing(session, brand, earlier)
    if not gone:
        return versions.restore(session, place, number, by=by, expected=expected, now=now)
    document = earlier or usual_document()
    document = {"reasons": [*document["reasons"], *(row | {"retired": True} for row in gone.values())]}
    note = f"Version {number}" if number else ""
    return versions.save(session, place, document, by=by, expected=expected, note=note, now=now)


def _missing(session: Session, brand: str, document: Settled) -> dict[str, dict[str, Any]]:
    """What stands on the list in force and not on this one, by handle."""
    current = locked_brand(session, brand).reasons or usual_document()
    handles = {row["handle"] for row in (document or usual_document())["reasons"]}
    return {row["handle"]: row for row in current["reasons"] if row["handle"] not in handles}
