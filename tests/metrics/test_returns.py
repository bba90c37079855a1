"""Figures of returns: what came back, what was received of it, and which products come back most."""

from datetime import date

import pytest
from sqlalchemy.orm import Session

from app.metrics.period import FiguresQuestion, GroupBy
from app.metrics.returns import ProductRow, cohort, products, returns
from app.orders.models import Order
from app.returns.models import Return, ReturnLine
from tests.metrics.build import order, utc

MADRID = "Europe/Madrid"
NOVEMBER = FiguresQuestion(date(2026, 11, 1), date(2026, 11, 30))


def sold(session: Session, number: str, **quantities: int) -> Order:
    """An order of so many pieces of each product."""
    lines = [
        {"id": sku, "sku": sku, "title": f"Título {sku}", "quantity": quantity, "unit_price": 1000}
        for sku, quantity in quantities.items()
    ]
    return order(session, number, lines=lines)


def sent_back(
    session: Session, of: Order, *, received: bool = False, decision: str = "approved", **units: int
) -> Return:
    """A return of so many pieces of each product of an order, of which all arrived or nothing yet."""
    at = utc("2026-11-10 09:00")
    lines = {line.line_id: line.id for line in of.lines}
    made = Return(
        ref=f"R{of.number:0>7}", order_id=of.id, decision=decision, initiated_by="customer", method="dropoff",
        currency="EUR", quote={}, verdict={}, requested_at=at, changed_at=at, received_at=at if received else None,
        lines=[
            ReturnLine(order_line_id=lines[sku], quantity=count, group="x", reason="too_small", refund=1000 * count)
            for sku, count in units.items()
        ],
    )  # fmt: skip
    session.add(made)
    session.flush()
    return made


def test_only_what_arrived_counts_as_received(session: Session) -> None:
    sent_back(session, sold(session, "1", a=3), received=True, a=2)
    sent_back(session, sold(session, "2", a=5), a=5)
    (row,) = returns(session, NOVEMBER, zone=MADRID)
    assert (row.returns, row.units, row.received, row.quoted) == (2, 7, 2, 7000)


def test_where_nothing_arrived_nothing_was_received(session: Session) -> None:
    sent_back(session, sold(session, "1", a=3), a=1)
    (row,) = returns(session, NOVEMBER.cut(GroupBy.PRODUCT), zone=MADRID)
    assert (row.group, row.units, row.received) == ("a", 1, 0)


@pytest.mark.parametrize("decision", ["rejected", "cancelled"])
def test_what_did_not_come_off_is_in_no_figure(session: Session, decision: str) -> None:
    sent_back(session, sold(session, "1", a=3), decision=decision, a=1)
    assert returns(session, NOVEMBER, zone=MADRID) == []
    assert products(session, NOVEMBER, zone=MADRID) == []
    assert cohort(session, NOVEMBER, zone=MADRID) == (3, 0)


def test_products_come_by_their_rate_then_by_their_units_and_those_never_sent_back_not_at_all(session: Session) -> None:
    bought = sold(session, "1", half=4, whole=1, many=8, never=9)
    sent_back(session, bought, half=2, whole=1, many=4)
    rows = products(session, NOVEMBER, zone=MADRID)
    assert rows == [
        ProductRow("whole", "Título whole", 1, 1),
        ProductRow("many", "Título many", 8, 4),
        ProductRow("half", "Título half", 4, 2),
    ]
    assert [row.rate for row in rows] == [1.0, 0.5, 0.5]
    assert products(session, NOVEMBER, zone=MADRID, limit=1) == rows[:1]


def test_a_product_that_was_never_sold_has_no_rate() -> None:
    assert ProductRow("a", "A", 0, 0).rate == 0.0


def test_a_cohort_is_what_was_sold_in_the_period_whenever_it_comes_back(session: Session) -> None:
    sent_back(session, sold(session, "1", a=3, b=1), received=True, a=1, b=1)
    sold(session, "2", a=4)
    assert cohort(session, NOVEMBER, zone=MADRID) == (8, 2)
    assert cohort(session, NOVEMBER.before(), zone=MADRID) == (0, 0)


def test_an_order_belongs_to_the_day_on_which_it_was_placed_where_the_shop_is(session: Session) -> None:
    for number, placed in enumerate(("2026-10-31 22:59", "2026-10-31 23:00", "2026-11-30 22:59", "2026-11-30 23:00")):
        sold(session, str(number), a=10**number).placed_at = utc(placed)
    session.flush()
    assert cohort(session, NOVEMBER, zone=MADRID) == (110, 0)
