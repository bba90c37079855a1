"""Tests of a carrier: ask about one number now, and show what it said and what was read of it; no parcel is touched."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app.carriers.base.overhearing import overhearing
from app.carriers.described import described, plain
from app.carriers.models import CarrierTrial
from app.carriers.polling.polling import source_for
from app.core import failpoints
from app.core.errors import Conflict, Fault, Invalid, ProviderError
from app.core.queue import defer
from app.tracking.ingest.erased import of_erased
from app.tracking.ingest.identity import normalised_number
from app.tracking.ports import TrackingSource

JOB = "try_carrier"
LONGEST_NUMBER = 60
# Enough to see what is wrong; some carriers answer with a page.
MOST_RAW = 20_000


@dataclass(frozen=True, slots=True)
class Trial:
    """One test of a carrier, and what came of it: ``error`` where nothing could be read, ``reports`` as plain data."""

    id: int
    carrier: str
    number: str
    made_by: str
    made_at: datetime
    done_at: datetime | None
    source: str | None
    error: str | None
    raw: tuple[str, ...]
    reports: tuple[dict[str, Any], ...]


_ERASED = {"error": "The customer of this parcel was erased: what the carrier answers is not kept."}


def request(session: Session, carrier: str, number: str, *, able: frozenset[str], by: str, now: datetime) -> Trial:
    """Have a carrier asked by a job. Raises Invalid for what is no number, Conflict where nobody can be asked."""
    # As parcels keep it: what was pasted with blanks is the same number.
    plain_number = normalised_number(number[: LONGEST_NUMBER + 1])
    if not plain_number or len(plain_number) > LONGEST_NUMBER or "\0" in plain_number:
        raise Invalid([Fault("/number", f"a tracking number of 1 to {LONGEST_NUMBER} characters")])
    if source_for(carrier, set(able)) is None:
        raise Conflict("Nobody can be asked about this carrier's parcels: no credentials are set.")
    row = CarrierTrial(carrier=carrier, number=plain_number, made_by=by, made_at=now, outcome={})
    session.add(row)
    session.flush()
    defer(session, JOB, trial_id=row.id)
    return _trial(row)


def waiting(session: Session, trial_id: int) -> Trial | None:
    """A test that was not made yet."""
    row = session.get(CarrierTrial, trial_id)
    return _trial(row) if row is not None and row.done_at is None else None


def ask(trial: Trial, sources: Mapping[str, TrackingSource]) -> dict[str, Any]:
    """Ask, with no transaction open; never raises for what the carrier does."""
    name = source_for(trial.carrier, set(sources))
    if name is None:
        return {"error": "Nobody can be asked about this carrier's parcels: no credentials are set."}
    with overhearing() as answers:
        outcome = {"source": name, **_asked(sources[name], trial.number)}
    texts = [answer[:MOST_RAW].decode("utf-8", "replace").replace("\0", "\ufffd") for answer in answers]
    return {**outcome, "raw": texts}


def keep(session: Session, trial_id: int, outcome: dict[str, Any], *, now: datetime) -> None:
    """Write down what came of it."""
    number = session.scalar(select(CarrierTrial.number).where(CarrierTrial.id == trial_id))
    # The carrier still knows who signed. Before the row is locked: an erasure takes the two in this order.
    gone = number is not None and bool(of_erased(session, [number]))
    # Forgotten meanwhile, or done by a job that was begun twice.
    row = session.get(CarrierTrial, trial_id, with_for_update=True, populate_existing=True)
    if row is not None and row.done_at is None:
        row.outcome, row.done_at = _ERASED if gone else outcome, now


def one(session: Session, trial_id: int) -> Trial | None:
    """One test."""
    row = session.get(CarrierTrial, trial_id, populate_existing=True)
    return _trial(row) if row else None


def newest(session: Session, carrier: str, *, limit: int = 5) -> Sequence[Trial]:
    """The last tests of a carrier."""
    rows = select(CarrierTrial).where(CarrierTrial.carrier == carrier).order_by(CarrierTrial.id.desc()).limit(limit)
    return [_trial(row) for row in session.scalars(rows)]


def forget(session: Session, *, before: datetime) -> None:
    """Drop tests made before a moment."""
    session.execute(delete(CarrierTrial).where(CarrierTrial.made_at < before))


def _asked(source: TrackingSource, number: str) -> dict[str, Any]:
    try:
        with failpoints.around("call", f"{source.name}:trial:fetch"):
            reports = list(source.fetch([number]))
    except ProviderError as error:
        return {"error": str(error)}
    except Exception as error:  # whatever its answer provokes is that carrier's trouble
        return {"error": f"Its answer cannot be taken ({type(error).__name__})."}
    # Through JSON, as it is kept: days and moments as texts.
    return {"reports": [json.loads(json.dumps(described(report), default=plain)) for report in reports]}


def _trial(row: CarrierTrial) -> Trial:
    facts = row.outcome
    return Trial(
        row.id,
        row.carrier,
        row.number,
        row.made_by,
        row.made_at,
        row.done_at,
        facts.get("source"),
        facts.get("error"),
        tuple(facts.get("raw", ())),
        tuple(facts.get("reports", ())),
    )
