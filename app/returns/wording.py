"""Returns in the reader's language: reasons, doors, findings, parts of the money, states."""

from collections.abc import Iterable, Mapping
from datetime import date

from flask_babel import gettext

from app.returns.rules import Finding
from app.returns.sentences import SENTENCES
from app.returns.texts import DOORS, METHODS, PARTS, REASONS
from app.words import day, money


def in_words(code: str, params: Mapping[str, object] | None = None) -> str:
    """The sentence of a finding or fault, its dates and amounts as people say them."""
    said = {name: _said(value) for name, value in (params or {}).items()}
    return str(gettext(SENTENCES[code])) % said


def finding_words(findings: Iterable[Finding]) -> list[str]:
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


def part_words(part: Mapping[str, object], titles: Mapping[str, str], currency: str) -> tuple[str, str]:
    """One part of a breakdown as (what, amount)."""
    title = titles.get(str(part["line"]), "")
    quantity = part["quantity"]
    what = gettext(PARTS[str(part["kind"])]) % {"quantity": quantity, "title": title}
    return what, money(int(str(part["amount"])), currency)


def _said(value: object) -> str:
    return day(value) if isinstance(value, date) else str(value)
