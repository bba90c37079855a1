"""Whoever tells UTC, by whatever adapter, tells an instant: the zone is the place's, or left to the destination."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from app.carriers.base.parsing import parse

UTC_TEXT, AT = "2026-11-23T23:40:00Z", datetime(2026, 11, 23, 23, 40, tzinfo=UTC)


def aftership(time: Any, city: str | None, country: str | None) -> dict[str, Any]:
    checkpoint = {"checkpoint_time": time, "tag": "Delivered", "message": "", "city": city, "country_iso3": country}
    return {"msg": {"tracking_number": "T1", "slug": "spanish-seur", "tag": "Delivered", "checkpoints": [checkpoint]}}


def easypost(time: Any, city: str | None, country: str | None) -> dict[str, Any]:
    place = {"city": city, "country": country}
    scan = {"datetime": time, "status": "delivered", "message": "", "tracking_location": place}
    return {"result": {"tracking_code": "T1", "carrier": "SEUR", "status": "delivered", "tracking_details": [scan]}}


def plain(time: Any, city: str | None, country: str | None) -> dict[str, Any]:
    place = {"city": city, "country": country}
    return {"carrier": "seur", "tracking_number": "T1", "status": "delivered", "occurred_at": time, "location": place}


def gls(time: Any, city: str | None, country: str | None) -> dict[str, Any]:
    scan = {"code": "3.0", "description": "", "eventDateTime": time, "city": city, "country": country}
    return {"parcels": [{"unitno": "T1", "status": "DELIVERED", "events": [scan]}]}


def unified(time: Any, city: str | None, country: str | None) -> dict[str, Any]:
    address = {"addressLocality": city, "countryCode": country}
    scan = {"timestamp": time, "statusCode": "delivered", "location": {"address": address}}
    return {"shipments": [{"id": "T1", "status": {"statusCode": "delivered"}, "events": [scan]}]}


SENDERS = [
    ("aftership", aftership),
    ("easypost", easypost),
    ("generic", plain),
    ("gls", gls),
    ("dhl_universal", unified),
]


@pytest.mark.parametrize(("carrier", "shape"), SENDERS, ids=[name for name, _ in SENDERS])
@pytest.mark.parametrize("time", [UTC_TEXT, "2026-11-23T23:40:00+00:00", 1795477200, "1795477200000", 1795477200000])
@pytest.mark.parametrize(
    ("city", "country", "zone"),
    [("Madrid", "ESP", "Europe/Madrid"), ("Santa Cruz de Tenerife", "ES", "Atlantic/Canary"), (None, None, None)],
)
def test_what_is_told_in_utc_has_the_places_zone_or_none(
    carrier: str, shape: Any, time: Any, city: str | None, country: str | None, zone: str | None
) -> None:
    event = parse(carrier, json.dumps(shape(time, city, country)).encode())[0].events[0]
    assert (event.occurred_at, event.zone, event.time_quality) == (AT, zone, "offset")


@pytest.mark.parametrize("carrier", ["seur", "correos", "mrw", "nacex", "tipsa", "generic"])
@pytest.mark.parametrize("clock", ["18:30", "18:30:00"])
def test_a_spanish_carrier_writes_the_day_first_with_or_without_seconds(carrier: str, clock: str) -> None:
    body = json.dumps(plain(f"05/11/2026 {clock}", "Madrid", "ES")).encode()
    event = parse(carrier, body)[0].events[0]
    assert event.occurred_at == datetime(2026, 11, 5, 17, 30, tzinfo=UTC)


@pytest.mark.parametrize("clock", ["6:30 PM", "6:30:00 PM", "18:30", "18:30:00"])
def test_dpd_and_the_american_carriers_write_the_month_first(clock: str) -> None:
    dpd = f"""<getTrackingDataResponse><trackingresult><statusInfo><status>Delivered</status>
        <location><content>Puurs (BE)</content></location><date><content>5/11/2026 {clock}</content></date>
        </statusInfo></trackingresult></getTrackingDataResponse>"""
    event = parse("dpd", dpd.encode(), number="T1")[0].events[0]
    assert event.occurred_at == datetime(2026, 5, 11, 16, 30, tzinfo=UTC)
    usps = f"""<TrackResponse><TrackInfo ID="T1"><TrackDetail><EventDate>5/11/2026</EventDate>
        <EventTime>{clock}</EventTime><EventCode>01</EventCode><EventState>NY</EventState>
        </TrackDetail></TrackInfo></TrackResponse>"""
    event = parse("usps", usps.encode())[0].events[0]
    assert event.occurred_at == datetime(2026, 5, 11, 22, 30, tzinfo=UTC)
