"""The returns of an order, as the order page shows them."""

from flask import render_template
from markupsafe import Markup
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.returns.queries import returns_of
from app.returns.standing import badge

# Most orders have none, and their page is a hot path.
_ANY = text("select exists (select from return where order_id = :order_id)")


def order_panel(session: Session, order_id: int, tier: int) -> Markup:
    """A card with the order's returns; empty when there are none. Shows nothing that needs tier 2."""
    if not session.connection().scalar(_ANY, {"order_id": order_id}):
        return Markup("")
    found = returns_of(session, order_id)
    rows = [(each, badge(each), sum(line.quantity for line in each.lines)) for each in found]
    return Markup(render_template("returns/_panel.html", rows=rows, tier=tier))  # noqa: S704 (made by our template)
