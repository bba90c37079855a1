"""Commands of order intake: ``paradero orders import FILE``."""

import hashlib
import sys
from collections.abc import Iterable
from pathlib import Path

import click
from flask import current_app
from flask.cli import AppGroup
from sqlalchemy.orm import Session, sessionmaker

from app.audit import trail as audit
from app.core.clock import utcnow
from app.core.db import Database, transaction
from app.core.errors import Invalid
from app.oms.files import importing, progress
from app.oms.files.entries import FileOrder
from app.oms.files.packed import plain_file
from app.oms.files.progress import ImportCounts

orders = AppGroup("orders", help="Orders.")


@orders.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--from-start", is_flag=True, help="Read the whole file again, also where an earlier run has been.")
def import_orders(file: Path, from_start: bool) -> None:
    """Take in orders from FILE (.csv or .ndjson, also packed as .gz).

    Each order is taken whole or not at all; a line is printed for each fault. Interrupted, it goes on where it was
    when it is called again with the same file. Ends with 1 when something was refused.
    """
    database: Database = current_app.extensions["database"]
    try:
        tally = _run(database.sessions, file, from_start=from_start)
    except Invalid as error:
        raise click.ClickException("\n".join(f"{fault.pointer}: {fault.detail}" for fault in error.faults)) from error
    click.echo(", ".join(f"{number} {name}" for name, number in tally.counts().items()))
    if tally.refused:
        raise click.exceptions.Exit(1)


def _run(sessions: sessionmaker[Session], file: Path, *, from_start: bool) -> ImportCounts:
    """The whole file; gives what came of it, earlier runs that were broken off included."""
    # By its bytes: another content under the same name begins at the first line.
    file_hash = _hash(file)
    with sessions() as session:
        start, tally = (1, ImportCounts()) if from_start else progress.resume(session, file_hash)
    if start > 1:
        click.echo(f"Going on at line {start}, where an earlier run stopped; its orders are counted in.", err=True)
    with plain_file(file) as plain:
        length = _count_lines(plain)
        with click.progressbar(length=length, label=file.name, file=sys.stderr) as bar:
            for chunk in importing.chunks(importing.entries(plain), start):
                _take(sessions, chunk, tally, file_hash=file_hash, name=file.name)
                bar.update(max(0, chunk[-1].line - bar.pos))
            bar.update(max(0, length - bar.pos))
    with sessions() as session, transaction(session):
        # Whoever gives the same file again wants it read again.
        progress.forget(session, file_hash)
        audit.record(
            session,
            actor=audit.operator(),
            action="orders.imported",
            subject=file.name,
            detail=tally.counts(),
            now=utcnow(),
        )
    return tally


def _take(
    sessions: sessionmaker[Session], chunk: list[FileOrder], tally: ImportCounts, *, file_hash: bytes, name: str
) -> None:
    """One chunk and the note of how far it goes, in one transaction; its faults are told at once."""
    before = len(tally.faults)
    with sessions() as session, transaction(session):
        now = utcnow()
        importing.take(session, chunk, tally, now=now)
        progress.remember(session, file_hash, tally, name=name, next_line=chunk[-1].line + 1, now=now)
    _tell(tally.faults[before:])


def _tell(faults: Iterable[object]) -> None:
    for fault in faults:
        click.echo(str(fault))


def _hash(file: Path) -> bytes:
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").digest()


def _count_lines(file: Path) -> int:
    with file.open("rb") as content:
        return sum(1 for _ in content)
