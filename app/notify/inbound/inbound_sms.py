"""What customers answer to texts: stop, start again, help; the rest is kept for a person to read."""

import re
import unicodedata
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.core.errors import NotFound
from app.core.i18n.catalogues import HOME_LANGUAGE
from app.core.tokens import new_secret
from app.notify.kinds import Channel, Purpose
from app.notify.models import InboundText, Message
from app.notify.plan.listener import default_brand, wake
from app.notify.preferences.key_change import follow_key
from app.notify.preferences.suppression import ALL, is_suppressed, lift, recipient_key, say_consent, suppress
from app.notify.send.config import MailConfig
from app.orders.contacts.contact_points import phone_key
from app.personal import tombstones
from app.personal.tombstones import PHONE


class OptOutReading(StrEnum):
    """The reading of one whole message."""

    STOP = "stop"
    START = "start"
    HELP = "help"
    LIKE_STOP = "like_stop"
    OTHER = "other"


# The words of carriers and laws. Twilio heeds English ones by itself, and no Spanish ones.
_STOP = frozenset(
    {"stop", "stopall", "stop all", "unsubscribe", "cancel", "end", "quit", "revoke", "optout", "opt out", "stop sms"}
    | {"baja", "alto", "parar", "cancelar", "no", "no mas", "darse de baja", "dar de baja", "basta", "desuscribir"}
    | {"arret"}
)
_START = frozenset({"start", "unstop", "yes", "si", "alta", "darse de alta", "subscribe", "suscribir"})
_HELP = frozenset({"help", "info", "ayuda", "aide"})
# Whatever sounds like a refusal counts (FCC), but a person reads it: «no quiero el azul» refuses no texts.
_LIKE_STOP = re.compile(
    r"\b(stop|unsubscribe|opt out|remove me|leave me alone|no more|don t (text|send|message)|do not (text|send|contact)"
    r"|baja|dej(a|ad|en|e) de|no (me )?(escrib|envi|mand|molest|llam)\w*|no quiero|basta|borradme|borrame"
    r"|quita(d|me))\b"
)


def read(text: str) -> OptOutReading:
    """The meaning of a whole message, whatever its case, accents and punctuation."""
    words = bare(text)
    for answer, phrases in ((OptOutReading.STOP, _STOP), (OptOutReading.START, _START), (OptOutReading.HELP, _HELP)):
        if words in phrases:
            return answer
    return OptOutReading.LIKE_STOP if _LIKE_STOP.search(words) else OptOutReading.OTHER


def bare(text: str) -> str:
    """Lower-case words without accents or punctuation, one blank between them."""
    folded = unicodedata.normalize("NFKD", text).casefold()
    letters = "".join(c for c in folded if not unicodedata.combining(c))
    return " ".join(re.findall(r"[a-z0-9]+", letters))


HELP = "text.help"


def take_answer(
    session: Session, *, provider: str, provider_id: str, sender: str, text: str, now: datetime, config: MailConfig
) -> OptOutReading:
    """Act on one inbound text, once however often it is told."""
    # Networks may name a number in an older form than the one we wrote to: «+52 1 55 …».
    sender = phone_key(sender, country=None) or sender
    answer, key = read(text), recipient_key(config.key, Channel.SMS, sender)
    follow_key(session, config.key, [(Channel.SMS, sender)])
    # Of one who was erased the wish alone is kept: it holds by a digest.
    gone = tombstones.enter(session) and bool(tombstones.erased(session, [(PHONE, sender)]))
    row = {
        "provider": provider,
        "provider_id": provider_id,
        "sender": None if gone else sender,
        "recipient_hash": key,
        # No text is longer at Twilio.
        "text": None if gone else text[:1600],
        "answer": answer,
        "received_at": now,
        # What no rule has understood waits for a person.
        "seen_at": None if answer in (OptOutReading.LIKE_STOP, OptOutReading.OTHER) and not gone else now,
    }
    # A provider that heard no answer in time calls again: the second time finds the row, and does nothing.
    statement = insert(InboundText).values(row).on_conflict_do_nothing().returning(InboundText.id)
    if session.scalar(statement) is None:
        return answer
    if answer is OptOutReading.STOP:
        evidence = {"wording": text[:80], "locale": "", "source": "text"}
        say_consent(session, recipient_hash=key, agreed=False, **evidence, now=now)
        suppress(session, channel=Channel.SMS, recipient_hash=key, purpose=ALL, source="stop", now=now)
    elif answer is OptOutReading.START:
        lift(session, channel=Channel.SMS, recipient_hash=key)
        say_consent(session, recipient_hash=key, agreed=True, wording=text[:80], locale="", source="text", now=now)
    # After a STOP nothing goes there any more, help neither.
    elif answer is OptOutReading.HELP and not gone and not _stopped(session, key):
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
            locale=last.locale if last else HOME_LANGUAGE,
            brand_key=last.brand_key if last else default_brand(session),
            facts={},
            created_at=now,
            happened_at=now,
            next_try_at=now,
            # Whoever asks for help waits with the telephone in hand.
            valid_until=now + timedelta(hours=1),
        )
    )
    session.flush()
    wake(session)


def mark_read(session: Session, text_id: int, *, now: datetime) -> bool:
    """A person has read an answer; False when it was read before. Raises NotFound."""
    unread = update(InboundText).where(InboundText.id == text_id, InboundText.seen_at.is_(None))
    if session.scalar(unread.values(seen_at=now).returning(InboundText.id)) is not None:
        return True
    if session.scalar(select(InboundText.id).where(InboundText.id == text_id)) is None:
        raise NotFound(f"There is no answer {text_id}.")
    return False
