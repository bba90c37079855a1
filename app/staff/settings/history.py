"""The versions of a setting as a page lists them: who, when, what changed, and which can be brought back."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from app.brands import versions
from app.brands.differences import differences
from app.brands.records import SettingVersionRecord
from app.brands.versions import SettingPlace
from app.staff.words import who

NEWEST = 20
# What two documents say differently: pairs of a place in words and «before → after».
Changes = Callable[[Mapping[str, Any], Mapping[str, Any]], Iterable[tuple[str, str]]]
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
    session: Session,
    place: SettingPlace,
    *,
    label: Callable[[str], str] = str,
    changes: Changes | None = None,
    before: int | None = None,
) -> list[HistoryRow]:
    """The newest versions first, each compared with the one that was in force before it.

    ``label`` names a changed place (``Difference.path``) for people; ``changes`` says it all instead.
    """
    compared = changes or (lambda old, new: _by_place(old, new, label))
    rows = versions.history(session, place, before=before, size=NEWEST + 1)
    usual = dict(place.kind.usual(place.brand)) if place.kind.usual else {}
    return [
        _row(version, _earlier(version, rows[at + 1 :]) or usual, usual, compared)
        for at, version in enumerate(rows[:NEWEST])
    ]


def _earlier(version: SettingVersionRecord, older: list[SettingVersionRecord]) -> dict[str, Any] | None:
    """What the last one before it said that was ever in force."""
    came_into_force = (versions.LIVE, versions.REPLACED)
    return next((one.document for one in older if one.state in came_into_force), None)


def _row(
    version: SettingVersionRecord, earlier: dict[str, Any], usual: dict[str, Any], compared: Changes
) -> HistoryRow:
    document = version.document if version.document is not None else usual
    return HistoryRow(
        version.number,
        who(version.made_by),
        version.made_at,
        version.state,
        version.note,
        list(compared(earlier, document)),
        version.restores,
        who(version.decided_by) if version.decided_by else None,
    )


def _by_place(old: Mapping[str, Any], new: Mapping[str, Any], label: Callable[[str], str]) -> Iterable[tuple[str, str]]:
    for one in differences(old, new):
        yield label(one.path), change_words(one.before, one.after)


def change_words(before: object, after: object) -> str:
    """«before → after», long values cut."""
    return f"{_value_words(before)} → {_value_words(after)}"


def _value_words(value: object) -> str:
    if value is None or value in ("", [], {}):
        return "—"
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    words = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
    return words if len(words) <= LONGEST else words[: LONGEST - 1] + "…"
