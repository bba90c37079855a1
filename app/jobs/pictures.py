"""Jobs of pictures: fetch what orders name, forget what no order and no brand names."""

from app.core.clock import utcnow
from app.core.db import transaction
from app.core.queue import defer
from app.jobs.engine import database, settings, task, work_session


@task("fetch_pictures")
def fetch_pictures(urls: list[str] | None = None) -> None:
    """Fetch the pictures that orders name, and those that are due again; come again while there are more."""
    from app.core.http import Rules
    from app.orders.pictures.fetching import AT_ONCE, fetch_due
    from app.orders.pictures.pictures import note

    with work_session() as session, transaction(session):
        note(session, urls or [], now=utcnow())
    rules = Rules(private_hosts=settings().webhook_private_hosts)
    if fetch_due(database().sessions, rules=rules, clock=utcnow) >= AT_ONCE:
        with work_session() as session, transaction(session):
            defer(session, "fetch_pictures", queueing_lock="fetch_pictures")


@task("forget_pictures")
def forget_pictures() -> None:
    """Forget pictures that no order has named for long, and those of brands that were sent and never saved."""
    from app.brands.files.unsaved import clear_unsaved
    from app.orders.pictures.pictures import forget_old

    with work_session() as session, transaction(session):
        forget_old(session, now=utcnow())
        clear_unsaved(session, now=utcnow())
