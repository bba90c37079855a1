"""Brands as the interface tells them."""

from datetime import datetime
from typing import Any

from pydantic import BaseModel
from sqlalchemy.orm import Session

from app.api.http.operations import Answer
from app.api.http.problems import Problem
from app.brands import house
from app.brands.document.document import HouseDocument
from app.brands.house import BrandState
from app.brands.records import BrandRecord, SettingVersionRecord


class BrandHead(BaseModel):
    """Which brand: its key, name and host, whether it is the default one, and when it was retired."""

    key: str
    name: str
    host: str | None
    is_default: bool
    retired_at: datetime | None


class BrandList(BaseModel):
    """All brands, the default one first."""

    brands: list[BrandHead]


class BrandAnswer(BrandHead):
    """One brand: ``version`` is the number of what is in force, 0 while nobody has changed it."""

    version: int
    document: dict[str, Any]


class BrandVersion(BaseModel):
    """One version: who made it, when and why, and what it says."""

    number: int
    state: str
    made_by: str
    made_at: datetime
    note: str
    restores: int | None
    document: dict[str, Any] | None


class BrandVersions(BaseModel):
    """The newest versions first."""

    versions: list[BrandVersion]


class BrandBody(HouseDocument):
    """The whole document of a brand; what is left out is as usual."""


def brand_head(brand: BrandRecord) -> BrandHead:
    """A brand as lists tell it."""
    return BrandHead(
        key=brand.key, name=brand.name, host=brand.host, is_default=brand.is_default, retired_at=brand.retired_at
    )


def brand_answer(session: Session, key: str, *, status: int = 200) -> Answer:
    """One brand, with the tag of its version."""
    state = house.state_of(session, key)
    answer = BrandAnswer(**brand_head(state.brand).model_dump(), version=state.number, document=state.document)
    return Answer(answer, status=status, headers={"ETag": tag_of(state)})


def version_answer(version: SettingVersionRecord) -> BrandVersion:
    """A version as the list tells it."""
    return BrandVersion.model_validate(version, from_attributes=True)


def tag_of(state: BrandState) -> str:
    """The tag of a version; key and name of who is default are no part of it."""
    return f'"{state.brand.key}-{state.number}"'


def expected_version(tags: Any, state: BrandState) -> int | None:
    """The version that If-Match names, None without that header. Raises Problem 412 for another than that in force."""
    # Without the header the last one wins: a script that sets up a shop knows what it wants.
    if not tags:
        return None
    if not tags.contains(tag_of(state).strip('"')):
        raise Problem(412, "Somebody else has changed this meanwhile. Read it again, and send your change once more.")
    return state.number
