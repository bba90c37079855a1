"""What the customer reads while choosing what goes back: prices as charged, measures, units that came back."""

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.core.clock import utcnow
from app.orders.models import Order
from app.returns.policy.money import PartKind
from tests.returns.elsewhere.sale import back, line, quoted, sold, totals
from tests.returns.stage import sign_in
from tests.tracking.pages import text_of


def choosing(client: FlaskClient, order: Order) -> str:
    """The page on which one says what goes back."""
    sign_in(client, order)
    client.set_cookie("language", "en")
    return text_of(client.get(f"/o/{order.ref}/returns/new").text)


@pytest.mark.parametrize(
    ("facts", "price"),
    [
        ({"quantity": 3, "unit_price": 333, "total": 1000}, "€10.00"),
        ({"quantity": 1, "unit_price": 1990, "total": 0}, "€0.00"),
        ({"quantity": 2.5, "unit_price": 1200, "total": 3000}, "€30.00"),
        ({"quantity": 3, "unit_price": 1000, "cancelled": 1}, "€20.00"),
        ({"quantity": 2, "unit_price": 1000, "discount": 500}, "€20.00"),
    ],
)
def test_an_item_shows_what_was_charged_for_it(
    client: FlaskClient, session: Session, facts: dict[str, float], price: str
) -> None:
    order = sold(session, now=utcnow(), locale="en-GB", lines=[{"id": "1", "title": "Cosa"} | facts])
    session.commit()
    assert price in choosing(client, order)


def test_what_is_no_number_of_pieces_shows_how_much_it_is(client: FlaskClient, session: Session) -> None:
    cloth = {"id": "1", "title": "Tela", "quantity": 2.5, "unit_price": 1200, "total": 3000}
    order = sold(session, now=utcnow(), locale="en-GB", lines=[cloth], totals=totals(3000, 3000))
    session.commit()
    page = choosing(client, order)
    assert "Quantity: 2.5" in page
    assert "3 units" not in page


def test_rounding_a_measure_up_is_no_discount_in_the_refund(session: Session) -> None:
    cloth = {"id": "1", "title": "Tela", "quantity": 2.5, "unit_price": 1200, "total": 3000}
    order = sold(session, now=utcnow(), lines=[cloth], totals=totals(3000, 3000))
    parts = quoted(session, order, {"1": 1}, now=utcnow()).breakdown.parts
    assert [(part.kind, part.amount) for part in parts] == [(PartKind.ITEM, 1000)]


def test_units_that_came_back_elsewhere_are_said_beside_those_that_are_left(
    client: FlaskClient, session: Session
) -> None:
    shirts = [line("1", 3, 1000)]
    returns = [back("rt_1", "approved", ("1", 1))]
    order = sold(session, now=utcnow(), locale="en-GB", lines=shirts, totals=totals(3000, 3000), returns=returns)
    session.commit()
    page = choosing(client, order)
    assert "How many (up to 2)" in page
    assert "1 was returned through the shop, or is being returned there." in page


def test_an_item_that_is_only_to_come_back_elsewhere_is_not_said_to_be_back(
    client: FlaskClient, session: Session
) -> None:
    returns = [back("rt_1", "asked", ("1", 1), kind="claim")]
    order = sold(session, now=utcnow(), locale="en-GB", lines=[line("1", 1, 1000)], returns=returns)
    session.commit()
    assert "It was returned through the shop, or is being returned there." in choosing(client, order)
