"""Jobs of privacy: erase who asked for it, and let end what has been kept long enough."""

import structlog
from sqlalchemy.exc import DBAPIError

from app.core.clock import utcnow
from app.core.db import in_transaction
from app.jobs.engine import database, drain, settings, task, work_session

log = structlog.get_logger()


@task("erase_people")
def erase_people() -> None:
    """Erase everybody whose request is due; each in transactions of its own."""
    from app.privacy import ledger, requests

    config, sessions = settings(), database().sessions
    key, path = config.key, ledger.path_of(config)
    with work_session() as session:
        due = requests.due(session, now=utcnow())
    for ref in due:
        try:
            requests.perform(lambda work: in_transaction(sessions, work), ref, key=key, path=path, now=utcnow())
        except DBAPIError as error:
            # It is due still, and tried again with the next round; the others need not wait for it.
            log.warning("an erasure could not be done", ref=ref, kind=type(error).__name__)


@task("expire_personal")
def expire_personal() -> None:
    """Blank or remove what has been kept long enough, batch by batch."""
    from app.privacy.expiry import BATCH, expire

    key = settings().key
    drain("expire_personal", lambda session: expire(session, key=key, now=utcnow()), batch=BATCH)
