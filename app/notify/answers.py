"""What customers answer to texts: stop, start again, help; the rest is kept for a person to read."""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.core.tokens import new_secret
from app.notify.addressing import default_brand
from app.notify.keys import recipient_key
from app.notify.kinds import Channel, Purpose
from app.notify.models import InboundText, Message
from app.notify.office import Office
from app.notify.optout import OptOutReading, read
from app.notify.services import wake
from app.notify.suppression import ALL, is_suppressed, lift, say_consent, suppress

HELP = "text.help"


def take_answer(
    session: Session, *, provider: str, provider_id: str, sender: str, text: str, now: datetime, office: Office
) -> OptOutReading:
    """Act on one inbound text, once however often it is told."""
    answer, key = read(text), recipient_key(office.key, Channel.SMS, sender)
    row = {
        "provider": provider,
        "provider_id": provider_id,
        "sender": sender,
        "recipient_hash": key,
        "text": text[:1600],
        "answer": answer,
        "received_at": now,
        "seen_at": None if answer in (OptOutReading.LIKE_STOP, OptOutReading.OTHER) else now,
    }
    statement = insert(InboundText).values(row).on_conflict_do_nothing().returning(InboundText.id)
    if session.scalar(statement) is None:
        return answer
    if answer is OptOutReading.STOP:
        said = {"wording": text[:80], "locale": "", "source": "text"}
        say_consent(session, recipient_hash=key, given=False, **said, now=now)
        suppress(session, channel=Channel.SMS, recipient_hash=key, purpose=ALL, source="stop", now=now)
    elif answer is OptOutReading.START:
        lift(session, channel=Channel.SMS, recipient_hash=key)
        say_consent(session, recipient_hash=key, given=True, wording=text[:80], locale="", source="text", now=now)
    elif answer is OptOutReading.HELP and not _stopped(session, key):
        _help(session, sender, key, provider_id, now)
    return answer


def _stopped(session: Session, key: bytes) -> bool:
    return is_suppressed(session, channel=Channel.SMS, recipient_hash=key, purpose=Purpose.RECEIPT)


def _help(session: Session, sender: str, key: bytes, provider_id: str, now: datetime) -> None:
    """One text that says who we are and how to reach a person, in the name of the shop that wrote last."""
    last = session.scalar(select(Message).where(Message.recipient_hash == key).order_by(Message.id.desc()).limit(1))
    session.add(
        Message(
            public_id=new_secret()[:22],
            dedup_key=f"{HELP}/{provider_id}",
            kind=HELP,
            purpose=Purpose.RECEIPT,
            channel=Channel.SMS,
            recipient=sender,
            recipient_hash=key,
            locale=last.locale if last else "es",
            brand_key=last.brand_key if last else default_brand(session),
            facts={},
            created_at=now,
            happened_at=now,
            next_try_at=now,
            valid_until=now + timedelta(hours=1),
        )
    )
    session.flush()
    wake(session)
