"""Who must not be written to: one local table that every send consults, and the consent to texts."""

import base64
from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import delete, select, tuple_
from sqlalchemy.dialects.postgresql import distinct_on, insert
from sqlalchemy.orm import Session

from app.core.settings.key import each_key
from app.core.tokens import keyed_digest
from app.notify.kinds import Channel, Purpose
from app.notify.models import SmsConsent, Suppression

# Before the name of a group of stages: what one person does not want of the news.
STAGE = "stage:"
ALL = "all"
NEWS = Purpose.NEWS.value


def stage_purpose(group: str) -> str:
    """The purpose under which a group of stages is refused."""
    return f"{STAGE}{group}"


def stages_off(off: Iterable[tuple[str, bytes, str]], channel: str, recipient_hash: bytes) -> frozenset[str]:
    """The groups of stages that a recipient does not want by a channel, out of what is suppressed."""
    return frozenset(
        purpose.removeprefix(STAGE)
        for way, key, purpose in off
        if (way, key) == (channel, recipient_hash) and purpose.startswith(STAGE)
    )


def suppress(
    session: Session,
    *,
    channel: str,
    recipient_hash: bytes,
    purpose: str,
    source: str,
    now: datetime,
    wording: str | None = None,
) -> None:
    """Write no more to this address: ``purpose`` is ``news``, ``all`` or a stage's; the first source is kept.

    ``wording`` is what stood beside the box that its reader emptied.
    """
    row = {"channel": channel, "recipient_hash": recipient_hash, "purpose": purpose, "source": source}
    row |= {"wording": wording} if wording else {}
    # The first source stays: it says since when and why.
    session.execute(insert(Suppression).values(row | {"created_at": now}).on_conflict_do_nothing())


def lift(session: Session, *, channel: str, recipient_hash: bytes, purposes: Iterable[str] = (ALL, NEWS)) -> None:
    """Write again to this address."""
    chosen = (Suppression.channel == channel, Suppression.recipient_hash == recipient_hash)
    session.execute(delete(Suppression).where(*chosen, Suppression.purpose.in_(list(purposes))))


def suppressed(session: Session, pairs: Iterable[tuple[str, bytes]]) -> set[tuple[str, bytes, str]]:
    """Which of these (channel, recipient) are suppressed, each with its purpose."""
    unique = list(set(pairs))
    if not unique:
        return set()
    columns = (Suppression.channel, Suppression.recipient_hash, Suppression.purpose)
    statement = select(*columns).where(tuple_(Suppression.channel, Suppression.recipient_hash).in_(unique))
    return {(row.channel, row.recipient_hash, row.purpose) for row in session.execute(statement)}


def is_suppressed(session: Session, *, channel: str, recipient_hash: bytes, purpose: str) -> bool:
    """Whether a message of ``purpose`` must not go there."""
    suppressions = suppressed(session, [(channel, recipient_hash)])
    return bool({(channel, recipient_hash, ALL), (channel, recipient_hash, purpose)} & suppressions)


def is_shut(session: Session, key: str, *, channel: str, address: str, purpose: str) -> bool:
    """The same of an address, whichever SECRET_KEY was in force when it was suppressed."""
    hashes = [recipient_key(one, channel, address) for one in each_key(key)]
    return any(is_suppressed(session, channel=channel, recipient_hash=one, purpose=purpose) for one in hashes)


def say_consent(
    session: Session, *, recipient_hash: bytes, agreed: bool, wording: str, locale: str, source: str, now: datetime
) -> None:
    """Keep a customer's word about texts, with what was asked, where, and in which language."""
    # A row more, never a row changed: who agreed to what, when and in which words can be shown.
    session.add(
        SmsConsent(
            recipient_hash=recipient_hash,
            agreed=agreed,
            wording=wording,
            locale=locale,
            source=source,
            said_at=now,
        )
    )
    session.flush()
    if agreed:
        lift(session, channel=Channel.SMS, recipient_hash=recipient_hash)


def consents(session: Session, hashes: Iterable[bytes]) -> dict[bytes, bool]:
    """The newest word of each recipient who has given one here."""
    unique = list(set(hashes))
    if not unique:
        return {}
    # By id and not by time: two words of one moment have an order, too.
    newest = (
        select(SmsConsent.recipient_hash, SmsConsent.agreed)
        .where(SmsConsent.recipient_hash.in_(unique))
        .ext(distinct_on(SmsConsent.recipient_hash))
        .order_by(SmsConsent.recipient_hash, SmsConsent.id.desc())
    )
    return {row.recipient_hash: row.agreed for row in session.execute(newest)}


def recipient_key(key: str, channel: str, address: str) -> bytes:
    """The same for every spelling of case; not to be guessed from a list of addresses without ``key``."""
    return keyed_digest(key, f"{Channel(channel)}:{address.strip().casefold()}")


def preference_token(key: str, recipient_hash: bytes) -> str:
    """The secret in a message's foot: made again for each message, so that only its hash need rest in the database."""
    secret = keyed_digest(key, f"preferences:{recipient_hash.hex()}")
    return base64.urlsafe_b64encode(secret).decode().rstrip("=")
