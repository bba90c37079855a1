"""Many workers on few shipments: no update is lost, nothing is told twice, nobody deadlocks for good."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session, sessionmaker

from app.db import transaction
from app.events.models import DomainEvent
from app.tracking.models import Shipment, TrackingEvent
from app.tracking.services import fold_dirty, receive_order, record_events
from tests.tracking.documents import PLACED, document, event, parcel

NUMBERS = ("T1", "T2", "T3")
STAGES = ("picked_up", "in_transit", "out_for_delivery", "delivered")


def test_eight_workers_on_three_shipments_lose_and_repeat_nothing(committed: sessionmaker[Session]) -> None:
    with committed() as session, transaction(session):
        for number in NUMBERS:
            receive_order(session, document(number, shipments=[parcel(tracking_number=number)]), now=PLACED)
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda worker: _work(committed, worker), range(8)))
    with committed() as session:
        while fold_dirty(session, now=PLACED + timedelta(days=3)):
            session.commit()
        stored = session.scalar(select(func.count()).select_from(TrackingEvent))
        states = session.scalars(select(Shipment.state)).all()
        kinds = Counter(session.execute(select(DomainEvent.shipment_id, DomainEvent.kind)))
    assert stored == len(NUMBERS) * 8 * 25 * len(STAGES)
    assert states == ["delivered"] * 3
    assert all(count == 1 for (shipment, _), count in kinds.items() if shipment is not None)


def _work(committed: sessionmaker[Session], worker: int) -> None:
    for turn in range(25):
        batch = [
            event(stage, PLACED + timedelta(hours=5 + 5 * rank, seconds=worker * 25 + turn), number=number)
            for number in (NUMBERS if worker % 2 else NUMBERS[::-1])
            for rank, stage in enumerate(STAGES)
        ]
        with committed() as session, transaction(session):
            record_events(session, batch, source="api", now=PLACED + timedelta(days=2))
        with committed() as session, transaction(session):
            fold_dirty(session, now=PLACED + timedelta(days=2))
