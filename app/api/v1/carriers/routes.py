"""Carriers over HTTP: how each does, tests of one, and what their codes mean to the shop."""

from datetime import datetime, timedelta
from typing import Annotated, Any

from flask import current_app, url_for
from flask_babel import lazy_gettext as _l
from pydantic import BaseModel, Field
from sqlalchemy.orm import Session

from app.api.http.blueprint import api
from app.api.http.operations import Answer, Noted, Operation, acting, operation, same_names
from app.carriers import trials
from app.carriers.health import CarrierHealth, health
from app.carriers.queries import unknown_words
from app.core.clock import utcnow
from app.core.errors import NotFound
from app.core.web import settings
from app.tracking.meanings.table import LONGEST_CODE, LONGEST_WORDS, CarrierWord, history, say
from app.tracking.meanings.table import undo as take_back

READ, WRITE = "carriers:read", "carriers:write"
SINCE = timedelta(days=90)
WORD_EXAMPLE = {"carrier": "gls", "code": "35.40", "state": "delivered"}


class CarrierAnswer(BaseModel):
    """How a carrier does: ``source`` is who is asked about its parcels, None where nobody is.

    ``silent`` parcels had no news for three days; ``lag_s`` is from a scan to us, of half of them, ``lag_95_s`` of 95
    in 100. ``reasons`` are why ``failing`` parcels had no answer, with how many each.
    """

    carrier: str
    source: str | None
    push_open: bool
    pushed_at: datetime | None
    live: int
    silent: int
    failing: int
    failing_since: datetime | None
    asked_at: datetime | None
    answered_at: datetime | None
    next_at: datetime | None
    scan_at: datetime | None
    lag_s: int | None
    lag_95_s: int | None
    unknown: int
    reasons: dict[str, int]


class CarrierList(BaseModel):
    """Every carrier that is in use or connected."""

    carriers: list[CarrierAnswer]


class UnknownWordAnswer(BaseModel):
    """A code that means nothing to us, or the words of scans without a code; with one of its sentences."""

    carrier: str
    code: str | None
    words: str | None
    description: str
    count: int
    first_at: datetime
    last_at: datetime


class MeaningAnswer(BaseModel):
    """What somebody said of a word: a parcel's state, ``unknown`` for nothing, None where it was taken back.

    ``scans`` counts the old scans that followed so far; with ``done_at`` all of them have.
    """

    id: int
    carrier: str
    code: str | None
    words: str | None
    state: str | None
    made_by: str
    made_at: datetime
    scans: int
    done_at: datetime | None


class WordList(BaseModel):
    """Words of the last 90 days that nobody has explained, and what was said of words, the newest first."""

    unknown: list[UnknownWordAnswer]
    meanings: list[MeaningAnswer]


class WordDocument(BaseModel, extra="forbid"):
    """A word and what it means: ``code``, or ``words`` where scans bear no code; no ``state`` takes a meaning back."""

    carrier: Annotated[str, Field(strict=True, min_length=1, max_length=100)]
    code: Annotated[str, Field(strict=True, min_length=1, max_length=LONGEST_CODE)] | None = None
    words: Annotated[str, Field(strict=True, min_length=1, max_length=LONGEST_WORDS)] | None = None
    state: Annotated[str, Field(strict=True)] | None = None


class TrialDocument(BaseModel, extra="forbid"):
    """About which number a carrier is asked."""

    number: Annotated[str, Field(strict=True, min_length=1, max_length=60)]


class TrialAnswer(BaseModel):
    """A test of a carrier: ``raw`` is what it said, ``reports`` what was read of it; both empty until ``done_at``."""

    id: int
    carrier: str
    number: str
    made_at: datetime
    done_at: datetime | None
    source: str | None
    error: str | None
    raw: list[str]
    reports: list[dict[str, Any]]


@api.get("/carriers")
@operation(Operation(scope=READ, summary=_l("How carriers do"), answer=CarrierList))
def list_carriers(session: Session) -> Answer:
    """Tell every carrier."""
    rows = health(session, settings(), able=current_app.extensions["askable_carriers"](), now=utcnow())
    return Answer(CarrierList(carriers=[_carrier(row) for row in rows]))


@api.get("/carriers/words")
@operation(Operation(scope=READ, summary=_l("Carriers' codes: unexplained, and explained"), answer=WordList))
def list_words(session: Session) -> Answer:
    """Tell what is unknown, and what was said."""
    unknown = [
        UnknownWordAnswer(**same_names(UnknownWordAnswer, word))
        for word in unknown_words(session, since=utcnow() - SINCE)
    ]
    return Answer(WordList(unknown=unknown, meanings=[_meaning(row) for row in history(session)]))


@api.put("/carriers/words")
@operation(
    Operation(
        scope=WRITE,
        summary=_l("Say what a code means"),
        notes=_l("It holds for new scans at once, and for old ones by a job. What is still news is announced."),
        body=WordDocument,
        answer=MeaningAnswer,
        example=WORD_EXAMPLE,
        audit="carrier_word.explained",
    )
)
def put_word(session: Session, body: WordDocument) -> Answer:
    """Say what a word means."""
    word = CarrierWord(body.carrier, body.code, body.words)
    meaning = say(session, word, body.state, by=acting(), now=utcnow())
    return Answer(_meaning(meaning), noted=_noted(word, body.state))


@api.delete("/carriers/words/<int:meaning_id>")
@operation(
    Operation(
        scope=WRITE,
        summary=_l("Take the last meaning of a code back"),
        notes=_l("What was said of it before counts again."),
        status=204,
        audit="carrier_word.unexplained",
    )
)
def delete_word(session: Session, meaning_id: int) -> Answer:
    """Undo what was said last of a word."""
    # A row that says so, and none removed: who said what stays to be read.
    meaning = take_back(session, meaning_id, by=acting(), now=utcnow())
    word = CarrierWord(meaning.carrier, meaning.code, meaning.words)
    return Answer(None, status=204, noted=_noted(word, meaning.state))


@api.post("/carriers/<carrier>/trials")
@operation(
    Operation(
        scope=WRITE,
        summary=_l("Ask a carrier now"),
        notes=_l("A job asks; the answer stands at the address in Location for a day. No parcel is changed."),
        body=TrialDocument,
        answer=TrialAnswer,
        status=202,
        example={"number": "CX0000012345ES"},
        audit="carrier.asked",
    )
)
def post_trial(session: Session, carrier: str, body: TrialDocument) -> Answer:
    """Have a carrier asked."""
    able = current_app.extensions["askable_carriers"]()
    trial = trials.request(session, carrier, body.number, able=able, by=acting(), now=utcnow())
    # A carrier may take its whole time limit, and no request waits for the world: the answer is fetched there.
    location = {"Location": url_for("api.get_trial", trial_id=trial.id)}
    return Answer(_trial(trial), 202, location, Noted(f"{carrier}/{trial.number}"))


@api.get("/carriers/trials/<int:trial_id>")
@operation(Operation(scope=READ, summary=_l("What a carrier answered"), answer=TrialAnswer))
def get_trial(session: Session, trial_id: int) -> Answer:
    """Tell one test."""
    trial = trials.one(session, trial_id)
    if trial is None:
        raise NotFound("there is no such test")
    return Answer(_trial(trial))


def _carrier(row: CarrierHealth) -> CarrierAnswer:
    lags = {"lag_s": row.lag, "lag_95_s": row.lag_95}
    # Whole seconds: carriers tell the minute at best.
    seconds = {name: round(lag.total_seconds()) if lag is not None else None for name, lag in lags.items()}
    return CarrierAnswer(**same_names(CarrierAnswer, row) | seconds | {"reasons": dict(row.reasons)})


def _meaning(row: Any) -> MeaningAnswer:
    return MeaningAnswer(**same_names(MeaningAnswer, row))


def _noted(word: CarrierWord, state: str | None) -> Noted:
    return Noted(f"{word.carrier}/{word.code or word.words}", detail={"to": state} if state else {})


def _trial(trial: trials.Trial) -> TrialAnswer:
    return TrialAnswer(**same_names(TrialAnswer, trial) | {"raw": list(trial.raw), "reports": list(trial.reports)})
