"""What is done to a brand as a whole, each after a page that says what comes of it: default, another key, retired."""

from collections.abc import Callable

from flask import Blueprint, abort, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from app.brands import house
from app.brands.queries import find_brand
from app.brands.records import BrandRecord
from app.core.clock import utcnow
from app.core.db import transaction
from app.core.errors import Conflict, Invalid
from app.core.web import db_session, see_other
from app.orders.retiring import open_orders, set_retired
from app.staff.announcements import announce
from app.staff.auth.guard import member, permission_required
from app.staff.auth.roles import Permission
from app.staff.confirmation import Confirmation, typed
from app.staff.settings.brands.words import sentence_words

bp = Blueprint("brand_deeds", __name__, url_prefix="/staff/settings/brands")
guarded = permission_required(Permission.SETTINGS)


@bp.route("/<key>/default", methods=["GET", "POST"])
@guarded
def default(key: str) -> ResponseReturnValue:
    """Make it the default one."""
    brand = _brand(key)
    confirmation = Confirmation(
        title=_("Make %(name)s the default brand", name=brand.name),
        text=_("It speaks wherever no order says another brand. Orders that name no brand become its orders."),
        button=_("Make it the default"),
        back=_back(brand.key),
        done=_("%(name)s is the default brand now.", name=brand.name),
    )
    deed = lambda rows: house.make_default(rows, brand.key, by=member().actor, now=utcnow())  # noqa: E731
    return _asked(confirmation, deed, refusal=_("A retired brand can't be the default one."))


@bp.route("/<key>/renaming", methods=["GET", "POST"])
@guarded
def rename(key: str) -> ResponseReturnValue:
    """Give it another key."""
    brand = _brand(key)
    new_key = typed("new_key")
    confirmation = Confirmation(
        title=_("Another key for %(name)s", name=brand.name),
        text=_("Orders and links stay. Systems may go on naming the old key, %(key)s.", key=brand.key),
        button=_("Change the key"),
        back=_back(brand.key),
        text_name="new_key",
        text_label=_("New key"),
        text_hint=_("Small letters, digits, - and _."),
        needed=True,
        one_line=True,
        done=_("The key is changed."),
    )
    deed = lambda rows: house.rename(rows, brand.key, new_key, by=member().actor, now=utcnow())  # noqa: E731
    return _asked(confirmation, deed, lead_to=new_key)


@bp.route("/<key>/retirement", methods=["GET", "POST"])
@guarded
def retire(key: str) -> ResponseReturnValue:
    """Retire it."""
    brand = _brand(key)
    # Counted for the question: whoever retires a brand should know what is still to leave.
    waiting = open_orders(db_session(), brand.key)
    confirmation = Confirmation(
        title=_("Retire %(name)s", name=brand.name),
        text=_(
            "It takes no more orders. Those that it has keep their pages and messages, and you can take it up again."
        ),
        button=_("Retire it"),
        back=_back(brand.key),
        danger=True,
        facts=[(_("Open orders"), str(waiting))],
        done=_("%(name)s is retired.", name=brand.name),
    )
    refusal = (
        _("Make another brand the default first.") if brand.is_default else _("Its open orders have to leave first.")
    )
    deed = lambda rows: set_retired(rows, brand.key, True, by=member().actor, now=utcnow())  # noqa: E731
    return _asked(confirmation, deed, refusal=refusal)


@bp.post("/<key>/revival")
@guarded
def revive(key: str) -> ResponseReturnValue:
    """Take it up again."""
    brand = _brand(key)
    with transaction(db_session()) as rows:
        set_retired(rows, brand.key, False, by=member().actor, now=utcnow())
    announce(_("%(name)s takes orders again.", name=brand.name))
    return see_other(_back(brand.key))


def _brand(key: str) -> BrandRecord:
    return find_brand(db_session(), key) or abort(404)


def _back(key: str) -> str:
    return url_for("brands.page", key=key)


def _asked(
    confirmation: Confirmation, deed: Callable[[Session], object], *, lead_to: str = "", refusal: str = ""
) -> ResponseReturnValue:
    """Ask; then do it and go back, or say why not."""
    if request.method == "GET":
        return confirmation.page()
    try:
        with transaction(db_session()) as rows:
            deed(rows)
    except Invalid as error:
        return confirmation.page(errors=[("new_key", sentence_words(fault.detail)) for fault in error.faults]), 422
    except Conflict:
        return confirmation.page(errors=[("", refusal)]), 409
    announce(confirmation.done)
    # After a new key the old address would be one redirect more.
    return see_other(_back(lead_to) if lead_to else confirmation.back)
