"""How far each file has been read and what came of it, so that an interrupted import goes on where it stopped."""

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import LargeBinary, delete, text
from sqlalchemy.dialects.postgresql import JSONB, insert
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.core.db import Instant, Model
from app.oms.files.entries import LineFault


class ImportProgress(Model):
    """A file, known by the hash of its bytes, the first of its lines that is still to be read, and what came so far.

    ``counts`` holds how many orders were created, updated, unchanged and refused.
    """

    __tablename__ = "import_progress"

    file_hash: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    name: Mapped[str]
    next_line: Mapped[int]
    counts: Mapped[dict[str, int]] = mapped_column(JSONB, server_default=text("'{}'"))
    changed_at: Mapped[Instant]


COUNTS = ("created", "updated", "unchanged", "refused")


@dataclass(slots=True)
class ImportCounts:
    """What became of the orders of a file."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    refused: int = 0
    faults: list[LineFault] = field(default_factory=list)

    def counts(self) -> dict[str, int]:
        """The figures by their names."""
        return {name: getattr(self, name) for name in COUNTS}


def resume(session: Session, file_hash: bytes) -> tuple[int, ImportCounts]:
    """The first line that an earlier run of the same file left, and what came of those before it; else line 1."""
    progress, tally = session.get(ImportProgress, file_hash), ImportCounts()
    if progress is None:
        return 1, tally
    for name, number in progress.counts.items():
        setattr(tally, name, number)
    return progress.next_line, tally


def remember(
    session: Session, file_hash: bytes, tally: ImportCounts, *, name: str, next_line: int, now: datetime
) -> None:
    """Note how far a file has been read and what came of it, in the transaction that holds its orders."""
    values = {
        "file_hash": file_hash,
        "name": name,
        "next_line": next_line,
        "counts": tally.counts(),
        "changed_at": now,
    }
    statement = insert(ImportProgress).values(values)
    session.execute(statement.on_conflict_do_update(index_elements=["file_hash"], set_=values))


def forget(session: Session, file_hash: bytes) -> None:
    """The file is read to its end."""
    session.execute(delete(ImportProgress).where(ImportProgress.file_hash == file_hash))
