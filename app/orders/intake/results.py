"""What taking in orders needs to know of other rooms, and what it tells them."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeAlias

from sqlalchemy.orm import Session

from app.orders.document.document import OrderDocument
from app.orders.document.notes import Note
from app.orders.intake.paid import GivenBackHere

# What was given back here, or is to be, for each of the orders of these ids.
GivenBack: TypeAlias = Callable[[Session, Sequence[int]], Mapping[int, GivenBackHere]]
# What others than a document's reader have to note of it.
NotesOf: TypeAlias = Callable[[OrderDocument], Iterable[Note]]


def _nothing_given_back(_session: Session, _order_ids: Sequence[int]) -> Mapping[int, GivenBackHere]:
    return {}


def _nothing_to_note(_document: OrderDocument) -> Iterable[Note]:
    return ()


@dataclass(frozen=True, slots=True)
class Witnesses:
    """What other rooms know of orders and documents while these are taken in; without them nothing."""

    given_back: GivenBack = field(default=_nothing_given_back)
    notes_of: NotesOf = field(default=_nothing_to_note)


@dataclass(frozen=True, slots=True)
class TakenOrder:
    """An order that was just taken in, as the rooms above need it, with its brand's ``zone`` and its ``notes``."""

    id: int
    ref: str
    number: str
    zone: str
    notes: tuple[Note, ...] = ()
    completed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class PutResult:
    """What came of a document. ``applied``: it is what we hold now; ``changed``: holding it took a change."""

    order: TakenOrder
    applied: bool = True
    created: bool = False
    changed: bool = True
