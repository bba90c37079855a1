"""An unfinished return is offered again on the order's page."""

from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.core.clock import utcnow
from app.orders.models import Order
from app.returns.models import Return, ReturnDraft
from app.returns.services import request_return
from tests.returns.request.test_flow import choosing, line_ids, submit, to_check
from tests.returns.stage import asking, delivered_order, sign_in
from tests.tracking.pages import text_of

OFFER = "Empezaste una devolución"


@pytest.fixture
def order(session: Session) -> Order:
    return delivered_order(session, now=utcnow())


@pytest.fixture
def customer(client: FlaskClient, order: Order) -> FlaskClient:
    sign_in(client, order)
    return client


def order_page(customer: FlaskClient, order: Order) -> str:
    return customer.get(f"/o/{order.ref}").text


def test_an_order_without_a_draft_offers_none(customer: FlaskClient, order: Order) -> None:
    assert OFFER not in order_page(customer, order)


def test_an_unfinished_return_leads_to_its_first_open_step(customer: FlaskClient, order: Order) -> None:
    base = f"/o/{order.ref}/returns/new"
    customer.post(base, data=choosing(line_ids(order)[0]))
    page = order_page(customer, order)
    assert OFFER in page and "Continuar tu devolución" in page
    assert f'href="{base}/check"' in page and f'href="{base}/over"' in page
    assert customer.get(f"{base}/check").location == f"{base}/method"


def test_the_offer_names_the_last_whole_day(customer: FlaskClient, order: Order, session: Session) -> None:
    customer.post(f"/o/{order.ref}/returns/new", data=choosing(line_ids(order)[0]))
    for age, offered in ((timedelta(days=6, hours=23), True), (timedelta(days=7, minutes=1), False)):
        session.execute(update(ReturnDraft).values(changed_at=utcnow() - age))
        session.commit()
        assert (OFFER in order_page(customer, order)) is offered


def test_starting_over_begins_with_nothing_and_loses_nothing_until_something_is_chosen(
    customer: FlaskClient, order: Order, session: Session
) -> None:
    base, (shirt, mug, _) = f"/o/{order.ref}/returns/new", line_ids(order)
    to_check(customer, order, way="dropoff")
    page = customer.get(f"{base}/over").text
    assert "checked" not in page and f'action="{base}/over"' in page
    assert customer.get(f"{base}/check").status_code == 200, "only looked at"
    assert customer.post(f"{base}/over", data=choosing(mug)).location == f"{base}/method"
    draft = session.scalars(select(ReturnDraft.data)).one()
    assert (list(draft["lines"]), "method" in draft) == (["2"], False)
    assert shirt != mug


def test_a_return_that_was_made_is_not_unfinished(customer: FlaskClient, order: Order) -> None:
    submit(customer, order, to_check(customer, order))
    assert OFFER not in order_page(customer, order)


def test_what_can_no_longer_come_back_is_not_offered(customer: FlaskClient, order: Order, session: Session) -> None:
    to_check(customer, order)
    request_return(session, order.id, asking(("1", 2, "colour")), by="ana", now=utcnow())
    session.commit()
    assert OFFER not in order_page(customer, order)


def test_the_link_alone_shows_that_there_is_one_but_not_what_is_in_it(
    customer: FlaskClient, order: Order, client: FlaskClient
) -> None:
    customer.post(f"/o/{order.ref}/returns/new", data=choosing(line_ids(order)[0], note="Secreto"))
    sign_in(client, order, tier=1)
    card = text_of(order_page(client, order).partition('id="resume-title"')[2].partition("</section>")[0])
    assert "Continuar tu devolución" in card
    assert "Secreto" not in card and order.lines[0].title not in card


def test_after_one_return_was_cancelled_another_can_be_asked_for(
    customer: FlaskClient, order: Order, session: Session
) -> None:
    submit(customer, order, to_check(customer, order))
    ref = session.scalars(select(Return.ref)).one()
    customer.post(f"/returns/{ref}/cancellation")
    assert submit(customer, order, to_check(customer, order)).status_code == 303
    assert len(session.scalars(select(Return)).all()) == 2
