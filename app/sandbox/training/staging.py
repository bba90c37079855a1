"""The scenes of exercises: an order of the demo's for one member, brought as far as the exercise begins."""

from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.tokens import new_ref
from app.orders.demo import is_demos
from app.orders.records import OrderRecord
from app.returns.policy.decision import LineRequest, ReturnRequest
from app.returns.policy.policy import Method
from app.returns.queries import read_return
from app.returns.services import request_return
from app.sandbox.demo import add_order
from app.sandbox.past_returns import hear_events, travel
from app.sandbox.story import CEX, Story, StoryParcel, StoryScan
from app.support.cases import NewCase, open_case
from app.tracking.services import fold_dirty

Lines = tuple[tuple[str, int], ...]
MUGS: Lines = (("MUG-2", 2), ("APR-1", 1))
# Its worth is above what a return may have without a person's word.
BOARDS: Lines = (("BRD-40", 20),)


def fresh(session: Session, number: str, *, public_url: str, now: datetime) -> None:
    """An order that has just come in."""
    add_order(session, Story(number, "lucia", 0, "received", MUGS), public_url=public_url, now=now)


def written_about(session: Session, number: str, *, public_url: str, now: datetime) -> None:
    """The same, and its customer has written."""
    fresh(session, number, public_url=public_url, now=now)
    # In Spanish, as the demo's customers write, whatever the member reads.
    words = "Hola, ¿podéis decirme cuándo sale mi pedido? Es un regalo para el sábado. Gracias, Lucía"
    open_case(session, NewCase(order_of(session, number), "late", words, "es-ES", form_key=new_ref()), now=now)


def to_decide(session: Session, number: str, *, public_url: str, now: datetime) -> None:
    """A return that waits for a person, for what it is worth."""
    _delivered(session, number, BOARDS, public_url=public_url, now=now)
    _ask_return(session, number, BOARDS[0][1], now=now)


def on_the_desk(session: Session, number: str, *, public_url: str, now: datetime) -> None:
    """A return of two units whose parcel lies in the warehouse."""
    _delivered(session, number, MUGS, public_url=public_url, now=now)
    ref = _ask_return(session, number, 2, now=now - timedelta(days=2))
    travel(
        session,
        read_return(session, ref).return_,
        ("picked_up", "in_transit", "delivered"),
        now=now - timedelta(days=1),
    )
    _settle(session, now=now)


SCENES: dict[str, Callable[..., None]] = {
    "fresh": fresh,
    "written_about": written_about,
    "to_decide": to_decide,
    "on_the_desk": on_the_desk,
}


def order_of(session: Session, number: str) -> int:
    """The id of a member's order."""
    return session.scalars(select(OrderRecord.id).where(OrderRecord.number == number, is_demos())).one()


def _delivered(session: Session, number: str, lines: Lines, *, public_url: str, now: datetime) -> None:
    scans = (
        StoryScan(-6, "18:40", "info_received", "Getafe"),
        StoryScan(-6, "20:55", "picked_up", "Getafe"),
        StoryScan(-5, "04:10", "in_transit", "Coslada"),
        StoryScan(-4, "12:48", "delivered", "Madrid"),
    )
    parcel = StoryParcel(CEX, "Paq 24", lines, (-4, -3), scans)
    story = Story(number, "lucia", 7, "completed", lines, (parcel,))
    add_order(session, story, public_url=public_url, now=now)
    _settle(session, now=now)


def _ask_return(session: Session, number: str, units: int, *, now: datetime) -> str:
    request = ReturnRequest((LineRequest("1", units, "too_large"),), Method.DROPOFF)
    return request_return(session, order_of(session, number), request, by="customer", now=now).ref


def _settle(session: Session, *, now: datetime) -> None:
    """Until scans are folded and returns have heard of them, as the worker would do in a moment."""
    while fold_dirty(session, now=now) or hear_events(session, now=now):
        pass
