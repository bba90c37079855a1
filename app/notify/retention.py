"""What is forgotten when: texts and addresses after thirty days; ids, hashes and times stay."""

from datetime import datetime, timedelta

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from app.notify.models import InboundText, Message, SandboxMessage

KEPT = timedelta(days=30)


def forget(session: Session, *, limit: int, now: datetime) -> int:
    """Take texts and addresses out of a batch of old messages; gives how many."""
    old = (
        select(Message.id)
        .where(Message.created_at < now - KEPT, Message.recipient != "", Message.state.not_in(("created", "sending")))
        .order_by(Message.created_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    bare: dict[str, object] = {"recipient": "", "subject": None, "text": None, "facts": {}}
    done = session.scalars(update(Message).where(Message.id.in_(old)).values(bare).returning(Message.id)).all()
    asked = (InboundText.received_at < now - KEPT, or_(InboundText.text.is_not(None), InboundText.sender.is_not(None)))
    session.execute(update(InboundText).where(*asked).values(text=None, sender=None))
    session.execute(SandboxMessage.__table__.delete().where(SandboxMessage.sent_at < now - KEPT))  # type: ignore[attr-defined]
    return len(done)
