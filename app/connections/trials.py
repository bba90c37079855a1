"""Trying a connection: a real and harmless call, made with no transaction open; its outcome is kept for the pages."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session, sessionmaker

from app.audit import trail as audit
from app.carriers.polling.credentials import source_of
from app.carriers.polling.trial import try_out
from app.connections.catalogue import Connection, ConnectionField
from app.connections.models import ConnectionTrial
from app.connections.reading import by_environment, server_of
from app.core import http, standard_webhooks
from app.core.clock import utcnow
from app.core.errors import Conflict, InDoubt, ProviderError
from app.core.http import BadAddress, Rules, addresses
from app.core.settings import Settings
from app.core.trials import TrialOutcome, TrialWord, of_status, outcome
from app.notify.kinds import Channel
from app.notify.providers.declaration import Installation
from app.notify.providers.ports import Outgoing
from app.notify.providers.registry import texts_from
from app.notify.send.claim import hand_over
from app.notify.send.outcomes import SendFailure

# Each is a call to somebody else, made because a button was pressed.
PAUSE = timedelta(seconds=10)
MESSAGE = ":message"


@dataclass(frozen=True, slots=True)
class KeptTrial:
    """The last trial of a connection; ``result`` is None while it goes on."""

    tried_at: datetime
    tried_by: str
    result: TrialOutcome | None


def take_turn(session: Session, name: str, *, by: str, now: datetime) -> None:
    """Take the turn to try; the caller commits and calls. Raises Conflict where somebody tried a moment ago."""
    # One row a connection: whoever finds it fresh waits, however many press at once.
    row = {"connection": name, "tried_at": now, "tried_by": by, "good": None, "code": None, "facts": {}}
    made = insert(ConnectionTrial).values(row)
    taken = made.on_conflict_do_update(
        index_elements=["connection"], set_=row, where=ConnectionTrial.tried_at <= now - PAUSE
    ).returning(ConnectionTrial.connection)
    if session.scalar(taken) is None:
        raise Conflict(f"It was tried a moment ago: wait {PAUSE.seconds} seconds.")
    audit.record(session, actor=by, action="connection.tried", subject=name, now=now)


def keep(session: Session, name: str, result: TrialOutcome) -> None:
    """Write what came of it."""
    facts = {"good": result.good, "code": result.word.value, "facts": dict(result.facts)}
    session.execute(update(ConnectionTrial).where(ConnectionTrial.connection == name).values(facts))


def outcomes(session: Session) -> dict[str, KeptTrial]:
    """The last trial of every connection, by name."""
    rows = session.scalars(select(ConnectionTrial))
    return {
        row.connection: KeptTrial(
            row.tried_at, row.tried_by, TrialOutcome(TrialWord(row.code), row.facts) if row.code else None
        )
        for row in rows
    }


def can_be_tried(one: Connection) -> bool:
    """Whether there is something to ask."""
    by_provider = one.provider is not None and one.provider.trial is not None
    by_system = one.system is not None and one.system.webhook is not None and one.system.webhook.sample is not None
    return by_provider or by_system or (one.carrier is not None and one.carrier.access is not None)


def call(one: Connection, settings: Settings, base: Settings, sessions: sessionmaker[Session]) -> TrialOutcome:
    """Make the call; holds no transaction, raises nothing of what the other side does."""
    if not one.ready(settings):
        return outcome(TrialWord.NOT_SET)
    barred = _barred(one, settings, base)
    if barred is not None:
        return barred
    if one.provider is not None and one.provider.trial is not None:
        return one.provider.trial(settings.of(one.provider.settings), _installation(settings, sessions))
    if one.system is not None:
        return _to_ourselves(one, settings)
    source = source_of(one.carrier, settings.environ) if one.carrier else None
    return try_out(source) if source is not None else outcome(TrialWord.NOT_SET)


def send(
    one: Connection, settings: Settings, base: Settings, outgoing: Outgoing, sessions: sessionmaker[Session]
) -> TrialOutcome:
    """Hand one message to this very provider, past all that waits; nothing of it is kept."""
    if one.provider is None or not one.ready(settings):
        return outcome(TrialWord.NOT_SET)
    barred = _barred(one, settings, base)
    if barred is not None:
        return barred
    # Made for this one message: the worker's own may still be that of the settings before.
    sender = one.provider.make(settings.of(one.provider.settings), _installation(settings, sessions))
    result = hand_over(sender, outgoing, begin=lambda: None)
    if isinstance(result, SendFailure):
        return outcome(TrialWord.MESSAGE_REFUSED, answer=f"{result.code} {result.detail}")
    return outcome(TrialWord.MESSAGE_TAKEN)


def message(channel: Channel, to: str, subject: str, text: str, *, from_name: str, host: str) -> Outgoing:
    """A message of a trial: plain, reported to nobody."""
    reference = secrets.token_urlsafe(16)
    headers = {"Message-ID": f"<{reference}@{host}>", "Auto-Submitted": "auto-generated"}
    return Outgoing(
        reference,
        channel,
        to,
        text,
        subject=subject,
        from_name=from_name,
        headers=headers if channel is Channel.EMAIL else {},
        tracked=False,
    )


def _installation(settings: Settings, sessions: sessionmaker[Session]) -> Installation:
    return Installation(settings.public_url, settings.mail_from or "", texts_from(settings) or "", sessions)


def _barred(one: Connection, settings: Settings, base: Settings) -> TrialOutcome | None:
    """Why a page's address may not be called: what it leads to shows only when its name is looked up."""
    rules = Rules(private_hosts=base.webhook_private_hosts)
    for field in one.fields:
        written = settings.environ.get(field.variable)
        if not written or not field.shape.is_address or by_environment(base.environ, field.variable):
            continue
        try:
            addresses(*_host_and_port(field, written), rules)
        except BadAddress:
            return outcome(TrialWord.PRIVATE, variable=field.variable)
        except ProviderError as error:
            return outcome(TrialWord.NOT_REACHED, answer=error)
    return None


def _host_and_port(field: ConnectionField, written: str) -> tuple[str, int]:
    if field.secret:
        return server_of(written)
    parts = urlsplit(written)
    return parts.hostname or "", parts.port or 443


def _to_ourselves(one: Connection, settings: Settings) -> TrialOutcome:
    """Deliver the sample to our own door as the system would: signed, through whatever stands before the portal."""
    webhook = one.system.webhook if one.system else None
    if webhook is None or webhook.sample is None or one.own_settings is None:
        return outcome(TrialWord.NOT_SET)
    url = f"{settings.public_url}{one.hooks[0]}"
    headers = sample_headers(webhook.secrets(settings.of(one.own_settings))[0], webhook.sample, now=utcnow())
    host = (urlsplit(url).hostname or "").lower()
    try:
        # Our own address is one that we may call, wherever it leads.
        status = http.post(url, body=webhook.sample, headers=headers, rules=Rules(private_hosts=(host,))).status
    except (ProviderError, InDoubt, BadAddress) as error:
        return outcome(TrialWord.NOT_REACHED, answer=error)
    if status == 401:
        return outcome(TrialWord.WRONG_SIGNATURE)
    return outcome(TrialWord.WORKS) if status == 204 else of_status(status)


def sample_headers(secret: str, body: bytes, *, now: datetime) -> Mapping[str, str]:
    """The headers of a signed sample, good for five minutes."""
    signed = standard_webhooks.sign([secret], message_id=f"sample_{secrets.token_hex(8)}", at=now, body=body)
    return {"Content-Type": "application/json", **signed}
