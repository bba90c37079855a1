"""Who withdraws before all has arrived: the shop's people and its system are told, and the page says what happens."""

from datetime import datetime

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.clock import utcnow
from app.events.models import DomainEvent
from app.oms.intake import receive_order
from app.orders.models import Order
from app.returns.models import Return, Withdrawal
from app.returns.withdrawal.law import WithdrawalLaw, law_words
from tests.orders.build import document
from tests.returns.stage import delivered_order
from tests.returns.withdrawal.test_withdrawal import stated, withdraw

STOPPED = "our team will try to stop it"


def unsent(session: Session, *, now: datetime, **facts: object) -> Order:
    """An order of which nothing has left."""
    return session.get_one(Order, receive_order(session, document(**({"shipments": []} | facts)), now=now).order.id)


def announced(session: Session) -> dict[str, object]:
    return session.scalars(select(DomainEvent).where(DomainEvent.kind == "withdrawal.received")).one().payload


def test_the_shops_people_and_its_system_read_of_what_has_still_to_be_stopped(session: Session) -> None:
    order = unsent(session, now=utcnow())
    withdrawal = stated(session, order_text=order.number)
    assert (withdrawal.order_id, withdrawal.own, withdrawal.review) == (order.id, True, True)
    assert announced(session)["undelivered"] is True
    assert session.scalars(select(Return)).all() == [], "nothing was sent that could come back"


def test_what_has_arrived_need_not_be_stopped(session: Session) -> None:
    delivered_order(session, now=utcnow())
    assert not stated(session).review
    assert "undelivered" not in announced(session)


def test_a_cancelled_order_has_nothing_left_to_stop(session: Session) -> None:
    order = unsent(session, now=utcnow(), status="cancelled")
    assert not stated(session, order_text=order.number).review
    assert "undelivered" not in announced(session)


@pytest.mark.parametrize("law", WithdrawalLaw)
def test_every_laws_words_say_what_becomes_of_an_order_that_has_not_left(law: WithdrawalLaw) -> None:
    assert STOPPED in " ".join(law_words(law).follows)


def test_the_acknowledgement_says_so(client: FlaskClient, session: Session) -> None:
    unsent(session, now=utcnow())
    client.set_cookie("language", "en")
    assert STOPPED in withdraw(client)


@pytest.mark.parametrize("typed", ["10464", "#10464", "a 10464", "A-10464"])
def test_a_number_is_known_without_its_prefix_from_its_own_customer(session: Session, typed: str) -> None:
    order = delivered_order(session, now=utcnow(), number="A-10464")
    withdrawal = stated(session, order_text=typed)
    assert (withdrawal.order_id, withdrawal.own) == (order.id, True)


def test_a_stranger_moves_no_order_by_a_number_that_ends_like_it(session: Session) -> None:
    delivered_order(session, now=utcnow(), number="A-10464")
    withdrawal = stated(session, order_text="10464", receipt_to="stranger@example.com")
    assert (withdrawal.order_id, withdrawal.review) == (None, True)
    assert session.scalars(select(Withdrawal.own)).all() == [False]
