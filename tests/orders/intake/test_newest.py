"""Whatever order documents come in, and however often: the newest is what we hold."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from app.orders.document.document import OrderDocument
from app.orders.models import Order
from tests.orders.build import document
from tests.orders.put import put_order

START = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)


def at(minutes: int) -> str:
    return (START + timedelta(minutes=minutes)).isoformat()


def told(updated: int, read: int | None, status: str, quantity: int = 2) -> OrderDocument:
    changes = {"lines.0.quantity": quantity}
    return document(changes, updated_at=at(updated), read_at=None if read is None else at(read), status=status)


def state(order: Order) -> tuple[object, ...]:
    lines = [(line.line_id, line.quantity) for line in order.all_lines]
    return order.status, order.hold, order.updated_at, order.read_at, lines, order.totals, order.document_hash


def test_of_one_moment_what_was_read_later_counts(session: Session, now: datetime) -> None:
    put_order(session, told(0, 5, "shipped"), now=now)
    late = put_order(session, told(0, 3, "confirmed"), now=now)
    assert (late.applied, late.order.status) == (False, "shipped")
    assert put_order(session, told(0, 6, "completed"), now=now).order.status == "completed"


def test_reading_the_same_again_keeps_older_readings_out(session: Session, now: datetime) -> None:
    put_order(session, told(0, 1, "shipped"), now=now)
    assert not put_order(session, told(0, 9, "shipped"), now=now).changed
    assert not put_order(session, told(0, 5, "confirmed"), now=now).applied


def test_without_a_reading_time_the_last_of_one_moment_counts(session: Session, now: datetime) -> None:
    put_order(session, told(0, None, "shipped"), now=now)
    assert put_order(session, told(0, None, "confirmed"), now=now).order.status == "confirmed"


DOCUMENTS = st.builds(
    told,
    st.integers(0, 3),
    st.integers(0, 3),
    st.sampled_from(["received", "preparing", "shipped", "completed", "cancelled"]),
    st.integers(0, 3),
)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(documents=st.lists(DOCUMENTS, min_size=1, max_size=5), more=st.data())
def test_any_order_and_repetition_ends_in_the_newest(session: Session, documents: list[OrderDocument], more) -> None:  # type: ignore[no-untyped-def]
    repeated = documents + more.draw(st.lists(st.sampled_from(documents), max_size=3))
    ends = []
    for order_of_coming in (sorted(documents, key=_age), more.draw(st.permutations(repeated))):
        with session.begin_nested() as trial:
            for one in order_of_coming:
                order = put_order(session, one, now=START).order
            session.flush()
            session.expire_all()
            ends.append(state(order))
            trial.rollback()
    assert ends[0] == ends[1]


def _age(document: OrderDocument) -> tuple[datetime, datetime]:
    return document.updated_at, document.read_at or START


@pytest.fixture(autouse=True)
def _no_leftovers(session: Session) -> None:
    assert session.query(Order).count() == 0
