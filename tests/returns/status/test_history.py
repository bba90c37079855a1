"""The history of a return's parcel: each day once, and the zone of its clock only where it changes."""

from datetime import timedelta

from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.clock import utcnow
from app.returns.services import request_return
from app.tracking.models import Shipment
from app.tracking.states import ShipmentState
from tests.returns.stage import asking, delivered_order, scan, sign_in
from tests.tracking.pages import text_of


def test_days_and_zones_are_told_as_on_the_page_of_the_order(app: Flask, session: Session) -> None:
    now = utcnow()
    order = delivered_order(session, now=now, days_ago=5)
    made = request_return(session, order.id, asking(("1", 1, "too_small")), by="customer", now=now - timedelta(days=3))
    session.flush()
    parcel = session.scalars(select(Shipment).where(Shipment.id == made.shipment_id)).one()
    for hours in (30, 29, 28):
        scan(session, parcel, ShipmentState.IN_TRANSIT, now - timedelta(hours=hours))
    session.commit()
    client = app.test_client()
    sign_in(client, order)
    client.set_cookie("language", "en")
    page = client.get(f"/returns/{made.ref}").text
    labels = [part.split("<")[0] for part in page.split('class="timeline-day">')[1:]]
    assert labels
    assert len(set(labels)) == len(labels)
    assert not [label for label in labels if "time)" in label]
    assert text_of(page).count("Madrid time") == 1
