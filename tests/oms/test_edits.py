"""Orders that are edited after the fact: taken, shown rightly, and nothing that already speaks of them breaks."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.events.models import DomainEvent
from app.notify.models import Message
from app.notify.plan.listener import handle_events
from app.oms.intake import receive_order
from app.orders.lookup.links import order_of_link
from app.orders.models import Order
from tests.notify.build import a_mail_config
from tests.orders.build import issue_link
from tests.staff.browsers import browser as console_of
from tests.staff.browsers import member
from tests.tracking.documents import PLACED, document, line, parcel
from tests.tracking.pages import at, browser, given, text_of

LATER = PLACED + timedelta(days=1)


def edited(session: Session, *, hours: int = 24, **facts: Any) -> None:
    """The same order as the shop tells it later."""
    moment = PLACED + timedelta(hours=hours)
    receive_order(session, document(updated_at=moment.isoformat(), **facts), now=moment)
    session.commit()


def page(app: Flask, order: Order, *, tier: int = 2, language: str = "es") -> str:
    with at(LATER):
        answer = browser(app, order, tier=tier, language=language).get(f"/o/{order.ref}")
    assert answer.status_code == 200
    return text_of(answer.text)


def test_a_replacement_parcel_is_shown_beside_the_first(app: Flask, session: Session) -> None:
    order = given(session)
    edited(session, shipments=[parcel(), parcel("s2", tracking_number="SECOND1")], status="shipped")
    text = page(app, order)
    assert "Paquete 1 de 2" in text and "Paquete 2 de 2" in text
    assert [note["kind"] for note in order.notes] == ["more_packed"]


def test_a_line_set_to_nothing_or_dropped_stays_in_the_parcel_it_was_packed_in(app: Flask, session: Session) -> None:
    two = [line(), line("2", title="Vinagre de Jerez")]
    packed = [parcel(lines=[{"line": "1", "quantity": 2}, {"line": "2", "quantity": 2}])]
    order = given(session, document(lines=two, shipments=packed))
    for hours, left in ((24, [line(), line("2", title="Vinagre de Jerez", quantity=0)]), (25, [line()])):
        edited(session, hours=hours, lines=left, shipments=packed)
        assert "Vinagre de Jerez" in page(app, order)
    assert order.notes == []


def test_cancelled_pieces_are_said_and_not_awaited(app: Flask, session: Session) -> None:
    order = given(session, document(lines=[line(quantity=3, cancelled=1)], shipments=[], status="confirmed"))
    text = page(app, order)
    assert "1 × Aceite de oliva virgen extra" in text
    assert "2 artículos" in text


@pytest.mark.parametrize("lines", [[], [line(quantity=0)], [line(cancelled=2)]], ids=["none", "zero", "cancelled"])
def test_an_order_that_is_left_without_lines_says_so(app: Flask, session: Session, lines: list[Any]) -> None:
    order = given(session, document(shipments=[]))
    edited(session, lines=lines, shipments=[], status="confirmed")
    assert "No queda nada de tu pedido por enviar" in page(app, order)
    assert "Nothing of your order is left" in page(app, order, language="en")


def test_an_exchanged_item_names_what_it_is_given_for(app: Flask, session: Session) -> None:
    given_for = line("2", title="Vinagre", quantity=1, origin="exchange", for_line="1", unit_price=0)
    order = given(session, document(lines=[line(), given_for], shipments=[]))
    text = page(app, order)
    assert "A cambio de Aceite de oliva virgen extra" in text
    # Given in exchange and not bought beside it.
    assert "2 artículos" in text


def test_the_contents_of_a_group_are_said_of_all_its_parcels(app: Flask, session: Session) -> None:
    group = [parcel(group="f1"), parcel("s2", tracking_number="SECOND1", group="f1", lines=[])]
    order = given(session, document(shipments=group))
    assert page(app, order).count("En estos 2 paquetes juntos:") == 2


def test_prices_of_a_present_are_for_the_buyer_alone(app: Flask, session: Session) -> None:
    order = given(session, document(gift=True))
    assert "23,80" not in page(app, order, tier=1)
    assert "23,80" in page(app, order, tier=2)


@pytest.mark.parametrize(
    "person",
    [
        {"email": "nueva@example.com", "phone": "+34600111222"},
        {"email": "lucia.canario@example.com", "phone": "+34600999888"},
        {"email": "n/a", "phone": "+34600111222"},
    ],
)
def test_who_had_the_old_address_no_longer_gets_in(
    app: Flask, session: Session, now: datetime, person: dict[str, str]
) -> None:
    order = given(session)
    token, before = issue_link(session, order.id, now=now), browser(app, order)
    edited(session, customer={"name": "Lucía"} | person)
    assert order_of_link(session, token, purpose="view", now=now) is None
    assert before.get(f"/o/{order.ref}").status_code != 200


def test_the_same_addresses_written_in_another_way_keep_access(app: Flask, session: Session) -> None:
    order = given(session)
    before = browser(app, order)
    edited(session, customer={"name": "L.", "email": "Lucia.Canario@Example.com", "phone": "0034 600 11 12 22"})
    with at(LATER):
        assert before.get(f"/o/{order.ref}").status_code == 200


def look_up(client: FlaskClient) -> str | None:
    client.post("/", data={"number": "1001", "contact": "lucia.canario@example.com"})
    location: str | None = client.get("/found").location
    return location


def test_a_removed_order_is_gone_for_customers_and_there_for_staff(
    app: Flask, session: Session, client: FlaskClient, now: datetime
) -> None:
    order = given(session)
    before = browser(app, order)
    assert look_up(client) == f"/o/{order.ref}"
    edited(session, removed=True, status="cancelled")
    assert before.get(f"/o/{order.ref}").status_code != 200
    assert look_up(app.test_client()) is None
    console = console_of(app, member(session, now, "support")).get(f"/staff/orders/{order.ref}")
    assert console.status_code == 200 and "Removed by the shop" in console.text


def test_nobody_is_told_of_a_removed_order(session: Session) -> None:
    given(session)
    edited(session, removed=True, status="cancelled")
    moment = PLACED + timedelta(hours=25)
    ids = list(session.scalars(select(DomainEvent.id)))
    handle_events(session, ids, now=moment, config=a_mail_config())
    assert session.scalar(select(func.count()).select_from(Message)) == 0


def test_an_order_that_is_put_back_is_there_again(session: Session, client: FlaskClient) -> None:
    order = given(session)
    edited(session, removed=True, status="cancelled")
    edited(session, hours=30, status="confirmed")
    assert look_up(client) == f"/o/{order.ref}"


@pytest.mark.parametrize(
    ("method", "words", "others"), [("delivery", "Entregado", "Recogido"), ("store_pickup", "Recogido", "Entregado a")]
)
def test_the_trail_calls_a_delivery_by_the_shop_what_it_is(
    app: Flask, session: Session, method: str, words: str, others: str
) -> None:
    parcel_there = parcel(method=method, status="delivered", delivered_at=(PLACED + timedelta(hours=20)).isoformat())
    order = document(shipments=[parcel_there], status="shipped", updated_at=(PLACED + timedelta(hours=21)).isoformat())
    text = page(app, given(session, order))
    assert words in text and others not in text


def test_metres_are_said_as_metres_and_not_as_pieces(app: Flask, session: Session) -> None:
    order = given(session, document(lines=[line(quantity=2.5, unit_price=800)], shipments=[]))
    text = page(app, order)
    assert "Cantidad: 2,5" in text and "3 unidades" not in text
    assert "20,00" in text
