"""Orders and events on the real database: kept once, folded, told once."""

import random
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from app.core.db import do_last_acts
from app.core.errors import NotFound
from app.events.models import DomainEvent
from app.oms.intake import receive_order
from app.tracking.models import Shipment, TrackingEvent
from app.tracking.ports import TrackingReport
from app.tracking.services import fold_dirty, fold_shipment, record_events, record_report, release
from tests.tracking.documents import CARRIER, NUMBER, PLACED, document, event, line, parcel

HOUR = timedelta(hours=1)
LIFE = [("picked_up", 8), ("in_transit", 20), ("out_for_delivery", 30), ("delivered", 34)]


def life(upto: int = 4) -> list[Any]:
    return [event(status, PLACED + hours * HOUR) for status, hours in LIFE[:upto]]


def the_shipment(session: Session) -> Shipment:
    return session.scalars(select(Shipment).execution_options(populate_existing=True)).one()


def told(session: Session) -> list[tuple[str, bool]]:
    rows = session.scalars(select(DomainEvent).where(DomainEvent.shipment_id.is_not(None)).order_by(DomainEvent.id))
    return [(row.kind, bool(row.payload.get("quiet"))) for row in rows]


def test_an_order_brings_its_shipments_with_zone_promise_and_contents(session: Session) -> None:
    received = receive_order(session, document(), now=PLACED + 5 * HOUR)
    shipment = the_shipment(session)
    assert (received.applied, received.created) == (True, True)
    assert (shipment.state, shipment.zone, shipment.promise_until) == (
        "info_received",
        "Europe/Madrid",
        date(2026, 11, 26),
    )
    assert [line.quantity for line in shipment.lines] == [2]


def test_an_older_document_changes_no_shipment(session: Session) -> None:
    receive_order(session, document(updated_at=(PLACED + HOUR).isoformat()), now=PLACED + HOUR)
    older = document(shipments=[parcel("s1", tracking_number="OTHER1")])
    assert receive_order(session, older, now=PLACED + 2 * HOUR).applied is False
    assert the_shipment(session).number == NUMBER


def test_what_a_newer_document_no_longer_names_is_gone_and_a_promise_once_told_stays(session: Session) -> None:
    receive_order(session, document(shipments=[parcel("s1", lines=[]), parcel("s2", tracking_number="N2")]), now=PLACED)
    later = document(
        updated_at=(PLACED + HOUR).isoformat(),
        shipments=[parcel("s2", tracking_number="N3", promise={"until": "2026-12-24"})],
    )
    receive_order(session, later, now=PLACED + HOUR)
    shipment = the_shipment(session)
    assert (shipment.external_id, shipment.number, shipment.promise_until) == ("s2", "N3", date(2026, 11, 26))


def test_a_line_sent_twice_in_one_parcel_is_added_up(session: Session) -> None:
    packed = [{"line": "1", "quantity": 1}, {"line": "1", "quantity": 1}]
    receive_order(session, document(lines=[line(quantity=2)], shipments=[parcel(lines=packed)]), now=PLACED)
    assert [line.quantity for line in the_shipment(session).lines] == [2]


def test_events_are_kept_once_and_a_second_source_is_added(session: Session) -> None:
    assert record_events(session, life(2), source="api", now=PLACED) == [True, True]
    assert record_events(session, [*life(3), *life(3)], source="aftership", now=PLACED) == [
        False,
        False,
        True,
        *[False] * 3,
    ]
    stored = session.scalars(select(TrackingEvent).order_by(TrackingEvent.occurred_at)).all()
    assert [row.sources for row in stored] == [["api", "aftership"], ["api", "aftership"], ["aftership"]]


def test_recording_marks_the_shipment_and_defers_one_job(session: Session) -> None:
    receive_order(session, document(), now=PLACED)
    record_events(session, life(1), source="api", now=PLACED + 8 * HOUR)
    record_events(session, life(2), source="api", now=PLACED + 20 * HOUR)
    do_last_acts(session)
    jobs = session.scalar(text("select count(*) from procrastinate_jobs where task_name = 'fold_shipments'"))
    assert the_shipment(session).dirty_at == PLACED + 8 * HOUR
    assert jobs == 1


def test_folding_stores_the_state_and_tells_each_stage_once(session: Session) -> None:
    receive_order(session, document(), now=PLACED)
    for upto in (1, 2, 3, 4, 4):
        at = PLACED + LIFE[upto - 1][1] * HOUR
        record_events(session, life(upto), source="api", now=at)
        fold_dirty(session, now=at)
    shipment = the_shipment(session)
    stages = ["shipped", "out_for_delivery", "delivered"]
    assert told(session) == [(f"shipment.{stage}", False) for stage in stages]
    assert (shipment.state, shipment.delivered_at) == ("delivered", PLACED + 34 * HOUR)
    assert (shipment.picked_up_at, shipment.first_attempt_at) == (PLACED + 8 * HOUR, PLACED + 34 * HOUR)
    assert shipment.finished_at and shipment.dirty_at is None


def test_any_order_and_repetition_of_events_ends_in_the_same_row_and_news(session: Session) -> None:
    seen = set()
    for seed in range(6):
        number = f"R{seed}"
        receive_order(session, document(number, shipments=[parcel(tracking_number=number)]), now=PLACED)
        events = [event(status, PLACED + hours * HOUR, number=number) for status, hours in LIFE] * 3
        random.Random(seed).shuffle(events)
        record_events(session, events, source="api", now=PLACED + 35 * HOUR)
        fold_dirty(session, now=PLACED + 35 * HOUR)
        row = session.scalars(select(Shipment).where(Shipment.number == number)).one()
        session.refresh(row)
        news = session.execute(
            select(DomainEvent.kind, DomainEvent.payload["quiet"].as_boolean()).where(DomainEvent.shipment_id == row.id)
        )
        seen.add((row.state, row.state_since, str(row.milestones), str(news.all())))
    assert len(seen) == 1


def test_news_that_is_outdated_by_newer_news_of_the_same_fold_is_quiet(session: Session) -> None:
    receive_order(session, document(), now=PLACED)
    record_events(session, life(3), source="api", now=PLACED + 30 * HOUR)
    fold_dirty(session, now=PLACED + 30 * HOUR)
    assert told(session) == [("shipment.shipped", True), ("shipment.out_for_delivery", False)]


def test_a_parcel_that_was_delivered_when_it_was_imported_tells_no_one(session: Session) -> None:
    record_events(session, life(), source="api", now=PLACED + 34 * HOUR)
    receive_order(session, document(), now=PLACED + 35 * HOUR)
    assert the_shipment(session).quiet
    assert told(session) and all(quiet for _, quiet in told(session))


def test_history_told_after_the_import_is_quiet_too(session: Session) -> None:
    receive_order(session, document(), now=PLACED + timedelta(days=40))
    record_events(session, life(), source="api", now=PLACED + timedelta(days=40))
    fold_dirty(session, now=PLACED + timedelta(days=40))
    assert all(quiet for _, quiet in told(session))


def test_events_may_come_before_their_order(session: Session) -> None:
    record_events(session, life(2), source="api", now=PLACED + 20 * HOUR)
    receive_order(session, document(), now=PLACED + 21 * HOUR)
    assert the_shipment(session).state == "in_transit"


def both(session: Session) -> list[tuple[str, list[str]]]:
    rows = select(Shipment).order_by(Shipment.id).execution_options(populate_existing=True)
    return [(row.state, row.flags) for row in session.scalars(rows)]


def test_two_orders_in_one_parcel_both_follow_it_and_both_say_so(session: Session) -> None:
    for number in ("1001", "1002"):
        receive_order(session, document(number), now=PLACED)
    record_events(session, life(2), source="api", now=PLACED + 20 * HOUR)
    fold_dirty(session, now=PLACED + 20 * HOUR)
    assert both(session) == [("in_transit", ["shared_number"])] * 2


def test_a_number_of_another_live_order_for_another_place_is_not_believed_until_staff_decide(session: Session) -> None:
    elsewhere = {"name": "Otro", "line1": "Calle 1", "city": "Sevilla", "postcode": "41001", "country": "ES"}
    receive_order(session, document("1001"), now=PLACED)
    record_events(session, life(2), source="api", now=PLACED + 20 * HOUR)
    fold_dirty(session, now=PLACED + 20 * HOUR)
    receive_order(session, document("1002", ship_to=elsewhere), now=PLACED + 21 * HOUR)
    fold_dirty(session, now=PLACED + 21 * HOUR)
    suspect = ["contested_number", "shared_number"]
    assert both(session) == [("in_transit", ["shared_number"]), ("info_received", suspect)]
    newcomer = session.scalars(select(Shipment.id).order_by(Shipment.id.desc())).first()
    release(session, newcomer or 0, now=PLACED + 22 * HOUR)
    assert both(session)[1] == ("in_transit", ["shared_number"])


def test_a_number_given_out_again_months_later_keeps_both_parcels_apart(session: Session) -> None:
    receive_order(session, document(), now=PLACED)
    record_events(session, life(), source="api", now=PLACED + 34 * HOUR)
    fold_dirty(session, now=PLACED + 34 * HOUR)
    later = PLACED + timedelta(days=200)
    fresh = document("2002", shipments=[parcel(label_created_at=later.isoformat())])
    receive_order(session, fresh, now=later)
    record_events(session, [event("picked_up", later + HOUR)], source="api", now=later + HOUR)
    fold_dirty(session, now=later + HOUR)
    states = session.scalars(select(Shipment.state).order_by(Shipment.id)).all()
    assert states == ["delivered", "picked_up"]


def test_a_store_collection_without_a_number_follows_the_shops_word(session: Session) -> None:
    ready = parcel(
        carrier=None, tracking_number=None, method="store_pickup", shipped_at=(PLACED + 5 * HOUR).isoformat()
    )
    receive_order(session, document(shipments=[ready]), now=PLACED + 5 * HOUR)
    assert the_shipment(session).state == "ready_for_pickup"
    done = document(shipments=[ready], status="completed", updated_at=(PLACED + 30 * HOUR).isoformat())
    receive_order(session, done, now=PLACED + 30 * HOUR)
    assert (the_shipment(session).state, the_shipment(session).delivered_at) == ("delivered", PLACED + 30 * HOUR)


def test_an_event_that_the_full_history_lacks_twice_is_withdrawn_and_comes_back_when_told_again(
    session: Session,
) -> None:
    receive_order(session, document(), now=PLACED)
    at = PLACED + 34 * HOUR
    shorter = TrackingReport(CARRIER, NUMBER, events=tuple(life(3)))
    record_report(session, TrackingReport(CARRIER, NUMBER, events=tuple(life())), source="ups", complete=True, now=at)
    record_report(session, shorter, source="ups", complete=True, now=at + HOUR)
    fold_dirty(session, now=at + HOUR)
    assert the_shipment(session).state == "delivered"
    record_report(session, shorter, source="ups", complete=True, now=at + 3 * HOUR)
    fold_dirty(session, now=at + 3 * HOUR)
    assert the_shipment(session).state == "out_for_delivery"
    record_events(session, life(), source="ups", now=at + 4 * HOUR)
    fold_dirty(session, now=at + 4 * HOUR)
    assert the_shipment(session).state == "delivered"


def test_folding_what_is_not_there_says_so(session: Session) -> None:
    with pytest.raises(NotFound):
        fold_shipment(session, 404, now=PLACED)


def test_the_longest_waiting_are_folded_first_a_batch_at_a_time(session: Session) -> None:
    for number in "ABC":
        receive_order(session, document(number, shipments=[parcel(tracking_number=number)]), now=PLACED)
        record_events(session, [event("picked_up", PLACED + 8 * HOUR, number=number)], source="api", now=PLACED)
    folded = [fold_dirty(session, limit=2, now=datetime.now(PLACED.tzinfo)) for _ in range(3)]
    assert folded == [2, 1, 0]
    assert session.scalar(select(func.count()).where(Shipment.state == "picked_up")) == 3
