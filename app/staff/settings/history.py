"""The versions of a setting as a page lists them: who, when, what changed, and which can be brought back."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from app.brands import versions
from app.brands.differences import Difference, differences
from app.brands.records import SettingVersionRecord
from app.brands.versions import SettingPlace
from app.staff.words import who

NEWEST = 20
# Of a value in the list of what changed: the whole is in the version itself.
LONGEST = 60


@dataclass(frozen=True, slots=True)
class HistoryRow:
    """One version for the list: ``changes`` are pairs of a place in words and «before → after»."""

    number: int
    made_by: str
    made_at: datetime
    state: str
    note: str
    changes: list[tuple[str, str]]
    restores: int | None
    decided_by: str | None


def history_rows(
    session: Session, place: SettingPlace, *, label: Callable[[str], str] = str, before: int | None = None
) -> list[HistoryRow]:
    """The newest versions first, each compared with the one that was in force before it.

    ``label`` names a changed place (``Difference.path``) for people.
    """
    rows = versions.history(session, place, before=before, size=NEWEST + 1)
    usual = dict(place.kind.usual(place.brand)) if place.kind.usual else {}
    return [
        _row(version, _earlier(version, rows[at + 1 :]) or usual, usual, label)
        for at, version in enumerate(rows[:NEWEST])
    ]


def _earlier(version: SettingVersionRecord, older: list[SettingVersionRecord]) -> dict[str, Any] | None:
    """What the last one before it said that was ever in force."""
    came_into_force = (versions.LIVE, versions.REPLACED)
    return next((one.document for one in older if one.state in came_into_force), None)


def _row(
    version: SettingVersionRecord, earlier: dict[str, Any], usual: dict[str, Any], label: Callable[[str], str]
) -> HistoryRow:
    changed = differences(earlier, version.document if version.document is not None else usual)
    return HistoryRow(
        version.number,
        who(version.made_by),
        version.made_at,
        version.state,
        version.note,
        [(label(difference.path), _change_words(difference)) for difference in changed],
        version.restores,
        who(version.decided_by) if version.decided_by else None,
    )


def _change_words(difference: Difference) -> str:
    return f"{_value_words(difference.before)} → {_value_words(difference.after)}"


def _value_words(value: object) -> str:
    if value is None or value in ("", [], {}):
        return "—"
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    words = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
    return words if len(words) <= LONGEST else words[: LONGEST - 1] + "…"
