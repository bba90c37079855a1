"""Jobs of messages: hear of events, send, bring to an end what is in doubt, take in reports, forget."""

from functools import lru_cache

from app.clock import utcnow
from app.jobs.engine import BATCH, database, drain, settings, task
from app.notify.breaker import Breaker
from app.notify.office import Office


@task("hear_notify")
def hear_notify() -> None:
    """Turn events into messages."""
    from app.notify.services import hear

    drain("hear_notify", lambda session: hear(session, limit=BATCH, now=utcnow(), office=message_office()))


@lru_cache(maxsize=1)
def message_breaker() -> Breaker:
    """How the senders of messages fare in this worker."""
    return Breaker()


def message_office() -> Office:
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

    office = message_office()
    drain("understand_messages", lambda session: understand(session, limit=BATCH, now=utcnow(), office=office))


@task("forget_messages")
def forget_messages() -> None:
    """Take texts and addresses out of old messages."""
    from app.notify.retention import forget

    drain("forget_messages", lambda session: forget(session, limit=BATCH, now=utcnow()))
