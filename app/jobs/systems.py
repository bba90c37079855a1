"""Jobs for other systems: webhooks out, orders in, old answers forgotten, trials of connections."""

from app.core.clock import utcnow
from app.core.db import transaction
from app.core.queue import defer
from app.events.kinds import Listener
from app.jobs import rounds
from app.jobs.engine import database, in_force, settings, task, work_session


@task("hear_webhooks")
def hear_webhooks() -> None:
    """Turn events into deliveries for other systems."""
    from app.api.webhooks_out.announcements import handle_events

    rounds.handle_events(Listener.WEBHOOKS, handle_events)


@task("deliver_webhooks")
def deliver_webhooks() -> None:
    """Deliver what is due to other systems, with no transaction open; come again while there is more."""
    from app.api.webhooks_out.deliveries import deliver_due, waiting
    from app.core.http import Rules

    config = settings()
    rules = Rules(private_hosts=config.webhook_private_hosts)
    deliver_due(database().sessions, key=config.key, rules=rules)
    with work_session() as session, transaction(session):
        if waiting(session, now=utcnow()):
            defer(session, "deliver_webhooks", queueing_lock="deliver_webhooks")


@task("sweep_api")
def sweep_api() -> None:
    """Forget old answers and old deliveries."""
    from app.api.http import idempotency
    from app.api.webhooks_out import deliveries

    with work_session() as session, transaction(session):
        idempotency.forget_old(session, now=utcnow())
        deliveries.forget_old(session, now=utcnow())


@task("understand_oms")
def understand_oms() -> None:
    """Turn what order management systems delivered into orders."""
    from app.oms.understanding import understand

    rounds.understand("oms", understand)


@task("try_connection")
def try_connection(about: str) -> None:
    """Make the harmless call that the interface has asked for; no transaction is open meanwhile."""
    from app.connections import trials
    from app.connections.catalogue import connection

    outcome = trials.call(connection(about), in_force(), settings(), database().sessions)
    with work_session() as session, transaction(session):
        trials.keep(session, about, outcome)
