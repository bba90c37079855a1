"""Jobs of carriers: understand what they push, ask them, catch up."""

from typing import TYPE_CHECKING

import structlog
from sqlalchemy.exc import OperationalError

from app.core.clock import utcnow
from app.core.db import transaction
from app.core.queue import wake_about
from app.jobs import rounds
from app.jobs.engine import database, in_force, task, work_session

if TYPE_CHECKING:
    from app.carriers.polling.asking import AskOutcome

log = structlog.get_logger()


@task("understand_carriers")
def understand_carriers() -> None:
    """Turn what carriers and aggregators pushed into events."""
    from app.carriers.webhooks.understand import understand

    rounds.understand("carriers", understand)


@task("catch_up_carriers")
def catch_up_carriers() -> None:
    """After an outage, have every live shipment asked about."""
    from app.carriers.polling import catch_up

    with work_session() as session:
        after = 0 if catch_up.was_away(session) else None
    while after is not None:
        with work_session() as session, transaction(session):
            after = catch_up.catch_up(session, now=utcnow(), after=after)


@task("renew_ups_alerts")
def renew_ups_alerts() -> None:
    """Have UPS push the scans of its parcels, where it can reach us and its endpoint is open."""
    from app.carriers.polling.sources import KarrioSource
    from app.carriers.ups import alerts
    from app.carriers.webhooks.endpoints import secrets_of
    from app.providers import tracking_sources

    config = in_force()
    source, secrets = tracking_sources(config).get("ups"), secrets_of("ups", config)
    if not isinstance(source, KarrioSource) or not secrets or not config.secure:
        return
    url = f"{config.public_url}/hooks/carriers/ups"
    alerts.renew(database().sessions, source, url=url, credential=secrets[0], now=utcnow())


@task("poll_carriers")
def poll_carriers() -> None:
    """Wake a job for each carrier or aggregator that is to be asked: a slow one holds up nobody but itself."""
    from app.carriers.polling import polling
    from app.providers import tracking_sources

    with work_session() as session, transaction(session):
        for source in polling.due_sources(session, able=tracking_sources(in_force()), now=utcnow()):
            wake_about(session, "poll_source", source)


@task("poll_source")
def poll_source(about: str) -> None:
    """Ask one carrier or aggregator about shipments without news; no transaction is open while it is asked."""
    from app.carriers.polling import asking, polling
    from app.providers import tracking_sources

    sources = tracking_sources(in_force())
    source = sources.get(about)
    if source is None:
        return
    with work_session() as session, transaction(session):
        questions = polling.claim_due(session, source=about, able=sources, at_once=source.at_once, now=utcnow())
    for answer in asking.ask(source, questions, clock=utcnow):
        _keep(answer)


def _keep(answer: "AskOutcome") -> None:
    """Keep one answer in a transaction of its own; one that cannot be kept is its number's trouble alone."""
    from app.carriers.polling import asking, polling

    try:
        with work_session() as session, transaction(session):
            polling.take(session, answer, now=utcnow())
    except OperationalError:
        raise  # the database's trouble: the lease runs out, and the question is put again
    except Exception as error:
        log.exception("a carrier's answer cannot be kept", source=answer.question.source)
        with work_session() as session, transaction(session):
            polling.take(session, asking.not_kept(answer, error), now=utcnow())


@task("try_carrier")
def try_carrier(trial_id: int) -> None:
    """Ask a carrier about a number because a person wants to see what it says; nothing of it is kept for the parcel."""
    from app.carriers import trials
    from app.providers import tracking_sources

    with work_session() as session:
        trial = trials.waiting(session, trial_id)
    if trial is None:
        return
    outcome = trials.ask(trial, tracking_sources(in_force()))
    with work_session() as session, transaction(session):
        trials.keep(session, trial_id, outcome, now=utcnow())
