"""Orders that travel in one parcel, told at once: each sees the other, and nobody waits crosswise."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Barrier

from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from app.core.db import transaction
from app.oms.intake import receive_order, receive_orders
from app.orders.document.document import OrderDocument
from app.tracking.models import Shipment
from app.tracking.services import fold_dirty, record_events
from tests.meanwhile import Beside, meanwhile
from tests.tracking.documents import CARRIER, PLACED, document, event, parcel

ROUNDS = 12


def told(number: str, *parcels: str, minutes: int = 0) -> OrderDocument:
    """An order that goes in these parcels, as it is told so many minutes later."""
    at = (PLACED + timedelta(minutes=minutes)).isoformat()
    shipments = [parcel(f"s{at}", tracking_number=name, lines=[]) for at, name in enumerate(parcels)]
    return document(number, updated_at=at, shipments=shipments)


def put_at_once(committed: sessionmaker[Session], documents: Sequence[OrderDocument]) -> None:
    """Take in the documents at the same moment, each in a thread and a transaction of its own."""
    barrier = Barrier(len(documents))

    def put(one: OrderDocument) -> None:
        with committed() as session:
            barrier.wait(60)
            with transaction(session):
                receive_order(session, one, now=PLACED)

    with ThreadPoolExecutor(len(documents)) as pool:
        list(pool.map(put, documents))


def flags(committed: sessionmaker[Session], *, now: datetime = PLACED) -> dict[str, set[str]]:
    """What the shipments of each number are marked with, once everything that waits is folded."""
    with committed() as session, transaction(session):
        while fold_dirty(session, now=now):
            session.flush()
        rows = session.execute(select(Shipment.number, Shipment.order_id, Shipment.flags)).all()
    shipments: dict[str, set[str]] = {}
    for number, order, marks in rows:
        shipments.setdefault(number, set()).add(f"{order}: {','.join(marks)}")
    return shipments


def test_two_orders_of_one_parcel_put_at_once_are_both_taken_and_both_say_so(
    committed: sessionmaker[Session],
) -> None:
    for turn in range(ROUNDS):
        names = (f"{turn}-a", f"{turn}-b")
        shared = (f"ONE{turn}", f"TWO{turn}")
        put_at_once(committed, [told(names[0], *shared), told(names[1], *shared[::-1])])
        put_at_once(committed, [told(names[0], *shared, minutes=1), told(names[1], *shared[::-1], minutes=1)])
    marks = flags(committed)
    assert len(marks) == 2 * ROUNDS
    assert {len(orders) for orders in marks.values()} == {2}
    assert {mark.split(": ")[1] for orders in marks.values() for mark in orders} == {"shared_number"}


def test_an_order_that_leaves_the_parcel_leaves_the_other_alone_in_it(session: Session) -> None:
    for number in ("1001", "1002"):
        receive_order(session, told(number, "BOTH1"), now=PLACED)
    fold_dirty(session, now=PLACED)
    receive_order(session, told("1002", "OWN2", minutes=5), now=PLACED)
    fold_dirty(session, now=PLACED)
    rows = select(Shipment.number, Shipment.flags).order_by(Shipment.id)
    assert [(number, marks) for number, marks in session.execute(rows)] == [("BOTH1", []), ("OWN2", [])]


def test_new_orders_taken_together_warn_those_who_are_in_the_parcel_already(session: Session) -> None:
    receive_order(session, told("1001", "BOTH1"), now=PLACED)
    receive_orders(session, [told("1002", "BOTH1"), told("1003", "OWN3")], now=PLACED)
    fold_dirty(session, now=PLACED)
    rows = select(Shipment.number, Shipment.flags).where(Shipment.carrier == CARRIER).order_by(Shipment.id)
    assert [(number, marks) for number, marks in session.execute(rows)] == [
        ("BOTH1", ["shared_number"]),
        ("BOTH1", ["shared_number"]),
        ("OWN3", []),
    ]


def test_of_two_new_orders_of_one_parcel_the_second_sees_the_first(committed: sessionmaker[Session]) -> None:
    second = Beside(committed, lambda session: receive_order(session, told("1002", "BOTH1"), now=PLACED))
    with committed() as session, transaction(session), meanwhile(session, "insert into shipment ", second):
        receive_order(session, told("1001", "BOTH1"), now=PLACED)
    second.join()
    assert {mark.split(": ")[1] for mark in flags(committed)["BOTH1"]} == {"shared_number"}


def test_a_scan_that_comes_while_a_sharer_is_warned_waits_and_harms_nobody(committed: sessionmaker[Session]) -> None:
    with committed() as session, transaction(session):
        for number in ("1001", "1002"):
            receive_order(session, told(number, "BOTH1"), now=PLACED)
    flags(committed)
    scan = event("picked_up", PLACED, number="BOTH1")
    recorder = Beside(committed, lambda session: record_events(session, [scan], source="api", now=PLACED))
    with committed() as session, transaction(session), meanwhile(session, "update shipment set dirty_at", recorder):
        receive_order(session, told("1002", "BOTH1", minutes=5), now=PLACED)
    recorder.join()
    assert {mark.split(": ")[1] for mark in flags(committed)["BOTH1"]} == {"shared_number"}
