"""Messages over HTTP: what was sent, what was not and why, and sending again."""

from datetime import datetime
from typing import Annotated

from flask import current_app, request
from flask_babel import lazy_gettext as _l
from pydantic import BaseModel, Field
from sqlalchemy import Select, select, tuple_
from sqlalchemy.orm import Session

from app.api.http.blueprint import api
from app.api.http.operations import Answer, Noted, Operation, acting, operation, same_names
from app.api.http.paging import Cursor, PageQuery, cut, link_header, read_cursor
from app.core.clock import utcnow
from app.core.errors import NotFound
from app.notify.records import MessageRecord
from app.notify.send import resend
from app.notify.send.config import MailConfig
from app.orders.document.fields import Instant
from app.orders.queries import numbers_of_orders
from app.orders.records import OrderRecord


class MessageListQuery(PageQuery):
    """Which messages."""

    order: Annotated[str, Field(max_length=64)] | None = None
    kind: Annotated[str, Field(max_length=64)] | None = None
    channel: Annotated[str, Field(max_length=16)] | None = None
    state: Annotated[str, Field(max_length=16)] | None = None
    since: Instant | None = None


class MessageAnswer(BaseModel):
    """One message; ``reason`` says why it was skipped or failed."""

    id: str
    order: str | None
    kind: str
    purpose: str
    channel: str
    recipient: str
    locale: str
    state: str
    reason: str | None
    subject: str | None
    text: str | None
    provider: str | None
    attempts: int
    requested_by: str | None
    created_at: datetime
    accepted_at: datetime | None
    delivered_at: datetime | None


class Resend(BaseModel, extra="forbid"):
    """Where else it shall go, if not where it went."""

    to: Annotated[str, Field(max_length=254)] | None = None


class MessagePage(BaseModel):
    """A page of messages, the oldest first."""

    messages: list[MessageAnswer]
    next: str | None


@api.get("/messages")
@operation(
    Operation(
        scope="messages:read",
        summary=_l("Messages, the oldest first"),
        notes=_l("Also those that were not sent, with the reason."),
        query=MessageListQuery,
        answer=MessagePage,
    )
)
def list_messages(session: Session, query: MessageListQuery) -> Answer:
    """Tell a page of messages."""
    rows = session.scalars(_listed(query).limit(query.limit + 1)).all()
    page, following = cut(rows, query.limit, lambda row: Cursor(row.created_at, row.id))
    numbers = numbers_of_orders(session, [one.order_id for one in page])
    answer = MessagePage(messages=[_message_answer(row, numbers) for row in page], next=following)
    return Answer(answer, headers=link_header(request.path, request.args.to_dict(), following))


@api.post("/messages/<public_id>/resend")
@operation(
    Operation(
        scope="messages:write",
        summary=_l("Send a message again"),
        notes=_l(
            "Looked at as at first: what is not true any more, or must not go there, is refused. “to” is another "
            "address, which gets no link that opens the order. The answer is the new message."
        ),
        body=Resend,
        answer=MessageAnswer,
        status=201,
        example={"to": "lucia@example.com"},
        audit="message.resent",
    )
)
def post_resend(session: Session, public_id: str, body: Resend) -> Answer:
    """Send again, as a message of its own."""
    message = session.scalar(select(MessageRecord).where(MessageRecord.public_id == public_id))
    if message is None:
        raise NotFound("There is no such message.")
    copy = resend.resend(session, message.id, by=acting(), now=utcnow(), config=_config(), to=body.to or "")
    session.flush()
    noted = Noted(f"{message.kind}/{message.public_id}", message.order_id, resend.noted(message, copy))
    return Answer(
        _message_answer(copy, numbers_of_orders(session, [copy.order_id])),
        status=201,
        noted=noted,
    )


def _listed(query: MessageListQuery) -> Select[MessageRecord]:
    statement = select(MessageRecord).order_by(MessageRecord.created_at, MessageRecord.id)
    start = read_cursor(query.cursor)
    if start is not None:
        # As a pair: messages written in one transaction share their instant.
        statement = statement.where(tuple_(MessageRecord.created_at, MessageRecord.id) > (start.at, start.id))
    if query.order is not None:
        statement = statement.where(
            # Brands may use the same number: the messages of all of them.
            MessageRecord.order_id.in_(select(OrderRecord.id).where(OrderRecord.number == query.order))
        )
    if query.since is not None:
        statement = statement.where(MessageRecord.created_at >= query.since)
    for name in ("kind", "channel", "state"):
        value = getattr(query, name)
        if value is not None:
            statement = statement.where(getattr(MessageRecord, name) == value)
    return statement


def _config() -> MailConfig:
    config: MailConfig = current_app.extensions["mail_config"]
    return config


def _message_answer(message: MessageRecord, numbers: dict[int | None, str]) -> MessageAnswer:
    other_fields = {"id": message.public_id, "order": numbers.get(message.order_id)}
    return MessageAnswer(**same_names(MessageAnswer, message) | other_fields)
