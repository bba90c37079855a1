"""Returns in the reader's language: reasons, doors, findings, parts of the money, states."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from flask_babel import gettext

from app.core.i18n.words import day, money
from app.returns.money import PartKind
from app.returns.rules import RuleFinding
from app.returns.sentences import SENTENCES
from app.returns.texts import DOORS, METHODS, PARTS, REASONS

ONE_BY_ONE = frozenset({PartKind.ITEM, PartKind.NOT_RECEIVED})


def in_words(code: str, params: Mapping[str, object] | None = None) -> str:
    """The sentence of a finding or fault, its dates and amounts as people say them."""
    said = {name: _said(value) for name, value in (params or {}).items()}
    return str(gettext(SENTENCES[code])) % said


def finding_words(findings: Iterable[RuleFinding]) -> list[str]:
    """All findings in words."""
    return [in_words(finding.code, finding.params) for finding in findings]


def door_words(door: str) -> str:
    """The door as a customer would say it."""
    return str(gettext(DOORS[door]))


def reason_words(handle: str) -> str:
    """The reason as it stands in the list; an unknown handle as it is."""
    return str(gettext(REASONS[handle])) if handle in REASONS else handle


def method_words(method: str) -> str:
    """The way back."""
    return str(gettext(METHODS[method]) if method in METHODS else gettext("Brought or sent without notice"))


def money_rows(parts: Iterable[Mapping[str, Any]], titles: Mapping[str, str], currency: str) -> list[tuple[str, str]]:
    """A breakdown as (what, amount): items one by one, discounts and tax summed up, all else as it is."""
    rows: dict[tuple[str, object], int] = {}
    for part in parts:
        text = PARTS[part["kind"]]
        what = gettext(text) % {"quantity": part["quantity"], "title": titles.get(part["line"], "")}
        row = (what, part["line"] if part["kind"] in ONE_BY_ONE else None)
        rows[row] = rows.get(row, 0) + part["amount"]
    return [(what, money(amount, currency)) for (what, _line), amount in rows.items()]


def _said(value: object) -> str:
    return day(value) if isinstance(value, date) else str(value)
