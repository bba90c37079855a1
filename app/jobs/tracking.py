"""Jobs of tracking: fold what has news, look for what is late."""

from app.core.clock import utcnow
from app.core.db import transaction
from app.events.tries import CHUNK
from app.jobs.engine import drain, task, work_session


@task("fold_shipments")
def fold_shipments() -> None:
    """Fold the shipments that have news."""
    from app.tracking.services import fold_dirty

    drain("fold_shipments", lambda session: fold_dirty(session, limit=CHUNK, now=utcnow()), batch=CHUNK)


@task("rename_carriers")
def rename_carriers() -> None:
    """Bring what is stored under other names of carriers to their one name: names come with releases and packages."""
    from app.tracking.carriers.renaming import rename_stored

    left = True
    while left:
        with work_session() as session, transaction(session):
            left = rename_stored(session, now=utcnow()) > 0


@task("explain_scans")
def explain_scans() -> None:
    """Bring what a person said of carriers' codes to the scans that came before, batch by batch."""
    from app.tracking.meanings.replay import replay

    drain("explain_scans", lambda session: replay(session, now=utcnow()), batch=1)


@task("look_for_late")
def look_for_late() -> None:
    """Find the parcels that are late, and let go of those that nobody hears of any more."""
    from app.tracking.services import look_for_late, retire

    # A page of parcels to a transaction: orders, returns and folding want the same rows, and wait at most for one page.
    after: int | None = 0
    while after is not None:
        with work_session() as session, transaction(session):
            after = look_for_late(session, now=utcnow(), after=after).after
    gone = True
    while gone:
        with work_session() as session, transaction(session):
            gone = retire(session, now=utcnow()) > 0
