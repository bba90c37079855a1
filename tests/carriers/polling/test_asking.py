"""Asking: one number's trouble, or one carrier's, is its own; what was answered before it is kept."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session, sessionmaker

from app import providers
from app.carriers.polling.asking import ROUND, TrackingRequest, ask
from app.core.errors import ProviderRejected, ProviderUnavailable
from app.jobs import carriers as jobs
from app.tracking.models import Shipment, TrackingEvent
from app.tracking.ports import ReportError, TrackingReport
from tests.carriers.conftest import shipped
from tests.carriers.sources import NOW, Clock, Source, poll, report

NUMBERS = [f"1Z{at:016}" for at in range(5)]
AWAY = ProviderUnavailable("ups answers 503.")


def parcels(session: Session, *numbers: str) -> list[Shipment]:
    """Shipments of these numbers that wait for their turn."""
    then = NOW - timedelta(days=2)
    return [shipped(session, carrier="ups", number=one, now=then, order=f"1{one}") for one in numbers]


def questions(*numbers: str) -> list[TrackingRequest]:
    return [TrackingRequest("ups", "ups", (number,)) for number in numbers]


def told(*numbers: str) -> list[TrackingReport]:
    return [report(number=number) for number in numbers]


def test_one_failing_number_of_many_delays_only_itself(session: Session) -> None:
    made = parcels(session, *NUMBERS)
    source = Source("ups", *told(*NUMBERS), failure=AWAY, bad=NUMBERS[2], at_once=1)
    poll(session, source)
    assert [one.poll_failures for one in made] == [0, 0, 1, 0, 0]
    assert len(session.scalars(select(TrackingEvent)).all()) == 4


def test_what_was_answered_before_a_call_broke_is_kept(session: Session) -> None:
    made = parcels(session, *NUMBERS)
    source = Source("ups", *told(*NUMBERS), failure=AWAY, bad=NUMBERS[2])
    poll(session, source)
    assert [one.poll_failures for one in made] == [0, 0, 1, 1, 1]
    assert [one.poll_error for one in made[2:]] == ["ups answers 503."] * 3
    again = NOW + timedelta(minutes=3)
    poll(session, source, now=again)
    assert source.requests[1:] == [[NUMBERS[2]], [NUMBERS[3]], [NUMBERS[4]]], "who failed goes alone"
    assert [one.poll_failures for one in made] == [0, 0, 2, 0, 0]


def test_a_source_that_is_away_is_not_waited_for_number_by_number() -> None:
    source = Source("ups", failure=AWAY, at_once=1)
    answers = list(ask(source, questions(*NUMBERS), clock=Clock()))
    assert len(source.requests) == 3
    assert [list(answer.failures.values()) for answer in answers] == [[AWAY]] * 5


def test_a_slow_source_gets_its_time_and_the_rest_is_put_off() -> None:
    source = Source("ups", *told(*NUMBERS), at_once=1)
    answers = list(ask(source, questions(*NUMBERS), clock=Clock(step=ROUND / 2)))
    assert len(source.requests) == 1
    assert [answer.put_off for answer in answers] == [False, True, True, True, True]


@pytest.mark.parametrize(
    ("reports", "error", "words"),
    [
        ((), ProviderUnavailable, "The answer does not name this number."),
        (
            (TrackingReport("ups", NUMBERS[0], errors=(ReportError("151044", "No such number"),)),),
            ProviderRejected,
            "151044: No such number",
        ),
        ((TrackingReport("ups", "", errors=(ReportError("401", "Who?"),)),), ProviderRejected, "401: Who?"),
    ],
)
def test_an_answer_without_tracking_says_why(
    reports: tuple[TrackingReport, ...], error: type[Exception], words: str
) -> None:
    class Refusing(Source):
        def fetch(self, numbers: list[str]) -> Iterator[TrackingReport]:
            yield from reports

    (answer,) = ask(Refusing("ups"), questions(NUMBERS[0]), clock=Clock())
    failure = answer.failures[NUMBERS[0]]
    assert (type(failure), str(failure)) == (error, words)


def test_an_answer_that_breaks_our_reading_is_that_numbers_trouble() -> None:
    source = Source("ups", *told(*NUMBERS), failure=KeyError("shipment"), bad=NUMBERS[0], at_once=1)
    first, second = ask(source, questions(*NUMBERS[:2]), clock=Clock())
    assert str(first.failures[NUMBERS[0]]) == "Its answer cannot be taken (KeyError)."
    assert second.reports


@pytest.fixture
def working(committed: sessionmaker[Session], monkeypatch: pytest.MonkeyPatch) -> dict[str, Source]:
    """The worker's jobs on the test database, with these sources to be asked."""
    sources: dict[str, Source] = {}
    monkeypatch.setattr(jobs, "work_session", committed)
    monkeypatch.setattr(jobs, "utcnow", lambda: NOW)
    monkeypatch.setattr(jobs, "in_force", lambda: None)
    monkeypatch.setattr(providers, "tracking_sources", lambda settings: sources)
    return sources


def test_an_answer_that_cannot_be_stored_leaves_the_others_alone(
    committed: sessionmaker[Session], working: dict[str, Source]
) -> None:
    with committed() as session:
        parcels(session, *NUMBERS)
        session.commit()
    poison = report(number=NUMBERS[1])
    working["ups"] = Source("ups", *told(NUMBERS[0], *NUMBERS[2:]), poisoned(poison), at_once=1)
    jobs.poll_source("ups")
    with committed() as session:
        rows = session.scalars(select(Shipment).order_by(Shipment.id)).all()
    assert [one.poll_failures for one in rows] == [0, 1, 0, 0, 0]
    assert rows[1].poll_error == "Its answer cannot be kept (DataError)."


def test_each_source_is_asked_by_a_job_of_its_own(committed: sessionmaker[Session], working: dict[str, Source]) -> None:
    with committed() as session:
        for at, carrier in enumerate(("ups", "gls")):
            shipped(session, carrier=carrier, number=NUMBERS[at], now=NOW - timedelta(days=2), order=f"2{at}")
        session.commit()
    working["ups"], working["gls"] = Source("ups"), Source("gls")
    jobs.poll_carriers()
    jobs.poll_carriers()
    query = "select lock, args ->> 'about' from procrastinate_jobs where task_name = 'poll_source' order by 1"
    with committed() as session:
        waiting = [tuple(row) for row in session.execute(text(query))]
    assert waiting == [("poll_source:gls", "gls"), ("poll_source:ups", "ups")]


def poisoned(clean: TrackingReport) -> TrackingReport:
    """The same report with a text that PostgreSQL cannot keep."""
    return replace(clean, events=(replace(clean.events[0], description="\x00"),))
