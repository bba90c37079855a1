"""The customer's return in a browser without JavaScript, from the items to the label."""

import re
from datetime import datetime, timedelta
from urllib.parse import quote_plus

import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from app.core.clock import utcnow
from app.orders.models import Order
from app.returns.models import Return, ReturnDraft
from app.returns.services import request_return
from app.returns.states import Decision
from tests.returns.stage import asking, delivered_order, sign_in


@pytest.fixture
def order(session: Session) -> Order:
    return delivered_order(session, now=utcnow())


@pytest.fixture
def customer(client: FlaskClient, order: Order) -> FlaskClient:
    sign_in(client, order)
    return client


def line_ids(order: Order) -> list[int]:
    return [line.id for line in order.lines]


def to_check(client: FlaskClient, order: Order, *, way: str = "dropoff", **more: str) -> TestResponse:
    """Answer every question up to the check page."""
    shirt = line_ids(order)[0]
    base = f"/o/{order.ref}/returns/new"
    answers = {
        base: {f"quantity-{shirt}": "1"},
        f"{base}/reason": {f"group-{shirt}": "not_as_expected", f"reason-{shirt}-not_as_expected": "too_small"},
        f"{base}/outcome": {"resolution": "refund"},
        f"{base}/method": {"way": way, **more},
    }
    for url, data in answers.items():
        answer = client.post(url, data=data)
        assert answer.status_code == 303, (url, answer.text)
    return client.get(answer.location)


def submit(client: FlaskClient, order: Order, page: TestResponse) -> TestResponse:
    total = re.search(r'name="total" value="(\d+)"', page.text)
    assert total
    return client.post(f"/o/{order.ref}/returns", data={"total": total[1]})


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("es", ["¿Qué quieres devolver?", "¿Qué pasa", "19,90", "Repasa tu devolución", "Déjala a más tardar el"]),
        ("en", ["What do you want to send back?", "What is wrong", "19.90", "Check your return", "Drop it off by"]),
    ],
)
def test_the_whole_way_in_five_steps(
    customer: FlaskClient, order: Order, session: Session, language: str, words: list[str]
) -> None:
    customer.set_cookie("language", language)
    base = f"/o/{order.ref}/returns/new"
    pages = [customer.get(base)]
    check = to_check(customer, order)
    pages += [customer.get(f"{base}/reason"), customer.get(f"{base}/outcome"), check]
    made = submit(customer, order, check)
    assert made.status_code == 303
    pages.append(customer.get(made.location))
    for page, expected in zip(pages, words, strict=True):
        assert page.status_code == 200
        assert expected in page.text
    return_ = session.scalars(select(Return)).one()
    assert made.location == f"/returns/{return_.ref}"
    assert (return_.decision, return_.quote["total"]) == (Decision.APPROVED, 1990)
    assert return_.ref in pages[-1].text and (return_.label_number or "?") in pages[-1].text


def test_each_step_says_its_number_and_leads_back(customer: FlaskClient, order: Order) -> None:
    to_check(customer, order)
    base = f"/o/{order.ref}/returns/new"
    back = f"/o/{order.ref}"
    for number, step in enumerate(("", "/reason", "/outcome", "/method", "/check"), 1):
        page = customer.get(base + step).text
        assert page.count('<i class="is">') == number
        assert f'class="back" href="{back}"' in page
        back = base + step


def test_money_and_date_are_seen_from_the_third_step_on(customer: FlaskClient, order: Order) -> None:
    to_check(customer, order)
    for step in ("outcome", "method", "check"):
        page = customer.get(f"/o/{order.ref}/returns/new/{step}").text
        assert re.search(r"19,90|19.90", page), step
        assert re.search(
            r"(enero|febrero|marzo|abril|mayo|junio|julio|agosto|septiembre|octubre|noviembre|diciembre)", page
        )


def test_a_blocked_item_is_shown_with_its_reason(customer: FlaskClient, order: Order) -> None:
    page = customer.get(f"/o/{order.ref}/returns/new").text
    assert "Bufanda" in page
    assert "Es una venta final" in page


@pytest.mark.parametrize("quantity", ["3", "-1", "x", "²", ""])
def test_impossible_quantities_are_refused_at_their_field(customer: FlaskClient, order: Order, quantity: str) -> None:
    shirt = line_ids(order)[0]
    answer = customer.post(f"/o/{order.ref}/returns/new", data={f"quantity-{shirt}": quantity})
    assert answer.status_code == 422
    assert "Hay un problema" in answer.text or "There is a problem" in answer.text


def test_no_choice_at_all_is_told_on_each_step(customer: FlaskClient, order: Order) -> None:
    base = f"/o/{order.ref}/returns/new"
    assert customer.post(base).status_code == 422
    to_check(customer, order)
    for step in ("reason", "outcome", "method", "place"):
        assert customer.post(f"{base}/{step}").status_code == 422, step


def test_final_sale_items_go_back_only_through_the_shops_own_fault(customer: FlaskClient, order: Order) -> None:
    scarf = line_ids(order)[2]
    base = f"/o/{order.ref}/returns/new"
    assert customer.post(base, data={f"quantity-{scarf}": "1"}).status_code == 303
    bored = {f"group-{scarf}": "changed_mind", f"reason-{scarf}-changed_mind": "better_price"}
    assert customer.post(f"{base}/reason", data=bored).status_code == 422
    broken = {f"group-{scarf}": "damaged", f"reason-{scarf}-damaged": "defective"}
    assert customer.post(f"{base}/reason", data=broken).status_code == 303


def test_the_same_reason_can_hold_for_every_item(customer: FlaskClient, order: Order, session: Session) -> None:
    shirt, mug, _ = line_ids(order)
    base = f"/o/{order.ref}/returns/new"
    customer.post(base, data={f"quantity-{shirt}": "2", f"quantity-{mug}": "1"})
    data = {"same": "1", f"group-{shirt}": "changed_mind", f"reason-{shirt}-changed_mind": "arrived_too_late"}
    assert customer.post(f"{base}/reason", data=data).status_code == 303
    lines = session.scalars(select(ReturnDraft)).one().data["lines"]
    assert {line["reason"] for line in lines.values()} == {"arrived_too_late"}


def test_jumping_ahead_leads_to_the_first_open_question(customer: FlaskClient, order: Order) -> None:
    base = f"/o/{order.ref}/returns/new"
    for step in ("reason", "outcome", "method", "check"):
        assert customer.get(f"{base}/{step}").location == base
    shirt = line_ids(order)[0]
    customer.post(base, data={f"quantity-{shirt}": "1"})
    assert customer.get(f"{base}/check").location == f"{base}/reason"
    assert customer.post(f"/o/{order.ref}/returns").location == f"{base}/reason"


def test_a_draft_waits_for_a_week(customer: FlaskClient, order: Order, session: Session) -> None:
    base = f"/o/{order.ref}/returns/new"
    to_check(customer, order)
    session.execute(update(ReturnDraft).values(changed_at=utcnow() - timedelta(days=6, hours=23)))
    assert customer.get(f"{base}/check").status_code == 200
    session.execute(update(ReturnDraft).values(changed_at=utcnow() - timedelta(days=7, hours=1)))
    assert customer.get(f"{base}/check").location == base


def test_sending_twice_makes_one_return(customer: FlaskClient, order: Order, session: Session) -> None:
    check = to_check(customer, order)
    first, second = submit(customer, order, check), submit(customer, order, check)
    assert first.location == second.location
    assert session.scalar(select(func.count()).select_from(Return)) == 1


def test_a_changed_amount_is_shown_before_it_counts(customer: FlaskClient, order: Order, session: Session) -> None:
    to_check(customer, order)
    answer = customer.post(f"/o/{order.ref}/returns", data={"total": "5"})
    assert answer.status_code == 422
    assert 'name="total" value="1990"' in answer.text
    assert session.scalar(select(func.count()).select_from(Return)) == 0


def test_a_collection_has_a_day_and_a_price(customer: FlaskClient, order: Order, session: Session) -> None:
    base = f"/o/{order.ref}/returns/new"
    to_check(customer, order)
    assert customer.post(f"{base}/method", data={"way": "pickup", "pickup_on": "2020-01-01"}).status_code == 422
    days = re.findall(r'<option value="(\d{4}-\d\d-\d\d)"', customer.get(f"{base}/method").text)
    assert len(days) == 5
    submit(customer, order, to_check(customer, order, way="pickup", pickup_on=days[0]))
    return_ = session.scalars(select(Return)).one()
    assert (return_.method, return_.pickup) == ("pickup", {"on": days[0]})
    assert return_.quote["total"] == 1990 - 395


def test_starting_needs_more_than_a_link(client: FlaskClient, order: Order, now: datetime) -> None:
    assert client.get(f"/o/{order.ref}/returns/new").status_code == 303
    sign_in(client, order, tier=1)
    answer = client.get(f"/o/{order.ref}/returns/new")
    assert answer.status_code == 303
    assert "/returns/new" not in answer.location


def test_a_draft_forgets_what_has_gone_into_another_return(
    customer: FlaskClient, order: Order, session: Session
) -> None:
    base = f"/o/{order.ref}/returns/new"
    to_check(customer, order)
    request_return(session, order.id, asking(("1", 2, "colour")), by="ana", now=utcnow())
    assert customer.get(f"{base}/check").location == base


STEPS = ("", "/reason", "/outcome", "/method", "/place")
JUNK = st.dictionaries(
    st.sampled_from(
        ["quantity", "group", "reason", "note", "way", "near", "latitude", "longitude", "resolution", "total"]
    ),
    st.sampled_from(
        ["", "\x00", "١", "²", "-1", "9" * 40, "nan", "inf", "pickup", "dropoff", "damaged", "\ud800", "<b>"]
    ),
)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(step=st.sampled_from(STEPS), junk=JUNK)
def test_no_form_however_odd_breaks_a_step(
    customer: FlaskClient, order: Order, step: str, junk: dict[str, str]
) -> None:
    shirt = line_ids(order)[0]
    data = {
        key if key in ("way", "near", "resolution", "total") else f"{key}-{shirt}": text for key, text in junk.items()
    }
    body = "&".join(f"{key}={quote_plus(text, errors='surrogatepass')}" for key, text in (data | junk).items())
    answer = customer.post(
        f"/o/{order.ref}/returns/new{step}", data=body, content_type="application/x-www-form-urlencoded"
    )
    assert answer.status_code in (303, 422)


@pytest.mark.parametrize("path", ["/returns/%00", "/returns/ñ", "/withdraw?order=%00", "/o/%00/returns/new"])
def test_odd_addresses_are_turned_away(customer: FlaskClient, path: str) -> None:
    assert customer.get(path).status_code in (200, 303, 404, 422)
