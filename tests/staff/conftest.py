"""Fixtures of the console: browsers by role, an order with a parcel, a return of it."""

from datetime import datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.oms.intake import receive_order
from app.orders.models import Order
from app.returns.models import Return
from app.tracking.ports import ReportedEvent
from app.tracking.services import fold_dirty, record_events
from app.tracking.states import ShipmentState, TimeQuality
from tests.orders.build import document
from tests.returns.announced import a_return
from tests.staff.browsers import browser, member


@pytest.fixture
def support(app: Flask, session: Session, now: datetime) -> FlaskClient:
    return browser(app, member(session, now, "support"))


@pytest.fixture
def admin(app: Flask, session: Session, now: datetime) -> FlaskClient:
    return browser(app, member(session, now, "admin"))


@pytest.fixture
def parcelled(session: Session, now: datetime) -> Order:
    """Order 1001 of Marisol Quijano, its parcel scanned once."""
    order = session.get_one(Order, receive_order(session, document(), now=now).order.id)
    scan = ReportedEvent(
        carrier="correos_express",
        number="3230007655410294",
        status=ShipmentState.IN_TRANSIT,
        occurred_raw="2026-11-21T08:00:00+01:00",
        occurred_at=datetime.fromisoformat("2026-11-21T08:00:00+01:00"),
        zone="+01:00",
        time_quality=TimeQuality.OFFSET,
        description="En tránsito",
        code="IT",
    )
    record_events(session, [scan], source="test", now=now)
    fold_dirty(session, now=now)
    session.commit()
    return order


@pytest.fixture
def waiting(session: Session, parcelled: Order, now: datetime) -> Return:
    """A return that a person has to decide."""
    verdict = {
        "answer": "person",
        "findings": [{"answer": "person", "code": "window_grace", "params": {"until": "2026-11-20"}}],
    }
    made = a_return(session, parcelled, now, decision="needs_review", label_number=None, verdict=verdict)
    session.commit()
    return made
