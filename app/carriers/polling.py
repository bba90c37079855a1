"""Polling closes the gaps that pushes leave: which shipments to ask about, and what is done with the answers."""

import random
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Select, case, func, or_, select, update
from sqlalchemy.orm import Session

from app.carriers.shipped_names import under
from app.errors import ProviderError
from app.queue import defer
from app.tracking.models import Shipment
from app.tracking.ports import TrackingReport, TrackingSource
from app.tracking.services import record_report

JOB = "poll_carriers"
QUIET, QUIET_EXPRESS = timedelta(hours=24), timedelta(hours=12)
EXPRESS = ("express", "24h", "paq 24", "next day", "urgent", "10:30")
EARLY = 0.85
BUDGET = 60
AGGREGATORS = ("aftership", "easypost")


@dataclass(frozen=True, slots=True)
class Asked:
    """Numbers of one carrier that are to be asked about now, and at whom."""

    carrier: str
    source: str
    numbers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of one question: reports, or the failure."""

    asked: Asked
    reports: tuple[TrackingReport, ...] = ()
    failure: ProviderError | None = None


def claim_due(
    session: Session,
    *,
    sources: Iterable[str],
    now: datetime,
    budget: int = BUDGET,
    chance: random.Random | None = None,
) -> list[Asked]:
    """Live shipments without news for a day (express: half a day), or asked for; their next turn is set at once.

    At most ``budget`` numbers a carrier; turns are spread by a fifth so that they do not come all together.
    Commit, ask with ``ask``, then ``take_answers`` in a new transaction.
    """
    able, spread = set(sources), chance or random.Random()  # noqa: S311 - spreads turns, hides nothing
    asked = []
    for carrier in session.scalars(_due(now).with_only_columns(Shipment.carrier).distinct()).all():
        source = source_for(carrier or "", able)
        if carrier is None or source is None:
            continue
        rows = _due(now).where(Shipment.carrier == carrier).order_by(Shipment.next_poll_at.nulls_last(), Shipment.id)
        shipments = session.scalars(rows.limit(budget).with_for_update(skip_locked=True)).all()
        for shipment in shipments:
            shipment.polled_at = now
            shipment.next_poll_at = now + _pause(shipment) * spread.uniform(0.9, 1.1)
        numbers = tuple(dict.fromkeys(shipment.number for shipment in shipments if shipment.number))
        if numbers:
            asked.append(Asked(carrier, source, numbers))
    return asked


def source_for(carrier: str, able: set[str]) -> str | None:
    """The carrier itself where it can be asked, else an aggregator, else nobody."""
    direct = [carrier, *(["dhl_universal"] if carrier.startswith("dhl") else [])]
    return next((name for name in (*direct, *AGGREGATORS) if name in able), None)


def ask(sources: Mapping[str, TrackingSource], asked: Iterable[Asked]) -> list[Answer]:
    """Put the questions to the carriers; holds no transaction. A carrier that fails does not stop the others."""
    answers = []
    for question in asked:
        try:
            reports = sources[question.source].fetch(list(question.numbers))
        except ProviderError as error:
            answers.append(Answer(question, failure=error))
        else:
            answers.append(Answer(question, reports=tuple(reports)))
    return answers


def take_answers(session: Session, answers: Iterable[Answer], *, now: datetime) -> int:
    """Record the answers under the carriers' names that we asked with; gives how many events were new."""
    fresh = 0
    for answer in answers:
        source, wanted = f"poll:{answer.asked.source}", set(answer.asked.numbers)
        for report in answer.reports:
            if report.number in wanted:
                ours = under(report, answer.asked.carrier)
                fresh += sum(record_report(session, ours, source=source, complete=True, now=now))
    return fresh


def ask_soon(session: Session, numbers: Iterable[str], *, now: datetime) -> int:
    """Somebody hints at news of these numbers: their shipments are due at once. Gives how many there are."""
    statement = (
        update(Shipment)
        .where(Shipment.number.in_(set(numbers)), Shipment.finished_at.is_(None))
        .values(next_poll_at=now, polled_at=None)
    )
    marked: int = session.connection().execute(statement).rowcount
    if marked:
        defer(session, JOB, queueing_lock=JOB)
    return marked


def _due(now: datetime) -> Select[Shipment]:
    """Due by their turn, and silent for their pause since the last news or question, unless never asked."""
    silent = func.coalesce(func.greatest(Shipment.news_at, Shipment.polled_at), Shipment.created_at)
    pause = case((_express(), QUIET_EXPRESS * EARLY), else_=QUIET * EARLY)
    return select(Shipment).where(
        Shipment.finished_at.is_(None),
        Shipment.number.is_not(None),
        Shipment.carrier.is_not(None),
        func.coalesce(Shipment.next_poll_at, now) <= now,
        or_(Shipment.polled_at.is_(None), silent <= now - pause),
    )


def _express() -> ColumnElement[bool]:
    named = func.concat_ws(" ", Shipment.carrier, Shipment.service)
    return or_(*(named.ilike(f"%{word}%") for word in EXPRESS))


def _pause(shipment: Shipment) -> timedelta:
    words = f"{shipment.carrier} {shipment.service}".lower()
    return QUIET_EXPRESS if any(word in words for word in EXPRESS) else QUIET
