"""A carrier by one name wherever it comes in, and what was kept under another name brought to it."""

import json
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from app.carriers.base.parsing import parse
from app.jobs import engine
from app.jobs.tracking import rename_carriers
from app.oms.documents import order_document
from app.oms.intake import receive_order, receive_orders
from app.returns.policy.policy import read_policy
from app.schedule import TABLE
from app.tracking.carrier_pages import carrier_page, carrier_title
from app.tracking.carriers.renaming import rename_stored
from app.tracking.ingest.identity import identity
from app.tracking.models import Shipment, TrackingEvent
from app.tracking.services import fold_dirty, record_events
from tests.api.conftest import api, secret  # noqa: F401 - fixtures
from tests.oms.sheets import HEAD, ROW, orders_of
from tests.tracking.documents import PLACED, document, event, parcel

HOUR = timedelta(hours=1)
PAIRS = [
    ("Royal Mail", "RA123456785GB", "royalmail"),
    ("La Poste", "LP0000000001", "laposte"),
    ("CorreosExpress", "CX0000000001", "correos_express"),
    ("Canada Post", "CP0000000001", "canadapost"),
    ("Spanish-SEUR", "SE0000000001", "seur"),
    ("UPS®", "1Z999AA10123456784", "ups"),
    ("DHL Paket", "123456789013", "dhl_parcel_de"),
    ("GLS Spain", "GL0000000001", "gls_asm"),
    ("Correos de España", "PQ4F6P0704104480181750T", "correos"),
    ("DHL", "00340434161094022115", "dhl_parcel_de"),
    ("DHL", "3318810025", "dhl_express"),
    ("DHL", "AB12", "dhl_universal"),
]


def shipments(session: Session) -> list[Shipment]:
    return list(session.scalars(select(Shipment).order_by(Shipment.position).execution_options(populate_existing=True)))


def scan(carrier: str, number: str, status: str = "delivered", **facts: Any) -> Any:
    return event(status, PLACED + 30 * HOUR, carrier=carrier, number=number, **facts)


@pytest.mark.parametrize(("written", "number", "name"), PAIRS)
def test_an_orders_carrier_and_a_scans_are_one_whatever_either_calls_it(
    api: FlaskClient,  # noqa: F811
    session: Session,
    written: str,
    number: str,
    name: str,
) -> None:
    receive_order(session, document(shipments=[parcel(carrier=written, tracking_number=number)]), now=PLACED)
    session.commit()
    at = (PLACED + 30 * HOUR).isoformat()
    for spelling in (written, name):
        scans = {"carrier": spelling, "tracking_number": number, "status": "delivered", "occurred_at": at}
        assert api.post("/api/v1/tracking-events", json=[scans]).status_code == 200
    fold_dirty(session, now=PLACED + 31 * HOUR)
    session.commit()
    (shipment,) = shipments(session)
    assert (shipment.carrier, shipment.state) == (name, "delivered")
    assert session.scalar(select(func.count()).select_from(TrackingEvent)) == 1
    for spelling in (written, name):
        answer = api.get(f"/api/v1/shipments/{spelling}/{number}").json
        assert (answer["carrier"], answer["state"]) == (name, "delivered")


def test_a_batch_of_new_orders_gets_the_one_name_too(session: Session) -> None:
    documents = [document(str(at), shipments=[parcel(carrier=pair[0])]) for at, pair in enumerate(PAIRS[:7])]
    receive_orders(session, documents, now=PLACED)
    assert sorted(row.carrier or "" for row in shipments(session)) == sorted(name for _, _, name in PAIRS[:7])


def test_a_name_that_nobody_declares_stays_and_its_scans_attach(session: Session) -> None:
    receive_order(session, document(shipments=[parcel(carrier="Transportes Pérez")]), now=PLACED)
    record_events(session, [scan("transportes_pérez", "323000765541")], source="api", now=PLACED + 30 * HOUR)
    fold_dirty(session, now=PLACED + 31 * HOUR)
    assert [(row.carrier, row.state) for row in shipments(session)] == [("transportes_pérez", "delivered")]


def test_a_scan_told_under_the_groups_name_is_its_divisions(session: Session) -> None:
    receive_order(session, document(shipments=[parcel(carrier="DHL Paket", tracking_number="AB123")]), now=PLACED)
    record_events(session, [scan("dhl_universal", "AB123")], source="api", now=PLACED + 30 * HOUR)
    fold_dirty(session, now=PLACED + 31 * HOUR)
    assert [(row.carrier, row.state) for row in shipments(session)] == [("dhl_parcel_de", "delivered")]


def test_a_returns_policy_names_its_carrier_as_people_do() -> None:
    assert read_policy({"carrier": "Correos Express"}).carrier == "correos_express"
    assert read_policy({"carrier": "Transportes Pérez"}).carrier == "transportes_pérez"


def kept_as_before(session: Session, carrier: str, number: str = "RA123456785GB") -> None:
    """A parcel and its scan as earlier releases kept them."""
    receive_order(session, document(shipments=[parcel(carrier="royalmail", tracking_number=number)]), now=PLACED)
    session.execute(update(Shipment).values(carrier=carrier))
    before = scan(carrier, number, "in_transit")
    row = {"carrier": carrier, "number": number, "identity": identity(before), "status": "in_transit"}
    more = {"description": before.description, "occurred_raw": before.occurred_raw, "occurred_at": before.occurred_at}
    place = {"city": "Madrid", "country": "ES"}
    session.add(
        TrackingEvent(**row, **more, zone=before.zone, time_quality="offset", sources=["api"], place=place,
                      received_at=PLACED + 30 * HOUR)
    )  # fmt: skip
    session.commit()


def test_what_is_kept_under_another_name_is_brought_to_the_one_name_with_its_scans(session: Session) -> None:
    kept_as_before(session, "royal_mail")
    now = PLACED + 40 * HOUR
    assert rename_stored(session, now=now) == 1
    assert rename_stored(session, now=now) == 0
    fold_dirty(session, now=now)
    assert [(row.carrier, row.state) for row in shipments(session)] == [("royalmail", "in_transit")]
    # The same scan told today is the one that was there.
    again = scan("royalmail", "RA123456785GB", "in_transit")
    assert record_events(session, [again], source="api", now=now) == [False]


def test_a_document_told_again_meets_the_parcel_under_its_old_name(session: Session) -> None:
    kept_as_before(session, "royal_mail")
    later = document(
        updated_at=(PLACED + 35 * HOUR).isoformat(),
        shipments=[parcel(carrier="Royal Mail", tracking_number="RA123456785GB")],
    )
    receive_order(session, later, now=PLACED + 40 * HOUR)
    assert [(row.carrier, row.state) for row in shipments(session)] == [("royalmail", "in_transit")]
    assert session.scalars(select(TrackingEvent.carrier)).all() == ["royalmail"]


def test_scans_that_waited_for_their_order_under_another_name_are_found_by_it(session: Session) -> None:
    kept_as_before(session, "royal_mail")
    session.execute(update(Shipment).values(carrier="royalmail"))
    assert rename_stored(session, now=PLACED) == 1
    assert session.scalars(select(TrackingEvent.carrier)).all() == ["royalmail"]
    assert rename_stored(session, now=PLACED) == 0


def test_a_scan_that_both_names_have_is_one_afterwards(session: Session) -> None:
    kept_as_before(session, "royal_mail")
    record_events(session, [scan("royalmail", "RA123456785GB", "in_transit")], source="api", now=PLACED + 31 * HOUR)
    rename_stored(session, now=PLACED + 40 * HOUR)
    assert session.scalar(select(func.count()).select_from(TrackingEvent)) == 1


def test_a_row_of_old_has_its_title_and_page_before_it_is_renamed() -> None:
    assert carrier_title("royal_mail") == "Royal Mail"
    assert carrier_page("royal_mail", "RA1") == carrier_page("royalmail", "RA1") is not None


def test_the_clock_brings_all_of_it_to_the_one_name(
    app: Flask, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept_as_before(session, "royal_mail")
    monkeypatch.setattr(engine, "database", lambda: app.extensions["database"])
    rename_carriers()
    assert [row.carrier for row in shipments(session)] == ["royalmail"]
    assert "rename_carriers" in {entry.job for entry in TABLE}


def test_a_carriers_push_is_kept_under_the_one_name_and_read_by_its_codes(session: Session) -> None:
    receive_order(session, document(shipments=[parcel(carrier="SEUR", tracking_number="SE1")]), now=PLACED)
    scan_document = {
        "carrier": "Spanish SEUR",
        "tracking_number": "SE-1",
        "occurred_at": PLACED.isoformat(),
        "code": "LI522",
    }
    (report,) = parse("generic", json.dumps({"events": [scan_document]}).encode())
    assert (report.carrier, report.number, report.events[0].status) == ("seur", "SE1", "delivery_failed")


def test_a_line_of_a_file_names_its_carrier_as_people_do(session: Session) -> None:
    line = ROW.format("A1", 1) + ",s1,Royal Mail Tracked 24,RA 1234 56785 GB"
    (entry,) = orders_of(f"{HEAD},shipment.id,shipment.carrier,shipment.tracking_number", line)
    receive_order(session, order_document(entry.document), now=PLACED)
    assert [(row.carrier, row.number) for row in shipments(session)] == [("royalmail", "RA123456785GB")]
