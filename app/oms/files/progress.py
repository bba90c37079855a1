"""How far each file has been read and what came of it, so that an interrupted import goes on where it stopped."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import LargeBinary, delete, text
from sqlalchemy.dialects.postgresql import JSONB, insert
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.core.db import Instant, Model


class ImportProgress(Model):
    """A file, known by the hash of its bytes, the first of its lines that is still to be read, and what came so far.

    ``counts`` holds how many orders were created, updated, unchanged and refused; ``faults`` are lines of those that
    were committed last, which the run may not have lived to print.
    """

    __tablename__ = "import_progress"

    file_hash: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    name: Mapped[str]
    next_line: Mapped[int]
    counts: Mapped[dict[str, int]] = mapped_column(JSONB, server_default=text("'{}'"))
    faults: Mapped[list[str]] = mapped_column(JSONB, server_default=text("'[]'"))
    changed_at: Mapped[Instant]


COUNTS = ("created", "updated", "unchanged", "refused")
# How much of the file of refused rows belongs to what is committed.
REFUSED_SIZE = "refused_bytes"


@dataclass(slots=True)
class ImportCounts:
    """What became of the orders of a file."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    refused: int = 0

    def counts(self) -> dict[str, int]:
        """The figures by their names."""
        return {name: getattr(self, name) for name in COUNTS}

    def with_further(self, words: Iterable[str]) -> "ImportCounts":
        """The same with an order more for each of these words."""
        further = Counter(words)
        return ImportCounts(**{name: number + further[name] for name, number in self.counts().items()})


@dataclass(frozen=True, slots=True)
class Resumed:
    """Where an earlier run of the same file left off."""

    start: int = 1
    counts: ImportCounts = field(default_factory=ImportCounts)
    refused_size: int = 0
    faults: tuple[str, ...] = ()


def resume(session: Session, file_hash: bytes) -> Resumed:
    """The first line that an earlier run of the same file left, and what came of those before it; else line 1."""
    progress = session.get(ImportProgress, file_hash)
    if progress is None:
        return Resumed()
    counts = ImportCounts(**{name: progress.counts.get(name, 0) for name in COUNTS})
    return Resumed(progress.next_line, counts, progress.counts.get(REFUSED_SIZE, 0), tuple(progress.faults))


def remember(session: Session, file_hash: bytes, reached: Resumed, *, name: str, now: datetime) -> None:
    """Note how far a file has been read and what came of it, in the transaction that holds its orders."""
    values = {
        "file_hash": file_hash,
        "name": name,
        "next_line": reached.start,
        "counts": reached.counts.counts() | {REFUSED_SIZE: reached.refused_size},
        "faults": list(reached.faults),
        "changed_at": now,
    }
    statement = insert(ImportProgress).values(values)
    session.execute(statement.on_conflict_do_update(index_elements=["file_hash"], set_=values))


def forget(session: Session, file_hash: bytes) -> None:
    """The file is read to its end."""
    session.execute(delete(ImportProgress).where(ImportProgress.file_hash == file_hash))
