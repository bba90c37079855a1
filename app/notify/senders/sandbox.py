"""The sender without a provider: keeps what would have left in a table, for the sandbox's mailbox and phone."""

import json
import secrets
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from app.clock import utcnow
from app.events import inbox
from app.notify.kinds import Channel
from app.notify.models import SandboxMessage
from app.notify.outcomes import fault
from app.notify.senders.ports import Accepted, Lost, Outgoing, SendFailed

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

    def __init__(self, sessions: sessionmaker[Session], *, mail_from: str, sms_from: str) -> None:
        self._sessions = sessions
        self._from = {Channel.EMAIL: mail_from, Channel.SMS: sms_from}

    def send(self, outgoing: Outgoing) -> Accepted:
        """Keep the message; a magic address decides otherwise, «in doubt» even after keeping it."""
        word = MAGIC.get(outgoing.to, "")
        if word in ("permanent", "retry"):
            raise SendFailed(fault(self.name, word))
        with self._sessions() as session:
            session.add(self._kept(outgoing))
            if outgoing.tracked:
                self._report(session, outgoing)
            session.commit()
        if word:
            raise SendFailed(fault(self.name, word))
        return Accepted(self.name, f"sandbox-{secrets.token_hex(8)}")

    def find(self, lost: Lost) -> Accepted | None:
        """The kept message with our reference."""
        with self._sessions() as session:
            found = session.scalar(select(SandboxMessage.id).where(SandboxMessage.public_id == lost.reference))
        return Accepted(self.name, f"sandbox-{found}") if found else None

    def _report(self, session: Session, outgoing: Outgoing) -> None:
        """What a provider would report in a moment, through the same door as theirs."""
        word = "undelivered" if outgoing.to in UNREACHED else "delivered"
        body = json.dumps({"message": outgoing.reference, "word": word}).encode()
        key = f"{outgoing.reference}/{word}"
        inbox.store(session, door="messages:sandbox", delivery_key=key, headers={}, body=body, now=utcnow())

    def _kept(self, outgoing: Outgoing, now: datetime | None = None) -> SandboxMessage:
        name = f"{outgoing.from_name} <{self._from[Channel.EMAIL]}>"
        return SandboxMessage(
            public_id=outgoing.reference,
            channel=outgoing.channel,
            sender=name if outgoing.channel is Channel.EMAIL else self._from[Channel.SMS],
            recipient=outgoing.to,
            subject=outgoing.subject or None,
            text=outgoing.text,
            html=outgoing.html or None,
            headers=outgoing.headers,
            sent_at=now or utcnow(),
        )
