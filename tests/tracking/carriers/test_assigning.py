"""Parcels whose carrier nobody names: recognised, named by a scan, or chosen by staff; the shop's word wins later."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.errors import NotFound
from app.oms.intake import receive_order, receive_orders
from app.tracking.carriers.choosing import carrier_unknown, choose_carrier, likely_carriers
from app.tracking.models import Shipment
from app.tracking.records import ShipmentRecord
from app.tracking.services import fold_dirty, record_events
from tests.tracking.documents import PLACED, document, event, parcel

HOUR = timedelta(hours=1)
LATER = PLACED + 30 * HOUR
UPS, ROYAL = "1Z999AA10123456784", "RB123456785GB"
FITS_TWO = "123456789016"


def ordered(session: Session, number: str = "1001", *, hours: int = 0, **facts: Any) -> None:
    unnamed = parcel(**({"carrier": None, "service": None, "tracking_number": "AB1234567"} | facts))
    told_at = (PLACED + hours * HOUR).isoformat()
    receive_order(session, document(number, updated_at=told_at, shipments=[unnamed]), now=PLACED + hours * HOUR)


def scanned(session: Session, carrier: str, number: str = "AB1234567", status: str = "in_transit") -> None:
    record_events(session, [event(status, LATER, carrier=carrier, number=number)], source="api", now=LATER)
    fold_dirty(session, now=LATER)


def rows(session: Session) -> list[Shipment]:
    return list(session.scalars(select(Shipment).order_by(Shipment.id).execution_options(populate_existing=True)))


def seen(session: Session) -> list[tuple[str | None, str, str]]:
    return [(row.carrier, row.carrier_source, row.state) for row in rows(session)]


def unknown(session: Session) -> list[int]:
    return list(session.scalars(select(ShipmentRecord.id).where(carrier_unknown())))


@pytest.mark.parametrize(
    ("facts", "carrier"),
    [
        ({"tracking_number": UPS}, "ups"),
        ({"tracking_number": ROYAL, "carrier": "Other"}, "royalmail"),
        ({"tracking_number": FITS_TWO, "service": "DHL Paket"}, "dhl_parcel_de"),
        ({"tracking_number": "3230007655412345", "service": "Correos Express 24"}, "correos_express"),
        ({"tracking_number": f"https://www.ups.com/track?tracknum={UPS}"}, "ups"),
        ({"tracking_number": FITS_TWO}, None),
        ({"tracking_number": "3230007655412345"}, None),
        ({"tracking_number": "AB1234567"}, None),
    ],
)
def test_a_number_without_a_carrier_gets_one_only_where_no_other_can_be_meant(
    session: Session, facts: dict[str, Any], carrier: str | None
) -> None:
    ordered(session, **facts)
    (row,) = rows(session)
    assert (row.carrier, row.carrier_source) == (carrier, "number")
    # A carrier is asked, a guess is not.
    assert (row.next_poll_at is not None) is (carrier is not None)
    assert unknown(session) == ([] if carrier else [row.id])


def test_the_country_of_the_address_leaves_out_who_does_not_deliver_there(session: Session) -> None:
    home = {"line1": "1 Main St", "city": "Ottawa", "postcode": "K1A 0B1", "country": "CA"}
    unnamed = parcel(carrier=None, service=None, tracking_number="7035114477138472")
    receive_orders(
        session, [document("1", shipments=[unnamed]), document("2", shipments=[unnamed], ship_to=home)], now=PLACED
    )
    assert sorted(str(row.carrier) for row in rows(session)) == ["None", "canadapost"]


def test_a_scan_of_a_declared_carrier_names_the_parcel_and_counts_at_once(session: Session) -> None:
    ordered(session)
    scanned(session, "seur")
    assert seen(session) == [("seur", "scan", "in_transit")]
    assert rows(session)[0].next_poll_at is not None


def test_scans_that_came_before_their_order_name_its_parcel(session: Session) -> None:
    scanned(session, "seur")
    ordered(session)
    assert seen(session) == [("seur", "scan", "in_transit")]


def test_a_scan_knows_better_than_a_numbers_form(session: Session) -> None:
    ordered(session, tracking_number=UPS)
    scanned(session, "seur", UPS)
    assert seen(session) == [("seur", "scan", "in_transit")]


def test_who_was_recognised_and_has_scanned_stays(session: Session) -> None:
    ordered(session, tracking_number=ROYAL)
    scanned(session, "royalmail", ROYAL)
    scanned(session, "correos", ROYAL, "delivered")
    assert seen(session) == [("royalmail", "number", "in_transit")]


@pytest.mark.parametrize("carrier", ["transportes_perez", "aftership", "generic"])
def test_a_scan_of_nobody_who_is_declared_names_no_parcel(session: Session, carrier: str) -> None:
    ordered(session)
    scanned(session, carrier)
    assert rows(session)[0].carrier is None


def test_a_scan_names_none_of_two_orders_parcels(session: Session) -> None:
    ordered(session, "1001")
    ordered(session, "1002")
    scanned(session, "seur")
    assert [row.carrier for row in rows(session)] == [None, None]
    assert len(unknown(session)) == 2


def test_a_scan_of_another_orders_parcel_is_that_ones(session: Session) -> None:
    ordered(session, "1001", carrier="seur")
    ordered(session, "1002")
    scanned(session, "seur")
    assert [row.carrier for row in rows(session)] == ["seur", None]


def test_two_carriers_scans_of_one_number_leave_it_to_staff(session: Session) -> None:
    scanned(session, "seur")
    scanned(session, "mrw")
    ordered(session)
    assert rows(session)[0].carrier is None
    record = session.get_one(ShipmentRecord, rows(session)[0].id)
    assert likely_carriers(session, record, "ES") == ["mrw", "seur"]


def test_what_staff_choose_counts_at_once_and_is_kept_when_the_shop_names_nobody_again(session: Session) -> None:
    ordered(session, tracking_number=FITS_TWO)
    scanned(session, "mrw", FITS_TWO)
    (row,) = rows(session)
    assert choose_carrier(session, row.id, "gls", now=LATER)
    assert seen(session)[0][:2] == ("gls", "staff")
    assert rows(session)[0].next_poll_at == LATER
    ordered(session, tracking_number=FITS_TWO, hours=40)
    assert seen(session)[0][:2] == ("gls", "staff")


@pytest.mark.parametrize("named_by", ["scan", "staff", "number"])
def test_the_shops_own_word_wins_whenever_it_comes(session: Session, named_by: str) -> None:
    ordered(session, tracking_number=UPS if named_by == "number" else "AB1234567")
    if named_by == "scan":
        scanned(session, "seur")
    if named_by == "staff":
        assert choose_carrier(session, rows(session)[0].id, "seur", now=LATER)
    assert seen(session)[0][1] == named_by
    ordered(session, hours=40, carrier="MRW", tracking_number=rows(session)[0].number)
    assert seen(session)[0][:2] == ("mrw", "shop")
    # What another carrier answered says nothing of this one.
    assert (rows(session)[0].polled_at, rows(session)[0].asked_at) == (None, None)
    assert not choose_carrier(session, rows(session)[0].id, "gls", now=LATER + 20 * HOUR)


def test_a_choice_holds_for_its_number_only(session: Session) -> None:
    ordered(session)
    choose_carrier(session, rows(session)[0].id, "seur", now=LATER)
    ordered(session, hours=40, tracking_number="CD7654321")
    assert rows(session)[0].carrier is None


@pytest.mark.parametrize("carrier", ["nobody", "aftership", ""])
def test_staff_choose_among_carriers_that_there_are(session: Session, carrier: str) -> None:
    ordered(session)
    with pytest.raises(NotFound):
        choose_carrier(session, rows(session)[0].id, carrier, now=LATER)
