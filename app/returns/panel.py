"""The returns of an order, as the order page shows them."""

from flask import render_template
from markupsafe import Markup
from sqlalchemy.orm import Session

from app.returns.queries import returns_of
from app.returns.standing import badge


def order_panel(session: Session, order_id: int, tier: int) -> Markup:
    """A card with the order's returns; empty when there are none. Shows nothing that needs tier 2."""
    found = returns_of(session, order_id)
    if not found:
        return Markup("")
    rows = [(each, badge(each), sum(line.quantity for line in each.lines)) for each in found]
    return Markup(render_template("returns/_panel.html", rows=rows, tier=tier))  # noqa: S704 (made by our template)
