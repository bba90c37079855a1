"""What a brand's form says: its document, the pictures that came along, and everything that is wrong with them."""

from dataclasses import dataclass, field
from typing import Any

from flask import request

from app.brands.document.document import HouseDocument, read_brand
from app.brands.files.pictures import MOST_BYTES, USES, DrawnPicture, redraw
from app.core.errors import Fault, Invalid
from app.staff.settings.brands.form import document_from

# What a text of a form may be long: notices are the longest.
LONGEST = 5_000


@dataclass(frozen=True, slots=True)
class BrandDraft:
    """A form as it was sent; ``document`` is None while something is wrong with it."""

    fields: dict[str, str]
    typed: dict[str, Any]
    document: HouseDocument | None
    faults: list[Fault]
    drawn: dict[str, DrawnPicture] = field(default_factory=dict)


def read_draft() -> BrandDraft:
    """The draft of this request."""
    fields = {name: text[:LONGEST] for name, text in request.form.items()}
    # One click takes the colour that was offered in the place of one that can't be read.
    field_name, _, colour = fields.get("nearest", "").partition("=")
    if field_name in ("look-accent", "look-accent_dark"):
        fields[field_name] = colour
    typed = document_from(fields)
    faults: list[Fault] = []
    document: HouseDocument | None = None
    drawn: dict[str, DrawnPicture] = {}
    try:
        document = read_brand(typed)
    except Invalid as error:
        faults += error.faults
    for use in USES:
        sent = request.files.get(f"look-{use}-file")
        # A browser sends an empty file for a field that nothing was chosen for; one byte more tells what is too large.
        raw = sent.read(MOST_BYTES + 1) if sent else b""
        try:
            drawn |= {use: redraw(raw, use)} if raw else {}
        except Invalid as error:
            faults += error.faults
    return BrandDraft(fields, typed, None if faults else document, faults, drawn)
