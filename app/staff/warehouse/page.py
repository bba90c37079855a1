"""The page of one parcel: the pieces as the clerk left them, the rows and the note as typed."""

from dataclasses import replace

from flask import render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.core.clock import utcnow
from app.core.web import db_session
from app.orders.pictures.views import pictures_of
from app.returns.queries import read_return
from app.returns.receiving.facts import Disposition
from app.returns.status.standing import standing_of
from app.returns.status.summary import badge
from app.staff.warehouse import desk as drafts
from app.staff.warehouse.desk import Desk
from app.staff.warehouse.form import Extra, current_unit, marked
from app.staff.warehouse.words import DISPOSITIONS, GRADES, MARKS


def desk_page(desk: Desk) -> ResponseReturnValue:
    """Show the pieces as the clerk left them."""
    draft, notice = drafts.load(desk.page), drafts.pop_notice()
    if draft is None:
        return form_page(desk, notice=notice)
    if draft.seen != desk.seen:
        # The pieces are counted anew after each receipt: what was graded may mean others now.
        draft, notice = (
            replace(draft, codes=[], at=None),
            notice or _("Someone else booked a part of this parcel meanwhile. Grade what is still open."),
        )
    units = marked(desk.fresh, draft.codes)
    return form_page(desk._replace(units=units, extras=draft.extras, note=draft.note), at=draft.at, notice=notice)


def form_page(
    desk: Desk, *, at: int | None = None, errors: list[tuple[str, str]] | None = None, notice: str | None = None
) -> str:
    """The page with ``at`` open, with what is wrong, or with what is to be said once."""
    return render_template(
        "staff/warehouse/receive.html",
        desk=desk,
        now=current_unit(desk.units, at),
        pictures=pictures_of(desk.order.all_lines),
        # One empty row more: without scripts no button could add it.
        extras=[*desk.extras, Extra()],
        errors=errors or [],
        notice=notice,
        grades=GRADES,
        marks=MARKS,
        what=DISPOSITIONS,
        where=_where(desk),
        # «Missing» follows from its grade; by itself it would take a piece that is here from the count.
        dispositions=[pair for pair in DISPOSITIONS.items() if pair[0] != Disposition.MISSING],
        # What the shop has taken out may come back all the same.
        lines=[(line.line_id, line.title) for line in desk.order.all_lines],
    )


def _where(desk: Desk) -> str:
    """Where the return is, as its customer reads it; empty for a parcel that nobody announced."""
    if desk.return_ is None:
        return ""
    return badge(standing_of(read_return(db_session(), desk.return_.ref), now=utcnow()))[1]
