"""The form of a worklist's page: which rows were selected, what was pressed, and what is wrong with it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

from flask import request
from flask_babel import gettext as _

from app.brands.queries import shop_zone
from app.core.clock import utcnow
from app.core.tokens import new_secret
from app.core.web import db_session
from app.staff.auth.guard import member
from app.staff.confirmation import typed
from app.staff.worklists.aside import FINISHES
from app.staff.worklists.deeds.deeds import APPROVE, ASSIGN, DONE, NOTE, SNOOZE, Press
from app.staff.worklists.deeds.marks import colleagues
from app.staff.worklists.deeds.snooze import DAYS, snooze_end
from app.staff.worklists.worklists import CAP

Fault = tuple[str, str]
NOBODY = "nobody"


def read_items() -> list[str]:
    """A row's own button counts alone, whatever else is selected."""
    chosen = [request.form["one"]] if request.form.get("one") else request.form.getlist("item")
    return list(dict.fromkeys(item[:200] for item in chosen))[:CAP]


def read_press(name: str) -> Press | Fault:
    """What was pressed; or what is wrong with what was typed for it."""
    now, do = utcnow(), "done" if request.form.get("one") else request.form.get("do", "")
    press = Press(name, do, member().actor, new_secret()[:24], _seen(now), words=typed("reason"))
    if do in ("mine", ASSIGN):
        return _assigned(press, member().actor if do == "mine" else request.form.get("to", ""))
    if do in (*DAYS, "day"):
        until = snooze_end(do, request.form.get("day", ""), shop_zone(db_session()), now)
        return replace(press, deed=SNOOZE, until=until) if until else ("day", _("Choose a day to come, within a year."))
    if do == NOTE:
        note = request.form.get("note", "").strip()
        return replace(press, words=note) if note else ("note", _("Write the note first, then add it."))
    return replace(press, deed=SNOOZE) if do == "wake" else press


def press_fault(press: Press, items: Sequence[str]) -> Fault | None:
    """What is wrong with a press on these rows."""
    if not items:
        return "", _("Select a row first.")
    may = {DONE: press.worklist in FINISHES, APPROVE: press.worklist == "undecided"}
    if not may.get(press.deed, press.deed in (ASSIGN, SNOOZE, NOTE)):
        return "", _("That can't be done on this list.")
    return None


def _seen(now: datetime) -> datetime:
    """When the page was made on which this was pressed; now, where that is not told."""
    try:
        seen = datetime.fromisoformat(request.form.get("seen", ""))
    except ValueError:
        return now
    # A page from the future would have seen everything that a colleague is about to do.
    return min(seen, now) if seen.tzinfo else min(seen.replace(tzinfo=UTC), now)


def _assigned(press: Press, to: str) -> Press | Fault:
    if to not in (NOBODY, *(email for email, _name in colleagues(db_session()))):
        return "to", _("Choose who takes care of it.")
    return replace(press, deed=ASSIGN, to=None if to == NOBODY else to)
