"""Polling closes the gaps that pushes leave: which shipments to ask about, and what is kept of each answer."""

import random
from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import chain

from sqlalchemy.orm import Session

from app.carriers.polling.asking import AskOutcome, TrackingRequest
from app.carriers.polling.shipped_names import under
from app.carriers.registry import carrier as carrier_named
from app.core.queue import defer
from app.tracking import turns
from app.tracking.services import record_report
from app.tracking.turns import claim_turns, due_carriers, hold_turns

JOB = "poll_carriers"
# E-11 asks for a budget: after an outage a carrier gets its questions by and by.
BUDGET = 60


def due_sources(session: Session, *, able: Iterable[str], now: datetime) -> list[str]:
    """The carriers and aggregators that have something to be asked now."""
    named = {source_for(carrier, set(able)) for carrier in due_carriers(session, now=now)}
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
    for carrier in due_carriers(session, now=now):
        if source_for(carrier, sources) != source:
            continue
        fresh, failed = claim_turns(session, carrier, budget=budget, now=now)
        questions += [TrackingRequest(carrier, source, call) for call in _calls(fresh, at_once)]
        alone += [TrackingRequest(carrier, source, call) for call in _calls(failed, 1)]
    return questions + alone


def source_for(carrier: str, able: set[str]) -> str | None:
    """The carrier itself where it can be asked, else who knows its family, else an aggregator, else nobody."""
    if carrier in able:
        return carrier
    declared = [declaration for name in sorted(able) if (declaration := carrier_named(name)) is not None]
    family = (
        candidate.name for candidate in declared if candidate.stands_for and carrier.startswith(candidate.stands_for)
    )
    aggregators = (candidate.name for candidate in declared if candidate.many)
    # Whoever is nearest to the parcel: an aggregator only repeats what the carrier said.
    return next(chain(family, aggregators), None)


def take(session: Session, answer: AskOutcome, *, now: datetime, chance: random.Random | None = None) -> int:
    """Keep one answer: its events under the carrier's name that we asked with, and each number's next turn.

    Gives how many events were new. The shipments are locked first, by id, as whoever records scans locks them.
    """
    spread = chance or random.Random()  # noqa: S311 - spreads turns, hides nothing
    settle = hold_turns(session, answer.question.carrier, answer.question.numbers, chance=spread, now=now)
    source, numbers = f"poll:{answer.question.source}", set(answer.question.numbers)
    fresh = 0
    for report in answer.reports:
        # An answer may speak of other parcels, which nobody has locked here.
        if report.number in numbers:
            ours = under(report, answer.question.carrier)
            fresh += sum(record_report(session, ours, source=source, complete=True, now=now))
    settle(answer.failures, answer.put_off)
    return fresh


def ask_soon(session: Session, numbers: Iterable[str], *, now: datetime) -> int:
    """Somebody hints at news of these numbers: their shipments are due at once. Gives how many there are."""
    count = turns.ask_soon(session, numbers, now=now)
    if count:
        defer(session, JOB, queueing_lock=JOB)
    return count


def _calls(numbers: Sequence[str], at_once: int) -> list[tuple[str, ...]]:
    """The numbers, each once, so many to a call."""
    distinct = list(dict.fromkeys(numbers))
    return [tuple(distinct[start : start + at_once]) for start in range(0, len(distinct), at_once)]
