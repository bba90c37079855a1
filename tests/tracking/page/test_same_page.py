"""In whatever order, batches and repetitions a parcel's scans are told, its page and its news are the same."""

from datetime import timedelta
from itertools import count, pairwise
from typing import Any

from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.events.models import DomainEvent
from app.oms.intake import receive_order
from app.orders.models import Order
from app.tracking.services import fold_dirty, record_events
from tests.tracking.documents import PLACED, document, event, parcel
from tests.tracking.pages import THURSDAY, at, browser, text_of

LIFE = ("picked_up", "in_transit", "out_for_delivery", "delivery_failed", "in_transit", "out_for_delivery", "delivered")
EACH = range(len(LIFE))
numbers = count(100_000)


def page_and_news(
    app: Flask, session: Session, batches: list[list[int]], *, order_at: int = 0
) -> tuple[str, list[Any]]:
    """What one order's page says, and what was told of its parcel; the order comes before batch ``order_at``."""
    number = str(next(numbers))
    order_document = document(number, shipments=[parcel(tracking_number=f"T{number}")])
    for turn, batch in enumerate([*batches, []]):
        if turn == min(order_at, len(batches)):
            order = session.get_one(Order, receive_order(session, order_document, now=PLACED).order.id)
        scans = [event(LIFE[at], PLACED + timedelta(hours=10 * at + 6), number=f"T{number}") for at in batch]
        record_events(session, scans, source="api", now=THURSDAY)
    fold_dirty(session, now=THURSDAY)
    news = select(DomainEvent.kind, DomainEvent.happened_at, DomainEvent.payload).order_by(DomainEvent.id)
    of_parcel = news.where(DomainEvent.order_id == order.id, DomainEvent.shipment_id.is_not(None))
    heard = [(row.kind, row.happened_at, row.payload) for row in session.execute(of_parcel)]
    session.commit()
    with at(THURSDAY):
        page = browser(app, order, tier=2).get(f"/o/{order.ref}").text
    return text_of(page).replace(number, "N"), heard


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.permutations(EACH), st.lists(st.sampled_from(EACH), max_size=20), st.lists(st.integers(0, 27), max_size=5))
def test_the_page_and_the_news_do_not_depend_on_how_the_scans_were_told(
    app: Flask, session: Session, order: list[int], again: list[int], cuts: list[int]
) -> None:
    scans = [*order, *again]
    batches = [scans[begin:end] for begin, end in pairwise(sorted({0, *cuts, len(scans)}))]
    assert page_and_news(app, session, batches) == page_and_news(app, session, [list(EACH)])


def test_an_order_that_comes_after_its_scans_has_the_same_page(app: Flask, session: Session) -> None:
    late, early = (page_and_news(app, session, [list(EACH)], order_at=turn) for turn in (1, 0))
    assert late[0] == early[0]
