"""Trying the way in from account pages: a link for one's own address, as the shop's page would make it."""

from flask import Blueprint, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.audit import trail as audit
from app.connections.catalogue import HANDOVER
from app.core.clock import utcnow
from app.core.db import transaction
from app.core.settings import clear
from app.core.settings.customers import HandoverSettings
from app.core.web import db_session, see_other, settings
from app.orders.handover.tokens import Visit, sign
from app.staff.auth.guard import member, permission_required
from app.staff.auth.roles import Permission
from app.staff.settings.connections import page
from app.staff.settings.connections.views import named

bp = Blueprint("handover_try", __name__, url_prefix=f"/staff/settings/connections/{HANDOVER}/try")
guarded = permission_required(Permission.SETTINGS)


@bp.post("")
@guarded
def go() -> ResponseReturnValue:
    """Open the page that a customer comes to; the address is one's own, so that nobody else's orders open."""
    secrets = clear(settings().of(HandoverSettings).customers_secret)
    if not secrets:
        return page.detail_page(named(HANDOVER), errors=[(None, _("Make a secret first."))]), 409
    # Nobody else's: whoever sets connections need not see customers' orders without a reason.
    token, _id = sign(Visit(member().email), secrets[0], audience=settings().public_url, now=utcnow())
    with transaction(db_session()) as rows:
        audit.record(rows, actor=member().actor, action="connection.tried", subject=HANDOVER, now=utcnow())
    return see_other(url_for("handover.show", token=token))
