"""Jobs of connections: make the harmless call of a trial that the interface has asked for."""

from app.core.db import transaction
from app.jobs.engine import database, in_force, settings, task, work_session


@task("try_connection")
def try_connection(about: str) -> None:
    """Try one connection; no transaction is open while it is called."""
    from app.connections import trials
    from app.connections.catalogue import connection

    outcome = trials.call(connection(about), in_force(), settings(), database().sessions)
    with work_session() as session, transaction(session):
        trials.keep(session, about, outcome)
