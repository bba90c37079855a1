"""Files of points that somebody sends on a page: checked first by a job, then brought in by another if wanted."""

import csv
import io
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path, PurePath
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app.core.bodies.packing import unpack
from app.core.errors import Conflict, Fault, Invalid, NotFound, Unreadable
from app.core.queue import defer
from app.returns.points import files
from app.returns.points.coordinates import ZoneAt
from app.returns.points.importing import PointsImported, import_points
from app.returns.points.models import PointImport
from app.returns.points.ports import ColumnFault, PointRow, Refusal

JOB = "import_points"
# What the gateway takes of a form, less what the form needs; packed, a list of some thirty thousand points.
MOST_BYTES, MOST_UNPACKED = 1000 * 1024, 30 * 1024 * 1024
SUFFIXES = (".csv", ".json", ".geojson")
# A file in which every line is wrong is wrong in one way: nobody reads a hundred thousand reasons.
MOST_FAULTS = 2_000
Progress = Callable[[int], object]


@dataclass(frozen=True, slots=True)
class Upload:
    """One file that was sent: what its check or its import came to.

    ``taken`` lines are points, ``refused`` could not be read, ``retired`` points are in the list no more, ``waiting``
    ones have no place yet. ``faults`` are (line, column, reason); ``error``: the file is no list at all.
    """

    id: int
    name: str
    whole: bool
    made_by: str
    made_at: datetime
    checked_at: datetime | None
    wanted_at: datetime | None
    done_at: datetime | None
    lines: int
    taken: int
    refused: int
    retired: int
    waiting: int
    networks: tuple[str, ...]
    faults: tuple[tuple[int, str, str], ...]
    error: str | None

    @property
    def can_be_imported(self) -> bool:
        """Whether it was checked, has points, and nobody has asked for them yet."""
        return self.checked_at is not None and self.wanted_at is None and self.error is None and self.taken > 0


def send(session: Session, name: str, content: bytes, *, whole: bool, by: str, now: datetime) -> Upload:
    """Keep a file and have it checked by a job. Raises Invalid for one that is empty, too large, or of another kind."""
    plain_name = PurePath(name.replace("\\", "/").replace("\0", "")).name[:120]
    suffix = _suffix(plain_name)
    if suffix not in SUFFIXES:
        raise Invalid([Fault("file", f"must be a file {', '.join(SUFFIXES)}, or one of these packed with gzip")])
    if not content or len(content) > MOST_BYTES:
        raise Invalid([Fault("file", f"must have 1 to {MOST_BYTES // 1024} KiB; pack a larger one with gzip")])
    row = PointImport(name=plain_name, content=content, whole=whole, made_by=by, made_at=now, outcome={})
    session.add(row)
    session.flush()
    defer(session, JOB, import_id=row.id)
    return _upload(row)


def want(session: Session, import_id: int, *, now: datetime) -> Upload:
    """Have a checked file brought in. Raises NotFound, and Conflict when it was not checked or is asked for already."""
    row = session.get(PointImport, import_id, with_for_update=True, populate_existing=True)
    if row is None:
        raise NotFound("There is no such file.")
    if not _upload(row).can_be_imported or row.content is None:
        raise Conflict("This file was not checked yet, has no points, or is asked for already.")
    row.wanted_at, row.lines = now, 0
    defer(session, JOB, import_id=row.id)
    return _upload(row)


def upload(session: Session, import_id: int) -> Upload:
    """One file. Raises NotFound."""
    row = session.get(PointImport, import_id, populate_existing=True)
    if row is None:
        raise NotFound("There is no such file.")
    return _upload(row)


def uploads(session: Session, *, limit: int = 10) -> Sequence[Upload]:
    """The newest files."""
    rows = select(PointImport).order_by(PointImport.id.desc()).limit(limit)
    return [_upload(row) for row in session.scalars(rows, execution_options={"populate_existing": True})]


def work(session: Session, import_id: int, *, zone_at: ZoneAt, progress: Progress, now: datetime) -> str | None:
    """Check a file, or bring it in where that is wanted; the networks it brought, as a text, when it was brought in."""
    row = session.get(PointImport, import_id, populate_existing=True)
    if row is None or row.content is None or row.done_at is not None:
        return None
    if row.wanted_at is None:
        if row.checked_at is None:
            row.outcome, row.checked_at = _dry(session, row, zone_at, progress, now), now
        return None
    outcome = _imported(session, row, zone_at, progress, now)
    row.outcome, row.done_at, row.content = outcome, now, None
    return ", ".join(outcome.get("networks", ())) or row.name


def note_progress(session: Session, import_id: int, lines: int) -> None:
    """So many lines were read."""
    row = session.get(PointImport, import_id)
    if row is not None:
        row.lines = lines


def forget(session: Session, *, before: datetime) -> None:
    """Drop files that were sent before a moment."""
    session.execute(delete(PointImport).where(PointImport.made_at < before))


def refused_lines(file: Upload) -> str:
    """What could not be taken, as CSV: line, column, reason."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(("line", "column", "reason"))
    writer.writerows(file.faults)
    return text.getvalue()


def _dry(session: Session, row: PointImport, zone_at: ZoneAt, progress: Progress, now: datetime) -> dict[str, Any]:
    """What an import would come to: it is made, and taken back."""
    savepoint = session.begin_nested()
    try:
        return _imported(session, row, zone_at, progress, now)
    finally:
        savepoint.rollback()


def _imported(session: Session, row: PointImport, zone_at: ZoneAt, progress: Progress, now: datetime) -> dict[str, Any]:
    try:
        content = unpack(row.content or b"", most=MOST_UNPACKED)
        with tempfile.NamedTemporaryFile(suffix=_suffix(row.name)) as file:
            file.write(content)
            file.flush()
            lines = _counted(files.points(Path(file.name)), progress)
            outcome = import_points(session, lines, zone_at=zone_at, whole=row.whole, now=now)
    except (Invalid, Unreadable, UnicodeDecodeError) as error:
        return {"error": "it is not UTF-8" if isinstance(error, UnicodeDecodeError) else str(error)}
    return _outcome(outcome)


def _outcome(outcome: PointsImported) -> dict[str, Any]:
    faults: list[ColumnFault] = [fault for refusal in outcome.refusals for fault in refusal.faults]
    return {
        "taken": outcome.taken,
        "refused": len(outcome.refusals),
        "retired": outcome.retired,
        "waiting": outcome.placed.waiting,
        "networks": sorted(outcome.networks),
        "faults": [[fault.line, fault.column, fault.reason] for fault in [*faults, *outcome.remarks][:MOST_FAULTS]],
    }


def _counted(rows: Iterator[PointRow | Refusal], progress: Progress) -> Iterator[PointRow | Refusal]:
    for count, row in enumerate(rows, 1):
        if count % 500 == 0:
            progress(count)
        yield row


def _suffix(name: str) -> str:
    path = PurePath(name.lower())
    return PurePath(path.stem).suffix if path.suffix == ".gz" else path.suffix


def _upload(row: PointImport) -> Upload:
    facts = row.outcome or {}
    return Upload(
        row.id,
        row.name,
        row.whole,
        row.made_by,
        row.made_at,
        row.checked_at,
        row.wanted_at,
        row.done_at,
        row.lines,
        facts.get("taken", 0),
        facts.get("refused", 0),
        facts.get("retired", 0),
        facts.get("waiting", 0),
        tuple(facts.get("networks", ())),
        tuple((line, column, reason) for line, column, reason in facts.get("faults", ())),
        facts.get("error"),
    )
