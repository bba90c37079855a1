"""The sections of the settings: what each is for, who opens it, and whether something in it wants attention."""

from collections.abc import Callable
from dataclasses import dataclass

from flask import current_app
from flask_babel import LazyString, ngettext
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from app.core.clock import utcnow
from app.notify.texts.faults import faults_lately


@dataclass(frozen=True, slots=True)
class SectionState:
    """How a section stands, in a few words; ``kind`` is that of a badge: plain, done, attention, problem."""

    kind: str
    words: str


@dataclass(frozen=True, slots=True)
class Section:
    """One section: the part of the console that its guard names, title, a line of what it is for, its first view.

    ``state`` reads how it stands, in at most one statement; None where it is never wrong.
    """

    part: str
    title: LazyString
    line: LazyString
    endpoint: str
    state: Callable[[Session], SectionState | None] | None = None


def _texts(session: Session) -> SectionState | None:
    """How many texts gave way to the standard ones lately."""
    count = len(faults_lately(session, now=utcnow()))
    words = ngettext("%(num)s text gave way", "%(num)s texts gave way", count)
    return SectionState("attention", words) if count else None


GROUPS: tuple[tuple[LazyString, tuple[Section, ...]], ...] = (
    (_l("Your shop"), ()),
    (_l("Returns"), ()),
    (
        _l("Messages"),
        (
            Section(
                "settings",
                _l("Message texts"),
                _l("Which stages are told by which channel, and in which words."),
                "texts.listed",
                _texts,
            ),
        ),
    ),
    (_l("Connections"), ()),
    (
        _l("People and privacy"),
        (
            Section("people", _l("People"), _l("Who works in this console, and what they may do."), "people.listed"),
            Section("audit", _l("Audit trail"), _l("Who did or saw what, and when."), "audit.listed"),
        ),
    ),
)
"""In the order in which a shop sets itself up."""


def sections() -> list[tuple[LazyString, list[Section]]]:
    """The groups with the sections that this application has, without empty groups."""
    # An application may be made of fewer blueprints, in tests for one.
    there = [(title, [one for one in group if one.endpoint in current_app.view_functions]) for title, group in GROUPS]
    return [(title, group) for title, group in there if group]
