"""Asking a carrier or aggregator, call by call, so that what fails is one call and never the answers before it."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import structlog

from app.core import failpoints
from app.core.errors import ProviderError, ProviderRejected, ProviderUnavailable
from app.tracking.ports import TrackingReport, TrackingSource

# What one round of questions to a source may take: a hint that comes meanwhile waits no longer than this.
ROUND = timedelta(seconds=30)
# So many calls that failed, and none that was answered: the source is away, and its time-outs are not waited for.
AWAY_AFTER = 3
NOT_NAMED = "The answer does not name this number."

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class TrackingRequest:
    """What goes into one call: numbers of one carrier, and at whom they are asked about."""

    carrier: str
    source: str
    numbers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AskOutcome:
    """What came of one call: reports, and why there is none for each other number. ``put_off``: it was not made."""

    question: TrackingRequest
    reports: tuple[TrackingReport, ...] = ()
    failures: dict[str, ProviderError] = field(default_factory=dict)
    put_off: bool = False


def ask(
    source: TrackingSource, questions: Sequence[TrackingRequest], *, clock: Callable[[], datetime]
) -> Iterator[AskOutcome]:
    """Put the questions one after the other; holds no transaction and raises nothing of what the source does.

    After ``ROUND`` the rest is put off. Once the source shows itself away, the rest fails with it, unasked.
    """
    until = clock() + ROUND
    answered = False
    away: list[ProviderError] = []
    for question in questions:
        # The rest would only wait for its time-outs, and keep others' turns waiting.
        if len(away) >= AWAY_AFTER and not answered:
            yield AskOutcome(question, failures=dict.fromkeys(question.numbers, away[-1]))
            continue
        if clock() >= until:
            yield AskOutcome(question, put_off=True)
            continue
        reports, error = _call(source, question)
        answered = answered or bool(reports)
        away += [error] if error else []
        yield AskOutcome(question, reports, _failures(question, reports, error))


def not_kept(answer: AskOutcome, error: Exception) -> AskOutcome:
    """The same call as one that failed, because what was answered cannot be stored."""
    refusal = ProviderRejected(f"Its answer cannot be kept ({type(error).__name__}).")
    return AskOutcome(answer.question, failures=dict.fromkeys(answer.question.numbers, refusal))


def _call(source: TrackingSource, question: TrackingRequest) -> tuple[tuple[TrackingReport, ...], ProviderError | None]:
    """What was answered, up to the failure if there is one."""
    reports: list[TrackingReport] = []
    try:
        with failpoints.around("call", f"{question.source}:fetch"):
            reports.extend(source.fetch(list(question.numbers)))
    except ProviderError as error:
        _note(question, error)
        return tuple(reports), error
    except Exception as error:  # whatever a carrier's answer provokes is that carrier's trouble
        log.exception("a carrier's answer cannot be taken", carrier=question.carrier, source=question.source)
        return tuple(reports), ProviderUnavailable(f"Its answer cannot be taken ({type(error).__name__}).")
    return tuple(reports), None


def _failures(
    question: TrackingRequest, reports: Sequence[TrackingReport], error: ProviderError | None
) -> dict[str, ProviderError]:
    """Why each number that has no answer has none: the call failed, the carrier refused, or it said nothing of it."""
    answered = {report.number: report for report in reports if report.events or not report.errors}
    refused = {report.number: _refusal(report) for report in reports if report.errors and not report.events}
    general = error or refused.get("") or ProviderUnavailable(NOT_NAMED, code="not_named")
    return {number: refused.get(number, general) for number in question.numbers if number not in answered}


def _refusal(report: TrackingReport) -> ProviderError:
    first = report.errors[0]
    return ProviderRejected(f"{first.code}: {first.message}", code=first.code)


def _note(question: TrackingRequest, error: ProviderError) -> None:
    log.warning(
        "a carrier could not be asked",
        carrier=question.carrier,
        source=question.source,
        numbers=len(question.numbers),
        code=error.code,
        reason=str(error),
    )
