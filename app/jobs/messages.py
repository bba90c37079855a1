"""Jobs of messages: hear of events, send, bring to an end what is in doubt, take in reports."""

from functools import lru_cache, partial

from app.core.clock import utcnow
from app.core.db import transaction
from app.events.kinds import Listener
from app.jobs import rounds
from app.jobs.engine import database, in_force, task, work_session
from app.notify.kinds import Channel
from app.notify.send.config import MailConfig
from app.notify.send.rests import Breaker


@task("hear_notify")
def hear_notify() -> None:
    """Turn events into messages."""
    from app.notify.plan.listener import handle_events

    rounds.handle_events(Listener.NOTIFY, partial(handle_events, config=message_mailer()))


@lru_cache(maxsize=1)
def message_breaker() -> Breaker:
    """How the senders of messages fare in this worker."""
    return Breaker()


def message_mailer() -> MailConfig:
    """How messages leave this worker."""
    from app.providers import mailer

    return mailer(in_force(), database().sessions)


@task("send_mails")
def send_mails() -> None:
    """Send the mails that wait."""
    _send(Channel.EMAIL)


@task("send_texts")
def send_texts() -> None:
    """Send the texts that wait."""
    _send(Channel.SMS)


def _send(channel: Channel) -> None:
    """Send for a while, and come again when there is more or a resting provider is to be tried."""
    from app.notify.plan import listener
    from app.notify.send import drain as draining

    mailer = message_mailer()
    draining.drain(database().sessions, mailer, message_breaker(), channel, clock=utcnow)
    with work_session() as session, transaction(session):
        at = draining.next_turn(session, mailer, channel, now=utcnow())
        if at is not None:
            listener.wake(session, {channel}, at=at)


@task("reconcile_messages")
def reconcile_messages() -> None:
    """Bring messages whose answer was lost to an end."""
    from app.notify.send.reconcile import reconcile

    reconcile(database().sessions, message_mailer(), clock=utcnow)


@task("understand_messages")
def understand_messages() -> None:
    """Take in what the providers report."""
    from app.notify.providers.callbacks import understand

    rounds.understand("messages", partial(understand, config=message_mailer()))
