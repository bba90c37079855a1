"""Folding everything again says the same as what is kept, finds what is not, and tells no one."""

from datetime import timedelta

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from app.events.models import DomainEvent
from app.oms.intake import receive_order
from app.tracking.fold.rebuild import rebuild
from app.tracking.models import Shipment
from app.tracking.services import fold_dirty, record_events
from tests.tracking.documents import PLACED, document, event, parcel

HOUR = timedelta(hours=1)


def three_parcels(session: Session) -> None:
    for number, upto in (("A", 1), ("B", 2), ("C", 3)):
        receive_order(session, document(number, shipments=[parcel(tracking_number=number)]), now=PLACED)
        stages = ("picked_up", "out_for_delivery", "delivered")[:upto]
        events = [event(stage, PLACED + 9 * at * HOUR, number=number) for at, stage in enumerate(stages, start=1)]
        record_events(session, events, source="api", now=PLACED + 30 * HOUR)
    fold_dirty(session, now=PLACED + 30 * HOUR)


def test_what_is_kept_is_what_the_events_fold_to(session: Session) -> None:
    three_parcels(session)
    (page,) = rebuild(session)
    assert (page.shipments, page.events, page.differing) == (3, 6, ())


def test_a_row_that_was_tampered_with_is_named_and_put_right_without_telling_anyone(session: Session) -> None:
    three_parcels(session)
    wrong = select(Shipment.id).where(Shipment.number == "C").scalar_subquery()
    session.execute(update(Shipment).where(Shipment.id == wrong).values(state="lost"))
    before = session.scalar(select(func.count()).select_from(DomainEvent))
    (page,) = rebuild(session, apply=True)
    assert [(column, stored, str(again)) for _, column, stored, again in page.differing] == [
        ("state", "lost", "delivered")
    ]
    assert next(rebuild(session)).differing == ()
    assert session.scalar(select(func.count()).select_from(DomainEvent)) == before
