"""The worklist of parcels of which nobody says whose they are, and the deed that says it."""

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.oms.intake import receive_order
from app.orders.models import Order
from app.staff.worklists.worklists import counts
from app.tracking.models import Shipment
from app.tracking.services import record_events
from tests.staff.browsers import audited
from tests.tracking.documents import PLACED, document, event, parcel
from tests.tracking.pages import text_of

HOUR = timedelta(hours=1)
FITS_TWO = "123456789016"


@pytest.fixture
def unnamed(session: Session) -> Shipment:
    """A parcel whose number fits several carriers."""
    return ordered(session)


def ordered(session: Session, *, hours: int = 0, **facts: Any) -> Shipment:
    shipment = parcel(**({"carrier": None, "service": None, "tracking_number": FITS_TWO} | facts))
    told_at = (PLACED + hours * HOUR).isoformat()
    receive_order(session, document(updated_at=told_at, shipments=[shipment]), now=PLACED + hours * HOUR)
    session.commit()
    return session.scalars(select(Shipment).execution_options(populate_existing=True)).one()


def deed(session: Session, shipment: Shipment) -> str:
    ref = session.get_one(Order, shipment.order_id).ref
    return f"/staff/orders/{ref}/shipments/{shipment.id}/carrier"


def test_it_shows_the_number_whom_it_could_be_of_and_the_deed(
    support: FlaskClient, session: Session, unnamed: Shipment
) -> None:
    assert counts(session)["carrier-unknown"] == 1
    page = support.get("/staff/work/carrier-unknown").text
    assert FITS_TWO in page and deed(session, unnamed) in page
    text = text_of(page)
    assert "Could be: " in text and "DHL" in text and "GLS" in text
    assert "Nobody says who carries this parcel." in support.get(deed(session, unnamed).partition("/shipments")[0]).text


def test_a_number_that_fits_nobody_is_said_to_fit_nobody(support: FlaskClient, session: Session) -> None:
    ordered(session, tracking_number="AB1234567")
    assert "The number fits no carrier that we know." in support.get("/staff/work/carrier-unknown").text


def test_the_deed_sets_the_carrier_is_audited_and_takes_the_parcel_off_the_list(
    support: FlaskClient, session: Session, unnamed: Shipment
) -> None:
    record_events(
        session, [event("in_transit", PLACED + HOUR, carrier="gls", number="OTHER1")], source="api", now=PLACED
    )
    path = deed(session, unnamed)
    form = support.get(path).text
    # Who is likely comes first; nobody is chosen beforehand.
    assert "DHL (dhl.de)" in form and "GLS (gls-group.com)" in form
    assert form.index('value="dhl_parcel_de"') < form.index('value="seur"') and "selected" in form
    assert support.post(path, data={"carrier": "gls"}).status_code == 303
    session.expire_all()
    assert (unnamed.carrier, unnamed.carrier_source) == ("gls", "staff")
    assert unnamed.next_poll_at is not None
    assert audited(session)[-1] == ("support@shop.example", "shipment.carrier_set", f"shipment/{unnamed.id}")
    assert counts(session)["carrier-unknown"] == 0
    order = text_of(support.get(path.partition("/shipments")[0]).text)
    assert "The carrier was set here." in order and "GLS" in order
    # The shop's system repeats its document, and still names nobody.
    assert ordered(session, hours=5).carrier == "gls"


@pytest.mark.parametrize("carrier", ["", "nobody", "aftership", "<b>"])
def test_what_is_no_carrier_is_refused_with_a_sentence(
    support: FlaskClient, session: Session, unnamed: Shipment, carrier: str
) -> None:
    answer = support.post(deed(session, unnamed), data={"carrier": carrier})
    assert answer.status_code == 422 and "Choose a carrier." in answer.text
    session.expire_all()
    assert unnamed.carrier is None


def test_what_the_shop_named_meanwhile_is_not_overwritten(
    support: FlaskClient, session: Session, unnamed: Shipment
) -> None:
    before = len(audited(session))
    ordered(session, hours=1, carrier="MRW")
    answer = support.post(deed(session, unnamed), data={"carrier": "gls"})
    assert answer.status_code == 409 and "something changed meanwhile" in answer.text
    session.expire_all()
    assert (unnamed.carrier, len(audited(session))) == ("mrw", before)


def test_a_parcel_of_another_order_is_not_there(support: FlaskClient, session: Session, unnamed: Shipment) -> None:
    path = deed(session, unnamed).replace(str(unnamed.id), "999999")
    assert support.get(path).status_code == support.post(path, data={"carrier": "gls"}).status_code == 404


def test_the_console_says_when_it_asks_again_and_when_nobody_asks(
    app: Flask, support: FlaskClient, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    shipment = ordered(session, carrier="gls")
    page = deed(session, shipment).partition("/shipments")[0]
    assert "Nobody asks: for this carrier no credentials are set." in support.get(page).text
    monkeypatch.setitem(app.extensions, "asks_carrier", "gls".__eq__)
    assert "Nobody asks" not in support.get(page).text
