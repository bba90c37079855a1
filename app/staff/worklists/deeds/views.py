"""Acting on the selected rows of a worklist, asked once more where it cannot be undone; and undoing."""

from collections.abc import Sequence

from flask import Blueprint, abort, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from app.brands.queries import shop_zone
from app.core.clock import utcnow
from app.core.db import transaction
from app.core.web import db_session, see_other
from app.staff.announcements import announce
from app.staff.auth.guard import member, permission_required
from app.staff.auth.roles import Permission, needed_for_list
from app.staff.confirmation import Confirmation
from app.staff.worklists import trail
from app.staff.worklists.aside import FINISHES
from app.staff.worklists.choice import ListFilters
from app.staff.worklists.deeds.deeds import APPROVE, DONE, Press, carry_out
from app.staff.worklists.deeds.form import press_fault, read_items, read_press
from app.staff.worklists.deeds.undo import is_undoable, undo
from app.staff.worklists.deeds.words import result_words
from app.staff.worklists.list_page import list_page
from app.staff.worklists.reading import named_rows
from app.staff.worklists.rows import Row
from app.staff.worklists.worklists import WORKLISTS

bp = Blueprint("work_deeds", __name__, url_prefix="/staff/work")
guarded = permission_required(Permission.ORDERS, Permission.RETURNS, Permission.CASES)


@bp.post("/<name>/deeds")
@guarded
def act(name: str) -> ResponseReturnValue:
    """Do to the selected rows what the pressed button says."""
    if name not in WORKLISTS:
        abort(404)
    # Each list is some permission's own; the guard above only knows that one of them is there.
    if needed_for_list(name) not in member().permissions:
        abort(403)
    filters, items = ListFilters.read(request.args), read_items()
    press = read_press(name)
    fault = press if isinstance(press, tuple) else press_fault(press, items)
    if isinstance(press, tuple) or fault:
        wrong = [fault] if fault else []
        return list_page(name, filters, wrong, typed=request.form, items=items), 422
    # Read again at the press: what has left the list since is told, not done.
    rows = named_rows(db_session(), name, items, now=utcnow())
    confirmation = _asked_first(press, rows, filters)
    if confirmation and ("sure" not in request.form or confirmation.fault()):
        question = confirmation.page(confirmation.fault() if "sure" in request.form else None)
        return (question, 422) if "sure" in request.form else question
    missing = [item for item in items if item not in {row.item for row in rows}]
    zone = shop_zone(db_session())
    with transaction(db_session()) as session:
        outcome = carry_out(session, press, rows, missing, zone=zone, now=utcnow())
    # An undo that could do nothing is not offered.
    is_back = bool(outcome.done) and is_undoable(name, press.deed)
    announce(
        result_words(press, outcome, me=member().actor),
        undo=url_for("work_deeds.take_back", press=press.key) if is_back else "",
    )
    return see_other(url_for("work.listed", name=name, **filters.chosen))


@bp.post("/undo/<press>")
@guarded
def take_back(press: str) -> ResponseReturnValue:
    """Undo one press, as far as nobody has done anything since."""
    with transaction(db_session()) as session:
        undone = undo(session, press, by=member().actor, now=utcnow())
    if undone is None:
        announce(_("There is nothing to undo any more."))
        return see_other(url_for("staff.home"))
    name, back, left = undone
    parts = [ngettext("%(num)s row is as before.", "%(num)s rows are as before.", back)] if back else []
    if left:
        parts.append(ngettext("%(num)s was changed meanwhile.", "%(num)s were changed meanwhile.", left))
    announce(" ".join(parts))
    return see_other(trail.list_address(name))


def _asked_first(press: Press, rows: Sequence[Row], filters: ListFilters) -> Confirmation | None:
    """A page that asks, for what cannot be undone and for what tells a customer."""
    last = press.deed == DONE and FINISHES[press.worklist].last
    if not rows or not (last or press.deed == APPROVE):
        return None
    many = ngettext("%(num)s row", "%(num)s rows", len(rows))
    title, button = (_("Approve these returns"), _("Approve")) if not last else (_("Set them aside"), _("Set aside"))
    text = _("Each customer is told and gets what they need to send it back.")
    if last:
        text = _("They leave the list, and nothing more is done about them. Your reason is kept.")
    return Confirmation(
        f"{title} ({many})",
        text,
        button,
        url_for("work.listed", name=press.worklist, **filters.chosen),
        text_name="reason" if last else "",
        text_label=_("Reason"),
        needed=last,
        # Twenty say what it is about; a hundred would hide the button.
        facts=[(row.title, " · ".join(filter(None, (row.about, row.detail)))) for row in rows[:20]],
        action=url_for("work_deeds.act", name=press.worklist, **filters.chosen),
        hidden=[
            ("do", press.deed),
            ("sure", "1"),
            ("seen", press.seen.isoformat()),
            *(("item", row.item) for row in rows),
        ],
    )
