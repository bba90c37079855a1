"""``paradero setup``: what is missing for the first real order, with the page and the command of each step."""

import json
from collections.abc import Iterator
from typing import Any

import click
from flask import current_app
from flask.cli import with_appcontext
from sqlalchemy.orm import Session

from app.audit import trail as audit
from app.core.clock import utcnow
from app.core.db import Database, transaction
from app.core.i18n.locale import speaking
from app.staff.setup import marks
from app.staff.setup.checklist import StepStanding
from app.staff.setup.page import Checklist, StepRow, absolute, as_document, checklist, command_of

SIGNS = {StepStanding.DONE: "✓", StepStanding.MISSING: "!", StepStanding.OPTIONAL: "·"}


@click.command("setup")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@click.option("--noted", metavar="STEP", help="Say of a step that no row tells of (policy, backups) that it is done.")
@click.option("--not-noted", metavar="STEP", help="Say that it is not.")
@click.option("--show/--hide", "shown", default=None, help="The card on the admins' first page.")
@with_appcontext
def setup_command(as_json: bool, noted: str | None, not_noted: str | None, shown: bool | None) -> None:
    """Say what is missing for the first real order: ✓ done, ! missing, · can be left out."""
    database: Database = current_app.extensions["database"]
    # A command has seen no request that would have looked what was set by page.
    current_app.extensions["connections"].look(database.sessions, at_once=True)
    with database.sessions() as session:
        _change(session, noted, not_noted, shown)
        with speaking("en"):
            made = checklist(session)
            lines = [json.dumps(as_document(made), indent=2)] if as_json else [*_lines(made)]
    click.echo("\n".join(lines))


def _change(session: Session, noted: str | None, not_noted: str | None, shown: bool | None) -> None:
    # Each of them is a step of its own in the trail.
    facts: dict[str, Any] = {"by": audit.operator(), "now": utcnow()}
    with transaction(session):
        for step, done in ((noted, True), (not_noted, False)):
            if step is not None:
                marks.set_noted(session, step, done, **facts)
        if shown is not None:
            marks.set_hidden(session, not shown, **facts)


def _lines(made: Checklist) -> Iterator[str]:
    yield f"{made.done} of {made.needed} done."
    for row in made.rows:
        yield from _step_lines(row)
    if made.following is not None:
        yield f"Next: {made.following.step.title}."


def _step_lines(row: StepRow) -> Iterator[str]:
    step = row.step
    yield f"{SIGNS[step.standing]} {step.title}" + (" (optional)" if step.optional and not step.done else "")
    # What is done needs no reason any more.
    if step.done:
        return
    yield f"  {step.why}"
    if row.href:
        yield f"  Page: {absolute(row.href)}"
    if command_of(step):
        yield f"  Or: {command_of(step)}"
    if step.noted:
        yield f"  When it's done: paradero setup --noted {step.name}"
