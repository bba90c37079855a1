"""Links to pass on: signed, for thirty days at the most, and ended whenever the customer says so."""

import base64
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import ColumnElement, exists, insert, select, update
from sqlalchemy.orm import Session

from app.core.settings.key import each_key
from app.core.tokens import digest, keyed_digest
from app.orders.lookup.models import AccessLink
from app.orders.models import Order

# Longer than any parcel takes, and short enough that a forgotten link ends by itself.
SHARED_FOR = timedelta(days=30)
PURPOSE = "share"


@dataclass(frozen=True, slots=True)
class SharedLink:
    """A link that works: its secret, and when it ends."""

    token: str
    ends_at: datetime


def shared_link(session: Session, order_id: int, *, key: str, now: datetime) -> SharedLink | None:
    """The order's link to pass on, if one works now."""
    columns = (AccessLink.issued_at, AccessLink.token_hash)
    statement = select(*columns).where(*_living(order_id, now)).order_by(AccessLink.issued_at.desc()).limit(1)
    newest = session.execute(statement).first()
    # By the key with which it was made: one that follows from another key opens nothing.
    made = [_link(one, order_id, newest.issued_at) for one in each_key(key)] if newest else []
    return next((link for link in made if newest and digest(link.token) == newest.token_hash), None)


def share(session: Session, order_id: int, *, key: str, now: datetime) -> SharedLink:
    """Make a link, or give the one that works already: what was passed on stays good."""
    # One at a time, so that two presses make one link.
    session.execute(select(Order.id).where(Order.id == order_id).with_for_update(key_share=True))
    living = shared_link(session, order_id, key=key, now=now)
    if living:
        return living
    link = _link(key, order_id, now)
    row = {"token_hash": digest(link.token), "order_id": order_id, "purpose": PURPOSE, "issued_at": now}
    session.execute(insert(AccessLink).values(row))
    return link


def stop_sharing(session: Session, order_id: int, *, now: datetime) -> None:
    """End the order's links to pass on; those that were mailed to the customer stay."""
    session.execute(update(AccessLink).where(*_living(order_id, now)).values(revoked_at=now))


def shared_order(session: Session, token: str, *, now: datetime) -> int | None:
    """The order that a link shows, while it works."""
    living = (AccessLink.revoked_at.is_(None), AccessLink.issued_at > now - SHARED_FOR)
    of_token = (AccessLink.token_hash == digest(token), AccessLink.purpose == PURPOSE)
    statement = select(AccessLink.order_id).join(Order, Order.id == AccessLink.order_id)
    return session.scalar(statement.where(*of_token, *living, Order.removed.is_(False)))


def was_shared(session: Session, token: str) -> bool:
    """Whether there ever was such a link to pass on."""
    of_token = (AccessLink.token_hash == digest(token), AccessLink.purpose == PURPOSE)
    return session.scalar(select(exists().where(*of_token))) or False


def _link(key: str, order_id: int, issued_at: datetime) -> SharedLink:
    """The link made at a moment: its secret follows from the installation's own, so that it can be shown again."""
    signed = keyed_digest(key, f"{PURPOSE}:{order_id}:{issued_at.astimezone(UTC).isoformat()}")
    return SharedLink(base64.urlsafe_b64encode(signed).rstrip(b"=").decode(), issued_at + SHARED_FOR)


def _living(order_id: int, now: datetime) -> tuple[ColumnElement[bool], ...]:
    of_order = (AccessLink.order_id == order_id, AccessLink.purpose == PURPOSE)
    return (*of_order, AccessLink.revoked_at.is_(None), AccessLink.issued_at > now - SHARED_FOR)
