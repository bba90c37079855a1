"""Turns at exercises: begun with an order of their own, begun anew, answered, and known to be done by what was done."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.audit import trail as audit
from app.audit.records import AuditRecord
from app.notify.records import MessageRecord
from app.orders.demo import is_demos
from app.orders.records import OrderRecord
from app.returns.records import ReceiptLineRecord, ReceiptRecord, ReturnRecord
from app.sandbox.removing.removal import remove_orders
from app.sandbox.training.exercises import EXERCISES, Deed, Exercise
from app.sandbox.training.models import TrainingTurn
from app.sandbox.training.staging import SCENES


@dataclass(frozen=True, slots=True)
class Progress:
    """How far one exercise is: its order's number and its return's, whether it was begun, whether it is done."""

    exercise: Exercise
    begun: bool = False
    done: bool = False
    number: str = ""
    ref: str = ""


def begin(
    session: Session, exercise: Exercise, *, staff_id: int, by: str, public_url: str, key: str, now: datetime
) -> None:
    """Begin, or begin anew: this exercise's order goes, with all that was done to it, and comes again."""
    number = f"T{staff_id:04d}{EXERCISES[exercise.name][0]:02d}" if exercise.scene else None
    # Each member has orders of their own: nobody takes away what another is at.
    if number:
        earlier = select(OrderRecord.id).where(OrderRecord.number == number, is_demos())
        remove_orders(session, session.scalars(earlier).all(), key=key)
        SCENES[exercise.scene](session, number, public_url=public_url, now=now)
    facts = {"order_number": number, "begun_at": now, "done_at": None}
    row = insert(TrainingTurn).values(staff_id=staff_id, exercise=exercise.name, **facts)
    session.execute(row.on_conflict_do_update(index_elements=["staff_id", "exercise"], set_=facts))
    audit.record(session, actor=by, action="training.begun", subject=f"training/{exercise.name}", now=now)


def answer(session: Session, exercise: Exercise, text: str, *, staff_id: int, now: datetime) -> bool:
    """Whether this is right; if so, the exercise is done."""
    if exercise.question is None or not exercise.question.is_right(session, text, now=now):
        return False
    row = insert(TrainingTurn).values(staff_id=staff_id, exercise=exercise.name, begun_at=now, done_at=now)
    session.execute(row.on_conflict_do_update(index_elements=["staff_id", "exercise"], set_={"done_at": now}))
    return True


def progress(session: Session, exercises: Sequence[Exercise], *, staff_id: int, by: str) -> list[Progress]:
    """How far a member is with each of these."""
    turns = {
        turn.exercise: turn for turn in session.scalars(select(TrainingTurn).where(TrainingTurn.staff_id == staff_id))
    }
    numbers = [turn.order_number for turn in turns.values() if turn.order_number]
    orders: dict[str, tuple[int, str | None]] = {
        number: (order_id, ref)
        for order_id, number, ref in session.execute(
            select(OrderRecord.id, OrderRecord.number, ReturnRecord.ref)
            .outerjoin(ReturnRecord, ReturnRecord.order_id == OrderRecord.id)
            .where(OrderRecord.number.in_(numbers), is_demos())
        )
    }
    deeds = _deeds(session, exercises, by) if turns else []
    return [_one(session, exercise, turns.get(exercise.name), orders, deeds) for exercise in exercises]


def _one(
    session: Session,
    exercise: Exercise,
    turn: TrainingTurn | None,
    orders: dict[str, tuple[int, str | None]],
    deeds: list[AuditRecord],
) -> Progress:
    if turn is None:
        return Progress(exercise)
    order_id, ref = orders.get(turn.order_number or "", (None, None))
    # Its order went with the demo's data: it begins anew.
    if exercise.scene and order_id is None:
        return Progress(exercise)
    done = turn.done_at is not None
    if exercise.deed is not None:
        theirs = [row for row in deeds if row.at >= turn.begun_at and row.order_id == order_id]
        done = _is_done(session, exercise.deed, theirs, order_id)
    return Progress(exercise, True, done, turn.order_number or "", ref or "")


def _deeds(session: Session, exercises: Iterable[Exercise], by: str) -> list[AuditRecord]:
    """What this member did that any of the exercises asks for."""
    actions = {action for exercise in exercises if exercise.deed for action in exercise.deed.actions}
    theirs = select(AuditRecord).where(AuditRecord.actor == audit.STAFF + by, AuditRecord.action.in_(actions))
    return list(session.scalars(theirs.order_by(AuditRecord.id.desc()).limit(500)))


def _is_done(session: Session, deed: Deed, rows: list[AuditRecord], order_id: int | None) -> bool:
    if not any(row.action in deed.actions and deed.about in (row.subject or "") for row in rows):
        return False
    if deed.elsewhere:
        # A copy to the address on file is what the customer says never came.
        sent = select(MessageRecord.id).where(MessageRecord.order_id == order_id, MessageRecord.readdressed)
        return session.scalar(sent.limit(1)) is not None
    return not deed.receipt or _is_received(session, deed, order_id)


def _is_received(session: Session, deed: Deed, order_id: int | None) -> bool:
    """Whether what counts of the receipts has a line as the exercise asks for."""
    lines = (
        select(ReceiptRecord.id)
        .join(ReceiptRecord.lines)
        .join(ReturnRecord, ReturnRecord.id == ReceiptRecord.return_id)
        .where(ReturnRecord.order_id == order_id, ReceiptRecord.voided_at.is_(None))
        .where(*(getattr(ReceiptLineRecord, name).is_not_distinct_from(value) for name, value in deed.receipt.items()))
    )
    return session.scalar(lines.limit(1)) is not None
