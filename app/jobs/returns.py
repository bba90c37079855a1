"""Jobs of returns: hear of parcels, match withdrawals, have labels made, remind, let returns expire."""

from functools import partial

from app.core.clock import utcnow
from app.core.db import transaction
from app.core.queue import defer
from app.events.kinds import Listener
from app.jobs import rounds
from app.jobs.engine import database, drain, in_force, settings, task, work_session

FEW = 20
"""Returns to a transaction: nobody waits long for their orders."""


@task("hear_returns")
def hear_returns() -> None:
    """Let returns hear of their parcels."""
    from app.returns.services import handle_events

    # One to a transaction: an event may lock an order, its return and its refunds.
    rounds.handle_events(Listener.RETURNS, handle_events, at_once=1)


@task("receive_withdrawals")
def receive_withdrawals() -> None:
    """Match statements of withdrawal and have their receipts sent, one to a transaction: each may lock an order."""
    from app.returns.withdrawal.matching import receive

    key = settings().key
    drain("receive_withdrawals", lambda session: receive(session, limit=1, key=key, now=utcnow()), batch=1)


@task("make_labels")
def make_labels() -> None:
    """Have the labels made that others make, a few at a time, with no transaction open while they are asked."""
    from app.providers import label_maker
    from app.returns.labels.making import FEW, TASK, make_due

    if make_due(database().sessions, partial(label_maker, in_force()), clock=utcnow) == FEW:
        with work_session() as session, transaction(session):
            defer(session, TASK, queueing_lock=TASK)


@task("expire_returns")
def expire_returns() -> None:
    """Let returns expire whose parcel was not handed over in time, remind of the last day, and forget old drafts."""
    from app.returns.request.draft import sweep_drafts
    from app.returns.services import expire_overdue, remind_before_expiry

    with work_session() as session, transaction(session):
        sweep_drafts(session, now=utcnow())
    drain("expire_returns", lambda session: expire_overdue(session, limit=FEW, now=utcnow()), batch=FEW)
    drain("expire_returns", lambda session: remind_before_expiry(session, limit=FEW, now=utcnow()), batch=FEW)


@task("import_points")
def import_points(import_id: int) -> None:
    """Check a file of points that somebody sent, or bring it in; how far that is can be read meanwhile."""
    from app.audit import trail
    from app.returns.points.hours import zone_at
    from app.returns.points.keeping import uploads

    def progress(lines: int) -> None:
        with work_session() as session, transaction(session):
            uploads.note_progress(session, import_id, lines)

    with work_session() as session, transaction(session):
        about = uploads.work(session, import_id, zone_at=zone_at, progress=progress, now=utcnow())
        if about is not None:
            file = uploads.upload(session, import_id)
            detail = {"taken": file.taken, "retired": file.retired}
            trail.record(
                session, actor=file.made_by, action="points.imported", subject=file.name, detail=detail, now=utcnow()
            )


@task("import_postcodes")
def import_postcodes(country: str, by: str) -> None:
    """Make a country's postcodes known that come with the portal."""
    from app.audit import trail
    from app.returns.points import files
    from app.returns.points.importing import import_places

    if country not in files.countries():
        return
    with work_session() as session, transaction(session):
        outcome = import_places(session, files.bundled(country))
        detail = {"taken": outcome.taken}
        trail.record(session, actor=by, action="postcodes.imported", subject=country, detail=detail, now=utcnow())
