"""What a person cannot say of money and units that went back in the shop's own system, and what it leaves as it was."""

from datetime import datetime

import pytest
from sqlalchemy.orm import Session

from app.core.errors import Conflict, NotFound
from app.orders.models import Order
from app.returns.elsewhere.deeds import correct_units, say_another, say_same
from app.returns.elsewhere.models import UnitsElsewhere
from app.returns.refunds.pay import pay_refund
from tests.returns.elsewhere.owed import TWO, due, row_of, tell
from tests.returns.elsewhere.sale import refund, sold

NOBODY = 987_654_321


def test_a_refund_that_the_order_does_not_have_is_not_the_one(session: Session, order: Order, now: datetime) -> None:
    ours = due(session, order, {"1": 1}, now=now)
    tell(session, order, now=now, refunds=[refund("re_1", 1000)])
    row = row_of(session, "re_1")
    for ids in [(NOBODY,), (ours.id, NOBODY)]:
        with pytest.raises(NotFound, match=str(NOBODY)):
            say_same(session, row.id, *ids, by="ana", now=now)
    assert (ours.state, row.verdict) == ("due", "unsure")


def test_a_refund_of_another_order_is_not_the_one(session: Session, order: Order, now: datetime) -> None:
    theirs = due(session, sold(session, now=now, **TWO), {"1": 1}, now=now)
    due(session, order, {"1": 1}, now=now)
    tell(session, order, now=now, refunds=[refund("re_1", 1000)])
    with pytest.raises(NotFound):
        say_same(session, row_of(session, "re_1").id, theirs.id, by="ana", now=now)
    assert theirs.state == "due"


def test_nothing_is_said_of_a_refund_that_there_is_not(session: Session, now: datetime) -> None:
    with pytest.raises(NotFound, match=str(NOBODY)):
        say_another(session, NOBODY, by="ana", now=now)


def test_one_that_is_ours_for_certain_is_no_other(session: Session, order: Order, now: datetime) -> None:
    ours = due(session, order, {"1": 1}, now=now)
    pay_refund(session, ours.id, reference="psp-1", by="ana", now=now)
    tell(session, order, now=now, refunds=[refund("psp-1", 1000)])
    with pytest.raises(Conflict, match="for certain"):
        say_another(session, row_of(session, "psp-1").id, by="ana", now=now)
    assert row_of(session, "psp-1").verdict == "ours"


def test_one_in_a_currency_that_the_order_is_in_no_more_is_left_alone(
    session: Session, order: Order, now: datetime
) -> None:
    due(session, order, {"1": 1}, now=now)
    tell(session, order, now=now, refunds=[refund("re_1", 1000)])
    tell(session, order, now=now, currency="GBP")
    with pytest.raises(Conflict, match="another currency"):
        say_another(session, row_of(session, "re_1").id, by="ana", now=now)
    assert row_of(session, "re_1").verdict == "unsure"


def test_units_of_a_line_that_the_order_does_not_have_are_not_corrected(
    session: Session, order: Order, now: datetime
) -> None:
    with pytest.raises(NotFound, match="no such line"):
        correct_units(session, order.id, NOBODY, 1, reason="counted again", by="ana", now=now)
    assert session.get(UnitsElsewhere, NOBODY) is None
