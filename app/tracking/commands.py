"""``flask portal tracking …``: fold again from the stored events, and compare."""

import time
from collections.abc import Iterator

import click
from flask import current_app
from flask.cli import AppGroup
from sqlalchemy.orm import Session

from app.audit import trail as audit
from app.core.clock import utcnow
from app.core.db import Database, transaction
from app.tracking.rebuilding import RebuiltPage, rebuild

SHOWN = 20

tracking = AppGroup("tracking", help="Shipments and their events.")


@tracking.command("rebuild")
@click.option("--apply", is_flag=True, help="Write what was folded where it differs. No message is sent.")
def rebuild_command(apply: bool) -> None:
    """Fold every shipment again from its stored events, compare with what is kept, and report."""
    database: Database = current_app.extensions["database"]
    begun, shipments, events, differing = time.monotonic(), 0, 0, 0
    with database.sessions() as session:
        pages = rebuild(session, apply=apply)
        while page := _next(session, pages):
            shipments, events = shipments + page.shipments, events + page.events
            for shipment, column, stored, again in page.differing[: max(0, SHOWN - differing)]:
                click.echo(f"shipment {shipment}: {column} is {stored!r}, folds to {again!r}")
            differing += len(page.differing)
        if apply:
            with transaction(session):
                detail = {"shipments": shipments, "differed": differing}
                audit.record(session, actor=audit.operator(), action="tracking.rebuilt", detail=detail, now=utcnow())
    spent = time.monotonic() - begun
    click.echo(f"{shipments} shipments, {events} events in {spent:.1f} s ({events / max(spent, 0.001):.0f} events/s)")
    click.echo("All rows say what their events say." if not differing else f"{differing} columns differ.")
    if differing and not apply:
        raise click.exceptions.Exit(1)


def _next(session: Session, pages: Iterator[RebuiltPage]) -> RebuiltPage | None:
    """One page of shipments, committed by itself."""
    with transaction(session):
        return next(pages, None)
