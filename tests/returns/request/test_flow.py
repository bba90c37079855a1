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

from app.brands.models import Brand
from app.core.clock import utcnow
from app.orders.models import Order
from app.returns.models import Return, ReturnDraft
from app.returns.services import request_return
from app.returns.states import Decision
from tests.returns.stage import asking, delivered_order, sign_in
from tests.tracking.pages import text_of


@pytest.fixture
def order(session: Session) -> Order:
    return delivered_order(session, now=utcnow())


@pytest.fixture
def customer(client: FlaskClient, order: Order) -> FlaskClient:
    sign_in(client, order)
    return client


def line_ids(order: Order) -> list[int]:
    return [line.id for line in order.lines]


def choosing(line: int, reason: str = "too_small", *, quantity: int = 1, note: str = "") -> dict[str, str]:
    """What the first step sends for one line."""
    return {f"pick-{line}": "1", f"quantity-{line}": str(quantity), f"reason-{line}": reason, f"note-{line}": note}


def to_check(client: FlaskClient, order: Order, *, way: str = "dropoff", **more: str) -> TestResponse:
    """Answer every question up to the check page."""
    base = f"/o/{order.ref}/returns/new"
    answers = {base: choosing(line_ids(order)[0]), f"{base}/method": {"way": way, **more}}
    for url, data in answers.items():
        answer = client.post(url, data=data)
        assert answer.status_code == 303, (url, answer.text)
    return client.get(answer.location)


def submit(client: FlaskClient, order: Order, page: TestResponse) -> TestResponse:
    seen = re.search(r'name="seen" value="([0-9a-f.]+)"', page.text)
    assert seen
    return client.post(f"/o/{order.ref}/returns", data={"seen": seen[1]})


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("es", ["¿Qué quieres devolver?", "¿Cómo lo devuelves?", "Revisa tu devolución", "Déjala a más tardar el"]),
        ("en", ["What do you want to send back?", "How will you send it back?", "Check your return", "off by|over by"]),
    ],
)
def test_the_whole_way_in_three_steps(
    customer: FlaskClient, order: Order, session: Session, language: str, words: list[str]
) -> None:
    customer.set_cookie("language", language)
    base = f"/o/{order.ref}/returns/new"
    pages = [customer.get(base)]
    check = to_check(customer, order)
    pages += [customer.get(f"{base}/method"), check]
    made = submit(customer, order, check)
    assert made.status_code == 303
    pages.append(customer.get(made.location))
    for page, expected in zip(pages, words, strict=True):
        assert page.status_code == 200
        assert re.search(expected.replace("?", r"\?"), page.text)
    return_ = session.scalars(select(Return)).one()
    assert made.location == f"/returns/{return_.ref}"
    assert (return_.decision, return_.quote["total"]) == (Decision.APPROVED, 1990)
    assert return_.ref in pages[-1].text and (return_.label_number or "?") in pages[-1].text


def test_each_step_says_its_number_in_its_title_too_and_leads_back(customer: FlaskClient, order: Order) -> None:
    to_check(customer, order)
    base = f"/o/{order.ref}/returns/new"
    back = f"/o/{order.ref}"
    for number, step in enumerate(("", "/method", "/check"), 1):
        page = customer.get(base + step).text
        assert page.count('<i class="is">') == number
        assert page.count(f"Paso {number} de 3") == 2
        assert f"· Paso {number} de 3 ·" in page.partition("</title>")[0]
        assert f'class="back" href="{back}"' in page
        back = base + step


def test_the_outcome_is_asked_only_where_there_is_more_than_one(
    customer: FlaskClient, order: Order, session: Session
) -> None:
    base = f"/o/{order.ref}/returns/new"
    assert customer.post(base, data=choosing(line_ids(order)[0])).location == f"{base}/method"
    assert customer.get(f"{base}/outcome").location == f"{base}/method"
    session.get_one(Brand, "demo").policy = {"resolutions": ["refund", "refund"]}
    session.commit()
    answer = customer.post(f"{base}/over", data=choosing(line_ids(order)[0]))
    assert answer.location == f"{base}/outcome"
    page = customer.get(answer.location).text
    assert "Paso 2 de 4" in page
    assert customer.post(f"{base}/outcome").status_code == 422
    assert customer.post(f"{base}/outcome", data={"resolution": "refund"}).location == f"{base}/method"


def test_the_step_of_reasons_leads_to_the_items_that_hold_them_now(customer: FlaskClient, order: Order) -> None:
    base = f"/o/{order.ref}/returns/new"
    assert customer.get(f"{base}/reason").location == base
    to_check(customer, order)
    for answer in (customer.get(f"{base}/reason"), customer.post(f"{base}/reason")):
        assert (answer.status_code, answer.location) == (303, base)


def test_money_and_date_are_seen_from_the_second_step_on(customer: FlaskClient, order: Order) -> None:
    to_check(customer, order)
    for step in ("method", "check"):
        page = customer.get(f"/o/{order.ref}/returns/new/{step}").text
        assert re.search(r"19,90|19.90", page), step
        assert re.search(r"a más tardar el \w+ \d+ de \w+", page), step


def test_who_comes_from_the_check_page_goes_back_there(customer: FlaskClient, order: Order) -> None:
    base = f"/o/{order.ref}/returns/new"
    shirt = line_ids(order)[0]
    check = to_check(customer, order).text
    links = re.findall(r'class="change" href="([^"]+)"', check)
    assert links == [f"{base}?change=1", f"{base}?change=1#reason-{shirt}", f"{base}/method?change=1"]
    page = customer.get(links[0]).text
    assert f'action="{links[0]}"' in page and f'class="back" href="{base}/check"' in page
    answer = customer.post(links[0], data=choosing(shirt, "arrived_too_late"))
    assert answer.location == f"{base}/check"
    assert "Llegó demasiado tarde" in customer.get(answer.location).text
    assert customer.post(links[2], data={"way": "dropoff"}).location == f"{base}/check"
    place = customer.post(f"{base}/place?change=1", data={"near": "Madrid"})
    assert place.location == links[2]


def test_every_form_names_where_it_is_sent(customer: FlaskClient, order: Order) -> None:
    to_check(customer, order)
    for step in ("", "/over", "/method", "/check"):
        main = customer.get(f"/o/{order.ref}/returns/new{step}").text.partition("<main")[2].partition("</main>")[0]
        forms = re.findall(r"<form[^>]*>", main)
        assert forms and all(re.search(r'action="/o/', form) for form in forms), step


def test_a_blocked_item_is_shown_with_its_reason(customer: FlaskClient, order: Order) -> None:
    page = customer.get(f"/o/{order.ref}/returns/new").text
    assert "Bufanda" in page
    assert "Se vendió sin devolución por cambio de idea" in page


@pytest.mark.parametrize("quantity", ["3", "-1", "x", "²", "", "0"])
def test_impossible_quantities_are_refused_at_their_field(customer: FlaskClient, order: Order, quantity: str) -> None:
    shirt = line_ids(order)[0]
    answer = customer.post(f"/o/{order.ref}/returns/new", data=choosing(shirt) | {f"quantity-{shirt}": quantity})
    assert answer.status_code == 422
    field = re.search(rf'<input[^>]*id="quantity-{shirt}"[^>]*>', answer.text)
    assert field
    assert f'value="{quantity}"' in field[0], "what was typed stays"
    assert f'aria-describedby="quantity-{shirt}-fault"' in field[0] and 'aria-invalid="true"' in field[0]
    assert f'href="#quantity-{shirt}"' in answer.text and f'id="quantity-{shirt}-fault"' in answer.text


def test_no_choice_at_all_is_told_on_each_step(customer: FlaskClient, order: Order) -> None:
    base = f"/o/{order.ref}/returns/new"
    to_check(customer, order)
    for step in ("", "/method", "/place"):
        assert customer.post(f"{base}{step}").status_code == 422, step


def test_nothing_chosen_is_told_above_the_items_and_by_each_box(customer: FlaskClient, order: Order) -> None:
    shirt, *_others = ids = line_ids(order)
    page = customer.post(f"/o/{order.ref}/returns/new").text
    assert page.count(f'id="pick-{shirt}-fault"') == 1
    assert page.index(f'id="pick-{shirt}-fault"') < page.index('class="picks"')
    for line in ids:
        box = re.search(rf'<input[^>]*id="pick-{line}"[^>]*>', page)
        assert box and f'pick-{shirt}-fault"' in box[0] and 'aria-invalid="true"' in box[0]
    assert f'href="#pick-{shirt}"' in page


@pytest.mark.parametrize(
    ("data", "field"),
    [({"reason": ""}, "reason"), ({"reason": "withdrawal"}, "reason"), ({"reason": "other"}, "note")],
)
def test_a_missing_reason_is_told_at_its_control(
    customer: FlaskClient, order: Order, data: dict[str, str], field: str
) -> None:
    shirt = line_ids(order)[0]
    answer = customer.post(f"/o/{order.ref}/returns/new", data=choosing(shirt, **data))
    assert answer.status_code == 422
    control = re.search(rf'<(select|textarea)[^>]*id="{field}-{shirt}"[^>]*>', answer.text)
    assert control
    assert f'aria-describedby="{field}-{shirt}-fault"' in control[0] and 'aria-invalid="true"' in control[0]
    assert f'href="#{field}-{shirt}"' in answer.text


def test_the_ways_back_are_one_group_with_its_fault(customer: FlaskClient, order: Order) -> None:
    to_check(customer, order)
    page = customer.post(f"/o/{order.ref}/returns/new/method").text
    main = page.partition("<main")[2].partition("</main>")[0]
    assert main.count("<fieldset") == main.count("<legend") == 1
    group = re.search(r"<fieldset[^>]*>", main)
    assert group and 'aria-describedby="way-fault"' in group[0] and 'aria-invalid="true"' in group[0]
    assert 'href="#way"' in page and main.index("<fieldset") < main.index('id="way-fault"')


def test_a_place_may_be_more_than_a_postcode(customer: FlaskClient, order: Order) -> None:
    to_check(customer, order)
    field = re.search(r'<input[^>]*id="near"[^>]*>', customer.get(f"/o/{order.ref}/returns/new/method").text)
    assert field and "autocomplete" not in field[0]


def test_each_control_is_named_after_its_item(customer: FlaskClient, order: Order) -> None:
    page = customer.get(f"/o/{order.ref}/returns/new").text
    for line in order.lines:
        pick = f"pick-{line.id}"
        assert f'aria-labelledby="{pick}-verb {pick}-title"' in page
        assert re.search(rf'id="{pick}-title"\s*>\s*{line.title}', page)
        assert re.search(rf'id="{pick}-verb"\s*>\s*Devolver:', page)
    assert page.count('<li class="card pick"') == 3


def test_a_second_return_offers_and_counts_what_is_left(customer: FlaskClient, order: Order, session: Session) -> None:
    shirt = line_ids(order)[0]
    base = f"/o/{order.ref}/returns/new"
    before = text_of(customer.get(base).text)
    assert "2 unidades" in before and "39,80" in before
    request_return(session, order.id, asking(("1", 1, "colour")), by="ana", now=utcnow())
    session.commit()
    page = customer.get(base)
    item = text_of(page.text.partition('<li class="card pick"')[2].partition("</li>")[0])
    assert "1 unidad" in item and "19,90" in item and "1 ya está en una devolución." in item
    assert "2 unidades" not in item and f'name="quantity-{shirt}"' not in page.text
    assert customer.post(base, data=choosing(shirt, quantity=2)).status_code == 303
    lines = session.scalars(select(ReturnDraft)).one().data["lines"]
    assert [line["quantity"] for line in lines.values()] == [1]


def test_final_sale_items_go_back_only_through_the_shops_own_fault(customer: FlaskClient, order: Order) -> None:
    scarf = line_ids(order)[2]
    base = f"/o/{order.ref}/returns/new"
    assert customer.post(base, data=choosing(scarf, "better_price")).status_code == 422
    assert customer.post(base, data=choosing(scarf, "defective")).status_code == 303


def test_the_same_reason_can_hold_for_every_item(customer: FlaskClient, order: Order, session: Session) -> None:
    shirt, mug, _ = line_ids(order)
    base = f"/o/{order.ref}/returns/new"
    data = {"same": "1"} | choosing(shirt, "arrived_too_late", quantity=2) | choosing(mug, "")
    assert customer.post(base, data=data).status_code == 303
    lines = session.scalars(select(ReturnDraft)).one().data["lines"]
    assert {line["reason"] for line in lines.values()} == {"arrived_too_late"}


def test_a_reason_that_cannot_hold_for_all_is_told_at_the_item_it_does_not_hold_for(
    customer: FlaskClient, order: Order
) -> None:
    shirt, _, scarf = line_ids(order)
    data = {"same": "1"} | choosing(shirt, "arrived_too_late") | choosing(scarf, "")
    page = customer.post(f"/o/{order.ref}/returns/new", data=data)
    assert page.status_code == 422
    assert f'href="#pick-{scarf}"' in page.text and f'id="pick-{scarf}-fault"' in page.text


def test_jumping_ahead_leads_to_the_first_open_question(customer: FlaskClient, order: Order) -> None:
    base = f"/o/{order.ref}/returns/new"
    for step in ("reason", "outcome", "method", "check"):
        assert customer.get(f"{base}/{step}").location == base
    customer.post(base, data=choosing(line_ids(order)[0]))
    assert customer.get(f"{base}/check").location == f"{base}/method"
    assert customer.post(f"/o/{order.ref}/returns").location == f"{base}/method"


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
    check = to_check(customer, order)
    session.get_one(Brand, "demo").policy = {"fees": {"dropoff": 250}}
    session.commit()
    answer = submit(customer, order, check)
    assert answer.status_code == 422
    assert "El reembolso ha cambiado" in answer.text and "17,40" in answer.text
    assert session.scalar(select(func.count()).select_from(Return)) == 0
    assert submit(customer, order, answer).status_code == 303


@pytest.mark.parametrize("change", ["quantity", "reason", "note", "way", "nothing"])
def test_a_return_that_changed_in_another_window_is_looked_at_again(
    customer: FlaskClient, order: Order, session: Session, change: str
) -> None:
    base, shirt = f"/o/{order.ref}/returns/new", line_ids(order)[0]
    check = to_check(customer, order)
    day = re.findall(r'<option value="(\d{4}-\d\d-\d\d)"', customer.get(f"{base}/method").text)[0]
    # In the other window the money stays the same, but for the way and the number.
    other = {
        "quantity": (base, choosing(shirt, quantity=2)),
        "reason": (base, choosing(shirt, "too_large")),
        "note": (base, choosing(shirt, note="Se ve corta")),
        "way": (f"{base}/method", {"way": "pickup", "pickup_on": day}),
        "nothing": (base, choosing(shirt)),
    }
    address, data = other[change]
    assert customer.post(address, data=data).status_code == 303
    answer = submit(customer, order, check)
    if change == "nothing":
        assert (answer.status_code, made(session)) == (303, 1)
        return
    assert (answer.status_code, made(session)) == (422, 0)
    assert "Cambiaste tu devolución en otra ventana" in answer.text
    assert (submit(customer, order, answer).status_code, made(session)) == (303, 1)


def test_a_page_that_says_nothing_of_what_was_seen_makes_no_return(
    customer: FlaskClient, order: Order, session: Session
) -> None:
    to_check(customer, order)
    for data in ({}, {"seen": "x"}, {"total": "1990"}):
        assert customer.post(f"/o/{order.ref}/returns", data=data).status_code == 422
    assert made(session) == 0


def made(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(Return)) or 0


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


STEPS = ("", "/over", "/reason", "/outcome", "/method", "/place")
JUNK = st.dictionaries(
    st.sampled_from(
        ["pick", "quantity", "reason", "note", "way", "near", "latitude", "longitude", "resolution", "seen"]
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
        key if key in ("way", "near", "resolution", "seen") else f"{key}-{shirt}": text for key, text in junk.items()
    }
    body = "&".join(f"{key}={quote_plus(text, errors='surrogatepass')}" for key, text in (data | junk).items())
    answer = customer.post(
        f"/o/{order.ref}/returns/new{step}", data=body, content_type="application/x-www-form-urlencoded"
    )
    assert answer.status_code in (303, 422)


@pytest.mark.parametrize("path", ["/returns/%00", "/returns/ñ", "/withdraw?order=%00", "/o/%00/returns/new"])
def test_odd_addresses_are_turned_away(customer: FlaskClient, path: str) -> None:
    assert customer.get(path).status_code in (200, 303, 404, 422)
