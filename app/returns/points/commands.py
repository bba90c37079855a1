"""``paradero points import`` and ``paradero postcodes import``: lists of places into the database."""

import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TypeVar

import click
from flask import current_app
from flask.cli import AppGroup
from sqlalchemy.orm import Session

from app.audit import trail as audit
from app.core.clock import utcnow
from app.core.db import Database, transaction
from app.core.errors import Invalid
from app.returns.points import files
from app.returns.points.hours import zone_at
from app.returns.points.importing import PointsImported, import_places, import_points
from app.returns.points.ports import ColumnFault, PlaceRow, Refusal

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
Item = TypeVar("Item")

points = AppGroup("points", help="Drop-off points.")
postcodes = AppGroup("postcodes", help="Postcodes and where they lie.")


@points.command("import")
@click.argument("file", type=FILE)
@click.option("--whole", is_flag=True, help="The file is its network's whole list: retire points that it lacks.")
def import_points_command(file: Path, whole: bool) -> None:
    """Import drop-off points from a CSV or GeoJSON file; the same file again changes nothing."""
    rows = _read(files.points(file))
    database: Database = current_app.extensions["database"]
    with database.sessions() as session, transaction(session), _progress(rows) as shown:
        outcome = import_points(session, shown, zone_at=zone_at, whole=whole, now=utcnow())
        _record(session, "points.imported", file, {"taken": outcome.taken, "retired": outcome.retired})
    for remark in outcome.remarks:
        click.echo(_fault_line(file, remark), err=True)
    _report_placed(outcome)
    if outcome.retired:
        click.echo(f"{outcome.retired} points are no longer in the list and were retired.")
    _report(file, outcome, "points")


@postcodes.command("import")
@click.argument("sources", metavar="COUNTRY|FILE…", nargs=-1, required=True)
def import_postcodes_command(sources: tuple[str, ...]) -> None:
    """Make countries' postcodes known: two letters (ES) for those that come with the portal, or GeoNames' file.

    Both are GeoNames' work, CC BY 4.0: the page credits it.
    """
    for source in sources:
        _import_postcodes(source)


def _import_postcodes(source: str) -> None:
    file = Path(source)
    rows: Sequence[PlaceRow | Refusal]
    if source.upper() in files.countries() and not file.exists():
        rows = list(files.bundled(source.upper()))
    elif file.is_file():
        rows = _read(files.places(file))
    else:
        raise click.ClickException(
            f"«{source}» is neither a file nor a country with postcodes of ours: {', '.join(files.countries())}."
        )
    database: Database = current_app.extensions["database"]
    with database.sessions() as session, transaction(session), _progress(rows) as shown:
        outcome = import_places(session, shown)
        _record(session, "postcodes.imported", file, {"taken": outcome.taken})
    _report_placed(outcome)
    _report(file, outcome, "postcodes")


def _record(session: Session, action: str, file: Path, detail: dict[str, int]) -> None:
    audit.record(session, actor=audit.operator(), action=action, subject=file.name, detail=detail, now=utcnow())


def _read(rows: Iterator[Item | Refusal]) -> list[Item | Refusal]:
    try:
        return list(rows)
    except Invalid as error:
        raise click.ClickException(str(error)) from error
    except UnicodeDecodeError as error:
        raise click.ClickException(f"the file is not UTF-8: {error}") from error


def _progress(rows: Sequence[Item]) -> AbstractContextManager[Iterable[Item]]:
    # On stderr: what is kept of stdout has only the sums.
    return click.progressbar(rows, label="Importing", show_pos=True, file=sys.stderr)


def _report_placed(outcome: PointsImported) -> None:
    if outcome.placed.placed:
        click.echo(f"{outcome.placed.placed} points have no coordinates and stand in the middle of their postcode.")
    if outcome.placed.waiting:
        click.echo(
            f"{outcome.placed.waiting} points have no coordinates and a postcode that is not known: they are not "
            "offered until it is (paradero postcodes import)."
        )


def _report(file: Path, outcome: PointsImported, noun: str) -> None:
    """Every fault as ``file:line: column: reason``, then the sums; a line refused is a failure."""
    for refusal in outcome.refusals:
        for fault in refusal.faults:
            click.echo(_fault_line(file, fault), err=True)
    click.echo(f"{outcome.taken} {noun} imported, {len(outcome.refusals)} lines refused.")
    if outcome.refusals or not outcome.taken:
        raise click.exceptions.Exit(1)


def _fault_line(file: Path, fault: ColumnFault) -> str:
    return ": ".join(part for part in (f"{file}:{fault.line}", fault.column, fault.reason) if part)
