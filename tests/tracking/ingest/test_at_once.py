"""Many workers on few shipments: no update is lost, nothing is told twice, nobody deadlocks for good."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from functools import partial
from threading import Barrier

from sqlalchemy import func, select
from sqlalchemy.orm import Session, sessionmaker

from app.core.db import in_transaction, transaction
from app.events.models import DomainEvent
from app.oms.intake import receive_order
from app.tracking.models import Shipment, TrackingEvent
from app.tracking.ports import Place, ReportedEvent
from app.tracking.services import fold_dirty, fold_shipment, record_estimate, record_events, release
from tests.tracking.documents import CARRIER, NUMBER, PLACED, document, event, parcel

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
        # As every edge does: who waits too long for the others begins anew.
        in_transaction(committed, partial(record_events, events=batch, source="api", now=PLACED + timedelta(days=2)))
        with committed() as session, transaction(session):
            fold_dirty(session, now=PLACED + timedelta(days=2))


def at_once(committed: sessionmaker[Session], act: Callable[[Session], object]) -> None:
    """Have eight threads do the same at the same moment, each in a transaction of its own."""
    barrier = Barrier(8)

    def one(_thread: int) -> None:
        with committed() as session:
            session.connection()
            barrier.wait(60)
            with transaction(session):
                act(session)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(one, range(8)))


def a_parcel(committed: sessionmaker[Session], *events: ReportedEvent) -> int:
    """A parcel whose events wait to be folded."""
    with committed() as session, transaction(session):
        receive_order(session, document(), now=PLACED)
        record_events(session, events, source="api", now=PLACED + timedelta(days=2))
        return session.scalars(select(Shipment.id)).one()


def told(committed: sessionmaker[Session]) -> Counter[str]:
    with committed() as session:
        query = select(DomainEvent.kind).where(DomainEvent.shipment_id.is_not(None))
        return Counter(session.scalars(query))


def test_a_shipment_folded_by_eight_at_once_tells_each_stage_once(committed: sessionmaker[Session]) -> None:
    shipment_id = a_parcel(committed, event("picked_up", PLACED + timedelta(hours=8)))
    at_once(committed, lambda session: fold_shipment(session, shipment_id, now=PLACED + timedelta(days=2)))
    assert told(committed) == {"shipment.shipped": 1}


def test_a_parcel_released_by_eight_at_once_tells_each_stage_once(committed: sessionmaker[Session]) -> None:
    abroad = event("delivered", PLACED + timedelta(hours=30), place=Place(country="FR"))
    shipment_id = a_parcel(committed, abroad)
    at_once(committed, lambda session: release(session, shipment_id, now=PLACED + timedelta(days=2)))
    assert told(committed) == {"shipment.delivered": 1}


def test_a_later_day_told_by_eight_at_once_is_news_once(committed: sessionmaker[Session]) -> None:
    a_parcel(committed)
    day, now = date(2026, 11, 29), PLACED + timedelta(days=2)
    at_once(committed, lambda session: record_estimate(session, CARRIER, NUMBER, day, day, source="ups", now=now))
    assert told(committed) == {"shipment.late": 1}
