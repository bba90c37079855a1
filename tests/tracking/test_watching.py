"""Late parcels are found once, by the promise, by the carrier's word, or by silence; estimates that move are told."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from app.core.db import transaction
from app.events.models import DomainEvent
from app.oms.intake import receive_order
from app.tracking.models import Shipment
from app.tracking.services import fold_dirty, look_for_late, record_estimate, record_events, retire
from app.tracking.watch import AT_ONCE
from tests.meanwhile import meanwhile
from tests.tracking.documents import CARRIER, NUMBER, PLACED, document, event, parcel

HOUR = timedelta(hours=1)
PROMISED = date(2026, 11, 26)
EVENING = datetime(2026, 11, 26, 19, 0, tzinfo=UTC)


def on_its_way(session: Session, *, hours: int = 20, **facts: Any) -> Shipment:
    receive_order(session, document(**facts), now=PLACED)
    at = PLACED + hours * HOUR
    record_events(session, [event("in_transit", at)], source="api", now=at)
    fold_dirty(session, now=at)
    return session.scalars(select(Shipment).execution_options(populate_existing=True)).one()


def late_now(session: Session, now: datetime) -> int:
    return look_for_late(session, now=now).late


def told(session: Session) -> list[tuple[str, str | None]]:
    kinds = ("shipment.late", "shipment.estimate_changed")
    rows = session.scalars(select(DomainEvent).where(DomainEvent.kind.in_(kinds)).order_by(DomainEvent.id))
    return [(row.kind, row.payload.get("reason")) for row in rows]


def test_a_parcel_is_late_from_eight_in_the_evening_of_the_promised_day_and_told_once(session: Session) -> None:
    on_its_way(session, hours=130)
    counts = [late_now(session, EVENING + minutes * timedelta(minutes=1)) for minutes in (-1, 0, 5)]
    assert counts == [0, 1, 0]
    assert told(session) == [("shipment.late", "promise_passed")]


def test_three_days_without_a_scan_are_late(session: Session) -> None:
    on_its_way(session)
    assert late_now(session, PLACED + timedelta(days=3, hours=19)) == 0
    assert late_now(session, PLACED + timedelta(days=3, hours=21)) == 1
    assert told(session) == [("shipment.late", "silent")]


def test_from_abroad_seven_days_are_waited(session: Session) -> None:
    on_its_way(session, promise=None, shipments=[parcel(origin={"country": "CN"})])
    assert late_now(session, PLACED + timedelta(days=7)) == 0
    assert late_now(session, PLACED + timedelta(days=9)) == 1


def test_a_delivered_parcel_and_a_completed_order_are_never_late(session: Session) -> None:
    on_its_way(session, status="completed")
    assert late_now(session, EVENING + timedelta(days=9)) == 0


def test_a_carriers_day_after_the_promise_is_told_as_late_and_each_later_day_as_a_change(session: Session) -> None:
    shipment = on_its_way(session)
    for day in (25, 27, 27, 26, 28):
        moved = date(2026, 11, day)
        record_estimate(session, CARRIER, NUMBER, moved, moved, source="ups", now=PLACED + 30 * HOUR)
    session.refresh(shipment)
    assert told(session) == [("shipment.late", "carrier_later"), ("shipment.estimate_changed", None)]
    assert (shipment.promise_until, shipment.estimate_until, shipment.estimate_before) == (
        PROMISED,
        date(2026, 11, 28),
        PROMISED,
    )


def test_after_ninety_days_without_news_a_parcel_is_left_alone_until_it_is_scanned_again(session: Session) -> None:
    shipment = on_its_way(session)
    assert retire(session, now=PLACED + timedelta(days=80)) == 0
    assert retire(session, now=PLACED + timedelta(days=92)) == 1
    at = PLACED + timedelta(days=93)
    record_events(session, [event("out_for_delivery", at)], source="api", now=at)
    fold_dirty(session, now=at)
    session.refresh(shipment)
    assert (shipment.state, shipment.finished_at) == ("out_for_delivery", None)


def test_what_is_delivered_while_late_ones_are_looked_for_is_not_late(committed: sessionmaker[Session]) -> None:
    with committed() as session, transaction(session):
        shipment = on_its_way(session, hours=130)

    def deliver() -> None:
        with committed() as other, transaction(other):
            record_events(other, [event("delivered", PLACED + 133 * HOUR)], source="api", now=EVENING)
            fold_dirty(other, now=EVENING)

    with committed() as session, transaction(session), meanwhile(session, "for no key update of shipment", deliver):
        assert late_now(session, EVENING) == 0
    with committed() as session:
        assert told(session) == []
        assert session.get_one(Shipment, shipment.id).late_since is None


def test_a_parcel_that_is_being_folded_is_left_for_the_next_round(committed: sessionmaker[Session]) -> None:
    with committed() as session, transaction(session):
        on_its_way(session, hours=130)
    with committed() as other, transaction(other):
        other.scalars(select(Shipment).with_for_update(key_share=True)).all()
        with committed() as session, transaction(session):
            assert late_now(session, EVENING) == 0
    with committed() as session, transaction(session):
        assert late_now(session, EVENING) == 1


def test_many_late_parcels_are_marked_a_few_at_a_time_and_none_is_passed_over(session: Session) -> None:
    for number in range(AT_ONCE + 3):
        told_as = parcel(tracking_number=f"L{number:05}")
        on_its_way_too = document(f"{number}", shipments=[told_as])
        receive_order(session, on_its_way_too, now=PLACED)
    counts, after = [], 0
    while after is not None:
        looked = look_for_late(session, now=EVENING + timedelta(days=1), after=after)
        counts.append(looked.late)
        after = looked.after
    assert counts == [AT_ONCE, 3]


def test_an_estimate_that_comes_with_the_delivery_does_not_make_it_late(committed: sessionmaker[Session]) -> None:
    """The row was read before it was delivered: what counts is what it says under its lock."""
    later = PROMISED + timedelta(days=2)
    with committed() as session, transaction(session):
        on_its_way(session)
    with committed() as session, transaction(session):
        shipment = session.scalars(select(Shipment)).one()
        with committed() as other, transaction(other):
            record_events(other, [event("delivered", PLACED + 30 * HOUR)], source="api", now=EVENING)
            fold_dirty(other, now=EVENING)
        assert shipment.state == "in_transit"
        assert record_estimate(session, CARRIER, NUMBER, later, later, source="ups", now=EVENING) == 0
    with committed() as session:
        assert told(session) == []
