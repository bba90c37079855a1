"""The training's page: exercises for what a member may do, each with its task, a hint, and how far it is."""

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, abort, current_app, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.core.clock import utcnow
from app.core.db import transaction
from app.core.web import db_session, see_other, settings
from app.sandbox.training import turns
from app.sandbox.training.exercises import EXERCISES, GROUPS, Exercise
from app.sandbox.training.turns import Progress
from app.staff.announcements import announce
from app.staff.auth.guard import member, member_required

bp = Blueprint("training", __name__, url_prefix="/staff/training")
guarded = member_required


@dataclass(frozen=True, slots=True)
class ExerciseRow:
    """One exercise for the page: its task once it can be done, and where it begins."""

    progress: Progress
    task: str
    href: str

    @property
    def exercise(self) -> Exercise:
        """The exercise itself."""
        return self.progress.exercise


@bp.get("")
@guarded
def page() -> ResponseReturnValue:
    """All exercises of a member; where no demo shop is, how to get one."""
    return _page()


@bp.post("/<name>/begin")
@guarded
def begin(name: str) -> ResponseReturnValue:
    """Begin an exercise, or begin it anew."""
    exercise, config = _exercise(name), settings()
    key = config.key
    facts: dict[str, Any] = {"public_url": config.public_url, "key": key, "now": utcnow()}
    with transaction(db_session()) as rows:
        turns.begin(rows, exercise, staff_id=member().id, by=member().actor, **facts)
    announce(_("It's ready: go ahead."))
    return see_other(url_for("training.page", _anchor=name))


@bp.post("/<name>/answer")
@guarded
def answer(name: str) -> ResponseReturnValue:
    """Take an answer; a wrong one is told at its place."""
    exercise, text = _exercise(name), request.form.get(f"answer-{name}", "")[:200]
    with transaction(db_session()) as rows:
        right = turns.answer(rows, exercise, text, staff_id=member().id, now=utcnow())
    if not right:
        return _page(errors=[(f"answer-{name}", _("That's not it. Look again, or open the hint."))]), 422
    announce(_("That's right."))
    return see_other(url_for("training.page", _anchor=name))


def _page(errors: list[tuple[str, str]] | None = None) -> str:
    if not _is_on():
        return render_template("sandbox/training/elsewhere.html")
    groups = [(title, [_row(one) for one in _progress(group)]) for title, group in GROUPS]
    done = sum(row.progress.done for _title, rows in groups for row in rows)
    count = sum(len(rows) for _title, rows in groups)
    shown = {"groups": [(title, rows) for title, rows in groups if rows], "done": done, "count": count}
    return render_template("sandbox/training/page.html", errors=errors or [], typed=request.form, **shown)


def _progress(group: tuple[Exercise, ...]) -> list[Progress]:
    # By permissions and not by the role's name: a shop has roles of its own.
    theirs = [one for one in group if one.permission in member().permissions]
    return turns.progress(db_session(), theirs, staff_id=member().id, by=member().actor)


def _row(one: Progress) -> ExerciseRow:
    exercise = one.exercise
    values: dict[str, Any] = dict(exercise.values)
    ready = one.begun or not exercise.must_begin
    task = str(exercise.task) % {"number": one.number, "ref": one.ref} if ready or not exercise.scene else ""
    return ExerciseRow(one, task, url_for(exercise.begins, **values) if ready else "")


def _exercise(name: str) -> Exercise:
    """One that this member may do, where a demo shop is."""
    if not _is_on() or name not in EXERCISES:
        abort(404)
    exercise = EXERCISES[name][1]
    if exercise.permission not in member().permissions:
        abort(403)
    return exercise


def _is_on() -> bool:
    return settings().demo and not settings().production and "work.listed" in current_app.view_functions
