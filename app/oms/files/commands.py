"""Commands of order intake: ``paradero orders import FILE``."""

import hashlib
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import click
from flask import current_app
from flask.cli import AppGroup
from psycopg.errors import UndefinedColumn, UndefinedTable
from sqlalchemy.exc import InterfaceError, OperationalError, ProgrammingError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.orm import Session, sessionmaker

from app.audit import trail as audit
from app.core.clock import utcnow
from app.core.db import Database, in_transaction, transaction
from app.core.errors import Invalid
from app.oms.files import importing, progress
from app.oms.files.importing import CheckedOrder, Outcome
from app.oms.files.opening import OrderFile, open_file
from app.oms.files.packed import plain_file
from app.oms.files.progress import ImportCounts, Resumed
from app.oms.files.refused import RefusedFile
from app.oms.files.report import NoteSums, progress_shown
from app.oms.files.spreadsheet.times import ShopClocks

orders = AppGroup("orders", help="Orders.")

# A commit costs as much as an order or two; and nobody should wait long for the locks of so many.
CHUNK = 200
REFUSED, UNREADABLE, BROKEN_OFF, INTERRUPTED = 1, 2, 3, 130
GOES_ON = "Called again with the same file, it goes on from here."


@orders.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--from-start", is_flag=True, help="Read the whole file again, also where an earlier run has been.")
@click.option("--check", is_flag=True, help="Say what would come of it, and write nothing.")
@click.option("--notes", is_flag=True, help="Print every note with its line, not only how many there are of a kind.")
@click.option(
    "--refused",
    "refused",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write what is refused into this file, with why, to be mended and imported again.",
)
def import_orders(file: Path, from_start: bool, check: bool, notes: bool, refused: Path | None) -> None:
    """Take in orders from FILE (.csv or .ndjson).

    Each order is taken whole or not at all; a line is printed for each fault, and in the end how many orders were
    created, updated, unchanged and refused. Interrupted, it goes on where it was when it is called again with the same
    file. Ends with 0 when all is taken, 1 when something was refused, 2 when the file cannot be read or the settings
    are wrong, 3 when the database broke it off, 130 when it was interrupted.
    """
    if refused is not None and refused.exists() and refused.samefile(file):
        raise click.UsageError("--refused would write over the file that is to be imported.")
    database: Database = current_app.extensions["database"]
    run = ImportRun(file, from_start=from_start or check, check=check, every_note=notes, refused=refused)
    try:
        code = _carried_out(database.sessions, run)
    finally:
        _tell_the_end(run)
    if code:
        raise click.exceptions.Exit(code)


def _carried_out(sessions: sessionmaker[Session], run: "ImportRun") -> int:
    """Take in the file, and say in a line what kept it from its end; gives what the command ends with."""
    try:
        import_file(sessions, run)
    except Invalid as error:
        for fault in error.faults:
            _complain(f"{fault.pointer}: {fault.detail}")
        return UNREADABLE
    except OSError as error:
        _complain(f"{error.filename}: {error.strerror}")
        return UNREADABLE
    except ProgrammingError as error:
        if not isinstance(error.orig, UndefinedTable | UndefinedColumn):
            raise
        _complain("The database is behind this release: call «paradero migrate» first.")
        return UNREADABLE
    except (OperationalError, InterfaceError, PoolTimeoutError) as error:
        words = str(getattr(error, "orig", error)).strip().partition("\n")[0].rstrip(".:")
        _complain(f"The database broke off the import: {words}. {GOES_ON}")
        return BROKEN_OFF
    except KeyboardInterrupt:
        click.echo(f"Interrupted. {GOES_ON}", err=True)
        return INTERRUPTED
    return REFUSED if run.counts.refused else 0


def _complain(sentence: str) -> None:
    click.echo(f"Error: {sentence}", err=True)


@dataclass(slots=True)
class ImportRun:
    """What was asked for, and what came of it so far."""

    file: Path
    from_start: bool = False
    check: bool = False
    every_note: bool = False
    refused: Path | None = None
    reached: Resumed = field(default_factory=Resumed)
    notes: NoteSums = field(default_factory=NoteSums)

    @property
    def counts(self) -> ImportCounts:
        """How many orders were created, updated, unchanged, refused; earlier runs that were broken off included."""
        return self.reached.counts


def import_file(sessions: sessionmaker[Session], run: ImportRun) -> None:
    """Take in the whole file, from where an earlier run stopped. Raises Invalid when it is no list of orders."""
    # By its bytes: another content under the same name begins at the first line.
    file_hash = _hash(run.file)
    with sessions() as session:
        shops = importing.clocks(session)
        if not run.from_start:
            run.reached = progress.resume(session, file_hash)
    with plain_file(run.file) as plain:
        order_file = open_file(plain, shops)
        for note in order_file.notes:
            click.echo(f"note: {note}")
        if run.reached.start > 1:
            line = run.reached.start
            click.echo(f"Going on at line {line}, where an earlier run stopped; its orders are counted in.", err=True)
        # Said once more where that run had said it: it may have been killed before it could.
        for fault in run.reached.faults:
            click.echo(fault)
        _take_all(sessions, run, order_file, shops, file_hash)
        run.notes.add(order_file.row_notes())
    if run.check:
        return
    with sessions() as session, transaction(session):
        # Whoever gives the same file again wants it read again.
        progress.forget(session, file_hash)
        audit.record(
            session,
            actor=audit.operator(),
            action="orders.imported",
            subject=run.file.name,
            detail=run.counts.counts(),
            now=utcnow(),
        )


def _take_all(
    sessions: sessionmaker[Session], run: ImportRun, order_file: OrderFile, shops: ShopClocks, file_hash: bytes
) -> None:
    refused = RefusedFile(run.refused, order_file.sheet, run.reached.refused_size) if run.refused else None
    if refused is not None and not refused.is_going_on():
        refused.begin()
    taking = _Taking(run, file_hash, refused)
    with progress_shown(order_file.length, run.file.name) as reach:
        for chunk in importing.checked(order_file.entries(run.reached.start), shops, CHUNK):
            if run.check:
                with sessions() as session:
                    outcomes = taking.chunk(session, chunk)
                    session.rollback()
            else:
                outcomes = in_transaction(sessions, partial(taking.chunk, chunk=chunk))
            taking.done(outcomes)
            reach(chunk[-1].entry.end)


@dataclass(slots=True)
class _Taking:
    """Takes chunk after chunk; what a chunk changes counts once it is committed."""

    run: ImportRun
    file_hash: bytes
    refused: RefusedFile | None
    after: Resumed = field(default_factory=Resumed)

    def chunk(self, session: Session, chunk: list[CheckedOrder]) -> list[Outcome]:
        """One chunk and the note of how far it goes, in one transaction."""
        now = utcnow()
        outcomes = importing.take(session, chunk, now=now)
        size = self.refused.add(outcomes) if self.refused else 0
        counts = self.run.counts.with_further(outcome.word for outcome in outcomes)
        faults = tuple(str(fault) for outcome in outcomes for fault in outcome.faults)
        self.after = Resumed(chunk[-1].entry.end + 1, counts, size, faults)
        progress.remember(session, self.file_hash, self.after, name=self.run.file.name, now=now)
        return outcomes

    def done(self, outcomes: list[Outcome]) -> None:
        """Say what came of a chunk that is committed."""
        self.run.reached = self.after
        if self.refused is not None:
            self.refused.size = self.after.refused_size
        for fault in self.after.faults:
            click.echo(fault)
        for outcome in outcomes:
            self.run.notes.add(outcome.notes)
            for note in outcome.notes if self.run.every_note else ():
                click.echo(f"note: {note}")


def _tell_the_end(run: ImportRun) -> None:
    for sentence in run.notes.sentences() if not run.every_note else ():
        click.echo(sentence)
    counts = ", ".join(f"{number} {name}" for name, number in run.counts.counts().items())
    click.echo(f"{counts} (checked only: nothing was written)" if run.check else counts)


def _hash(file: Path) -> bytes:
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").digest()
