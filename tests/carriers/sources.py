"""A carrier for tests that answers what it was given, and how it is polled."""

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from sqlalchemy.orm import Session

from app.carriers.polling import polling
from app.carriers.polling.asking import AskOutcome, TrackingRequest, ask
from app.tracking.ports import ReportedEvent, TrackingReport
from app.tracking.states import ShipmentState, TimeQuality

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
NUMBER = "1Z999AA10123456784"
MINUTE = timedelta(minutes=1)


class Source:
    """A carrier that answers what it was given, up to the number at which it stumbles."""

    def __init__(
        self, name: str, *reports: TrackingReport, failure: Exception | None = None, bad: str = "", at_once: int = 10
    ) -> None:
        self.name, self.reports, self.failure, self.bad, self.at_once = name, reports, failure, bad, at_once
        self.requests: list[list[str]] = []

    def fetch(self, numbers: list[str]) -> Iterator[TrackingReport]:
        self.requests.append(numbers)
        for number in numbers:
            if self.failure and self.bad in ("", number):
                raise self.failure
            yield from (report for report in self.reports if report.number == number)


class Even(random.Random):
    """Chance that spreads nothing."""

    def uniform(self, a: float, b: float) -> float:
        return (a + b) / 2


class Clock:
    """A clock that goes on by ``step`` whenever it is looked at."""

    def __init__(self, step: timedelta = timedelta(0)) -> None:
        self.now, self.step = NOW - step, step

    def __call__(self) -> datetime:
        self.now += self.step
        return self.now


def report(
    carrier: str = "ups", number: str = NUMBER, status: ShipmentState = ShipmentState.DELIVERED
) -> TrackingReport:
    event = ReportedEvent(
        carrier=carrier,
        number=number,
        status=status,
        description="DELIVERED",
        occurred_raw="2026-11-22T08:00:00+01:00",
        occurred_at=NOW - timedelta(hours=2),
        zone="Europe/Madrid",
        time_quality=TimeQuality.OFFSET,
        code="D",
    )
    return TrackingReport(carrier=carrier, number=number, status=status, events=(event,))


def due(
    session: Session, source: str = "ups", *, now: datetime = NOW, at_once: int = 100, budget: int = 60
) -> list[TrackingRequest]:
    """What is claimed for a source, when it is the only one that can be asked."""
    return polling.claim_due(session, source=source, able={source}, at_once=at_once, budget=budget, now=now)


def poll(session: Session, source: Source, *, now: datetime = NOW, clock: Clock | None = None) -> list[AskOutcome]:
    """One round of questions, each answer kept."""
    questions = due(session, source.name, now=now, at_once=source.at_once)
    answers = list(ask(source, questions, clock=clock or Clock()))
    for answer in answers:
        polling.take(session, answer, now=now, chance=Even())
    return answers
