"""Jobs of carriers: understand what they push, ask them, catch up."""

from app.clock import utcnow
from app.db import transaction
from app.jobs.engine import BATCH, drain, settings, task, work_session


@task("understand_carriers")
def understand_carriers() -> None:
    """Turn what carriers and aggregators pushed into events."""
    from app.carriers.understand import understand

    drain("understand_carriers", lambda session: understand(session, limit=BATCH, now=utcnow()))


@task("catch_up_carriers")
def catch_up_carriers() -> None:
    """After an outage, have every live shipment asked about."""
    from app.carriers.recovery import after_outage

    with work_session() as session, transaction(session):
        after_outage(session, now=utcnow())


@task("renew_ups_alerts")
def renew_ups_alerts() -> None:
    """Have UPS push the scans of its parcels, where it can reach us and its door is open."""
    from app.carriers import ups_alerts
    from app.carriers.doors import DOORS
    from app.carriers.sources import KarrioSource
    from app.providers import tracking_sources

    source, secrets = tracking_sources().get("ups"), DOORS["ups"].secrets(settings())
    if not isinstance(source, KarrioSource) or not secrets or not settings().secure:
        return
    with work_session() as session:
        numbers = ups_alerts.due_numbers(session, now=utcnow())
    ups_alerts.subscribe(source, numbers, url=f"{settings().public_url}/hooks/carriers/ups", credential=secrets[0])


@task("poll_carriers")
def poll_carriers() -> None:
    """Ask carriers about shipments without news; no transaction is open while they are asked."""
    from app.carriers import polling
    from app.providers import tracking_sources

    sources = tracking_sources()
    with work_session() as session, transaction(session):
        asked = polling.claim_due(session, sources=sources, now=utcnow())
    answers = polling.ask(sources, asked)
    with work_session() as session, transaction(session):
        polling.take_answers(session, answers, now=utcnow())
