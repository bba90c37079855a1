"""The law's words go by the country an order goes to, else by the shop's; without such a right there is no way out."""

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.brands.models import Brand
from app.core.clock import utcnow
from app.orders.models import Order
from app.pages.shop import shop_of
from app.returns.models import Return, Withdrawal
from app.returns.services import request_return
from app.returns.states import Decision
from app.returns.withdrawal.law import law_in, law_words
from app.returns.withdrawal.matching import receive
from app.returns.withdrawal.period import PERIODS
from tests.conftest import SECRET
from tests.notify.build import a_mail_config, prepared
from tests.orders.build import GOOD
from tests.returns.stage import LINES, asking, delivered_order, sign_in
from tests.rounds import heard

CONFIG = a_mail_config()
LINKS = {"ES": "Desistir del contrato aquí", "GB": "Cancelar mi contrato", "MX": "Revocar mi compra", "US": None}
PLACES = {
    "ES": {"postcode": "28013", "country": "ES"},
    "GB": {"postcode": "SW1A 1AA", "country": "GB"},
    "MX": {"postcode": "06000", "country": "MX"},
    "US": {"postcode": "10001", "country": "US"},
}


def order_to(session: Session, country: str, **facts: object) -> Order:
    """An order that went to a country."""
    place = GOOD["ship_to"] | PLACES[country] | {"region": None}
    return delivered_order(session, now=utcnow(), days_ago=1, ship_to=place, **facts)


@pytest.mark.parametrize("country", LINKS)
def test_an_orders_pages_name_the_way_out_by_the_country_it_goes_to(
    client: FlaskClient, session: Session, country: str
) -> None:
    order, link = order_to(session, country), LINKS[country]
    sign_in(client, order)
    for path in (f"/o/{order.ref}", f"/o/{order.ref}/returns/new"):
        page = client.get(path, headers={"Accept-Language": "es"}).text
        assert (f'href="/withdraw?order={order.ref}"' in page) is (link is not None), path
        assert [words for words in LINKS.values() if words and words in page] == ([link] if link else []), path


@pytest.mark.parametrize("country", LINKS)
def test_mails_of_an_order_have_the_same_way_or_none(session: Session, country: str) -> None:
    order, link = order_to(session, country), LINKS[country]
    request_return(session, order.id, asking(("1", 1, "colour")), by="customer", now=utcnow())
    heard(session, limit=200, now=utcnow(), config=CONFIG)
    ready = prepared(session, now=utcnow() + timedelta(minutes=3), config=CONFIG)
    texts = [one.outgoing.text for one in ready if one.outgoing.subject]
    assert texts
    for text in texts:
        assert (f"/withdraw?order={order.ref}" in text) is (link is not None)
        assert [words for words in LINKS.values() if words and words in text] == ([link] if link else [])


@pytest.mark.parametrize("country", LINKS)
def test_a_page_without_an_order_goes_by_the_shops_country(app: Flask, session: Session, country: str) -> None:
    brand = session.scalars(select(Brand)).first()
    assert brand is not None
    brand.return_address = {"country": country}
    with app.test_request_context():
        way = app.jinja_env.globals["way_out"](shop_of(brand).country)
    assert (way.label if way else None) == LINKS[country]


def test_nobodys_country_leaves_the_way_open_and_every_law_has_words() -> None:
    assert law_in(None) == "eu" and law_in("XX") is None
    for country in PERIODS:
        words = law_words(law_in(country))
        assert all((words.link, words.statement, words.confirm, words.received, words.follows))


@pytest.mark.parametrize(
    ("country", "says"), [("MX", "5 días hábiles"), ("GB", "Cancelar mi contrato"), ("ES", "14 d")]
)
def test_the_acknowledgement_speaks_under_the_orders_law(
    client: FlaskClient, session: Session, country: str, says: str
) -> None:
    order = order_to(session, country)
    sign_in(client, order)
    entries = {"name": "Marisol", "order": order.number, "contact": "marisol@example.com", "ref": order.ref}
    units = {f"units-{line.line_id}": str(line.quantity) for line in order.all_lines}
    done = client.post("/withdraw/confirmation", data=entries | units | {"form_key": "k" * 24})
    assert says in client.get(done.location).text.replace("\xa0", " ")
    receive(session, limit=9, key=SECRET, now=utcnow())
    heard(session, limit=200, now=utcnow(), config=CONFIG)
    mails = [one.outgoing for one in prepared(session, now=utcnow(), config=CONFIG)]
    [mail] = [one for one in mails if "referencia" in one.subject]
    assert says in mail.text and ("14 d" in mail.text) is (country != "MX")
    assert ("desist" in mail.text) is (country == "ES")


def chosen(client: FlaskClient, order: Order, **units: str) -> str:
    """Both steps for some items; gives the last page."""
    entries = {"name": "Marisol", "order": order.number, "contact": "marisol@example.com", "ref": order.ref}
    check = client.post("/withdraw", data=entries | {f"units-{line[1:]}": count for line, count in units.items()})
    assert check.status_code == 200, check.text
    done = client.post(
        "/withdraw/confirmation",
        data=entries | {f"units-{line[1:]}": count for line, count in units.items()} | {"form_key": "k" * 24},
    )
    return client.get(done.location).text


def test_who_is_signed_in_chooses_items_and_they_alone_come_back(client: FlaskClient, session: Session) -> None:
    order = order_to(session, "ES")
    sign_in(client, order)
    form = client.get(f"/withdraw?order={order.ref}").text
    assert 'name="units-1"' in form and 'name="items"' not in form
    page = chosen(client, order, l1="1", l2="1")
    assert "1 × Camiseta, 1 × Taza" in page and f'href="/o/{order.ref}"' in page
    receive(session, limit=9, key=SECRET, now=utcnow())
    return_ = session.scalars(select(Return)).one()
    names = {line.id: line.line_id for line in order.all_lines}
    assert {names[line.order_line_id]: line.quantity for line in return_.lines} == {"1": 1, "2": 1}
    assert return_.decision == Decision.APPROVED and return_.quote["total"] == 1990 + 1200
    statement = session.scalars(select(Withdrawal)).one()
    assert not statement.review
    session.commit()
    assert f'href="/returns/{return_.ref}"' in client.get(f"/withdraw/{statement.ref}").text
    assert statement.ref in client.get(f"/o/{order.ref}").text
    heard(session, limit=200, now=utcnow(), config=CONFIG)
    texts = [one.outgoing.text for one in prepared(session, now=utcnow(), config=CONFIG)]
    assert any(f"/returns/{return_.ref}" in text and "acuse de recibo" in text for text in texts)


def test_nothing_chosen_is_said_at_the_items(client: FlaskClient, session: Session) -> None:
    order = order_to(session, "ES")
    sign_in(client, order)
    entries = {"name": "Marisol", "order": order.number, "contact": "marisol@example.com", "ref": order.ref}
    answer = client.post("/withdraw", data=entries | {"units-1": "0"})
    assert answer.status_code == 422 and 'href="#units-1"' in answer.text


def test_a_link_alone_chooses_no_items(client: FlaskClient, session: Session) -> None:
    order = order_to(session, "ES")
    sign_in(client, order, tier=1)
    form = client.get(f"/withdraw?order={order.ref}").text
    assert "units-" not in form and 'name="items"' in form


def test_a_measure_is_one_box_and_no_number_of_pieces(client: FlaskClient, session: Session) -> None:
    cloth = LINES[0] | {"title": "Tela", "quantity": 3, "quantity_text": "2.5", "total": 3980}
    parcel = GOOD["shipments"][0] | {"lines": []}
    totals = {"items": 3980, "paid": 3980}
    order = order_to(session, "ES", lines=[cloth], totals=totals, parcel=parcel)
    sign_in(client, order)
    form = client.get(f"/withdraw?order={order.ref}").text
    assert "2.5 × Tela" in form and 'type="number"' not in form


def test_what_is_withdrawn_too_late_is_for_a_person(client: FlaskClient, session: Session) -> None:
    order = delivered_order(session, now=utcnow(), days_ago=40)
    sign_in(client, order)
    chosen(client, order, l1="2")
    receive(session, limit=9, key=SECRET, now=utcnow())
    assert session.scalars(select(Return)).one().decision == Decision.NEEDS_REVIEW
