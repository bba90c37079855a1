"""Folding everything again from the stored events, to see that the rows say what these say. Tells no one."""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import click
from flask import current_app
from flask.cli import AppGroup
from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session

from app.audit import trail as audit
from app.core.clock import utcnow
from app.core.db import Database, transaction
from app.tracking.fold.fold import fold
from app.tracking.fold.job import columns, to_fold
from app.tracking.models import Shipment

# A page is a transaction: with --apply its rows are locked for no longer.
PAGE = 500
COMPARED = (
    "state",
    "state_since",
    "leg",
    "milestones",
    "timeline",
    "flags",
    "picked_up_at",
    "first_attempt_at",
    "delivered_at",
)
_WRITE = update(Shipment.__table__).where(Shipment.id == bindparam("shipment_id"))  # type: ignore[arg-type]


@dataclass(frozen=True, slots=True)
class RebuiltPage:
    """What a page of shipments showed: ``differing`` as (shipment, column, stored, folded again)."""

    shipments: int
    events: int
    differing: tuple[tuple[int, str, Any, Any], ...]


def rebuild(session: Session, *, apply: bool = False) -> Iterator[RebuiltPage]:
    """Fold all shipments again, a page at a time, and compare; with ``apply`` write what was folded.

    Shipments that wait to be folded anyway are passed over. The caller commits after each page.
    """
    after = 0
    while ids := _page(session, after, lock=apply):
        yield _compare(session, ids, apply=apply)
        after = ids[-1]


def _page(session: Session, after: int, *, lock: bool) -> list[int]:
    statement = select(Shipment.id).where(Shipment.id > after, Shipment.dirty_at.is_(None))
    statement = statement.order_by(Shipment.id).limit(PAGE)
    return list(session.scalars(statement.with_for_update(key_share=True) if lock else statement))


def _compare(session: Session, ids: list[int], *, apply: bool) -> RebuiltPage:
    rows = {
        row.id: row for row in session.execute(select(Shipment.id, *map(_column, COMPARED)).where(Shipment.id.in_(ids)))
    }
    differing: list[tuple[int, str, Any, Any]] = []
    changes, events = [], 0
    for row, scans, facts in to_fold(session, ids):
        refolded = columns(fold(scans, facts))
        stored = rows[row.id]._mapping
        differences = [
            (row.id, name, stored[name], refolded[name]) for name in COMPARED if stored[name] != refolded[name]
        ]
        if differences:
            changes.append({"shipment_id": row.id, **refolded})
        differing += differences
        events += len(scans)
    if apply and changes:
        session.connection().execute(_WRITE, changes)
    return RebuiltPage(len(ids), events, tuple(differing))


def _column(name: str) -> Any:
    return getattr(Shipment, name)


# Enough to see what kind of difference it is; the last line counts them all.
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
            for shipment, column, stored, refolded in page.differing[: max(0, SHOWN - differing)]:
                click.echo(f"shipment {shipment}: {column} is {stored!r}, folds to {refolded!r}")
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
