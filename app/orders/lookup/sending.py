"""Sending what lets a customer in: a sealed one-time code by a job, and mails with links to orders."""

import json
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from enum import Enum
from typing import Any

import structlog
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from app.core import failpoints
from app.core.errors import InDoubt, ProviderRejected, ProviderUnavailable
from app.core.queue import defer
from app.core.tokens import digest, seal, unseal
from app.events.kinds import EventKind
from app.events.log import append
from app.events.records import DomainEventRecord
from app.orders.intake.rows import reachable
from app.orders.lookup import limits
from app.orders.lookup.access import orders_of
from app.orders.lookup.codes import CodeSender, sms_subjects
from app.orders.lookup.models import AccessLink
from app.orders.models import Order, OrderContact

# As long as a code lives.
SEALED_FOR = 600

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class CodeMessage:
    """A code on its way. Without a ``brand`` it goes only to an address on file, in the name of its newest order's."""

    channel: str
    to: str
    code: str
    locale: str
    brand: str | None


def post_code(session: Session, message: CodeMessage, *, key: str) -> None:
    """Defer the sending of a code; what rests in the queue can be read for ten minutes, and only with ``key``."""
    # Before links: somebody sits in front of an empty field.
    defer(session, "send_code", priority=10, sealed=seal(key, json.dumps(asdict(message))))


def open_code(session: Session, sealed: str, *, key: str) -> CodeMessage | None:
    """The message to send now; None when it is too old, or when no order knows the address it was asked for."""
    text = unseal(key, sealed, max_age=SEALED_FOR)
    if text is None:
        return None
    message = CodeMessage(**json.loads(text))
    brand = message.brand or _brand_of(session, message.to)
    return replace(message, brand=brand) if brand else None


def deliver_code(message: CodeMessage, sender: CodeSender) -> bool:
    """Hand a message to the sender; hold no database connection meanwhile. False when it was refused.

    A call whose answer was lost is not repeated, nor one after which anything else broke: the person can ask for
    another code. Raises ProviderUnavailable, upon which the job comes again while the message can be read; so it does
    when the database is away.
    """
    brand = message.brand or ""
    try:
        with failpoints.around("call", "code:send"):
            sender.send_code(
                channel=message.channel, to=message.to, code=message.code, locale=message.locale, brand=brand
            )
    except (ProviderRejected, InDoubt) as error:
        log.warning("code_not_sent", channel=message.channel, reason=type(error).__name__, code=error.code)
        return False
    except (ProviderUnavailable, SQLAlchemyError):
        raise
    except Exception:
        log.exception("a code may have been sent", channel=message.channel)
        return False
    return True


def ask_for_links(
    session: Session, *, key: str, email: str | None = None, token: str | None = None, contact_id: int | None = None
) -> None:
    """Defer a mail with links: to all recent orders of ``email``, to the order of an old link, or of a person of one.

    The request does the same work whatever is on file; only the job looks.
    """
    request = {"email": email, "token": token, "contact_id": contact_id}
    defer(session, "mail_order_links", priority=5, sealed=seal(key, json.dumps(request)))


def answer_link_request(session: Session, sealed: str, *, key: str, now: datetime) -> bool:
    """Look up what was asked for and append ``access.link_requested``; False when there is nothing to send.

    A request is answered once, though its job come again because it broke after its commit.
    """
    # After a day nobody remembers having asked.
    text = unseal(key, sealed, max_age=24 * 3600)
    request: dict[str, Any] = json.loads(text) if text else {}
    links: _LinksToSend | None = None
    if request.get("email"):
        links = _links_of_address(session, request["email"], now=now)
    elif request.get("token"):
        links = _link_again(session, request["token"])
    elif request.get("contact_id"):
        links = _link_of_contact(session, request["contact_id"], key=key, now=now)
    return links is not None and _announced_once(session, links, request=digest(sealed).hex(), now=now)


class LinkMailed(Enum):
    """What came of somebody of the shop having a link mailed; ``BEFORE``: an earlier press of theirs did."""

    NOW = "now"
    BEFORE = "before"
    TOO_OFTEN = "too often"


def mail_link(session: Session, contact_id: int, *, key: str, press: str, now: datetime) -> LinkMailed:
    """Have a person of an order sent a link to it, as often as if they asked for it themselves.

    Whoever calls knows that there is such a person, so nothing has to be hidden from them; ``press`` is one press of
    their button, which counts once.
    """
    request = digest(f"staff:{press}").hex()
    links = _link_of_contact(session, contact_id, key=key, now=now)
    if links is None:
        order_id = session.scalar(select(OrderContact.order_id).where(OrderContact.id == contact_id))
        return LinkMailed.BEFORE if _was_answered(session, order_id or 0, request) else LinkMailed.TOO_OFTEN
    return LinkMailed.NOW if _announced_once(session, links, request=request, now=now) else LinkMailed.BEFORE


@dataclass(frozen=True, slots=True)
class _LinksToSend:
    """Links to these orders, for a person of the first."""

    order_ids: list[int]
    contact_id: int | None


def _announced_once(session: Session, links: _LinksToSend, *, request: str, now: datetime) -> bool:
    # Under the order's lock: of two workers at one request, the second sees what the first has told.
    session.execute(select(Order.id).where(Order.id == links.order_ids[0]).with_for_update(key_share=True))
    if _was_answered(session, links.order_ids[0], request):
        return False
    payload = {"order_ids": links.order_ids, "contact_id": links.contact_id, "request": request}
    append(session, EventKind.LINK_REQUESTED, order_id=links.order_ids[0], payload=payload, now=now)
    return True


def _was_answered(session: Session, order_id: int, request: str) -> bool:
    of_order = (DomainEventRecord.order_id == order_id, DomainEventRecord.kind == EventKind.LINK_REQUESTED)
    answers = select(DomainEventRecord.id).where(*of_order, DomainEventRecord.payload["request"].astext == request)
    return session.scalar(answers.limit(1)) is not None


def _brand_of(session: Session, email: str) -> str | None:
    newest = select(Order.brand_key).join(OrderContact, OrderContact.order_id == Order.id)
    return session.scalar(newest.where(OrderContact.email_folded == email).order_by(Order.placed_at.desc()).limit(1))


def _links_of_address(session: Session, email: str, *, now: datetime) -> _LinksToSend | None:
    orders = orders_of(session, email, now=now)
    if not orders:
        return None
    contact = (OrderContact.order_id == orders[0].id, OrderContact.email_folded == email)
    contact_id = session.scalar(select(OrderContact.id).where(*contact).order_by(OrderContact.position).limit(1))
    return _LinksToSend([order.id for order in orders], contact_id)


def _link_again(session: Session, token: str) -> _LinksToSend | None:
    order_id = session.scalar(select(AccessLink.order_id).where(AccessLink.token_hash == digest(token)))
    contact = reachable(session, order_id) if order_id else None
    return _LinksToSend([order_id], contact.id) if order_id and contact else None


def _link_of_contact(session: Session, contact_id: int, *, key: str, now: datetime) -> _LinksToSend | None:
    """A link to who looked their order up; however often they do, no more than an address may get."""
    contact = session.get(OrderContact, contact_id)
    subjects = _subjects_of(contact, key) if contact else []
    if contact is None or not subjects or not limits.reserve(session, subjects, now=now).allowed:
        return None
    return _LinksToSend([contact.order_id], contact.id)


def _subjects_of(contact: OrderContact, key: str) -> list[limits.GuessSubject]:
    """What a mail or a text to this person is counted for."""
    if contact.email_folded:
        return [limits.address_subject(key, contact.email_folded)]
    if contact.phone_e164:
        return [limits.address_subject(key, contact.phone_e164), *sms_subjects(key, contact.phone_e164)]
    return []
