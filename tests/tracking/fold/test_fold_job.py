"""The job that folds: in small units, and one that cannot be folded holds up no other."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select, text, update
from sqlalchemy.orm import Session, sessionmaker

from app.core.db import transaction
from app.events.models import Stumble
from app.events.tries import CHUNK
from app.jobs import engine
from app.jobs import tracking as jobs
from app.oms.intake import receive_orders
from app.tracking import services
from app.tracking.models import Shipment, TrackingEvent
from app.tracking.services import record_events
from tests.tracking.documents import PLACED, document, event, parcel

MANY = 200
DAY = timedelta(days=1)


class Works:
    """A worker's database: the sessions of the test."""

    def __init__(self, sessions: sessionmaker[Session]) -> None:
        self.sessions = sessions


@pytest.fixture
def scanned(committed: sessionmaker[Session], monkeypatch: pytest.MonkeyPatch) -> sessionmaker[Session]:
    """Two hundred parcels with a scan each that waits to be folded, and a worker on their database."""
    monkeypatch.setattr(engine, "database", lambda: Works(committed))
    monkeypatch.setattr(jobs, "utcnow", lambda: PLACED + DAY)
    # A busy machine may take longer over all of them than a worker gives its place for.
    monkeypatch.setattr(engine, "LONGEST", 60.0)
    with committed() as session, transaction(session):
        documents = [document(f"{at}", shipments=[parcel(tracking_number=f"N{at:06}")]) for at in range(MANY)]
        receive_orders(session, documents, now=PLACED)
        events = [event("picked_up", PLACED + DAY / 2, number=f"N{at:06}") for at in range(MANY)]
        record_events(session, events, source="api", now=PLACED + DAY)
    return committed


def states(sessions: sessionmaker[Session]) -> dict[str, int]:
    with sessions() as session:
        counted = select(Shipment.state, func.count()).group_by(Shipment.state)
        return {state: count for state, count in session.execute(counted)}


def test_all_that_wait_are_folded_a_few_to_a_transaction(
    scanned: sessionmaker[Session], monkeypatch: pytest.MonkeyPatch
) -> None:
    sizes, fold = [], services.fold_locked
    monkeypatch.setattr(
        services, "fold_locked", lambda session, ids, **how: sizes.append(len(ids)) or fold(session, ids, **how)
    )
    jobs.fold_shipments()
    assert states(scanned) == {"picked_up": MANY}
    assert sizes == [CHUNK] * (MANY // CHUNK)


def test_one_that_cannot_be_folded_holds_up_none_of_the_others(scanned: sessionmaker[Session]) -> None:
    """One of the scans has a state that this program does not know."""
    with scanned() as session, transaction(session):
        session.execute(update(TrackingEvent).where(TrackingEvent.number == "N000077").values(status="teleported"))
    jobs.fold_shipments()
    assert states(scanned) == {"picked_up": MANY - 1, "info_received": 1}
    with scanned() as session:
        noted = session.scalars(select(Stumble)).one()
        aside = session.get_one(Shipment, noted.item_id)
    assert aside.number == "N000077"
    assert noted.error == "ValueError: 'teleported' is not a valid ShipmentState"


def test_after_its_time_the_job_leaves_its_place_and_comes_again(
    scanned: sessionmaker[Session], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "LONGEST", -1.0)
    with scanned() as session, transaction(session):
        session.execute(text("delete from procrastinate_jobs"))
    jobs.fold_shipments()
    assert states(scanned) == {"picked_up": CHUNK, "info_received": MANY - CHUNK}
    with scanned() as session:
        assert "fold_shipments" in session.scalars(text("select task_name from procrastinate_jobs")).all()
