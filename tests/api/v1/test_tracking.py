"""Scans over HTTP: a verdict each, known ones without effect, the carrier's words beside ours."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from app.tracking.carriers.assigning import write_carrier
from app.tracking.models import Shipment, TrackingEvent
from app.tracking.services import fold_dirty
from app.tracking.states import CarrierSource
from tests.api.conftest import pointers

Document = dict[str, Any]
ADDRESS = "/api/v1/tracking-events"


def _event(**changed: Any) -> Document:
    return {
        "carrier": "correos_express",
        "tracking_number": "CX0000012345ES",
        "occurred_at": "2026-11-03T09:12:00+01:00",
        "status": "in_transit",
        "description": "EN TRÁNSITO",
    } | changed


def test_scans_move_the_parcel(api: FlaskClient, session: Session, document: Document, now: Any) -> None:
    api.put("/api/v1/orders/1001", json=document)
    delivered = _event(occurred_at="2026-11-04T11:20:00+01:00", status="delivered", description="ENTREGADO")
    answer = api.post(ADDRESS, json=[_event(), delivered])
    assert answer.status_code == 200
    assert [result["new"] for result in answer.json["results"]] == [True, True]
    fold_dirty(session, now=now)
    session.commit()
    parcel = api.get("/api/v1/shipments/correos_express/CX0000012345ES").json
    assert parcel["state"] == "delivered"
    assert parcel["shipments"][0]["order"] == "1001"
    assert [(event["status"], event["description"]) for event in parcel["events"]] == [
        ("in_transit", "EN TRÁNSITO"),
        ("delivered", "ENTREGADO"),
    ]
    assert "delivered" in [milestone["name"] for milestone in parcel["milestones"]]
    assert api.get("/api/v1/orders/1001").json["state"] == "delivered"


@pytest.mark.parametrize(
    ("carrier", "number", "known_by"),
    [
        ("correos_express", "CX0000012345ES", ("correos_express", "shop")),
        (None, "1Z999AA10123456784", ("ups", "number")),
        (None, "12", (None, None)),
    ],
)
def test_it_is_told_how_a_parcels_carrier_is_known(
    api: FlaskClient, document: Document, carrier: str | None, number: str, known_by: tuple[str | None, str | None]
) -> None:
    document["shipments"][0] |= {"carrier": carrier, "tracking_number": number}
    api.put("/api/v1/orders/1001", json=document)
    (parcel,) = api.get("/api/v1/orders/1001").json["shipments"]
    assert (parcel["carrier"], parcel["carrier_source"]) == known_by


def test_a_carrier_that_scanned_a_parcel_or_that_staff_named_is_told_as_such(
    api: FlaskClient, session: Session, document: Document, now: Any
) -> None:
    document["shipments"][0] |= {"carrier": None, "tracking_number": "NOBODYS77"}
    api.put("/api/v1/orders/1001", json=document)
    api.post(ADDRESS, json=[_event(carrier="seur", tracking_number="NOBODYS77")])
    fold_dirty(session, now=now)
    session.commit()
    (parcel,) = api.get("/api/v1/shipments/seur/NOBODYS77").json["shipments"]
    assert (parcel["carrier"], parcel["carrier_source"]) == ("seur", "scan")
    (parcel_id,) = session.scalars(select(Shipment.id).where(Shipment.number == "NOBODYS77"))
    write_carrier(session, parcel_id, "mrw", CarrierSource.STAFF, now=now)
    session.commit()
    (after,) = api.get("/api/v1/orders/1001").json["shipments"]
    assert (after["carrier"], after["carrier_source"]) == ("mrw", "staff")


def test_a_known_scan_changes_nothing(api: FlaskClient, session: Session) -> None:
    api.post(ADDRESS, json=[_event()])
    again = api.post(ADDRESS, json=[_event(), _event(), _event(status="delivered")])
    assert [(result["status"], result["new"]) for result in again.json["results"]] == [
        (200, False), (200, False), (201, True),
    ]  # fmt: skip
    assert session.scalar(select(func.count()).select_from(TrackingEvent)) == 2


def test_an_unknown_carrier_and_an_unknown_word_are_kept(api: FlaskClient) -> None:
    api.post(ADDRESS, json=[_event(carrier="Paloma Veloz", status="En las nubes")])
    parcel = api.get("/api/v1/shipments/paloma_veloz/CX0000012345ES").json
    assert (parcel["events"][0]["status"], parcel["events"][0]["code"]) == ("unknown", "En las nubes")
    assert parcel["shipments"] == []


def test_what_cannot_be_is_refused_and_the_rest_kept(api: FlaskClient) -> None:
    answer = api.post(ADDRESS, json=[_event(), _event(occurred_at="2026-13-01T00:00:00Z"), _event(weight=3)])
    assert answer.status_code == 200
    assert (answer.json["accepted"], answer.json["refused"]) == (1, 2)
    places = [error["pointer"] for result in answer.json["results"] for error in result["errors"]]
    assert places == ["#/1/occurred_at", "#/2/weight"]


@pytest.mark.parametrize(
    ("changed", "pointer"),
    [
        ({"occurred_at": "0001-01-01T00:00:00Z"}, "#/0/occurred_at"),
        ({"occurred_at": "yesterday"}, "#/0/occurred_at"),
        ({"occurred_at": 17306208}, "#/0/occurred_at"),
        ({"occurred_at": True}, "#/0/occurred_at"),
        ({"occurred_at": 10**400}, "#/0/occurred_at"),
        ({"occurred_at": -1793693520}, "#/0/occurred_at"),
        ({"occurred_at": "2026-11-03T25:00:00Z"}, "#/0/occurred_at"),
        ({"occurred_at": "31/11/2026 10:00"}, "#/0/occurred_at"),
        ({"occurred_at": None}, "#/0/occurred_at"),
        ({"status": None}, "#/0"),
        ({"status": ["delivered"]}, "#/0/status"),
        ({"tracking_number": "  "}, "#/0/tracking_number"),
        ({"carrier": ""}, "#/0/carrier"),
        ({"sequence": 2**63}, "#/0/sequence"),
        ({"sequence": True}, "#/0/sequence"),
        ({"location": {"country": "Spain"}}, "#/0/location/country"),
        ({"location": {"lat": 1}}, "#/0/location/lat"),
        ({"location": "Madrid"}, "#/0/location"),
        ({"description": "x" * 501}, "#/0/description"),
    ],
)
def test_impossible_values_are_refused_with_a_pointer(api: FlaskClient, changed: Document, pointer: str) -> None:
    answer = api.post(ADDRESS, json=[_event(**changed)])
    assert answer.status_code == 422
    assert pointers(answer) == [pointer]


@pytest.mark.parametrize(
    "changed",
    [
        {"occurred_at": "2026-11-03T09:12:00"},
        {"occurred_at": "2026-11-03"},
        {"occurred_at": "2026-11-03T24:00:00+01:00"},
        {"occurred_at": "Tue Nov 03 2026 09:12:00 GMT+0100 (Central European Standard Time)"},
        {"occurred_at": 1793693520},
        {"occurred_at": 1793693520000.0},
        {"occurred_at": "2090-01-01T00:00:00Z"},
        {"occurred_at": "2026-11-03T09:12:00+13:59", "location": {"country": "es"}},
        {"status": None, "code": "X7"},
        {"id": 17, "sequence": 0},
        {"description": "a\0b \ud83d"},
        {"description": "", "location": {"city": "", "country": None}},
    ],
)
def test_odd_but_possible_values_are_taken(api: FlaskClient, changed: Document) -> None:
    assert api.post(ADDRESS, json=[_event(**changed)]).json["accepted"] == 1


def test_a_thousand_scans_in_one_request_and_not_one_more(api: FlaskClient, session: Session) -> None:
    events = [_event(tracking_number=f"CX{at:08}ES") for at in range(1000)]
    assert api.post(ADDRESS, json=events).json["accepted"] == 1000
    assert session.scalar(select(func.count()).select_from(TrackingEvent)) == 1000
    assert api.post(ADDRESS, json=[*events, _event()]).status_code == 422


def test_scans_may_come_as_lines_or_in_an_object(api: FlaskClient) -> None:
    lines = json.dumps(_event()) + "\n\n" + json.dumps(_event(status="delivered"))
    assert api.post(ADDRESS, data=lines, content_type="application/x-ndjson").json["accepted"] == 2
    assert api.post(ADDRESS, json={"events": [_event(status="returned")]}).json["accepted"] == 1
    broken = api.post(ADDRESS, data=json.dumps(_event()) + "\n{", content_type="application/x-ndjson")
    assert broken.status_code == 400
    assert "Line 2" in broken.json["detail"]


def test_a_number_is_found_however_it_is_written(api: FlaskClient) -> None:
    api.post(ADDRESS, json=[_event(tracking_number="cx 0000 0123 45es")])
    assert api.get("/api/v1/shipments/CORREOS_EXPRESS/cx0000012345es").status_code == 200


MADRID = {"city": "Madrid", "country": "ES"}


def _read(api: FlaskClient, carrier: str, *events: Document) -> list[Document]:
    """What the interface tells of a number once these scans are in."""
    for facts in events:
        assert api.post(ADDRESS, json=[_event(carrier=carrier, **facts)]).json["accepted"] == 1
    answer: list[Document] = api.get(f"/api/v1/shipments/{carrier}/CX0000012345ES").json["events"]
    return answer


@pytest.mark.parametrize("clock", ["18:30", "18:30:00", "6:30 PM", "6:30 p. m.", "18.30"])
@pytest.mark.parametrize("sign", ["/", "-", "."])
def test_seconds_do_not_turn_day_and_month_round(api: FlaskClient, clock: str, sign: str) -> None:
    text = f"05{sign}11{sign}2026 {clock}"
    spanish = _read(api, "seur", {"occurred_at": text, "location": MADRID})[0]
    assert (spanish["occurred_at"], spanish["time_quality"]) == ("2026-11-05T17:30:00Z", "place")
    american = {"occurred_at": text, "location": {"region": "NJ", "country": "US"}}
    assert _read(api, "usps", american)[0]["occurred_at"] == "2026-05-11T22:30:00Z"
    open_question = _read(api, "paloma", {"occurred_at": text})[0]
    assert open_question["time_quality"] == "guessed"
    disputed = _read(api, "dpd", {"occurred_at": text, "location": MADRID})[0]
    assert (disputed["occurred_at"], disputed["time_quality"]) == ("2026-11-05T17:30:00Z", "guessed")


def test_the_zone_of_a_scan_told_in_utc_is_the_places_else_the_destinations(
    api: FlaskClient, document: Document
) -> None:
    utc = "2026-11-03T23:40:00Z"
    unknown = _read(api, "correos_express", {"occurred_at": utc})[0]
    assert (unknown["zone"], unknown["time_quality"]) == (None, "offset")
    api.put("/api/v1/orders/1001", json=document)
    lisbon = {"occurred_at": utc, "location": {"city": "Lisboa", "country": "PT"}}
    zones = {event["zone"] for event in _read(api, "correos_express", lisbon)}
    assert zones == {"Europe/Madrid", "Europe/Lisbon"}


def test_what_is_stored_in_universal_time_is_answered_with_the_places_clock(api: FlaskClient, session: Session) -> None:
    _read(api, "seur", {"occurred_at": "2026-11-03T23:40:00Z", "location": MADRID})
    session.execute(update(TrackingEvent).values(zone="+00:00"))
    session.commit()
    assert _read(api, "seur")[0]["zone"] == "Europe/Madrid"


def test_an_hour_that_there_is_not_is_said_to_be_none(api: FlaskClient) -> None:
    answer = api.post(ADDRESS, json=[_event(occurred_at="2026-11-03T25:00:00+01:00")])
    assert "25:00" in answer.json["errors"][0]["detail"]
    assert "no time of day" in answer.json["errors"][0]["detail"]


def test_seconds_since_1970_are_the_same_scan_as_number_and_as_text(api: FlaskClient, session: Session) -> None:
    api.post(ADDRESS, json=[_event(occurred_at=at) for at in (1793693520, "1793693520", 1793693520.0, 1793693520000)])
    rows = session.scalars(select(TrackingEvent.occurred_at)).all()
    assert rows == [datetime(2026, 11, 3, 8, 12, tzinfo=UTC)]
