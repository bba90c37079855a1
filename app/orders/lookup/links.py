"""Mailed links to an order: secret, kept only as a hash, good for a time and for a few browsers."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import delete, exists, select, update
from sqlalchemy import insert as plain_insert
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.core.tokens import digest
from app.orders.lookup.models import AccessLink, LinkBrowser
from app.orders.models import Order, OrderContact

#
FIRST_BROWSER = timedelta(days=21)
OTHER_BROWSERS = timedelta(days=14)
MAX_BROWSERS = 5
KEPT = timedelta(days=400)


class LinkState(StrEnum):
    """What a link is good for in this browser now."""

    OPEN = "open"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class OpenedLink:
    """The order behind a link; ``state`` says whether it may be shown."""

    order_id: int
    ref: str
    number: str
    epoch: int
    state: LinkState


def issue_links(session: Session, chosen: Iterable[tuple[str, int]], *, now: datetime) -> None:
    """Make many links to view orders work in one statement: secrets that were chosen already, each with its order."""
    rows = [
        {"token_hash": digest(token), "order_id": order_id, "purpose": "view", "issued_at": now}
        for token, order_id in chosen
    ]
    if rows:
        session.execute(plain_insert(AccessLink), rows)


def order_of_link(session: Session, token: str, *, purpose: str, now: datetime) -> int | None:
    """The order of a link of this purpose while it lives, in whichever browser; None for any other text."""
    living = (AccessLink.revoked_at.is_(None), AccessLink.issued_at > now - FIRST_BROWSER)
    of_token = (AccessLink.token_hash == digest(token), AccessLink.purpose == purpose)
    return session.scalar(select(AccessLink.order_id).where(*of_token, *living))


def open_link(session: Session, token: str, *, browser: str, now: datetime) -> OpenedLink | None:
    """Use a link to view an order in a browser, known by its own secret; None when there is no such link.

    The row is locked, so that browsers that come at once are counted one by one.
    """
    statement = (
        select(AccessLink, Order.ref, Order.number, Order.access_epoch)
        .join(Order, Order.id == AccessLink.order_id)
        .where(AccessLink.token_hash == digest(token), AccessLink.purpose == "view")
        .with_for_update(of=AccessLink)
    )
    row = session.execute(statement).one_or_none()
    if row is None:
        return None
    link, ref, number, epoch = row
    good = link.revoked_at is None and _admitted(session, link, browser=digest(browser), now=now)
    return OpenedLink(link.order_id, ref, number, epoch, LinkState.OPEN if good else LinkState.ENDED)


def was_issued(session: Session, token: str) -> bool:
    """Whether there ever was such a link to view an order: then its order can be mailed another."""
    of_token = (AccessLink.token_hash == digest(token), AccessLink.purpose == "view")
    return session.scalar(select(exists().where(*of_token))) or False


def has_opened(
    session: Session, browser: str, *, order_id: int | None = None, email: str | None = None, now: datetime
) -> bool:
    """Whether a browser opened a living link to an order, or to any order of an address: its owner's, most likely."""
    orders = select(OrderContact.order_id).where(OrderContact.email_folded == email)
    of_orders = AccessLink.order_id == order_id if order_id is not None else AccessLink.order_id.in_(orders)
    opened = select(LinkBrowser).join(AccessLink, AccessLink.id == LinkBrowser.link_id)
    living = (AccessLink.revoked_at.is_(None), AccessLink.issued_at > now - FIRST_BROWSER)
    openings = opened.where(LinkBrowser.browser_hash == digest(browser), of_orders, *living)
    return session.scalar(select(openings.exists())) or False


def end_access(session: Session, order_id: int, *, now: datetime) -> None:
    """End every link to an order and all that sessions were granted: the address changed, or someone else had it."""
    living = (AccessLink.order_id == order_id, AccessLink.revoked_at.is_(None))
    session.execute(update(AccessLink).where(*living).values(revoked_at=now))
    # One number ends what sessions were granted, wherever they are kept.
    session.execute(update(Order).where(Order.id == order_id).values(access_epoch=Order.access_epoch + 1))


def forget_old(session: Session, *, now: datetime, limit: int = 1000) -> int:
    """Remove at most ``limit`` links long after their end; until then an ended one can still ask for a successor."""
    old = select(AccessLink.id).where(AccessLink.issued_at < now - KEPT).limit(limit)
    return len(session.execute(delete(AccessLink).where(AccessLink.id.in_(old)).returning(AccessLink.id)).all())


def _admitted(session: Session, link: AccessLink, *, browser: bytes, now: datetime) -> bool:
    age = now - link.issued_at
    opened = select(LinkBrowser.browser_hash).where(LinkBrowser.link_id == link.id).order_by(LinkBrowser.opened_at)
    browsers = list(session.scalars(opened))
    is_first = browsers[0] == browser if browsers else True
    if age >= (FIRST_BROWSER if is_first else OTHER_BROWSERS):
        return False
    if browser in browsers:
        return True
    if len(browsers) >= MAX_BROWSERS:
        return False
    row = {"link_id": link.id, "browser_hash": browser, "opened_at": now}
    session.execute(insert(LinkBrowser).values(row).on_conflict_do_nothing())
    return True
