"""What one version of a list of reasons changed, a reason each: new, gone, its place, and every field in words."""

from collections.abc import Iterator, Mapping
from typing import Any

from flask_babel import gettext as _

from app.returns.policy.reasons import ReasonList
from app.returns.policy.words.names import reason_words
from app.staff.settings.history import change_words

ReasonRow = Mapping[str, Any]


def reason_changes(
    before: Mapping[str, Any], after: Mapping[str, Any], listed: ReasonList
) -> Iterator[tuple[str, str]]:
    """Pairs of a reason in words and what changed of it; ``listed`` gives the shop's own words."""
    old, new = _by_handle(before), _by_handle(after)
    for handle in dict.fromkeys([*old, *new]):
        name = reason_words(handle, listed)
        if handle not in old:
            yield name, _("new")
        elif handle not in new:
            yield name, _("no longer on the list")
        else:
            yield from ((f"{name} · {label}", words) for label, words in _fields(old[handle], new[handle]))
    if [handle for handle in old if handle in new] != [handle for handle in new if handle in old]:
        yield _("Sequence"), _("changed")


def _by_handle(document: Mapping[str, Any]) -> dict[str, ReasonRow]:
    return {row["handle"]: row for row in document.get("reasons", ())}


def _fields(old: ReasonRow, new: ReasonRow) -> Iterator[tuple[str, str]]:
    """Every field that says something else; a group is never changed."""
    for name, label in (
        ("note_required", _("An answer is needed")),
        ("photo", _("A photo would help (customers are not asked for one yet)")),
        ("retired", _("Retired")),
    ):
        if bool(old.get(name)) != bool(new.get(name)):
            yield label, change_words(bool(old.get(name)), bool(new.get(name)))
    if old.get("categories") != new.get("categories"):
        yield _("Only for these categories"), change_words(old.get("categories"), new.get("categories"))
    for part in ("words", "question"):
        was, now = old.get(part) or {}, new.get(part) or {}
        for tongue in sorted({*was, *now}):
            if was.get(tongue) != now.get(tongue):
                yield _label(part, tongue), change_words(was.get(tongue), now.get(tongue))


def _label(part: str, tongue: str) -> str:
    if part == "words":
        return str(_("Words (%(language)s)", language=tongue))
    return str(_("Question to whoever chooses it (%(language)s)", language=tongue))
