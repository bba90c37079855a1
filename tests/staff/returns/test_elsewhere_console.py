"""What the shop's own system gave back, in the console: shown on the order's page, said whose it is, counted anew."""

from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.audit.models import AuditRow
from app.core.clock import utcnow
from app.orders.models import Order
from app.returns.elsewhere.models import RefundElsewhere
from app.returns.models import Refund, Return
from app.returns.services import eligibility
from tests.returns.elsewhere.sale import back, line, refund, returned, sold, told_again, totals
from tests.returns.stage import sign_in
from tests.returns.story import booked, some

TWO: dict[str, Any] = {"lines": [line("1", 2, 1000), line("2", 1, 1000)], "totals": totals(3000, 3000)}


@pytest.fixture
def order(session: Session) -> Order:
    """An order of which 10.00 are due, and of which the shop's system gave 10.00 back."""
    made = sold(session, now=utcnow(), **TWO)
    return_ = returned(session, made, {"1": 1}, now=utcnow())
    booked(session, return_, some("1"), now=utcnow())
    tell(session, made, refunds=[refund("re_1", 1000, reason="Goodwill", lines=[{"line": "2", "quantity": 1}])])
    return made


def tell(session: Session, order: Order, **changes: Any) -> None:
    told_again(session, order, now=utcnow(), **(TWO | changes))
    session.commit()


def page(client: FlaskClient, order: Order) -> str:
    return client.get(f"/staff/orders/{order.ref}").text


def links(session: Session, order: Order) -> tuple[str, str]:
    """Where one says that it is the same, and that it is another."""
    row, ours = session.scalars(select(RefundElsewhere)).one(), session.scalars(select(Refund)).one()
    address = f"/staff/orders/{order.ref}/elsewhere/refunds/{row.id}"
    return f"{address}/same/{ours.id}", f"{address}/another"


def actions(session: Session) -> list[str]:
    return list(session.scalars(select(AuditRow.action).order_by(AuditRow.id)))


def test_a_refund_of_the_shop_is_shown_with_the_question_whose_it_is(
    support: FlaskClient, session: Session, order: Order
) -> None:
    text, same, another = page(support, order), *links(session, order)
    assert "€10.00" in text and "re_1" in text and "Goodwill" in text and "1 × Cosa 2" in text
    assert f'href="{same}"' in text and f'href="{another}"' in text
    listed = support.get("/staff/work/compared").text
    assert order.number in listed and "re_1" in listed


def test_it_is_said_to_be_ours_and_ours_is_booked_as_paid(support: FlaskClient, session: Session, order: Order) -> None:
    same, _another = links(session, order)
    assert "re_1" in support.get(same).text
    assert support.post(same).status_code == 303
    session.expire_all()
    assert session.scalars(select(Refund)).one().reference == "re_1"
    assert "refund.said_same" in actions(session)
    assert "re_1" not in support.get("/staff/work/compared").text
    assert "elsewhere/refunds/" not in page(support, order)


def test_it_is_said_to_be_another_one_and_ours_can_be_paid(
    support: FlaskClient, session: Session, order: Order
) -> None:
    same, another = links(session, order)
    ours = session.scalars(select(Refund)).one()
    payment = f"/staff/returns/{ours.idempotency_key.rpartition('-')[0]}/refunds/{ours.id}/payment"
    refused = support.post(payment, data={"reference": "TR-1"})
    assert (refused.status_code, "may be this one" in refused.text) == (409, True)
    assert support.post(another).status_code == 303
    assert support.post(payment, data={"reference": "TR-1"}).status_code == 303
    assert "refund.said_another" in actions(session)
    assert support.get(same).status_code == 303, "nothing is asked any more"


def test_one_refund_of_the_shop_is_said_to_be_two_of_ours(support: FlaskClient, session: Session) -> None:
    plain = sold(session, now=utcnow(), **TWO)
    for line_id in ("1", "2"):
        booked(session, returned(session, plain, {line_id: 1}, now=utcnow()), some(line_id), now=utcnow())
    tell(session, plain, refunds=[refund("re_1", 2000)])
    assert "re_1" in support.get("/staff/work/compared").text
    first, second = session.scalars(select(Refund).order_by(Refund.id))
    row = session.scalars(select(RefundElsewhere)).one()
    address = f"/staff/orders/{plain.ref}/elsewhere/refunds/{row.id}/same/{first.id}?also={second.id}"
    text = page(support, plain)
    assert f'href="{address}"' in text
    assert f"It is {first.idempotency_key} + {second.idempotency_key}" in text
    question = support.get(address).text
    assert first.idempotency_key in question and second.idempotency_key in question
    assert support.post(address).status_code == 303
    session.expire_all()
    assert [(each.state, each.reference) for each in (first, second)] == [("paid", "re_1")] * 2
    assert f"{first.idempotency_key} + {second.idempotency_key}" in page(support, plain)


def test_money_that_left_without_a_refund_is_said_until_what_was_due_is_booked(
    support: FlaskClient, session: Session
) -> None:
    plain = sold(session, now=utcnow(), **TWO)
    return_ = returned(session, plain, {"1": 1}, now=utcnow())
    booked(session, return_, some("1"), now=utcnow())
    tell(session, plain, totals=totals(3000, 2000))
    assert "€10.00 less is called paid" in page(support, plain)
    payment = f"/staff/returns/{return_.ref}/refunds/{return_.refunds[0].id}/payment"
    assert support.post(payment, data={"reference": "TR-1"}).status_code == 303
    assert "less is called paid" not in page(support, plain)


def test_returns_made_in_the_shop_and_units_counted_there_are_shown_and_corrected(
    support: FlaskClient, session: Session, order: Order
) -> None:
    shirts = [line("1", 2, 1000, returned=2), TWO["lines"][1]]
    tell(session, order, lines=shirts, returns=[back("rt_7", "received", ("1", 1), kind="exchange")])
    text = page(support, order)
    assert "Exchange rt_7" in text and "Received" in text and "1 unit" in text
    line_id = order.lines[0].id
    address = f"/staff/orders/{order.ref}/elsewhere/units/{line_id}"
    assert f'href="{address}"' in text
    assert "Cosa 1" in support.get(address).text
    for wrong in ({"units": "3", "reason": "x"}, {"units": "²", "reason": "x"}, {"units": "0"}):
        assert support.post(address, data=wrong).status_code == 422
    assert support.post(address, data={"units": "0", "reason": "It was ours"}).status_code == 303
    assert eligibility(session, order.id, now=utcnow()).lines[0].left == 1
    assert "units.corrected" in actions(session)
    assert support.get(f"/staff/orders/{order.ref}/elsewhere/units/999999999").status_code == 404


def test_an_order_of_which_nothing_was_given_back_says_nothing_of_it(support: FlaskClient, session: Session) -> None:
    plain = sold(session, now=utcnow(), **TWO)
    session.commit()
    assert "own system" not in page(support, plain)


def test_the_customer_reads_what_the_shop_gave_back(client: FlaskClient, session: Session, order: Order) -> None:
    sign_in(client, order)
    assert "La tienda te devolvió" not in client.get(f"/o/{order.ref}").text, "not while it may be ours"
    gone = refund("re_2", 250, at=(utcnow() - timedelta(days=1)).isoformat())
    tell(session, order, refunds=[gone])
    assert "La tienda te devolvió 2,50" in client.get(f"/o/{order.ref}").text


def test_the_customer_reads_why_an_item_cannot_be_returned(client: FlaskClient, session: Session, order: Order) -> None:
    sign_in(client, order)
    tell(session, order, returns=[back("rt_1", "received", ("2", 1))])
    assert "ya se devolvió a través de la tienda" in client.get(f"/o/{order.ref}/returns/new").text.lower().replace(
        "\xa0", " "
    )


def test_the_page_of_a_return_asks_first_whether_its_refund_was_paid_elsewhere(
    support: FlaskClient, session: Session, order: Order
) -> None:
    ref = session.scalars(select(Return.ref)).one()
    _same, another = links(session, order)
    asking = support.get(f"/staff/returns/{ref}").text
    assert "The shop's system may have paid it already: re_1." in asking
    assert f'href="/staff/orders/{order.ref}#elsewhere"' in asking
    assert f'href="/staff/orders/{order.ref}#elsewhere"' in support.get("/staff/work/compared").text
    support.post(another)
    assert "may have paid it already" not in support.get(f"/staff/returns/{ref}").text
