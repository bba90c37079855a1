"""What the room of messages keeps of a person: what was said to whom, what came back, and what they want."""

from datetime import datetime

from sqlalchemy import ColumnElement, Select, exists, select, update
from sqlalchemy.orm import Session

from app.notify.kinds import Channel
from app.notify.models import (
    Attempt,
    BrandMessages,
    InboundText,
    Message,
    PreferenceLink,
    ProviderRest,
    SandboxMessage,
    SmsConsent,
    Suppression,
    WithheldMessage,
)
from app.notify.preferences.suppression import recipient_key
from app.personal.blanks import NOTHING
from app.personal.claims import Basis, DataSubject, RoomClaims, TableClaim, Tier, Use, _l


def digests(person: DataSubject) -> set[bytes]:
    """What stands for their addresses wherever the addresses themselves do not."""
    mails = {recipient_key(person.key, Channel.EMAIL, email) for email in person.emails}
    return mails | {recipient_key(person.key, Channel.SMS, phone) for phone in person.phones}


def _message(_session: Session, person: DataSubject) -> ColumnElement[bool]:
    """About their orders, whoever was written to, and to their addresses, whatever it was about."""
    return Message.order_id.in_(person.order_ids) | Message.recipient_hash.in_(digests(person))


def _attempt(session: Session, person: DataSubject) -> ColumnElement[bool]:
    return Attempt.message_id.in_(select(Message.id).where(_message(session, person)))


def _answer(_session: Session, person: DataSubject) -> ColumnElement[bool]:
    return InboundText.recipient_hash.in_(digests(person))


def _link(_session: Session, person: DataSubject) -> ColumnElement[bool]:
    return PreferenceLink.order_id.in_(person.order_ids) | PreferenceLink.recipient_hash.in_(digests(person))


def _copy(session: Session, person: DataSubject) -> ColumnElement[bool]:
    shown = select(Message.public_id).where(_message(session, person))
    addresses = {*person.emails, *person.phones}
    return SandboxMessage.public_id.in_(shown) | SandboxMessage.recipient.in_(addresses)


def _consent(_session: Session, person: DataSubject) -> ColumnElement[bool]:
    return SmsConsent.recipient_hash.in_(digests(person))


def _refusal(_session: Session, person: DataSubject) -> ColumnElement[bool]:
    return Suppression.recipient_hash.in_(digests(person))


def close(session: Session, person: DataSubject, *, now: datetime) -> None:
    """What waits to be sent to them never leaves."""
    stop(session, select(Message.id).where(_message(session, person)), now=now)


def stop(session: Session, chosen: Select[int], *, now: datetime) -> None:
    """Skip those of the chosen messages that have not left yet."""
    # What waits would leave to nobody: its address goes in the same transaction.
    waiting = {"state": "skipped", "reason": "erased", "settled_at": now}
    statement = update(Message).where(Message.id.in_(chosen), Message.state == "created").values(waiting)
    session.execute(statement, execution_options={"synchronize_session": False})


def hold(session: Session, *, now: datetime) -> int:
    """Put what waits in a person's hands: it may have been sent after the backup was made. Gives how many."""
    # Without a lease nobody asks the provider: it answers for tries, and of these ours are not known any more.
    aside = {"state": "in_doubt", "reason": "restored", "lease_until": None, "attempt_token": None}
    waiting = update(Message).where(Message.state.in_(("created", "sending"))).values(aside)
    return len(session.scalars(waiting.returning(Message.id)).all())


# What has yet to leave needs its address, however old it is.
_left = Message.state.not_in(("created", "sending"))
_MESSAGE = TableClaim(
    model=Message,
    purpose=_l("That a message was sent, and what became of it"),
    term="messages",
    since=Message.created_at,
    ended=_left,
    plain="""id public_id dedup_key event_id order_id shipment_id return_id kind purpose channel locale brand_key state
        reason created_at happened_at valid_until next_try_at lease_until attempts repeats provider provider_id
        accepted_at delivered_at settled_at resent_from readdressed rank receipts""",
    staff="requested_by",
    hidden="recipient_hash body_hash attempt_token",
    personal={
        "recipient": Use("Where it went", ""),
        "subject": Use("Its subject", NOTHING),
        "text": Use("What it said", NOTHING),
        "text_fault": Use("Why the shop's own words were not used", NOTHING),
        "text_fault_values": Use("What of them could not be used", NOTHING),
        "facts": Use("What it was made from", {}),
    },
    of=_message,
)
_ATTEMPT = TableClaim(
    model=Attempt,
    purpose=_l("A try to send, and the provider's answer"),
    basis=Basis.INTEREST,
    term="messages",
    since=Attempt.started_at,
    ended=exists().where(Message.id == Attempt.message_id, _left),
    plain="id message_id provider started_at ended_at outcome code absent_at",
    hidden="token",
    personal={"detail": Use("What the provider said, which may repeat the address", NOTHING)},
    of=_attempt,
)
_ANSWER = TableClaim(
    model=InboundText,
    purpose=_l("What a customer answered to a text"),
    term="messages",
    since=InboundText.received_at,
    plain="id provider provider_id answer received_at seen_at",
    hidden="recipient_hash",
    personal={"sender": Use("Who answered", NOTHING), "text": Use("What they wrote", NOTHING)},
    of=_answer,
)
_LINK = TableClaim(
    model=PreferenceLink,
    purpose=_l("A link in a message to choose what comes"),
    tier=Tier.LINK,
    term="links",
    since=PreferenceLink.issued_at,
    plain="id channel order_id locale issued_at",
    hidden="token_hash recipient_hash",
    personal={"recipient_shown": Use("The address in part", "")},
    of=_link,
    deleted=True,
)
_COPY = TableClaim(
    model=SandboxMessage,
    purpose=_l("What a demo shop would have sent"),
    basis=Basis.INTEREST,
    term="messages",
    since=SandboxMessage.sent_at,
    plain="id public_id channel sender sent_at",
    personal={
        "recipient": Use("To whom", ""),
        "subject": Use("Its subject", NOTHING),
        "text": Use("What it said", ""),
        "html": Use("The same as a mail", NOTHING),
        "headers": Use("What went with it", {}),
    },
    of=_copy,
    deleted=True,
)
_CONSENT = TableClaim(
    model=SmsConsent,
    purpose=_l("Proof of a yes or no to texts: wording, language, where and when"),
    basis=Basis.CONSENT,
    tier=Tier.CODE,
    term="kept",
    plain="id given wording locale source said_at",
    hidden="recipient_hash",
    of=_consent,
)
_REFUSAL = TableClaim(
    model=Suppression,
    purpose=_l("That an address wants no messages: STOP holds for good"),
    basis=Basis.DUTY,
    term="kept",
    plain="channel purpose source created_at wording",
    hidden="recipient_hash",
    of=_refusal,
)
_OTHERS = (
    TableClaim(
        model=WithheldMessage,
        purpose="Why a message was not written",
        basis=Basis.INTEREST,
        term="with",
        plain="id event_id order_id kind channel reason decided_at",
    ),
    TableClaim(
        model=ProviderRest,
        purpose="Which provider rests",
        basis=Basis.INTEREST,
        term="shop",
        plain="provider since reason tries next_probe_at",
    ),
    TableClaim(
        model=BrandMessages,
        purpose="Which messages a brand sends",
        basis=Basis.INTEREST,
        term="shop",
        plain="brand_key mails_off texts_off notes registered_countries",
    ),
)

PERSONAL = RoomClaims(
    # Copies and tries are found by the messages, so they go first.
    "notify",
    (_COPY, _ATTEMPT, _ANSWER, _MESSAGE, _LINK, _CONSENT, _REFUSAL, *_OTHERS),
    close=close,
    hold=hold,
)
