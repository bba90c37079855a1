"""A parcel's day as a file for calendars: what it says, when it is offered, and to whom it opens."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.orders.models import Order
from app.tracking.estimate import Window
from app.tracking.services import record_estimate
from tests.calendars import read_calendar
from tests.tracking.documents import CARRIER, NUMBER, PLACED, document, parcel
from tests.tracking.pages import STAGES, THURSDAY, at, browser, given, scans

HOUR = timedelta(hours=1)


def calendar_of(client: FlaskClient, order: Order, place: int = 1) -> dict[str, object]:
    """The file of one parcel, read."""
    with at(THURSDAY):
        answer = client.get(f"/o/{order.ref}/shipments/{place}/calendar.ics")
    assert answer.status_code == 200
    assert answer.content_type == "text/calendar; charset=utf-8"
    return dict(read_calendar(answer.data))


def offers(client: FlaskClient, order: Order, place: int = 1) -> bool:
    """Whether the page leads to the file."""
    with at(THURSDAY):
        return f"/o/{order.ref}/shipments/{place}/calendar.ics" in client.get(f"/o/{order.ref}").text


def test_days_on_which_a_parcel_may_come_fill_whole_days(app: Flask, session: Session) -> None:
    order = given(session, document(promise={"from": "2026-11-27", "until": "2026-11-30"}), scans(*STAGES[:2]),
                  now=THURSDAY)  # fmt: skip
    client = browser(app, order, language="en")
    assert offers(client, order)
    read = calendar_of(client, order)
    assert read["SUMMARY"] == "Order 1001 arrives"
    assert (read["DTSTART"], read["DTEND"]) == (date(2026, 11, 27), date(2026, 12, 1))
    assert str(read["URL"]).endswith(f"/o/{order.ref}")


def test_hours_that_the_carrier_tells_are_those_of_the_destination(app: Flask, session: Session) -> None:
    order = given(session, events=scans(*STAGES[:2]), now=THURSDAY)
    day, hours = date(2026, 11, 27), Window(time(12), time(14))
    record_estimate(session, CARRIER, NUMBER, day, day, source="test", window=hours, now=THURSDAY)
    session.commit()
    read, zone = calendar_of(browser(app, order), order), ZoneInfo("Europe/Madrid")
    assert (read["DTSTART"], read["DTEND"]) == tuple(datetime(2026, 11, 27, hour, tzinfo=zone) for hour in (12, 14))


def test_a_day_that_moved_replaces_the_entry(app: Flask, session: Session) -> None:
    order = given(session, events=scans(*STAGES[:2]), now=THURSDAY)
    client = browser(app, order)
    before = calendar_of(client, order)
    day = date(2026, 11, 30)
    record_estimate(session, CARRIER, NUMBER, day, day, source="test", now=THURSDAY)
    session.commit()
    after = calendar_of(client, order)
    assert (before["UID"], after["DTSTART"]) == (after["UID"], day)
    assert int(str(after["SEQUENCE"])) > int(str(before["SEQUENCE"]))


def test_the_entry_of_an_order_becomes_that_of_its_parcel(app: Flask, session: Session) -> None:
    order = given(session, document(shipments=[]))
    client = browser(app, order)
    assert offers(client, order, 0)
    planned = calendar_of(client, order, 0)
    later = (PLACED + HOUR).isoformat()
    given(session, document(updated_at=later), scans(*STAGES[:2]), now=THURSDAY)
    packed = calendar_of(client, order)
    assert planned["UID"] == packed["UID"]
    assert int(str(packed["SEQUENCE"])) > int(str(planned["SEQUENCE"]))


def test_the_entry_names_nobody(app: Flask, session: Session) -> None:
    order = given(session, events=scans(*STAGES[:2]), now=THURSDAY)
    with at(THURSDAY):
        text = browser(app, order, tier=2).get(f"/o/{order.ref}/shipments/1/calendar.ics").text
    for word in ("Lucía", "Canario", "Secreta", "28013", "example.com", "600111222", "Aceite", NUMBER):
        assert word not in text


def test_a_parcel_at_a_point_is_entered_for_the_last_day_it_waits_there(app: Flask, session: Session) -> None:
    point = {"name": "Papelería Velarde", "line1": "Calle Velarde 3", "city": "Madrid", "country": "ES",
             "keep_until": "2026-12-03"}  # fmt: skip
    waiting = document(shipments=[parcel(pickup_point=point)])
    order = given(session, waiting, scans(*STAGES[:2], "ready_for_pickup"), now=THURSDAY)
    read = calendar_of(browser(app, order, language="en"), order)
    assert read["SUMMARY"] == "Last day to collect order 1001"
    assert (read["DTSTART"], read["LOCATION"]) == (date(2026, 12, 3), "Papelería Velarde, Calle Velarde 3, Madrid")


def test_what_has_come_and_what_has_no_day_is_not_offered_and_leads_back(app: Flask, session: Session) -> None:
    come = given(session, events=scans(*STAGES, "delivered"), now=THURSDAY)
    undated = given(session, document("1002", promise=None, shipments=[parcel("s2", tracking_number="9")]))
    for order in (come, undated):
        client = browser(app, order)
        assert not offers(client, order)
        answer = client.get(f"/o/{order.ref}/shipments/1/calendar.ics")
        assert (answer.status_code, answer.location) == (303, f"/o/{order.ref}")


def test_the_file_opens_to_those_who_see_the_page_alone(app: Flask, session: Session) -> None:
    order = given(session, events=scans(*STAGES[:2]), now=THURSDAY)
    assert app.test_client().get(f"/o/{order.ref}/shipments/1/calendar.ics").status_code == 303
    assert browser(app, order).get(f"/o/{order.ref}/shipments/7/calendar.ics").status_code == 404
