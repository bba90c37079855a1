"""Work that waits is done in small units: one that fails is named, tried again and at last dead, and stops no other."""

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session, sessionmaker

from app.core import clock as core_clock
from app.core.db import transaction
from app.events import inbox, log
from app.events.kinds import EventKind, Listener
from app.events.models import DomainEvent, InboxRow, ListenerRow
from app.events.tries import CHUNK, LEASE
from app.jobs import engine, rounds

NOW = datetime(2027, 3, 1, 10, 0, tzinfo=UTC)  # the rows are made by the database's clock, which is behind this one
POISON = 37
DELIVERIES = 3 * CHUNK


class Clock:
    """The jobs' clock, set by hand."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock(committed: sessionmaker[Session], monkeypatch: pytest.MonkeyPatch) -> Clock:
    """The worker's database is the test's, and its time is what the test says."""
    made = Clock()
    monkeypatch.setattr(rounds, "utcnow", made)
    monkeypatch.setattr(engine, "database", lambda: SimpleNamespace(sessions=committed))
    # However long the machine takes for it, a round goes on to its end.
    monkeypatch.setattr(core_clock, "time", SimpleNamespace(monotonic=lambda: 0.0))
    return made


@pytest.fixture
def delivered(committed: sessionmaker[Session]) -> None:
    with committed() as session, transaction(session):
        for number in range(DELIVERIES):
            key = {"endpoint": "oms:generic", "delivery_key": str(number), "headers": {}}
            inbox.store(session, body=str(number).encode(), now=NOW, **key)


@pytest.fixture
def happened(committed: sessionmaker[Session]) -> None:
    with committed() as session, transaction(session):
        for number in range(DELIVERIES):
            log.append(session, EventKind.SHIPMENT_DELIVERED, order_id=None, payload={"n": number}, now=NOW)


def breaks(session: Session) -> None:
    """An error that the database itself raises, as a broken row would."""
    session.execute(select(1 / (func.length("") * 1)))


def understood(session: Session, ids: Sequence[int], *, now: datetime) -> int:
    def take(session: Session, row: InboxRow) -> None:
        if row.body == str(POISON).encode():
            breaks(session)

    return inbox.work(session, ids, take, now=now)


def listening(listener: Listener, *, spoils_all: bool = False) -> rounds.Work:
    def handle_events(session: Session, ids: Sequence[int], *, now: datetime) -> int:
        def prepare(session: Session, events: Sequence[DomainEvent]) -> log.Handle:
            if spoils_all and any(event.payload["n"] == POISON for event in events):
                breaks(session)
            return lambda event: breaks(session) if event.payload["n"] == POISON else None

        return log.work(session, listener, ids, prepare, now=now)

    return handle_events


Left = Callable[[Session], list[tuple[int, str | None, bool]]]


def deliveries_left(session: Session) -> list[tuple[int, str | None, bool]]:
    rows = session.scalars(select(InboxRow).where(InboxRow.state != "done")).all()
    return [(row.attempts, row.error, row.state == "dead") for row in rows]


def events_left(listener: Listener) -> Left:
    def left(session: Session) -> list[tuple[int, str | None, bool]]:
        rows = session.scalars(select(ListenerRow).where(ListenerRow.listener == listener)).all()
        return [(row.attempts, row.error, row.dead_at is not None) for row in rows]

    return left


LOOPS: list[tuple[str, Callable[[], None], Left]] = [
    ("deliveries", lambda: rounds.understand("oms", understood), deliveries_left),
    *(
        (f"{listener}{'-together' * spoils}", lambda one=listener, all=spoils: _hear(one, all), events_left(listener))
        for listener in Listener
        for spoils in (False, True)
    ),
]


def _hear(listener: Listener, spoils_all: bool) -> None:
    rounds.handle_events(listener, listening(listener, spoils_all=spoils_all), at_once=CHUNK)


@pytest.mark.parametrize(("run", "left"), [loop[1:] for loop in LOOPS], ids=[loop[0] for loop in LOOPS])
def test_a_poisoned_item_is_dead_after_five_tries_and_its_neighbours_are_done_in_the_first_round(
    run: Callable[[], None], left: Left, clock: Clock, committed: sessionmaker[Session], delivered: None, happened: None
) -> None:
    run()
    with committed() as session:
        ((tries, why, dead),) = left(session)
    assert (tries, dead) == (1, False)
    assert why is not None
    assert why.startswith("DataError: ")
    assert "division by zero" in why
    for tries in range(2, 6):
        run()  # nothing is due: no try is counted
        clock.now += timedelta(minutes=10)
        run()
        with committed() as session:
            assert [(one[0], one[2]) for one in left(session)] == [(tries, tries == 5)]
    clock.now += timedelta(days=1)
    run()
    with committed() as session:
        assert [(one[0], one[2]) for one in left(session)] == [(5, True)]


def test_pauses_between_tries_grow(clock: Clock, committed: sessionmaker[Session], delivered: None) -> None:
    waits = []
    for _ in range(4):
        rounds.understand("oms", understood)
        with committed() as session:
            due = session.scalars(select(InboxRow.next_try_at).where(InboxRow.state == "new")).one()
            awake = text("select scheduled_at from procrastinate_jobs where task_name = 'understand_oms'")
            assert due in session.scalars(awake).all()
        waits.append((due - clock.now).total_seconds())
        clock.now = due
    assert waits == [1, 10, 60, 600]


def test_what_ends_its_worker_ends_nobody_elses_try(
    clock: Clock, committed: sessionmaker[Session], delivered: None
) -> None:
    """The worker dies between taking rows and doing them; each is then taken alone, until the one at fault is dead."""
    with committed() as session, transaction(session):
        taken = inbox.lease(session, "oms", now=NOW)
    assert len(taken) == CHUNK
    with committed() as session, transaction(session):
        others = inbox.lease(session, "oms", now=NOW)
    assert set(others).isdisjoint(taken)
    later = NOW + LEASE
    with committed() as session, transaction(session):
        assert inbox.lease(session, "oms", now=later) == taken[:1]
        assert inbox.lease(session, "oms", now=later) == taken[1:2]


def test_an_event_that_was_tried_is_taken_alone_too(
    clock: Clock, committed: sessionmaker[Session], happened: None
) -> None:
    with committed() as session, transaction(session):
        taken = log.lease(session, Listener.NOTIFY, now=NOW)
        assert len(taken) == CHUNK
        assert set(log.lease(session, Listener.NOTIFY, now=NOW)).isdisjoint(taken)
        assert log.lease(session, Listener.NOTIFY, now=NOW + LEASE) == taken[:1]
        assert len(log.lease(session, Listener.WEBHOOKS, now=NOW)) == CHUNK


def test_an_event_that_must_wait_has_not_failed(clock: Clock, committed: sessionmaker[Session], happened: None) -> None:
    at = NOW + timedelta(seconds=2)

    def handle_events(session: Session, ids: Sequence[int], *, now: datetime) -> int:
        def handle(_event: DomainEvent) -> None:
            if clock.now < at:
                raise log.Later(at)

        return log.work(session, Listener.NOTIFY, ids, lambda _session, _events: handle, now=now)

    rounds.handle_events(Listener.NOTIFY, handle_events)
    left = events_left(Listener.NOTIFY)
    with committed() as session:
        assert left(session) == [(0, None, False)] * DELIVERIES
    clock.now = at
    rounds.handle_events(Listener.NOTIFY, handle_events)
    with committed() as session:
        assert left(session) == []


def refused(work: Callable[[Session, Sequence[int], datetime], int]) -> Callable[..., int]:
    """What is done at first cannot be committed; later it can."""

    def done(session: Session, ids: Sequence[int], *, now: datetime) -> int:
        many = work(session, ids, now)
        if now == NOW:
            raise RuntimeError("the commit was refused")
        return many

    return done


def events_well(session: Session, ids: Sequence[int], now: datetime) -> int:
    return log.work(session, Listener.RETURNS, ids, lambda _session, _events: lambda _event: None, now=now)


def deliveries_well(session: Session, ids: Sequence[int], now: datetime) -> int:
    return inbox.work(session, ids, lambda _session, _row: None, now=now)


@pytest.mark.parametrize(
    ("run", "left"),
    [
        (lambda: rounds.handle_events(Listener.RETURNS, refused(events_well)), events_left(Listener.RETURNS)),
        (lambda: rounds.understand("oms", refused(deliveries_well)), deliveries_left),
    ],
    ids=["events", "deliveries"],
)
def test_rows_whose_transaction_cannot_be_committed_are_tried_again_with_the_reason(
    run: Callable[[], None], left: Left, clock: Clock, committed: sessionmaker[Session], happened: None, delivered: None
) -> None:
    run()
    with committed() as session:
        assert left(session) == [(1, "RuntimeError: the commit was refused", False)] * DELIVERIES
    clock.now += timedelta(seconds=1)
    run()
    with committed() as session:
        assert left(session) == []


def test_work_that_is_long_lets_others_have_the_place(
    clock: Clock, committed: sessionmaker[Session], happened: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    seconds = iter(range(0, 100_000, 30))
    monkeypatch.setattr(core_clock, "time", SimpleNamespace(monotonic=lambda: next(seconds)))
    rounds.handle_events(Listener.RETURNS, listening(Listener.RETURNS))
    with committed() as session:
        assert len(events_left(Listener.RETURNS)(session)) == DELIVERIES - CHUNK


def test_a_person_has_a_dead_event_heard_again_or_sets_it_aside(
    clock: Clock, committed: sessionmaker[Session], happened: None
) -> None:
    with committed() as session, transaction(session):
        ids = session.scalars(select(ListenerRow.event_id).where(ListenerRow.listener == "notify")).all()[:3]
        for event_id in ids[:2]:
            session.get_one(ListenerRow, (event_id, "notify"), with_for_update=True).dead_at = NOW
    with committed() as session, transaction(session):
        assert log.revive(session, ids[0], Listener.NOTIFY, now=NOW)
        assert log.set_aside(session, ids[1], Listener.NOTIFY)
        assert not log.revive(session, ids[2], Listener.NOTIFY, now=NOW)
        assert not log.set_aside(session, ids[2], Listener.NOTIFY)
    with committed() as session:
        left = session.scalars(
            select(ListenerRow.event_id).where(ListenerRow.listener == "notify", ListenerRow.dead_at.is_(None))
        )
        assert ids[1] not in set(left.all())
        assert session.get_one(ListenerRow, (ids[0], "notify")).attempts == 0


@pytest.fixture(autouse=True)
def _quiet(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """Hundreds of expected failures need not be printed."""
    with caplog.at_level("CRITICAL"):
        yield
