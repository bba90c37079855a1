"""The sender without a provider: keeps what would have left in a table, for the sandbox's mailbox and phone."""

import json
import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from app.core.clock import utcnow
from app.core.db import transaction
from app.core.settings.domains import wire_address
from app.events import inbox
from app.notify.kinds import Channel
from app.notify.models import SandboxMessage
from app.notify.providers.ports import Accepted, Begin, Lost, Outgoing, SendFailed
from app.notify.send.outcomes import fault

# They fail as a real address does, so that a shop sees what then happens.
MAGIC = {
    "permanent@simulator.example": "permanent",
    "retry@simulator.example": "retry",
    "doubt@simulator.example": "in_doubt",
    "+34600000002": "permanent",
    "+34600000003": "retry",
    "+34600000004": "in_doubt",
}
UNREACHED = frozenset({"unreached@simulator.example", "+34600000005"})


class SandboxSender:
    """Everything is accepted and kept, but for the magic addresses, which fail as real ones do."""

    name = "sandbox"
    lag_seconds: int | None = 0
    asked_at_once = 100

    def __init__(self, sessions: sessionmaker[Session], *, mail_from: str, sms_from: str) -> None:
        self._sessions = sessions
        self._from = {Channel.EMAIL: mail_from, Channel.SMS: sms_from}

    def send(self, outgoing: Outgoing, begin: Begin) -> Accepted:
        """Keep the message; a magic address decides otherwise, «in doubt» even after keeping it."""
        word = MAGIC.get(outgoing.to, "")
        if word in ("permanent", "retry"):
            raise SendFailed(fault(self.name, word))
        begin()
        with self._sessions() as session, transaction(session):
            session.add(self._copy(outgoing))
            # In the transaction of the copy: what is shown as taken is reported.
            if outgoing.tracked:
                self._report(session, outgoing)
        if word:
            raise SendFailed(fault(self.name, word))
        return Accepted(self.name, f"sandbox-{secrets.token_hex(8)}")

    def find(self, lost: Sequence[Lost]) -> Mapping[str, Accepted | None]:
        """The kept messages with our references."""
        columns = select(SandboxMessage.public_id, SandboxMessage.id)
        with self._sessions() as session:
            rows = session.execute(
                columns.where(SandboxMessage.public_id.in_([message.reference for message in lost]))
            ).all()
        accepted = {reference: Accepted(self.name, f"sandbox-{key}") for reference, key in rows}
        return {message.reference: accepted.get(message.reference) for message in lost}

    def _report(self, session: Session, outgoing: Outgoing) -> None:
        """What a provider would report in a moment, through the same endpoint as theirs."""
        word = "undelivered" if outgoing.to in UNREACHED else "delivered"
        body = json.dumps({"message": outgoing.reference, "word": word}).encode()
        key = f"{outgoing.reference}/{word}"
        inbox.store(session, endpoint="messages:sandbox", delivery_key=key, headers={}, body=body, now=utcnow())

    def _copy(self, outgoing: Outgoing, now: datetime | None = None) -> SandboxMessage:
        name = f"{outgoing.from_name} <{self._from[Channel.EMAIL]}>"
        return SandboxMessage(
            public_id=outgoing.reference,
            channel=outgoing.channel,
            sender=name if outgoing.channel is Channel.EMAIL else self._from[Channel.SMS],
            # As it would have left.
            recipient=wire_address(outgoing.to) or outgoing.to,
            subject=outgoing.subject or None,
            text=outgoing.text,
            html=outgoing.html_whole or None,
            headers=outgoing.headers,
            sent_at=now or utcnow(),
        )
