"""Mailing a link to an order: to a person of it, chosen by the masked address, asked first, once a press."""

from collections.abc import Sequence

from flask import Blueprint, abort, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.audit import trail as audit
from app.core.clock import utcnow
from app.core.db import transaction
from app.core.tokens import new_secret
from app.core.web import db_session, see_other
from app.orders.lookup.guard import secret_key
from app.orders.lookup.sending import LinkMailed, mail_link
from app.orders.records import OrderContactRecord, OrderRecord
from app.staff.announcements import announce
from app.staff.auth.guard import member, permission_required
from app.staff.auth.roles import Permission
from app.staff.confirmation import Confirmation, typed
from app.staff.orders import masking
from app.staff.orders import page as order_page
from app.staff.orders.views import order_page_with

bp = Blueprint("order_link", __name__, url_prefix="/staff/orders/<ref>/link")
guarded = permission_required(Permission.ORDERS)


@bp.route("", methods=["GET", "POST"])
@guarded
def mail(ref: str) -> ResponseReturnValue:
    """Ask to whom; then have it mailed, as if they had asked for it themselves."""
    order = order_page.find_order(db_session(), ref)
    # The shop has taken it back: a link would lead to a page that is not there.
    if order.removed:
        abort(404)
    people = [person for person in order.contacts if person.email_folded]
    if not people:
        words = _("The shop names no e-mail address for this order, so there is nobody to mail a link to.")
        return order_page_with(order.ref, [("", words)]), 409
    confirmation = _question(order, people)
    if request.method == "GET":
        return confirmation.page()
    # Among the order's own people: an id of the form could be anybody's.
    chosen = next((person for person in people if str(person.id) == typed("contact")), None)
    if chosen is None:
        return confirmation.page(errors=[("contact", _("Choose who gets the link."))]), 422
    now, by = utcnow(), member().actor
    with transaction(db_session()) as session:
        mailed = mail_link(session, chosen.id, key=secret_key(), press=f"{by}:{typed('press')}", now=now)
        if mailed is LinkMailed.NOW:
            # By the place among the order's people: an address has no business in the trail.
            detail = {"contact": chosen.position}
            audit.record(session, actor=by, action="access.link_mailed", order_id=order.id, detail=detail, now=now)
    if mailed is LinkMailed.TOO_OFTEN:
        words = _("This address was sent as many links as it may get for now. Try again in a quarter of an hour.")
        return confirmation.page(errors=[("contact", words)]), 429
    announce(_("A link is on its way to %(address)s.", address=masking.email(chosen.email)))
    return see_other(url_for("console.order", ref=order.ref, _anchor="timeline"))


def _question(order: OrderRecord, people: Sequence[OrderContactRecord]) -> Confirmation:
    return Confirmation(
        _("Mail a link to the order"),
        _("The link opens where the order is. Whoever changes something is still asked for a code."),
        _("Mail the link"),
        url_for("console.order", ref=order.ref),
        choice_name="contact",
        choice_label=_("To whom"),
        choices=[(str(person.id), _person(person)) for person in people],
        # Made anew with each page: the same page sent twice is one press.
        hidden=[("press", typed("press") or new_secret())],
    )


def _person(person: OrderContactRecord) -> str:
    return f"{masking.email(person.email)} · {masking.name(person.name)}"
