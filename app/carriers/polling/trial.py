"""Asking a carrier whether our credentials are right, by a number that is no parcel's or without any."""

import re

import structlog

from app.core import failpoints
from app.core.errors import ProviderError, ProviderRejected
from app.core.trials import TrialOutcome, TrialWord, outcome
from app.tracking.ports import GreetingSource, TrackingSource

# A number as carriers print it in their manuals; whatever they say to it, they have let us in.
NOBODYS = "00340434161094021501"
# How carriers word it that they did not: karrio hands on their own codes and sentences.
_REFUSAL = re.compile(
    r"\b40[13]\b|unauthori|forbidden|credential|api.?key|access.?token|invalid.?client|authenticat|not.?subscribed",
    re.I,
)

log = structlog.get_logger()


def try_out(source: TrackingSource) -> TrialOutcome:
    """What it says to us."""
    try:
        with failpoints.around("call", f"{source.name}:trial:fetch"):
            if isinstance(source, GreetingSource):
                source.greet()
                return outcome(TrialWord.WORKS)
            reports = list(source.fetch([NOBODYS]))
    except ProviderRejected as error:
        return outcome(TrialWord.REFUSED, answer=error)
    except ProviderError as error:
        return outcome(TrialWord.NOT_REACHED, answer=error)
    except Exception as error:  # whatever a carrier's answer provokes is that carrier's trouble
        log.exception("a carrier's answer to a trial cannot be taken", carrier=source.name)
        return outcome(TrialWord.ODD_ANSWER, answer=type(error).__name__)
    words = [f"{error.code} {error.message}" for report in reports for error in report.errors]
    refusal = next((line for line in words if _REFUSAL.search(line)), None)
    if refusal is not None:
        return outcome(TrialWord.REFUSED, answer=refusal)
    return outcome(TrialWord.ANSWERS, answer=words[0]) if words else outcome(TrialWord.WORKS)
