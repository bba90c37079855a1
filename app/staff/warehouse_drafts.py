"""What a clerk began on a parcel and has not booked: kept in the browser's session until it is booked."""

from dataclasses import asdict, dataclass, field
from typing import Any

from flask import session

from app.staff.warehouse_form import Extra

KEY, SAID = "desks", "desk_said"
MOST = 20  # parcels begun at once by one clerk; beyond it the one begun first is forgotten


@dataclass(frozen=True, slots=True)
class ReceivingDraft:
    """The form as it was last sent: pieces as codes, the rows and the note as typed, ``seen`` receipts at that time."""

    title: str
    codes: list[str] = field(default_factory=list)
    extras: list[Extra] = field(default_factory=list)
    note: str = ""
    seen: int = 0
    at: int | None = None

    @property
    def is_empty(self) -> bool:
        """Whether nothing would be lost with it."""
        return not (self.codes or self.extras or self.note)


def keep(page: str, draft: ReceivingDraft) -> None:
    """Keep the draft of the parcel at this address, as the newest."""
    drop(page)
    if not draft.is_empty or draft.at is not None:
        session[KEY] = dict([*_kept().items(), (page, asdict(draft))][-MOST:])


def load(page: str) -> ReceivingDraft | None:
    """The draft of the parcel at this address."""
    kept = _kept().get(page)
    return ReceivingDraft(**{**kept, "extras": [Extra(**row) for row in kept["extras"]]}) if kept else None


def drop(page: str) -> None:
    """Forget it: it is booked, or there was nothing in it."""
    session[KEY] = {address: kept for address, kept in _kept().items() if address != page}


def begun() -> list[tuple[str, str]]:
    """The address and the title of every parcel with something to lose."""
    found = [(page, load(page)) for page in _kept()]
    return [(page, draft.title) for page, draft in found if draft and not draft.is_empty]


def say(text: str) -> None:
    """Say this once, on the next page of a parcel."""
    session[SAID] = text


def said() -> str | None:
    """What is to be said now."""
    text: str | None = session.pop(SAID, None)
    return text


def _kept() -> dict[str, dict[str, Any]]:
    kept: dict[str, dict[str, Any]] = session.get(KEY) or {}
    return kept
