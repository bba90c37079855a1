"""Polling closes the gaps that pushes leave: which shipments to ask about, and what is kept of each answer."""

import random
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from itertools import chain

from sqlalchemy import ColumnElement, Select, case, func, or_, select, update
from sqlalchemy.orm import Session

from app.carriers.polling.asking import AskOutcome, TrackingRequest
from app.carriers.polling.shipped_names import under
from app.carriers.registry import carrier as carrier_named
from app.core.errors import ProviderError
from app.core.queue import defer
from app.tracking.models import Shipment
from app.tracking.services import record_report

JOB = "poll_carriers"
QUIET, QUIET_EXPRESS = timedelta(hours=24), timedelta(hours=12)
EXPRESS = ("express", "24h", "paq 24", "next day", "urgent", "10:30")
EARLY = 0.85
# A number that had no answer is asked about again after these, then at its usual pace: most troubles are short, and a
# number that its carrier does not know yet (a label just printed) is known within the hour.
PAUSES = (timedelta(minutes=2), timedelta(minutes=5), timedelta(minutes=15), timedelta(minutes=60))
# Longer than a round of questions with its last call's time-outs: only a worker that died leaves it to run out.
LEASE = timedelta(minutes=3)
BUDGET = 60


def due_sources(session: Session, *, able: Iterable[str], now: datetime) -> list[str]:
    """The carriers and aggregators that have something to be asked now."""
    carriers = session.scalars(_due(now).with_only_columns(Shipment.carrier).distinct())
    named = {source_for(carrier or "", set(able)) for carrier in carriers}
    return sorted(name for name in named if name)


def claim_due(
    session: Session, *, source: str, able: Iterable[str], at_once: int, now: datetime, budget: int = BUDGET
) -> list[TrackingRequest]:
    """Live shipments whose turn it is at ``source``, as calls of at most ``at_once`` numbers, leased to this caller.

    Due is who had no news for a day (express: half a day), who is hinted at, and who had no answer a while ago. At
    most ``budget`` numbers a carrier. A number that failed goes alone and last: it cannot fail another's call.
    Commit, ``ask``, and ``take`` each answer in a transaction of its own.
    """
    sources, questions, alone = set(able), list[TrackingRequest](), list[TrackingRequest]()
    for carrier in session.scalars(_due(now).with_only_columns(Shipment.carrier).distinct()).all():
        if carrier is None or source_for(carrier, sources) != source:
            continue
        order = (Shipment.poll_failures, Shipment.next_poll_at.nulls_last(), Shipment.id)
        rows = _due(now).where(Shipment.carrier == carrier).order_by(*order).limit(budget)
        shipments = session.scalars(rows.with_for_update(skip_locked=True, key_share=True)).all()
        for shipment in shipments:
            shipment.asked_at, shipment.next_poll_at = now, now + LEASE
        failed = [one.number for one in shipments if one.number and one.poll_failures]
        fresh = [one.number for one in shipments if one.number and one.number not in failed]
        questions += [TrackingRequest(carrier, source, call) for call in _calls(fresh, at_once)]
        alone += [TrackingRequest(carrier, source, call) for call in _calls(failed, 1)]
    return questions + alone


def source_for(carrier: str, able: set[str]) -> str | None:
    """The carrier itself where it can be asked, else who knows its family, else an aggregator, else nobody."""
    if carrier in able:
        return carrier
    declared = [found for name in sorted(able) if (found := carrier_named(name)) is not None]
    family = (one.name for one in declared if one.stands_for and carrier.startswith(one.stands_for))
    aggregators = (one.name for one in declared if one.many)
    return next(chain(family, aggregators), None)


def take(session: Session, answer: AskOutcome, *, now: datetime, chance: random.Random | None = None) -> int:
    """Keep one answer: its events under the carrier's name that we asked with, and each number's next turn.

    Gives how many events were new. The shipments are locked first, by id, as whoever records scans locks them.
    """
    shipments = _locked(session, answer.question)
    source, wanted = f"poll:{answer.question.source}", set(answer.question.numbers)
    fresh = 0
    for report in answer.reports:
        if report.number in wanted:
            ours = under(report, answer.question.carrier)
            fresh += sum(record_report(session, ours, source=source, complete=True, now=now))
    spread = chance or random.Random()  # noqa: S311 - spreads turns, hides nothing
    for shipment in shipments:
        if answer.put_off:
            shipment.next_poll_at = now
        elif (error := answer.failures.get(shipment.number or "")) is not None:
            _failed(shipment, error, spread, now=now)
        else:
            _answered(shipment, spread, now=now)
    session.flush()
    return fresh


def ask_soon(session: Session, numbers: Iterable[str], *, now: datetime) -> int:
    """Somebody hints at news of these numbers: their shipments are due at once. Gives how many there are."""
    named = select(Shipment.id).where(Shipment.number.in_(set(numbers)), Shipment.finished_at.is_(None))
    ids = session.scalars(named.order_by(Shipment.id).with_for_update(key_share=True)).all()
    if ids:
        due = update(Shipment).where(Shipment.id.in_(ids)).values(next_poll_at=now, polled_at=None)
        session.execute(due, execution_options={"synchronize_session": False})
        defer(session, JOB, queueing_lock=JOB)
    return len(ids)


def _due(now: datetime) -> Select[Shipment]:
    """Due by their turn, and silent for their pause since the last news or answer, unless never answered."""
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


def _calls(numbers: Sequence[str], at_once: int) -> list[tuple[str, ...]]:
    """The numbers, each once, so many to a call."""
    told = list(dict.fromkeys(numbers))
    return [tuple(told[start : start + at_once]) for start in range(0, len(told), at_once)]


def _locked(session: Session, question: TrackingRequest) -> Sequence[Shipment]:
    mine = select(Shipment).where(Shipment.carrier == question.carrier, Shipment.number.in_(question.numbers))
    live = mine.where(Shipment.finished_at.is_(None)).order_by(Shipment.id)
    return session.scalars(live.with_for_update(key_share=True).execution_options(populate_existing=True)).all()


def _answered(shipment: Shipment, spread: random.Random, *, now: datetime) -> None:
    shipment.polled_at, shipment.next_poll_at = now, now + _pause(shipment) * spread.uniform(0.9, 1.1)
    shipment.poll_failures, shipment.poll_failing_since, shipment.poll_error = 0, None, None


def _failed(shipment: Shipment, error: ProviderError, spread: random.Random, *, now: datetime) -> None:
    """Asked again in minutes, with growing pauses; the reason stays until there is an answer."""
    pause = PAUSES[shipment.poll_failures] if shipment.poll_failures < len(PAUSES) else _pause(shipment)
    wished = timedelta(seconds=min(error.retry_after or 0.0, QUIET.total_seconds()))
    shipment.next_poll_at = now + max(pause * spread.uniform(0.9, 1.1), wished)
    shipment.poll_failing_since = shipment.poll_failing_since or now
    shipment.poll_failures, shipment.poll_error = shipment.poll_failures + 1, str(error)[:300]


def _pause(shipment: Shipment) -> timedelta:
    words = f"{shipment.carrier} {shipment.service}".lower()
    return QUIET_EXPRESS if any(word in words for word in EXPRESS) else QUIET
