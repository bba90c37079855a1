"""By which clock the order page tells a scan: once, the place's or the destination's, and never that of UTC."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import update
from sqlalchemy.orm import Session

from app.carriers.base.instants import settle, written
from app.orders.models import Order
from app.tracking.models import Shipment
from app.tracking.ports import Place, ReportedEvent
from app.tracking.states import TimeQuality
from tests.tracking.documents import document, event, parcel
from tests.tracking.pages import at, browser, given, text_of, title_of

# Twenty to one at night in Madrid.
LATE = datetime(2026, 11, 23, 23, 40, tzinfo=UTC)
NEXT_NOON = LATE + timedelta(hours=11)
MADRID = Place(city="Madrid", country="ES")
LOS_ANGELES = {"name": "Ann", "line1": "1 Main St", "city": "Los Angeles", "postcode": "90001", "region": "CA",
               "country": "US"}  # fmt: skip


def scanned(status: str, text: str, place: Place | None = None) -> ReportedEvent:
    """A scan as a carrier's text tells it."""
    instant = settle(written(text), place, None)
    facts: dict[str, Any] = {"zone": instant.zone, "time_quality": instant.quality, "place": place}
    assert instant.at is not None
    return event(status, instant.at, occurred_raw=text, **facts)


def page_of(app: Flask, order: Order, now: datetime = NEXT_NOON, language: str = "es") -> str:
    with at(now):
        return browser(app, order, language=language).get(f"/o/{order.ref}").text


@pytest.mark.parametrize("text", ["2026-11-23T23:40:00Z", "2026-11-23T23:40:00+00:00", "1795477200000"])
@pytest.mark.parametrize("place", [MADRID, Place(country="ES"), Place(city="Madrid"), None])
def test_a_scan_told_in_utc_is_told_once_and_by_the_clock_of_its_place(
    app: Flask, session: Session, text: str, place: Place | None
) -> None:
    order = given(session, events=[scanned("delivered", text, place)], now=NEXT_NOON)
    page = page_of(app, order)
    assert title_of(page) == "Entregado hoy a las 0:40"
    shown = text_of(page)
    assert "hoy a las 0:40 (hora de Madrid)" in shown
    assert "Hoy, mar 24 nov 0:40 hora de Madrid Entregado" in shown
    assert not [wrong for wrong in ("23:40", "+00:00", "UTC", "23 nov") if wrong in shown]


@pytest.mark.parametrize("zone", ["+00:00", "UTC"])
def test_what_is_stored_in_universal_time_is_told_rightly_too(app: Flask, session: Session, zone: str) -> None:
    order = given(session, events=[event("delivered", LATE, zone=zone)], now=NEXT_NOON)
    # As a former release kept it.
    stored = session.query(Shipment).one().timeline
    timeline = [entry | ({} if entry["by"] == "shop" else {"zone": zone}) for entry in stored]
    session.execute(update(Shipment).values(timeline=timeline))
    session.commit()
    shown = text_of(page_of(app, order))
    assert "hoy a las 0:40 (hora de Madrid)" in shown
    assert zone not in shown


def test_a_place_with_a_clock_of_its_own_keeps_it_in_the_answer_and_below(app: Flask, session: Session) -> None:
    somewhere = {**LOS_ANGELES, "region": None, "postcode": None}
    angels = Place(city="Los Angeles", region="CA", country="US")
    events = [
        scanned("out_for_delivery", "2026-11-24T06:40:00Z", angels),
        scanned("delivered", "2026-11-24T07:40:00Z", angels),
    ]
    order = given(session, document(ship_to=somewhere), events, now=NEXT_NOON)
    assert session.query(Shipment).one().zone == "America/New_York"
    page = page_of(app, order)
    assert title_of(page) == "Entregado ayer a las 23:40"
    shown = text_of(page)
    assert "ayer a las 23:40 (hora de Los Ángeles)" in shown
    assert not [wrong for wrong in ("2:40", "7:40", "1:40") if f" {wrong}" in shown]


@pytest.mark.parametrize("offset", ["+00:00", "+0000"])
def test_an_offset_of_nothing_is_a_real_clock_where_people_live_by_it(
    app: Flask, session: Session, offset: str
) -> None:
    events = [scanned("in_transit", f"2026-11-24T08:40:00{offset}", Place(country="GB"))]
    page = page_of(app, given(session, events=events, now=NEXT_NOON))
    assert "hoy a las 8:40 (hora de Londres)" in text_of(page)


def test_a_day_is_headed_once_and_a_clock_named_where_it_changes(app: Flask, session: Session) -> None:
    london, madrid = Place(city="London", country="GB"), MADRID
    events = [
        scanned("picked_up", "2026-11-24T06:10:00+00:00", london),
        scanned("in_transit", "2026-11-24T08:40:00+01:00", madrid),
        scanned("in_transit", "2026-11-24T09:40:00+01:00", madrid),
    ]
    shown = text_of(page_of(app, given(session, events=events, now=NEXT_NOON)))
    assert shown.count("Hoy, mar 24 nov") == 1
    assert [shown.count(clock) for clock in (" hora de Madrid ", " hora de Londres ")] == [2, 1]


def test_the_shop_packs_by_its_own_clock_and_not_by_the_destinations(app: Flask, session: Session) -> None:
    packed = parcel(origin={"country": "ES", "postcode": "28906"}, label_created_at="2026-11-23T16:40:00Z")
    london = {"name": "Ana", "line1": "1 Road", "city": "London", "postcode": "NW1 8AG", "country": "GB"}
    order = given(session, document(ship_to=london, shipments=[packed]), now=NEXT_NOON)
    shown = text_of(page_of(app, order, language="en"))
    assert "Mon 23 Nov 17:40 Madrid time Packed and labelled" in shown


def test_only_an_offset_that_agrees_with_nothing_tells_a_clock_of_its_own(app: Flask, session: Session) -> None:
    events = [scanned("in_transit", "2026-11-24T03:40:00+05:30", MADRID)]
    assert "(hora de +05:30)" in text_of(page_of(app, given(session, events=events, now=NEXT_NOON)))


def test_a_clock_a_whole_day_ahead_is_not_the_destinations(app: Flask, session: Session) -> None:
    samoa = {"name": "Ana", "line1": "1 Road", "city": "Pago Pago", "postcode": "96799", "country": "AS"}
    events = [scanned("in_transit", "2026-11-24T21:00:00+13:00", Place(city="Auckland", country="NZ"))]
    order = given(session, document(ship_to=samoa), events, now=NEXT_NOON)
    page = page_of(app, order, language="en")
    assert "Tue 24 Nov 21:00 Auckland time" in text_of(page)


@pytest.mark.parametrize("text", ["2026-11-23", "23/11/2026", "2026-11-23 23:50", "23-nov-2026 0:05"])
def test_a_wall_clock_that_nobody_can_place_keeps_its_day_at_the_destination(
    app: Flask, session: Session, text: str
) -> None:
    order_document = document(ship_to=LOS_ANGELES, shipments=[parcel(label_created_at=None)])
    order = given(session, order_document, [scanned("delivered", text)], now=NEXT_NOON + timedelta(days=3))
    assert session.query(Shipment).one().zone == "America/Los_Angeles"
    page = page_of(app, order, now=NEXT_NOON + timedelta(days=3), language="en")
    assert title_of(page) == "Delivered on Monday 23 November"
    assert "UTC" not in text_of(page)


def test_a_day_that_can_be_read_either_way_is_told_as_a_day(app: Flask, session: Session) -> None:
    guess = scanned("delivered", "05/12/2026 18:30:00")
    assert guess.time_quality is TimeQuality.GUESSED
    order = given(session, events=[guess], now=datetime(2026, 12, 6, 10, 0, tzinfo=UTC))
    page = page_of(app, order, now=datetime(2026, 12, 6, 10, 0, tzinfo=UTC))
    assert title_of(page) == "Entregado ayer"
    assert "18:30" not in text_of(page)
