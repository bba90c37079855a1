"""The customer's own pages for a member of staff: asked first, written down once, then shown for reading alone."""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from urllib.parse import quote

from flask import Blueprint, abort, make_response, render_template, request, url_for
from flask import session as browser
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from app.audit import trail as audit
from app.core.clock import utcnow
from app.core.db import transaction
from app.core.i18n.locale import best_locale, languages_here, select_locale, speaking
from app.core.web import CSP, db_session, see_other, settings
from app.orders.lookup.access import Grant
from app.orders.records import OrderRecord
from app.returns.labels.codes import qr_svg
from app.returns.queries import order_ref_of, read_return
from app.returns.status.views import status_page
from app.staff.auth.guard import member, permission_required
from app.staff.auth.roles import Permission
from app.staff.confirmation import Confirmation, typed
from app.staff.customer_view.inert import inert
from app.staff.notes.services import note_reveal
from app.staff.orders import page as order_page
from app.tracking.page import views as customers

bp = Blueprint("customer_view", __name__, url_prefix="/staff/orders/<ref>/as-customer")
guarded = permission_required(Permission.ORDERS)
# Under this name the session keeps at which tier which orders may be looked at.
LOOKS = "looks"
MOST = 20
LINK, CODE = "link", "code"
TIERS = {LINK: 1, CODE: 2}
# No script runs, nothing is sent and nothing is asked for, whatever a page of the customer's holds.
READ_ONLY = CSP.replace("script-src 'self'", "script-src 'none'").replace("form-action 'self'", "form-action 'none'")
READ_ONLY = READ_ONLY.replace("connect-src 'self'", "connect-src 'none'")


@bp.route("", methods=["GET", "POST"])
@guarded
def ask(ref: str) -> ResponseReturnValue:
    """Ask as whom; who has entered a code sees their own data, so that looks for it need a reason."""
    its_order = _order(ref)
    own = _its_return(its_order, request.args.get("return", ""))
    question = _question(its_order, own)
    if request.method == "GET":
        return question.page()
    as_whom, reason = typed("as") or LINK, typed("reason")
    if as_whom == CODE and Permission.PERSONAL not in member().permissions:
        abort(403)
    if as_whom not in TIERS:
        return question.page(errors=[("as", _("Choose as whom you look."))]), 422
    if as_whom == CODE and not reason:
        return question.page(errors=[("reason", _("Write what you need the customer's own data for."))]), 422
    now = utcnow()
    with transaction(db_session()) as session:
        _write_down(session, its_order, own, as_whom, reason, now)
    if as_whom == CODE:
        order_page.reveal(its_order.ref, now=now)
    looks = {one: tier for one, tier in browser.get(LOOKS, {}).items() if one != its_order.ref}
    browser[LOOKS] = dict([*looks.items(), (its_order.ref, TIERS[as_whom])][-MOST:])
    return see_other(_page_url(its_order, own))


@bp.get("/order")
@guarded
def order(ref: str) -> ResponseReturnValue:
    """The order's page."""
    its_order = _order(ref)
    return _shown(its_order, None, customers.order_page)


@bp.get("/returns/<return_ref>")
@guarded
def returned(ref: str, return_ref: str) -> ResponseReturnValue:
    """The page of one of its returns."""
    its_order = _order(ref)
    own = _its_return(its_order, return_ref) or abort(404)
    return _shown(its_order, own, lambda grant: _return_page(grant, own))


def _return_page(grant: Grant, own: str) -> str:
    view = read_return(db_session(), own)
    drawn = "data:image/svg+xml," + quote(str(qr_svg(view.return_.label_number or own)))
    # The address of the picture opens to the customer alone.
    return status_page(grant, view).replace(url_for("returns.code", ref=own), drawn)


def _shown(its_order: OrderRecord, own: str | None, page: Callable[[Grant], str]) -> ResponseReturnValue:
    tier = int(browser.get(LOOKS, {}).get(its_order.ref, 0))
    # What was revealed is masked again by itself: then the reason has to be given once more.
    if not tier or (tier > 1 and not order_page.is_revealed(its_order.ref, now=utcnow())):
        return see_other(_ask_url(its_order, own))
    # Before the page says in whose language it speaks.
    reader = str(select_locale())
    chosen, languages = request.args.get("lang", ""), languages_here()
    wish = chosen if chosen in languages else None
    with speaking(str(best_locale(wish, its_order.locale, "", settings().languages))):
        shown = page(Grant(its_order.id, tier, its_order.ref))
    with speaking(reader):
        bar = _bar(its_order, own, tier)
    # Policy and markup each suffice alone: one of them may have a gap.
    response = make_response(inert(shown, head=render_template("staff/customer_view/_head.html"), bar=bar))
    response.headers["Content-Security-Policy"] = READ_ONLY
    return response


def _bar(its_order: OrderRecord, own: str | None, tier: int) -> str:
    """The bar in the reader's own language, whatever the page beneath it speaks."""
    return render_template(
        "staff/customer_view/_bar.html",
        languages=[(code, name, _page_url(its_order, own, lang=code)) for code, name in languages_here().items()],
        back=url_for("returning.page", ref=own) if own else url_for("console.order", ref=its_order.ref),
        again=_ask_url(its_order, own),
        tier=tier,
    )


def _order(ref: str) -> OrderRecord:
    its_order = order_page.find_order(db_session(), ref)
    # Customers do not see it either.
    if its_order.removed:
        abort(404)
    return its_order


def _its_return(its_order: OrderRecord, ref: str) -> str | None:
    """The reference, where it is that of a return of this order."""
    return ref if order_ref_of(db_session(), ref) == its_order.ref else None


def _ask_url(its_order: OrderRecord, own: str | None) -> str:
    # By a dictionary: the name is a word of the language.
    named: dict[str, Any] = {"return": own}
    return url_for("customer_view.ask", ref=its_order.ref, **named)


def _page_url(its_order: OrderRecord, own: str | None, lang: str | None = None) -> str:
    if own:
        return url_for("customer_view.returned", ref=its_order.ref, return_ref=own, lang=lang)
    return url_for("customer_view.order", ref=its_order.ref, lang=lang)


def _write_down(
    session: Session, its_order: OrderRecord, own: str | None, as_whom: str, reason: str, now: datetime
) -> None:
    by, detail = member().actor, {"as": as_whom}
    audit.record(
        session, actor=by, action="customer_page.seen", order_id=its_order.id, subject=own, detail=detail, now=now
    )
    if as_whom == CODE:
        note_reveal(session, its_order.id, reason, by=by, now=now)


def _question(its_order: OrderRecord, own: str | None) -> Confirmation:
    back = url_for("returning.page", ref=own) if own else url_for("console.order", ref=its_order.ref)
    words = _("You see the page as the customer sees it. Nothing on it can be pressed, and they notice nothing.")
    title, button = _("See what the customer sees"), _("Open their page")
    if Permission.PERSONAL not in member().permissions:
        return Confirmation(title, words, button, back)
    return Confirmation(
        title,
        words,
        button,
        back,
        choice_name="as",
        choice_label=_("As whom"),
        choices=[
            (LINK, _("Somebody who opened a mailed link: without the customer's own data")),
            (CODE, _("Somebody who entered a code: with name and address, for ten minutes")),
        ],
        text_name="reason",
        text_label=_("What for?"),
        text_hint=_("Needed for the customer's own data; it is kept as a note."),
    )
