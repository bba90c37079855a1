"""What is forgotten when: texts and addresses after thirty days; ids, hashes and times stay."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import delete, or_, select, update
from sqlalchemy.orm import Session

from app.notify.models import InboundText, Message, PreferenceLink, SandboxMessage

# As docs/messages.md promises; staff look at what was said for some weeks at most.
KEPT = timedelta(days=30)
BARE: dict[str, object] = {"recipient": "", "subject": None, "text": None}


def erase(session: Session, order_ids: Sequence[int], *, now: datetime) -> None:
    """Take texts and addresses out of everything said about these orders, at once; opt-outs stay, as hashes.

    What has not left yet never will.
    """
    # Before addresses go: answers are found by the hashes of those who were written to.
    recipients = select(Message.recipient_hash).where(Message.order_id.in_(order_ids))
    session.execute(
        update(InboundText).where(InboundText.recipient_hash.in_(recipients)).values(text=None, sender=None),
        execution_options={"synchronize_session": False},
    )
    shown = select(Message.public_id).where(Message.order_id.in_(order_ids))
    session.execute(
        delete(SandboxMessage).where(SandboxMessage.public_id.in_(shown)),
        execution_options={"synchronize_session": False},
    )
    # What waits would leave to nobody: its address goes with the next statement.
    waiting = {"state": "skipped", "reason": "erased", "settled_at": now}
    about = Message.order_id.in_(order_ids)
    session.execute(update(Message).where(about, Message.state == "created").values(waiting))
    session.execute(update(Message).where(about).values(BARE))
    session.execute(delete(PreferenceLink).where(PreferenceLink.order_id.in_(order_ids)))


def forget(session: Session, *, limit: int, now: datetime) -> int:
    """Take texts and addresses out of a batch of old messages; gives how many."""
    # What has yet to leave needs its address, however old. What is locked is settled at this moment: the next round.
    old = (
        select(Message.id)
        .where(Message.created_at < now - KEPT, Message.recipient != "", Message.state.not_in(("created", "sending")))
        .order_by(Message.created_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    done = session.scalars(update(Message).where(Message.id.in_(old)).values(BARE).returning(Message.id)).all()
    old_answers = (
        InboundText.received_at < now - KEPT,
        or_(InboundText.text.is_not(None), InboundText.sender.is_not(None)),
    )
    session.execute(update(InboundText).where(*old_answers).values(text=None, sender=None))
    session.execute(delete(SandboxMessage).where(SandboxMessage.sent_at < now - KEPT))
    return len(done)
