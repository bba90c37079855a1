"""Returns in the console: the list, one return with its verdict and money."""

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.core.clock import utcnow
from app.core.web import db_session
from app.orders.pictures.views import pictures_of
from app.returns.policy.stored.reason_list import reasons_of
from app.returns.refunds.reckoning import promised_amount
from app.returns.status.standing import standing_of
from app.returns.status.summary import badge
from app.returns.words import group_words, method_words, money_rows, reason_words
from app.staff.auth.guard import permission_required
from app.staff.auth.roles import Permission
from app.staff.notes.services import notes_of
from app.staff.returns import overview
from app.staff.returns import page as return_page
from app.staff.returns.label import label_of
from app.staff.returns.page import return_place, void_words
from app.staff.warehouse.words import DISPOSITIONS, MARKS
from app.tracking.carrier_pages import carrier_title

bp = Blueprint("returning", __name__, url_prefix="/staff/returns")
guarded = permission_required(Permission.RETURNS)


@bp.get("")
@guarded
def listed() -> ResponseReturnValue:
    """Returns by where they stand, the latest news first."""
    show = request.args.get("show", "")
    now = utcnow()
    page = overview.page(db_session(), show, after=request.args.get("after", ""))
    following = url_for("returning.listed", show=show or None, after=page.following) if page.following else None
    return render_template(
        "staff/returns/list.html",
        page=page,
        show=show,
        tabs=overview.TABS,
        following=following,
        first=url_for("returning.listed", show=show or None) if "after" in request.args else None,
        where=lambda view: badge(standing_of(view, now=now)),
        goods=overview.goods_words,
    )


@bp.get("/<ref>")
@guarded
def page(ref: str) -> ResponseReturnValue:
    """One return."""
    return return_page_with(ref, [])


def return_page_with(ref: str, errors: list[tuple[str, str]]) -> str:
    """The return's page, with what is wrong with a note that was sent from it."""
    view, now = return_page.find_return(db_session(), ref), utcnow()
    titles = {line.line_id: line.title for line in view.lines.values()}
    odd = return_page.oddities(view.return_)
    answer, reasons = return_page.verdict(view.return_)
    return render_template(
        "staff/returns/return.html",
        view=view,
        return_=view.return_,
        order=view.order,
        pictures=pictures_of(view.lines.values()),
        zone=view.order.brand.time_zone,
        answer=answer,
        reasons=reasons,
        possible=return_page.possible(view.return_),
        refunds=return_page.refunds(db_session(), view, now=now),
        next=return_page.what_next(view.return_),
        withdrawn=return_page.is_withdrawal(view.return_),
        odd=odd,
        titles={line.id: line.title for line in view.lines.values()},
        may_say_amount=return_page.may_say_amount(view.return_),
        may_send_back=return_page.may_send_back(view.return_),
        may_add=bool((odd or not view.return_.lines) and return_page.room_for_more(db_session(), view)),
        worth=promised_amount(view.return_),
        rows=lambda parts: money_rows(parts, titles, view.return_.currency),
        where=badge(standing_of(view, now=now)),
        decision_badge=return_page.decision_badge,
        marks=MARKS,
        what=DISPOSITIONS,
        carrier_title=carrier_title,
        void_words=void_words,
        label=label_of(db_session(), view),
        notes=notes_of(db_session(), return_place(view)),
        errors=errors,
        words={
            "group": group_words,
            "reason": lambda handle: reason_words(handle, reasons_of(view.order.brand)),
            "method": method_words,
        },
    )
