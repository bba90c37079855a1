"""Worklists of what came in and went out: messages not sent, answers to texts, unknown words, dead deliveries."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy import Select, exists, func, select
from sqlalchemy.orm import Session, aliased

from app.carriers.queries import unknown_words
from app.events.models import InboxRow
from app.metrics.choices import shop_zone
from app.notify.models import InboundText, Message
from app.orders.models import Order
from app.staff.message_words import kind_words, reason_words, state_words
from app.staff.work_rows import MOST_ROWS, Row
from app.tracking.carrier_pages import carrier_title
from app.words import number, short_day

RECENT = timedelta(days=14)
WORDS_SINCE = timedelta(days=30)


def failed() -> Select[Any]:
    """Messages that failed or are in doubt lately, and were not sent again."""
    again = aliased(Message)
    return select(Message.id).where(
        Message.state.in_(("failed", "in_doubt")),
        Message.created_at > func.now() - RECENT,
        ~exists().where(again.resent_from == Message.id),
    )


def texts() -> Select[Any]:
    """Answers that nobody has read yet."""
    return select(InboundText.id).where(InboundText.seen_at.is_(None))


def dead() -> Select[Any]:
    """Deliveries that were given up."""
    return select(InboxRow.id).where(InboxRow.state == "dead")


def failed_rows(session: Session, now: datetime) -> Sequence[Row]:
    """Messages not sent, the newest first."""
    statement = (
        select(Message, Order.number)
        .join(Order, Order.id == Message.order_id, isouter=True)
        .where(Message.id.in_(failed()))
        .order_by(Message.created_at.desc(), Message.id.desc())
        .limit(MOST_ROWS)
    )
    zone = shop_zone(session)
    return [
        Row(
            title=kind_words(one.kind),
            href=url_for("messages.page", public_id=one.public_id),
            about=order or "—",
            detail=f"{state_words(one.state)[1]}: {reason_words(one.reason)}",
            when=short_day(one.created_at, zone=zone),
        )
        for one, order in session.execute(statement)
    ]


def text_rows(session: Session, now: datetime) -> Sequence[Row]:
    """Answers to texts, the oldest first."""
    statement = select(InboundText).where(InboundText.seen_at.is_(None)).order_by(InboundText.received_at)
    zone = shop_zone(session)
    return [
        Row(
            title=f"••• {(one.sender or '')[-3:]}",
            detail=one.text or "",
            when=short_day(one.received_at, zone=zone),
            deed=(_("Read"), url_for("work.read_text", text_id=one.id)),
        )
        for one in session.scalars(statement.limit(MOST_ROWS))
    ]


def word_rows(session: Session, now: datetime) -> Sequence[Row]:
    """Codes that mean nothing to us, the most frequent first."""
    zone = shop_zone(session)
    return [
        Row(
            title=word.code or "—",
            about=carrier_title(word.carrier) or word.carrier,
            detail=f"{number(word.count)} × “{word.description}”",
            when=short_day(word.last_at, zone=zone),
        )
        for word in unknown_words(session, since=now - WORDS_SINCE, limit=MOST_ROWS)
    ]


def dead_rows(session: Session, now: datetime) -> Sequence[Row]:
    """Deliveries that were not understood, the newest first."""
    statement = select(InboxRow).where(InboxRow.state == "dead").order_by(InboxRow.id.desc()).limit(MOST_ROWS)
    zone = shop_zone(session)
    return [
        Row(
            title=one.door,
            href=url_for("work.delivery", row_id=one.id),
            detail=one.error or "",
            when=short_day(one.received_at, zone=zone),
            deed=(_("Try again"), url_for("work.replay", row_id=one.id)),
        )
        for one in session.scalars(statement)
    ]
