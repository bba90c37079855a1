"""Parcels that end in another country than their addressee's: a point across the border is where some belong."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.oms.intake import receive_order
from app.tracking.fold.facts import abroad, destinations
from app.tracking.models import Shipment
from app.tracking.ports import Place
from app.tracking.services import fold_dirty, look_for_late, record_events
from tests.tracking.documents import PLACED, document, event, parcel

HOUR = timedelta(hours=1)
HENDAYE = {"name": "Tabac de la Gare", "city": "Hendaye", "postcode": "64700", "country": "FR"}


def collected_in(session: Session, country: str, *, ship_to: Any = None, **facts: Any) -> Shipment:
    """A parcel of a customer in Madrid, or elsewhere, that was delivered in another country."""
    address = {"ship_to": ship_to} if ship_to else {}
    receive_order(session, document(shipments=[parcel(**facts)], **address), now=PLACED)
    for status, hours in (("picked_up", 8), ("delivered", 34)):
        at = PLACED + hours * HOUR
        record_events(session, [event(status, at, place=Place(country=country))], source="api", now=at)
    fold_dirty(session, now=PLACED + 34 * HOUR)
    return session.scalars(select(Shipment).execution_options(populate_existing=True)).one()


@pytest.mark.parametrize(
    ("point", "country", "state", "flags"),
    [
        (HENDAYE, "FR", "delivered", []),
        (HENDAYE, "ES", "delivered", []),
        (HENDAYE, "PT", "info_received", ["wrong_country"]),
        (None, "FR", "info_received", ["wrong_country"]),
    ],
)
def test_a_parcel_may_end_where_its_point_or_its_addressee_is_and_nowhere_else(
    session: Session, point: dict[str, Any] | None, country: str, state: str, flags: list[str]
) -> None:
    shipment = collected_in(session, country, method="pickup_point" if point else "delivery", pickup_point=point)
    assert (shipment.state, shipment.flags) == (state, flags)


@pytest.mark.parametrize(
    ("address", "scanned", "rightly"),
    [
        ("GB", "XI", True),
        ("GB", "UK", True),
        ("JE", "GB", True),
        ("MC", "FR", True),
        ("FR", "MC", True),
        ("SM", "IT", True),
        ("VA", "IT", True),
        ("LI", "CH", True),
        ("ES", "IC", True),
        ("IC", "ES", True),
        ("ES", "EA", True),
        ("AX", "FI", True),
        ("FI", "AX", True),
        ("FO", "DK", True),
        ("PR", "US", True),
        ("RE", "FR", True),
        ("AD", "ES", True),
        ("AD", "FR", True),
        ("GR", "EL", True),
        ("RE", "GP", False),
        ("ES", "AD", False),
        ("GB", "IE", False),
        ("IT", "CH", False),
        ("PT", "ES", False),
    ],
)
def test_a_territory_is_no_strange_country_for_its_post_nor_its_post_for_it(
    session: Session, address: str, scanned: str, rightly: bool
) -> None:
    there = {"name": "Ana", "line1": "1", "city": "X", "postcode": "1", "country": address}
    shipment = collected_in(session, scanned, ship_to=there)
    assert (shipment.flags == []) is rightly
    # And so it is for a point there, whatever the addressee's own country.
    point = {"name": "P", "city": "X", "postcode": "1", "country": address}
    assert (scanned in destinations({"country": "DE"}, point)) is rightly


def test_crossing_to_ones_own_territory_is_still_a_way_across_the_sea() -> None:
    assert abroad({"country": "ES"}, {"country": "IC"}, None)
    assert not abroad({"country": "ES"}, {"country": "ES"}, None)


def test_a_parcel_for_a_point_across_the_border_has_seven_days_of_silence(session: Session) -> None:
    shipment = parcel(method="pickup_point", pickup_point=HENDAYE, origin={"country": "ES"})
    receive_order(session, document(promise=None, shipments=[shipment]), now=PLACED)
    record_events(session, [event("in_transit", PLACED + 20 * HOUR)], source="api", now=PLACED + 20 * HOUR)
    fold_dirty(session, now=PLACED + 20 * HOUR)
    assert look_for_late(session, now=PLACED + timedelta(days=5)).late == 0
    assert look_for_late(session, now=PLACED + timedelta(days=9)).late == 1


def test_two_orders_for_one_point_share_a_parcel_without_suspicion(session: Session) -> None:
    shipment = parcel(method="pickup_point", pickup_point=HENDAYE)
    elsewhere = {"name": "Ana", "line1": "Rúa Nova 1", "city": "Lugo", "postcode": "27001", "country": "ES"}
    receive_order(session, document("1001", shipments=[shipment]), now=PLACED)
    receive_order(session, document("1002", shipments=[shipment], ship_to=elsewhere), now=PLACED)
    record_events(session, [event("in_transit", PLACED + 20 * HOUR)], source="api", now=PLACED + 20 * HOUR)
    fold_dirty(session, now=PLACED + 20 * HOUR)
    rows = session.scalars(select(Shipment).execution_options(populate_existing=True))
    assert [(row.state, row.flags) for row in rows] == [("in_transit", ["shared_number"])] * 2
