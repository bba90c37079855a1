"""Having labels made: at once by makers that call nobody, by a job with no transaction open by all others."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from sqlalchemy import delete, or_, select
from sqlalchemy.orm import Session, sessionmaker

from app.core import failpoints, parts
from app.core.db import transaction
from app.core.errors import NotFound, ProviderRejected
from app.core.queue import defer
from app.core.settings import PartSettings
from app.events.kinds import EventKind
from app.orders.services import whole_order
from app.returns.labels.parcel import parcel_back
from app.returns.labels.ports import LabelMaker, Labels, MadeLabel, ParcelBack
from app.returns.models import Return, ReturnLabel
from app.returns.moves import Locked, lock_return, tell
from app.returns.parcels import put_label
from app.returns.states import Decision, GoodsState

log = structlog.get_logger()

TASK, OWN = "make_labels", "own"
FEW = 10
# A maker has ten seconds; who has asked and not written the answer after six times that is dead.
LEASE = timedelta(seconds=60)
# A customer waits for it: after three tries, within a minute or two, our own label takes its place.
PAUSES = (timedelta(seconds=5), timedelta(seconds=30))


@dataclass(frozen=True, slots=True)
class DueLabel:
    """A label that somebody else is to make, leased to this caller."""

    shipment_id: int
    return_id: int
    maker: str
    tries: int
    parcel: ParcelBack


Makers = Callable[[str], LabelMaker | None]
"""The maker of a name with the settings of this installation; None where nobody brings it."""


def issue(session: Session, locked: Locked, *, maker: str, now: datetime) -> None:
    """Give an approved return's parcel its label, and tell it; where that takes a call, write down that it is wanted.

    A maker that is not installed is told by the doctor; our own label is made meanwhile.
    """
    makers = parts.declared(parts.LABELS, Labels)
    declared = makers.get(maker) or makers[OWN]
    if declared.at_once:
        _put(session, locked, _at_once(declared, parcel_back(locked.order, locked.return_)), now=now)
    else:
        pending = {"shipment_id": locked.return_.shipment_id, "return_id": locked.return_.id}
        session.add(ReturnLabel(**pending, maker=maker, next_try_at=now))
        defer(session, TASK, queueing_lock=TASK)


def _at_once(declared: Labels[PartSettings], parcel: ParcelBack) -> MadeLabel:
    """An approval does not fail for somebody else's fault."""
    try:
        return _checked(declared.make(declared.settings()).make(parcel))
    except Exception:
        log.exception("a label maker broke; ours makes the label", maker=declared.name)
        return _ours(parcel)


def _ours(parcel: ParcelBack) -> MadeLabel:
    ours = parts.declared(parts.LABELS, Labels)[OWN]
    return ours.make(ours.settings()).make(parcel)


def make_due(sessions: sessionmaker[Session], makers: Makers, *, clock: Callable[[], datetime]) -> int:
    """Have a few of the labels made that are due; gives how many were asked for."""
    with sessions() as session, transaction(session):
        _forget(session)
        due = _lease(session, now=clock())
    for due_label in due:
        label = _ask(due_label, makers)
        with sessions() as session, transaction(session):
            _record(session, due_label, label, now=clock())
    return len(due)


def _lease(session: Session, *, now: datetime) -> list[DueLabel]:
    waits = (ReturnLabel.made_at.is_(None), ReturnLabel.next_try_at <= now)
    rows = select(ReturnLabel).where(*waits).order_by(ReturnLabel.next_try_at).limit(FEW)
    due = []
    for row in session.scalars(rows.with_for_update(skip_locked=True)):
        row.next_try_at, row.tries = now + LEASE, row.tries + 1
        return_ = session.get_one(Return, row.return_id)
        facts = parcel_back(whole_order(session, return_.order_id), return_)
        due.append(DueLabel(row.shipment_id, row.return_id, row.maker, row.tries, facts))
    return due


def _ask(due_label: DueLabel, makers: Makers) -> MadeLabel | None:
    """The label; None where it is to be asked for again. What cannot be had is made by us."""
    try:
        maker = makers(due_label.maker)
        if maker is None:
            raise ProviderRejected("nobody brings this maker", code="not_installed")
        with failpoints.around("call", f"{due_label.maker}:label"):
            return _checked(maker.make(due_label.parcel))
    except Exception as error:
        last = isinstance(error, ProviderRejected) or due_label.tries > len(PAUSES)
        log.warning(
            "a label was not made", maker=due_label.maker, kind=type(error).__name__, tries=due_label.tries, ours=last
        )
        return _ours(due_label.parcel) if last else None


def _checked(label: object) -> MadeLabel:
    """Somebody else's program may give anything."""
    if not isinstance(label, MadeLabel):
        raise TypeError(f"a maker gives a MadeLabel, no {type(label).__name__}")
    return label


def _record(session: Session, due_label: DueLabel, label: MadeLabel | None, *, now: datetime) -> None:
    """Write what was made, unless the return has moved on meanwhile: its label's row is gone then."""
    try:
        locked = lock_return(session, due_label.return_id)
    except NotFound:
        return
    waiting = select(ReturnLabel).where(ReturnLabel.shipment_id == due_label.shipment_id, ReturnLabel.made_at.is_(None))
    row = session.scalar(waiting.with_for_update())
    if row is None or not _waits(locked.return_, due_label.shipment_id):
        return
    if label is None:
        row.next_try_at = now + PAUSES[due_label.tries - 1]
        defer(session, TASK, queueing_lock=TASK, at=row.next_try_at)
        return
    row.made_at, row.pdf, row.zpl = now, label.pdf, label.zpl
    _put(session, locked, label, now=now)


def _put(session: Session, locked: Locked, label: MadeLabel, *, now: datetime) -> None:
    put_label(session, locked.return_, label, now=now)
    locked.return_.changed_at = now
    tell(session, EventKind.RETURN_LABEL_READY, locked.return_, now=now)


def _waits(return_: Return, shipment_id: int) -> bool:
    awaited = return_.decision == Decision.APPROVED and return_.goods == GoodsState.AWAITING
    return awaited and return_.shipment_id == shipment_id


def _forget(session: Session) -> None:
    """A label is of use until the parcel is handed over; it bears a name and an address."""
    over = or_(Return.decision != Decision.APPROVED, Return.goods != GoodsState.AWAITING)
    session.execute(delete(ReturnLabel).where(ReturnLabel.return_id.in_(select(Return.id).where(over))))
