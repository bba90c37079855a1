"""On the order's page: the return that somebody began and never asked for, to go on with or to start over."""

from datetime import datetime, timedelta

from flask import render_template
from markupsafe import Markup
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.core.clock import utcnow
from app.orders.services import whole_order
from app.returns.models import ReturnDraft
from app.returns.policy.order_facts import policy_of
from app.returns.policy.quote import read_basis
from app.returns.request.draft import read_draft
from app.returns.request.flow import fitting

# Most orders have none, and their page is a hot path; the draft of a return that was made names no lines.
_ANY = text("select exists (select from return_draft where order_id = :order_id and data ? 'lines')")


def resume_panel(session: Session, order_id: int, _tier: int) -> Markup:
    """A card that leads back into an unfinished return; empty where there is none, or nothing of it can come back."""
    if not session.connection().scalar(_ANY, {"order_id": order_id}):
        return Markup("")
    kept_until = _kept_until(session, order_id, now=utcnow())
    if kept_until is None:
        return Markup("")
    order = whole_order(session, order_id)
    page = render_template("returns/_resume.html", ref=order.ref, until=kept_until, zone=order.brand.time_zone)
    return Markup(page)  # noqa: S704 (made by our template)


def _kept_until(session: Session, order_id: int, *, now: datetime) -> datetime | None:
    """The last whole day on which the draft can be gone on with; None where it cannot."""
    order = whole_order(session, order_id)
    stored = session.get_one(ReturnDraft, order_id)
    period = timedelta(days=policy_of(order).draft_days)
    if stored.changed_at < now - period:
        return None
    draft = fitting(read_draft(stored.data), read_basis(session, order, now=now).eligibility)
    return max(stored.changed_at + period - timedelta(days=1), now) if draft.lines else None
