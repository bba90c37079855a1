"""The checklist as pages and commands show it: each step with its address, its command, and how far all of it is."""

from dataclasses import dataclass
from typing import Any

import click
from flask import current_app, request, url_for
from sqlalchemy.orm import Session

from app.core.clock import utcnow
from app.core.web import settings
from app.staff.setup import state as reading
from app.staff.setup.checklist import SetupStep, StepLink, StepStanding, needed, next_step, steps
from app.staff.setup.state import SetupState


@dataclass(frozen=True, slots=True)
class StepRow:
    """A step with its page, its trial and the other page as addresses, empty where there is no such page here."""

    step: SetupStep
    href: str
    trial: str
    other: str


@dataclass(frozen=True, slots=True)
class Checklist:
    """All steps: how many of those that nobody can do without are done, and the next one."""

    rows: tuple[StepRow, ...]
    done: int
    needed: int
    following: StepRow | None
    state: SetupState

    @property
    def complete(self) -> bool:
        """Whether nothing that is needed is missing."""
        return self.done == self.needed


def checklist(session: Session) -> Checklist:
    """How far this installation is."""
    # By the settings in force: what was connected by page counts at once.
    able = current_app.extensions["askable_carriers"]()
    state = reading.read_state(session, settings(), able=able, now=utcnow())
    made = steps(state)
    rows = tuple(StepRow(step, *map(_address, (step.page, step.trial, step.other))) for step in made)
    following = next_step(made)
    count = sum(1 for step in needed(made) if step.standing is StepStanding.DONE)
    return Checklist(rows, count, len(needed(made)), next((row for row in rows if row.step is following), None), state)


def card(session: Session) -> Checklist | None:
    """The checklist for an admin's first page; None where it is done, hidden, or this is a shop to try things in."""
    # The demo shop is complete by nature, and what it lacks it lacks on purpose.
    if settings().demo or reading.is_hidden(session):
        return None
    # One statement more than the mark, and only while there is something to do.
    made = checklist(session)
    return None if made.complete else made


def as_document(made: Checklist) -> dict[str, Any]:
    """For programs."""
    return {
        "done": made.done,
        "needed": made.needed,
        "next": made.following.step.name if made.following else None,
        "steps": [
            {
                "name": row.step.name,
                "title": str(row.step.title),
                "why": str(row.step.why),
                "state": row.step.standing.value,
                "optional": row.step.optional,
                "page": absolute(row.href) if row.href else None,
                "command": command_of(row.step) or None,
            }
            for row in made.rows
        ],
    }


def absolute(path: str) -> str:
    """The whole address of a page of the console, as a person at a terminal opens it."""
    return settings().public_url + path


def command_of(step: SetupStep) -> str:
    """Its command, where this installation has it; else nothing."""
    words = step.command.split()
    if words[:1] != ["paradero"]:
        return step.command
    # Asked of the commands themselves: what this release lacks is named nowhere.
    portal = current_app.cli.commands.get("portal")
    there = portal.list_commands(click.Context(portal)) if isinstance(portal, click.Group) else []
    return step.command if words[1] in there else ""


def _address(link: StepLink | None) -> str:
    if link is None or link.endpoint not in current_app.view_functions:
        return ""
    # At a terminal there is no request whose address could be built upon.
    if request:
        values: dict[str, Any] = dict(link.values)
        return url_for(link.endpoint, _anchor=link.anchor or None, **values)
    path = current_app.url_map.bind("").build(link.endpoint, dict(link.values))
    return f"{path}#{link.anchor}" if link.anchor else path
