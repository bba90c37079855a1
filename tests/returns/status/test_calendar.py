"""A return's days as files for calendars: the last day to hand it over, its collection, the end of the period."""

from datetime import date, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.core.clock import utcnow
from app.orders.models import Order
from app.returns.models import Return
from app.returns.policy.policy import Method
from app.returns.services import cancel, request_return
from tests.calendars import read_calendar
from tests.returns.stage import asking, delivered_order, sign_in


def reader(app: Flask, order: Order, tier: int = 2) -> FlaskClient:
    client = app.test_client()
    sign_in(client, order, tier)
    client.set_cookie("language", "en")
    return client


def asked(session: Session, order: Order, **more: object) -> Return:
    made = request_return(session, order.id, asking(("1", 1, "too_small"), **more), by="customer", now=utcnow())
    session.commit()
    return made


@pytest.mark.parametrize("tier", [1, 2])
def test_the_last_day_to_drop_it_off_is_offered_where_the_page_says_it(app: Flask, session: Session, tier: int) -> None:
    order = delivered_order(session, now=utcnow())
    made = asked(session, order)
    made.label_number = "PR-LABEL"
    made.point = {"name": "Papelería Velarde", "line1": "Calle Velarde 3", "postcode": "28004", "city": "Madrid"}
    session.commit()
    client, link = reader(app, order, tier), f"/returns/{made.ref}/calendar.ics"
    assert f'href="{link}"' in client.get(f"/returns/{made.ref}").text
    read = read_calendar(client.get(link).data)
    assert read["SUMMARY"] == f"Last day to drop off return {made.ref}"
    assert read["DTSTART"] == made.deadline
    assert read["LOCATION"] == "Papelería Velarde, Calle Velarde 3, 28004 Madrid"
    assert not [word for word in ("Marisol", "Camiseta", "example.com") if word in client.get(link).text]


def test_a_deadline_that_moved_replaces_the_entry(app: Flask, session: Session) -> None:
    order = delivered_order(session, now=utcnow())
    made = asked(session, order)
    client = reader(app, order)
    before = read_calendar(client.get(f"/returns/{made.ref}/calendar.ics").data)
    made.deadline, made.changed_at = date(2099, 1, 2), made.changed_at + timedelta(hours=1)
    session.commit()
    after = read_calendar(client.get(f"/returns/{made.ref}/calendar.ics").data)
    assert (after["UID"], after["DTSTART"]) == (before["UID"], date(2099, 1, 2))
    assert int(str(after["SEQUENCE"])) > int(str(before["SEQUENCE"]))


def test_a_collection_is_entered_for_its_day(app: Flask, session: Session) -> None:
    order = delivered_order(session, now=utcnow())
    on = utcnow().date() + timedelta(days=3)
    made = asked(session, order, method=Method.PICKUP, pickup_on=on)
    read = read_calendar(reader(app, order).get(f"/returns/{made.ref}/calendar.ics").data)
    assert (read["SUMMARY"], read["DTSTART"]) == (f"Collection of return {made.ref}", on)
    assert "LOCATION" not in read


def test_what_is_over_is_not_offered_and_leads_back(app: Flask, session: Session) -> None:
    order = delivered_order(session, now=utcnow())
    made = asked(session, order)
    cancel(session, made.id, by="customer", now=utcnow())
    session.commit()
    client = reader(app, order)
    assert "calendar.ics" not in client.get(f"/returns/{made.ref}").text
    assert client.get(f"/returns/{made.ref}/calendar.ics").location == f"/returns/{made.ref}"


def test_the_last_day_to_ask_for_a_return_stands_with_the_items(app: Flask, session: Session) -> None:
    order = delivered_order(session, now=utcnow())
    client, link = reader(app, order), f"/o/{order.ref}/returns/calendar.ics"
    page = client.get(f"/o/{order.ref}/returns/new").text
    assert f'href="{link}"' in page
    read = read_calendar(client.get(link).data)
    assert read["SUMMARY"] == f"Last day to return items from order {order.number}"
    last = read["DTSTART"]
    assert isinstance(last, date)
    assert f"Ask for your return by {last:%A} {last.day} {last:%B}" in page
    assert reader(app, order, tier=1).get(link).location == f"/o/{order.ref}/code"


def test_an_order_whose_period_is_over_has_no_last_day(app: Flask, session: Session) -> None:
    order = delivered_order(session, now=utcnow(), days_ago=400)
    client = reader(app, order)
    assert "calendar.ics" not in client.get(f"/o/{order.ref}/returns/new").text
    assert client.get(f"/o/{order.ref}/returns/calendar.ics").location == f"/o/{order.ref}/returns/new"
