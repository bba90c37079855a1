"""Worklists of what came in and went out: messages not sent, answers to texts, unknown words, dead deliveries."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy import Select, and_, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from app.brands.queries import shop_zone
from app.carriers.queries import UnknownWord, unknown_words
from app.core.i18n.words import moment, number, short_day
from app.events.records import DomainEventRecord, InboxRecord, ListenerRecord
from app.notify.providers.registry import provider
from app.notify.records import InboundTextRecord, MessageRecord, ProviderRestRecord
from app.notify.send.outcomes import FailureVerdict, is_of_account, sort
from app.notify.send.rests import Rest
from app.notify.send.rests import resting as resting_providers
from app.orders.records import OrderRecord
from app.staff.auth.roles import Permission
from app.staff.messages.words import channel_words, kind_words, reason_words, state_words
from app.staff.worklists.aside import EVENTS, INBOX, MESSAGES, WORDS, is_aside, set_aside_on
from app.staff.worklists.choice import RowChoice, RowSource
from app.staff.worklists.rows import (
    MOST_ROWS,
    WITH_CUSTOMER,
    Act,
    Row,
    age_words,
    customer_of,
    fault_words,
    listener_words,
)
from app.tracking.carrier_pages import carrier_title

# News of a parcel is stale by then; without an end the list would only grow.
RECENT = timedelta(days=14)
# Whoever teaches us a word wants what carriers say nowadays.
WORDS_SINCE = timedelta(days=30)


MESSAGE_ROWS = RowSource(MessageRecord.id, order_id=MessageRecord.order_id, day=MessageRecord.created_at)
EVENT_ROWS = RowSource(func.concat(ListenerRecord.listener, "-", ListenerRecord.event_id), day=ListenerRecord.dead_at)
TEXT_ROWS = RowSource(InboundTextRecord.id, day=InboundTextRecord.received_at)
INBOX_ROWS = RowSource(InboxRecord.id, day=InboxRecord.received_at)
PROVIDER_ROWS = RowSource(ProviderRestRecord.provider)


def failed() -> Select[Any]:
    """Messages that failed, are in doubt or were refused and wait for another try; not sent again nor dealt with."""
    resent = aliased(MessageRecord)
    # Neither failed nor sent: refused for now and tried again for hours, of which somebody should know.
    refused = and_(MessageRecord.state == "created", MessageRecord.attempts > 0)
    return select(MessageRecord.id).where(
        or_(MessageRecord.state.in_(("failed", "in_doubt")), refused),
        MessageRecord.created_at > func.now() - RECENT,
        ~exists().where(resent.resent_from == MessageRecord.id),
        ~is_aside(MESSAGES, MessageRecord.id),
    )


def texts() -> Select[Any]:
    """Answers that nobody has read yet."""
    return select(InboundTextRecord.id).where(InboundTextRecord.seen_at.is_(None))


def unheard() -> Select[Any]:
    """Events that a listener gave up."""
    return select(ListenerRecord.event_id).where(ListenerRecord.dead_at.is_not(None))


def dead() -> Select[Any]:
    """Deliveries that were given up."""
    return select(InboxRecord.id).where(InboxRecord.state == "dead")


def failed_rows(session: Session, now: datetime, choice: RowChoice) -> Sequence[Row]:
    """Messages not sent, the newest first."""
    statement = (
        select(MessageRecord, OrderRecord)
        .join(OrderRecord, OrderRecord.id == MessageRecord.order_id, isouter=True)
        .where(MessageRecord.id.in_(failed()), *choice.where)
        .order_by(*choice.order(MessageRecord.created_at, MessageRecord.id, newest=True))
        .limit(MOST_ROWS)
        .options(WITH_CUSTOMER)
    )
    zone = shop_zone(session)
    return [
        Row(
            title=kind_words(message.kind),
            href=url_for("messages.page", public_id=message.public_id),
            about=order.number if order else "—",
            order=url_for("console.order", ref=order.ref) if order else None,
            detail=_fate(message, zone),
            when=short_day(message.created_at, zone=zone),
            acts=_message_acts(message),
            item=str(message.id),
            order_id=order.id if order else None,
            customer=customer_of(order),
            age=age_words(message.created_at, now, zone),
        )
        for message, order in session.execute(statement)
    ]


def _fate(message: MessageRecord, zone: str) -> str:
    """How it stands, why, and when it is tried again."""
    fate = f"{channel_words(message.channel)}, {state_words(message.state)[1]}: {reason_words(message.reason)}"
    if message.state != "created":
        return fate
    return _("%(fate)s; next try %(moment)s", fate=fate, moment=moment(message.next_try_at, zone=zone))


def _message_acts(message: MessageRecord) -> tuple[Act, ...]:
    """A message on its way is waited for; one that has ended is sent again."""
    if message.state == "created":
        return ()
    return (Act(_("Send it again"), url_for("messages.ask", public_id=message.public_id), asks=True),)


def unheard_rows(session: Session, now: datetime, choice: RowChoice) -> Sequence[Row]:
    """Events that were given up, the newest first, with for whom and why."""
    statement = (
        select(ListenerRecord, DomainEventRecord, OrderRecord)
        .join(DomainEventRecord, DomainEventRecord.id == ListenerRecord.event_id)
        .join(OrderRecord, OrderRecord.id == DomainEventRecord.order_id, isouter=True)
        .where(ListenerRecord.dead_at.is_not(None), *choice.where)
        .order_by(*choice.order(ListenerRecord.dead_at, ListenerRecord.event_id, newest=True))
        .limit(MOST_ROWS)
        .options(WITH_CUSTOMER)
    )
    zone = shop_zone(session)
    return [
        Row(
            title=kind_words(event.kind),
            href=url_for("console.order", ref=order.ref) if order else None,
            about=order.number if order else "—",
            order=url_for("console.order", ref=order.ref) if order else None,
            detail=f"{listener_words(row.listener)}: {fault_words(row.error)}",
            when=short_day(row.dead_at or event.happened_at, zone=zone),
            acts=_event_acts(row),
            item=f"{row.listener}-{row.event_id}",
            order_id=order.id if order else None,
            customer=customer_of(order),
            age=age_words(row.dead_at, now, zone),
        )
        for row, event, order in session.execute(statement)
    ]


def _event_acts(row: ListenerRecord) -> tuple[Act, ...]:
    item = f"{row.listener}-{row.event_id}"
    try_again = Act(_("Try again"), url_for("work.hear_again", listener=row.listener, event_id=row.event_id))
    return try_again, Act(_("Set aside"), url_for("work.aside", name=EVENTS, item=item), asks=True)


def text_rows(session: Session, now: datetime, choice: RowChoice) -> Sequence[Row]:
    """Answers to texts, the oldest first."""
    statement = (
        select(InboundTextRecord)
        .where(InboundTextRecord.seen_at.is_(None), *choice.where)
        .order_by(*choice.order(InboundTextRecord.received_at, InboundTextRecord.id))
    )
    zone = shop_zone(session)
    return [
        Row(
            # Masked like every number of the console (P-06): the sender need not be a customer at all.
            title=f"••• {(answer.sender or '')[-3:]}",
            detail=answer.text or "",
            when=short_day(answer.received_at, zone=zone),
            age=age_words(answer.received_at, now, zone),
            acts=(Act(_("Read"), url_for("work.read_text", text_id=answer.id)),),
            item=str(answer.id),
        )
        for answer in session.scalars(statement.limit(MOST_ROWS))
    ]


def word_rows(session: Session, now: datetime, choice: RowChoice) -> Sequence[Row]:
    """Codes that mean nothing to us and that nobody has passed on, the most frequent first."""
    zone = shop_zone(session)
    aside = set_aside_on(session, WORDS)
    words = unknown_words(session, since=now - WORDS_SINCE, limit=MOST_ROWS)
    rows = (_word_row(word, item, now, zone) for word in words if (item := _word_item(word)) not in aside)
    return [row for row in rows if choice.shows(row.item)]


def _word_row(word: UnknownWord, item: str, now: datetime, zone: str) -> Row:
    return Row(
        title=word.code or "—",
        href=_explains(word),
        about=carrier_title(word.carrier) or word.carrier,
        detail=f"{number(word.count)} × “{word.description}”",
        when=short_day(word.last_at, zone=zone),
        age=age_words(word.last_at, now, zone),
        item=item,
    )


def _explains(word: UnknownWord) -> str | None:
    """Where its meaning is said, for those who may."""
    may = bool(current_user.is_authenticated) and Permission.SETTINGS in current_user.permissions
    return url_for("carrier_words.explain", **word.word.named()) if may else None


def _word_item(word: UnknownWord) -> str:
    """A name for a code within an address: carriers write slashes and blanks into theirs."""
    return sha256(f"{word.carrier} {word.code or word.words}".encode()).hexdigest()[:24]


def dead_rows(session: Session, now: datetime, choice: RowChoice) -> Sequence[Row]:
    """Deliveries that were not understood, the newest first."""
    dead_ones = select(InboxRecord).where(InboxRecord.state == "dead", *choice.where)
    statement = dead_ones.order_by(*choice.order(InboxRecord.received_at, InboxRecord.id, newest=True)).limit(MOST_ROWS)
    zone = shop_zone(session)
    return [
        Row(
            title=delivery.endpoint,
            href=url_for("work.delivery", row_id=delivery.id),
            detail=fault_words(delivery.error),
            when=short_day(delivery.received_at, zone=zone),
            age=age_words(delivery.received_at, now, zone),
            acts=(
                Act(_("Try again"), url_for("work.replay", row_id=delivery.id)),
                Act(_("Set aside"), url_for("work.aside", name=INBOX, item=delivery.id), asks=True),
            ),
            item=str(delivery.id),
        )
        for delivery in session.scalars(statement)
    ]


def resting() -> Select[Any]:
    """Those that rest."""
    return select(ProviderRestRecord.provider)


def resting_rows(session: Session, now: datetime, choice: RowChoice) -> Sequence[Row]:
    """Each with its own word for why."""
    zone = shop_zone(session)
    return [
        Row(
            title=_(declared.title) if (declared := provider(rest.provider)) else rest.provider,
            about=" · ".join(channel_words(channel) for channel in (declared.channels if declared else ())),
            detail=f"{_why(rest)} ({rest.reason})",
            when=moment(rest.since, zone=zone, now=now),
            late=True,
            item=rest.provider,
        )
        for rest in resting_providers(session).values()
        if choice.shows(rest.provider)
    ]


def _why(rest: Rest) -> str:
    """What its last word comes down to: a message's reason speaks of that message, this of the provider."""
    if is_of_account(rest.provider, rest.reason):
        return _("it does not accept our account or settings: an engineer has to look")
    if sort(rest.provider, rest.reason) is FailureVerdict.CLOSED:
        return _("it cannot be reached, or takes nothing for the moment")
    return _("it does not answer, or only with errors")
