"""What the worker does: every job by name, each an edge that opens its own session and commits."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import structlog
from procrastinate import App, PsycopgConnector, RetryStrategy
from sqlalchemy.orm import Session

from app.clock import utcnow
from app.db import Database, transaction
from app.errors import InDoubt, ProviderRejected
from app.queue import defer
from app.settings import Settings

if TYPE_CHECKING:
    from app.notify.breaker import Breaker
    from app.notify.office import Office

BATCH = 200
log = structlog.get_logger()
RETRY = RetryStrategy(max_attempts=8, exponential_wait=3)


@lru_cache(maxsize=1)
def settings() -> Settings:
    """The worker's settings, read once."""
    return Settings.from_env()


@lru_cache(maxsize=1)
def database() -> Database:
    """The worker's database, with time for long statements."""
    return Database(settings().database_url, statement_timeout_ms=60_000, pool_size=8)


@lru_cache(maxsize=1)
def engine() -> App:
    """The job engine of the worker, with every job registered."""
    made = App(connector=PsycopgConnector(conninfo=settings().psycopg_url, min_size=1, max_size=4))
    for name, function in TASKS.items():
        made.task(name=name, retry=RETRY)(function)
    return made


@contextmanager
def work_session() -> Iterator[Session]:
    """A session of its own for a job; whoever opens it commits through ``transaction``."""
    with database().sessions() as session:
        yield session


def drain(task: str, work: Callable[[Session], int], *, batch: int = BATCH) -> None:
    """Do one batch in one transaction and come again while batches are full."""
    with work_session() as session, transaction(session):
        if work(session) >= batch:
            defer(session, task, queueing_lock=task)


TASKS: dict[str, Callable[..., Any]] = {}


def task(name: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Register a job under ``name``."""

    def register(function: Callable[..., Any]) -> Callable[..., Any]:
        TASKS[name] = function
        return function

    return register


@task("fold_shipments")
def fold_shipments() -> None:
    """Fold the shipments that have news."""
    from app.tracking.services import fold_dirty

    drain("fold_shipments", lambda session: fold_dirty(session, limit=BATCH, now=utcnow()))


@task("look_for_late")
def look_for_late() -> None:
    """Find the parcels that are late, and let go of those that nobody hears of any more."""
    from app.tracking.services import look_for_late, retire

    with work_session() as session, transaction(session):
        look_for_late(session, now=utcnow())
        retire(session, now=utcnow())


@task("hear_notify")
def hear_notify() -> None:
    """Turn events into messages."""
    from app.notify.services import hear

    drain("hear_notify", lambda session: hear(session, limit=BATCH, now=utcnow(), office=message_office()))


@lru_cache(maxsize=1)
def message_breaker() -> "Breaker":
    """How the senders of messages fare in this worker."""
    from app.notify.breaker import Breaker

    return Breaker()


def message_office() -> "Office":
    """How messages leave this worker."""
    from app.providers import office

    return office(settings(), database().sessions)


@task("send_messages")
def send_messages() -> None:
    """Send every message that waits."""
    from app.notify.draining import drain as drain_messages

    drain_messages(database().sessions, message_office(), message_breaker(), clock=utcnow)


@task("reconcile_messages")
def reconcile_messages() -> None:
    """Bring messages whose answer was lost to an end."""
    from app.notify.doubts import reconcile

    reconcile(database().sessions, message_office(), clock=utcnow)


@task("understand_messages")
def understand_messages() -> None:
    """Take in what the providers report."""
    from app.notify.callbacks import understand

    drain("understand_messages", lambda session: understand(session, limit=BATCH, now=utcnow(), office=message_office()))


@task("forget_messages")
def forget_messages() -> None:
    """Take texts and addresses out of old messages."""
    from app.notify.retention import forget

    drain("forget_messages", lambda session: forget(session, limit=BATCH, now=utcnow()))


@task("hear_returns")
def hear_returns() -> None:
    """Let returns hear of their parcels."""
    from app.returns.services import hear

    drain("hear_returns", lambda session: hear(session, limit=BATCH, now=utcnow()))


@task("hear_webhooks")
def hear_webhooks() -> None:
    """Turn events into deliveries for other systems."""
    from app.api.announcements import hear

    drain("hear_webhooks", lambda session: hear(session, limit=BATCH, now=utcnow()))


@task("deliver_webhooks")
def deliver_webhooks() -> None:
    """Deliver what is due to other systems, with no transaction open; come again while there is more."""
    from app.api.deliveries import deliver_due, waiting
    from app.outbound import Rules

    deliver_due(database().sessions, key=settings().secret_key.get_secret_value(), rules=Rules())
    with work_session() as session, transaction(session):
        if waiting(session, now=utcnow()):
            defer(session, "deliver_webhooks", queueing_lock="deliver_webhooks")


@task("sweep_api")
def sweep_api() -> None:
    """Forget old answers and old deliveries."""
    from app.api import deliveries, idempotency

    with work_session() as session, transaction(session):
        idempotency.forget_old(session, now=utcnow())
        deliveries.forget_old(session, now=utcnow())


@task("understand_oms")
def understand_oms() -> None:
    """Turn what order management systems delivered into orders."""
    from app.oms.understanding import understand

    drain("understand_oms", lambda session: understand(session, limit=BATCH, now=utcnow()))


@task("send_code")
def send_code(sealed: str) -> None:
    """Carry a one-time code to a person, with no database connection held."""
    from app.orders import sending
    from app.providers import code_sender

    with work_session() as session:
        letter = sending.open_letter(session, sealed, key=settings().secret_key.get_secret_value())
    if letter is None:
        return
    try:
        sending.deliver_code(letter, code_sender(settings(), database().sessions))
    except (ProviderRejected, InDoubt) as error:
        log.warning("a code was not sent, or may not have been", code=error.code)


@task("mail_order_links")
def mail_order_links(sealed: str) -> None:
    """Answer a request for links to orders, if there is anything to send."""
    from app.orders.sending import answer_link_request

    with work_session() as session, transaction(session):
        answer_link_request(session, sealed, key=settings().secret_key.get_secret_value(), now=utcnow())


@task("sweep_access")
def sweep_access() -> None:
    """Remove ended sessions, old codes and old counts."""
    from app.orders.sweeping import sweep

    with work_session() as session, transaction(session):
        sweep(session, now=utcnow())


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


@task("receive_withdrawals")
def receive_withdrawals() -> None:
    """Match statements of withdrawal and have their receipts sent."""
    from app.returns.withdrawal_matching import receive

    drain("receive_withdrawals", lambda session: receive(session, limit=BATCH, now=utcnow()))


@task("expire_returns")
def expire_returns() -> None:
    """Let returns expire whose parcel was not handed over in time, and forget old drafts."""
    from app.returns.drafts import sweep_drafts
    from app.returns.services import expire_overdue

    with work_session() as session, transaction(session):
        sweep_drafts(session, now=utcnow())
    drain("expire_returns", lambda session: expire_overdue(session, limit=BATCH, now=utcnow()))


@task("move_demo_parcels")
def move_demo_parcels() -> None:
    """Let the simulated carrier take each of the demo shop's parcels one scan further."""
    from app.sandbox import carrier, demo

    with work_session() as session, transaction(session):
        carrier.move(session, still=demo.still_numbers(), now=utcnow())
