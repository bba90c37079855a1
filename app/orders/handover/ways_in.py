"""Letting a browser in for an address that the shop vouches for, as a one-time code does, and where it goes then."""

from flask import session as browser
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.orders.contacts.contact_points import number_keys
from app.orders.lookup.guard import is_own
from app.orders.lookup.sessions import renew
from app.orders.models import Order, OrderContact

ACCOUNT = "/account"


def let_in(email: str) -> None:
    """This browser sees every order of the address from now on, at the second tier."""
    # a new id at each change of tier, so that a planted one opens nothing.
    renew()
    browser.pop("account_asked", None)
    browser["account"] = email


def safe_path(path: str | None) -> str | None:
    """A path of ours, or None: an address elsewhere is no place to be sent to."""
    return path if path and len(path) <= 500 and is_own(path) else None


def place(session: Session, email: str, *, order: str | None, then: str | None) -> str:
    """Where somebody goes on: to the page asked for, to the order if it is theirs, else to all their orders."""
    path = safe_path(then)
    if path:
        return path
    ref = _own_order(session, email, order) if order else None
    return f"/o/{ref}" if ref else ACCOUNT


def _own_order(session: Session, email: str, number: str) -> str | None:
    own = select(Order.ref).join(OrderContact, OrderContact.order_id == Order.id)
    of_number = (Order.number_key.in_(number_keys(number)), OrderContact.email_folded == email)
    theirs = own.where(*of_number, Order.removed.is_(False)).order_by(Order.placed_at.desc())
    return session.scalar(theirs.limit(1))
