"""The order page's cards of what came back: a cancelled order's refund, returns made with the shop itself."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from app.core.clock import utcnow
from app.orders.models import Order
from app.returns.status.panel import order_panel
from tests.returns.elsewhere.sale import back, refund, sold, told_again
from tests.returns.stage import LINES, TOTALS


def panel(app: Flask, session: Session, order: Order) -> str:
    """The cards for a Spanish reader."""
    with app.test_request_context(headers={"Accept-Language": "es"}):
        return str(order_panel(session, order.id, 1)).replace("\xa0", " ")


def test_a_cancelled_order_says_what_is_refunded_when_and_what_is_not_sent_yet(app: Flask, session: Session) -> None:
    now = utcnow()
    order = sold(session, now=now)
    told_again(session, order, now=now, status="cancelled", lines=LINES, totals=TOTALS)
    assert "65,75 €" in panel(app, session, order) and "Aún no enviado" in panel(app, session, order)
    made = (now - timedelta(days=1)).isoformat()
    refunds = [refund("R1", 4000, at=made)]
    told_again(session, order, now=now, status="cancelled", lines=LINES, totals=TOTALS, refunds=refunds)
    shown = panel(app, session, order)
    assert "40,00 €" in shown and "Enviado el" in shown and "hasta 5 días hábiles" in shown
    assert "25,75 €" in shown and "Aún no enviado" in shown
    assert "La tienda te devolvió" not in shown


def test_a_payment_that_was_called_off_gives_nothing_back(app: Flask, session: Session) -> None:
    order = sold(session, now=utcnow(), status="cancelled", payment_status="voided")
    assert "Tu reembolso" not in panel(app, session, order)


@pytest.mark.parametrize(
    ("kind", "name"),
    [("return", "Devolución a través"), ("exchange", "Cambio a través"), ("claim", "Reclamación a través")],
)
def test_what_is_under_way_with_the_shop_itself_is_named_as_such(
    app: Flask, session: Session, kind: str, name: str
) -> None:
    now = utcnow()
    order = sold(session, now=now)
    made = [back("S1", "received", ("1", 1), kind=kind)]
    told_again(session, order, now=now, lines=LINES, totals=TOTALS, returns=made)
    shown = panel(app, session, order)
    assert name in shown and "1 × Camiseta" in shown and "Recibida" in shown
