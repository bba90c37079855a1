"""What a job of the clock cannot do stops nothing else: it is tried alone, and dead after five tries."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session, sessionmaker

from app.core.db import transaction
from app.events import stumbles
from app.events.models import Stumble
from app.oms.intake import receive_order
from app.returns import decisions
from app.returns.models import Return, Withdrawal
from app.returns.withdrawal import matching
from app.tracking import services, watch
from app.tracking.models import Shipment
from app.tracking.services import fold_dirty, look_for_late, record_events
from tests.at_once import at_once
from tests.conftest import SECRET
from tests.returns.story import approved, statements
from tests.tracking.documents import PLACED, document, event, parcel

DAY = timedelta(days=1)
LATER = PLACED + 60 * DAY
ITEMS = 6


@dataclass(frozen=True)
class Loop:
    """A job over rows: how its rows come, the step that breaks for one of them, one round, and what is left to do."""

    fill: Callable[[Session], None]
    step: tuple[Any, str]
    number: Callable[[tuple[Any, ...]], Sequence[int]]
    round: Callable[[Session, Any], object]
    left: Callable[[Session], list[int]]


def parcels(session: Session) -> None:
    for at in range(ITEMS):
        number = f"32300076554{at}"
        receive_order(session, document(str(at), shipments=[parcel(tracking_number=number)]), now=PLACED)
        record_events(session, [event("in_transit", PLACED + DAY, number=number)], source="api", now=PLACED + DAY)


def moving(session: Session) -> None:
    parcels(session)
    while fold_dirty(session, now=PLACED + DAY):
        pass


LOOPS = {
    "fold": Loop(
        parcels,
        (services, "fold_locked"),
        lambda args: args[1],
        lambda session, now: fold_dirty(session, limit=20, now=now),
        lambda session: list(session.scalars(select(Shipment.id).where(Shipment.dirty_at.is_not(None)))),
    ),
    "late": Loop(
        moving,
        (watch, "_mark"),
        lambda args: args[1],
        lambda session, now: look_for_late(session, now=now),
        lambda session: list(session.scalars(select(Shipment.id).where(Shipment.late_since.is_(None)))),
    ),
    "withdrawals": Loop(
        partial(statements, count=ITEMS, now=PLACED),
        (matching, "_receive_one"),
        lambda args: [args[1].id],
        lambda session, now: matching.receive(session, limit=20, key=SECRET, now=now),
        lambda session: list(session.scalars(select(Withdrawal.id).where(Withdrawal.matched_at.is_(None)))),
    ),
    "expiry": Loop(
        partial(approved, count=ITEMS, now=PLACED),
        (decisions, "take"),
        lambda args: [args[1].id],
        lambda session, now: decisions.expire_overdue(session, limit=20, now=now),
        lambda session: list(session.scalars(select(Return.id).where(Return.decision == "approved"))),
    ),
}


@pytest.mark.parametrize("loop", LOOPS.values(), ids=LOOPS)
def test_one_that_cannot_be_done_is_kept_with_its_reason_and_the_others_are_done_in_the_same_round(
    loop: Loop, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    loop.fill(session)
    everything = loop.left(session)
    assert len(everything) == ITEMS
    poison, usual = everything[2], getattr(*loop.step)

    def step(*args: Any, **kwargs: Any) -> Any:
        if poison in loop.number(args):
            session.execute(text("select 1 / 0"))
        return usual(*args, **kwargs)

    monkeypatch.setattr(*loop.step, step)
    now = LATER
    for tries in range(1, 6):
        loop.round(session, now)
        assert loop.left(session) == [poison]
        row = session.scalars(select(Stumble).execution_options(populate_existing=True)).one()
        assert (row.item_id, row.attempts, row.dead_at is not None) == (poison, tries, tries == 5)
        assert len(stumbles.dead(session, limit=9)) == (tries == 5)
        assert row.error is not None
        assert "division by zero" in row.error
        loop.round(session, now)  # not due yet: no try is counted
        assert row.attempts == tries
        now += timedelta(minutes=10)
    loop.round(session, now + DAY)
    assert [row.item_id for row in stumbles.dead(session, limit=9)] == [poison]
    monkeypatch.setattr(*loop.step, usual)
    assert stumbles.revive(session, row.task, poison)
    loop.round(session, now + DAY)
    assert loop.left(session) == []
    assert stumbles.dead(session, limit=9) == []


def test_what_is_done_at_another_try_is_forgotten(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    parcels(session)
    usual, broken = services.fold_locked, [True]

    def once(session: Session, ids: Sequence[int], **kwargs: Any) -> Any:
        if broken[0]:
            raise LookupError("not yet")
        return usual(session, ids, **kwargs)

    monkeypatch.setattr(services, "fold_locked", once)
    fold_dirty(session, now=LATER)
    assert len(session.scalars(select(Stumble)).all()) == ITEMS
    broken[0] = False
    fold_dirty(session, now=LATER)
    assert len(session.scalars(select(Stumble)).all()) == ITEMS
    fold_dirty(session, now=LATER + timedelta(seconds=1))
    assert session.scalars(select(Stumble)).all() == []
    assert not stumbles.revive(session, "fold_shipments", 1)


def test_two_that_stumble_over_one_at_once_are_two_tries(committed: sessionmaker[Session]) -> None:
    def tried(_number: int) -> None:
        with committed() as session, transaction(session):
            stumbles.note(session, "fold_shipments", 1, LookupError("not yet"), now=LATER)

    tried(0)
    at_once(4, tried)
    with committed() as session:
        row = session.scalars(select(Stumble)).one()
        assert (row.attempts, row.dead_at) == (5, LATER)
