"""Brands over HTTP: read, written whole, brought back, renamed, retired."""

import re
from typing import Annotated

from flask import request
from flask_babel import lazy_gettext as _l
from pydantic import BaseModel, Field
from sqlalchemy.orm import Session

from app.api.http.blueprint import api
from app.api.http.operations import NOTED_BELOW, Answer, NothingMore, Operation, acting, operation
from app.api.http.problems import Problem
from app.api.v1 import examples
from app.api.v1.brands.answers import (
    BrandAnswer,
    BrandBody,
    BrandList,
    BrandVersions,
    brand_answer,
    brand_head,
    expected_version,
    version_answer,
)
from app.brands import house, versions
from app.brands.files.pictures import MOST_BYTES, USES, keep, redraw
from app.brands.queries import all_brands, find_brand
from app.core.clock import utcnow
from app.core.errors import NotFound
from app.orders.retiring import set_retired

READ, WRITE = "settings:read", "settings:write"


class BrandKey(BaseModel, extra="forbid"):
    """The key that a brand is to have."""

    key: Annotated[str, Field(strict=True, max_length=40)]


@api.get("/brands")
@operation(Operation(scope=READ, summary=_l("All brands"), answer=BrandList))
def list_brands(session: Session) -> Answer:
    """Tell every brand."""
    return Answer(BrandList(brands=[brand_head(brand) for brand in all_brands(session)]))


@api.get("/brands/<key>")
@operation(Operation(scope=READ, summary=_l("One brand"), answer=BrandAnswer))
def get_brand(session: Session, key: str) -> Answer:
    """Tell one brand."""
    return brand_answer(session, key)


@api.put("/brands/<key>")
@operation(
    Operation(
        scope=WRITE,
        summary=_l("Set what a brand says of itself, or add a brand"),
        notes=_l("The whole document. With If-Match nothing is overwritten that you have not read."),
        body=BrandBody,
        answer=BrandAnswer,
        example=examples.BRAND,
        audit="setting.saved",
        versioned=True,
    )
)
def put_brand(session: Session, key: str, body: BrandBody) -> Answer:
    """Put a document in force."""
    document, now = body.model_dump(mode="json"), utcnow()
    if find_brand(session, key) is None:
        # Who names a version has read a brand, and not this one.
        if request.if_match:
            raise Problem(412, "There is no such brand.")
        house.add(session, key, document, by=acting(), now=now)
    else:
        expected = expected_version(request.if_match, house.state_of(session, key))
        house.save(session, key, document, by=acting(), expected=expected, now=now)
    return _changed(session, key)


@api.get("/brands/<key>/versions")
@operation(Operation(scope=READ, summary=_l("The versions of a brand"), answer=BrandVersions))
def list_brand_versions(session: Session, key: str) -> Answer:
    """Tell the newest fifty."""
    place = house.place_of(house.state_of(session, key).brand.key)
    return Answer(BrandVersions(versions=[version_answer(each) for each in versions.history(session, place)]))


@api.post("/brands/<key>/versions/<number>/restoration")
@operation(
    Operation(
        scope=WRITE,
        summary=_l("Bring an earlier version of a brand back"),
        body=NothingMore,
        answer=BrandAnswer,
        example={},
        audit="setting.restored",
        versioned=True,
    )
)
def post_brand_restoration(session: Session, key: str, number: str, body: NothingMore) -> Answer:
    """Bring it back as a new version."""
    expected = expected_version(request.if_match, house.state_of(session, key))
    # What is no number is a version that there is not.
    house.restore(
        session,
        key,
        int(number) if re.fullmatch(r"[0-9]{1,9}", number) else 0,
        by=acting(),
        expected=expected,
        now=utcnow(),
    )
    return _changed(session, key)


@api.put("/brands/<key>/pictures/<use>")
@operation(
    Operation(
        scope=WRITE,
        summary=_l("Set a picture of a brand"),
        notes=_l("The body is a JPEG, PNG or WebP of 900 kB at most; the uses are logo, logo_dark, picture and icon."),
        picture=True,
        answer=BrandAnswer,
        audit="setting.saved",
    )
)
def put_brand_picture(session: Session, key: str, use: str) -> Answer:
    """Draw it anew, keep it and show it."""
    brand = house.state_of(session, key).brand.key
    if use not in USES:
        raise NotFound(f"There is no such picture; there are {', '.join(USES)}.")
    # One byte more tells what is too large.
    drawn = redraw(request.get_data()[: MOST_BYTES + 1], use)
    name = keep(session, brand, drawn, by=acting(), now=utcnow())
    house.change(session, brand, {"look": {use: name}}, by=acting(), now=utcnow())
    return _changed(session, brand)


@api.delete("/brands/<key>/pictures/<use>")
@operation(
    Operation(
        scope=WRITE,
        summary=_l("Leave a picture of a brand out"),
        notes=_l("An earlier version brings it back."),
        answer=BrandAnswer,
        audit="setting.saved",
    )
)
def delete_brand_picture(session: Session, key: str, use: str) -> Answer:
    """Show none from now on."""
    if use not in USES:
        raise NotFound(f"There is no such picture; there are {', '.join(USES)}.")
    house.change(session, key, {"look": {use: None}}, by=acting(), now=utcnow())
    return _changed(session, key)


@api.post("/brands/<key>/default")
@operation(
    Operation(
        scope=WRITE,
        summary=_l("Make a brand the default one"),
        body=NothingMore,
        answer=BrandAnswer,
        example={},
        audit="brand.made_default",
    )
)
def post_brand_default(session: Session, key: str, body: NothingMore) -> Answer:
    """Let it speak where no order says another."""
    house.make_default(session, key, by=acting(), now=utcnow())
    return _changed(session, key)


@api.post("/brands/<key>/renaming")
@operation(
    Operation(
        scope=WRITE,
        summary=_l("Give a brand another key"),
        notes=_l("Orders follow, and documents may go on naming the old key."),
        body=BrandKey,
        answer=BrandAnswer,
        example={"key": "almazara"},
        audit="brand.renamed",
    )
)
def post_brand_renaming(session: Session, key: str, body: BrandKey) -> Answer:
    """Rename it."""
    return _changed(session, house.rename(session, key, body.key, by=acting(), now=utcnow()))


@api.post("/brands/<key>/retirement")
@operation(
    Operation(
        scope=WRITE,
        summary=_l("Retire a brand without open orders"),
        notes=_l("It takes no orders from then on; those that it has keep their pages."),
        body=NothingMore,
        answer=BrandAnswer,
        example={},
        audit="brand.retired",
    )
)
def post_brand_retirement(session: Session, key: str, body: NothingMore) -> Answer:
    """Retire it."""
    set_retired(session, key, True, by=acting(), now=utcnow())
    return _changed(session, key)


@api.post("/brands/<key>/revival")
@operation(
    Operation(
        scope=WRITE,
        summary=_l("Take a retired brand up again"),
        body=NothingMore,
        answer=BrandAnswer,
        example={},
        audit="brand.revived",
    )
)
def post_brand_revival(session: Session, key: str, body: NothingMore) -> Answer:
    """Let it take orders again."""
    set_retired(session, key, False, by=acting(), now=utcnow())
    return _changed(session, key)


def _changed(session: Session, key: str) -> Answer:
    answer = brand_answer(session, key)
    return Answer(answer.content, headers=answer.headers, noted=NOTED_BELOW)
