"""Who may see an order: looking one up, what a session was granted, and the same as a condition in SQL."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, func, or_, select, text
from sqlalchemy.orm import Session, selectinload

from app.brands.records import BrandRecord
from app.orders.contacts.contact_points import (
    email_key,
    number_ends,
    number_keys,
    one_line,
    pasted_contact,
    reference,
    region_of,
    typed_phone,
)
from app.orders.models import Order, OrderContact

# Older orders are found by their numbers.
RECENT = timedelta(days=365)
MOST_LISTED = 20
# A number is that of a few orders, of several brands or years apart, with a handful of people each; this bounds what
# one look-up costs, whatever a shop's system tells.
MOST_CANDIDATES = 100

# Asked for every page of an order: a hot path, hence plain SQL. A null epoch or account matches nothing.
_GRANTED = text(
    """
    select id, owned from (
        select o.id, o.access_epoch = :epoch as passed, exists (
            select from order_contact c where c.order_id = o.id and c.email_folded = :account) as owned
        from "order" o where o.ref = :ref and not o.removed) as found
    where passed or owned
    """
)


_LAST_DIGITS = func.substring(Order.number, text("'[0-9]+$'"))


@dataclass(frozen=True, slots=True)
class Grant:
    """What a session may see of one order: tier 1 its course, tier 2 the person as well."""

    order_id: int
    tier: int
    ref: str


@dataclass(frozen=True, slots=True)
class Pass:
    """What a session keeps of a grant; it ends when the order's ``epoch`` moves on.

    ``position`` is the contact that proved to be in reach, so that codes go to that one.
    """

    tier: int
    epoch: int
    position: int = 0


@dataclass(frozen=True, slots=True)
class Candidate:
    """One person of an order with the number asked for: what a typed address is compared with.

    ``links_only``: a match opens nothing, but has a link sent to this person. ``is_exact``: the order has the very
    number that was typed, and not just one that ends like it.
    """

    order_id: int
    ref: str
    number: str
    number_key: str
    epoch: int
    position: int
    email: str | None
    phone: str | None
    contact_id: int
    links_only: bool
    placed_at: datetime
    is_exact: bool


def candidates(session: Session, number: str, *, any_prefix: bool = False) -> list[Candidate]:
    """The people of all orders with this number, or this reference, however it was typed; newest order first.

    ``any_prefix``: where none has exactly this number, those that have it with a prefix more or less, as A-10464 has
    «10464»; for who typed nothing but a number, since many a word of a letter ends like some order.
    """
    keys, ref = number_keys(number), reference(number)
    exact = or_(Order.number_key == keys[0], Order.ref == ref)
    columns: tuple[Any, ...] = (
        Order.id,
        Order.ref,
        Order.number,
        Order.number_key,
        Order.access_epoch,
        OrderContact.position,
        OrderContact.email_folded,
        OrderContact.phone_e164,
        OrderContact.id,
        BrandRecord.links_only,
        Order.placed_at,
        exact,
    )
    # A sign that no key has, where there are no digits.
    ends = [end or "-" for end in number_ends(number)]
    # The index of the first condition finds the few that the second looks at.
    prefix_left_off = and_(_LAST_DIGITS.in_(ends), func.right(Order.number_key, len(keys[1])) == keys[1])
    alike = or_(Order.number_key.in_(keys), Order.ref == ref)
    if any_prefix:
        alike = or_(alike, Order.number_key.in_(ends), prefix_left_off)
    people = select(*columns).join(OrderContact, OrderContact.order_id == Order.id)
    statement = people.join(BrandRecord, BrandRecord.key == Order.brand_key)
    statement = statement.where(alike, Order.removed.is_(False))
    ordered = statement.order_by(exact.desc(), Order.placed_at.desc(), Order.id.desc(), OrderContact.position)
    rows = [Candidate(*row) for row in session.execute(ordered.limit(MOST_CANDIDATES))]
    return rows if any_prefix else [row for row in rows if row.is_exact] or rows


def sends_links(session: Session) -> bool:
    """Whether any brand has links sent instead of opening orders; then no answer may tell a right pair from a wrong."""
    return session.scalar(select(exists().where(BrandRecord.links_only))) or False


def match(people: Sequence[Candidate], contact: str) -> Candidate | None:
    """The first whose e-mail address or phone number was typed."""
    return next(iter(matches(people, contact)), None)


def matches(people: Sequence[Candidate], contact: str) -> list[Candidate]:
    """Those whose e-mail address or whole phone number was typed, one for an order. Nothing on file matches nothing.

    Orders with the very number that was typed stand for themselves; others count where there is none. A phone number
    without prefix is read as people write it where the number on file belongs.
    """
    pasted = pasted_contact(contact)
    email = email_key(pasted)
    # Read once at least, so that a number with no order takes the same steps.
    read: dict[str | None, str | None] = {"ES": typed_phone(pasted, country="ES"), None: None}
    of_order: dict[int, Candidate] = {}
    for person in people:
        region = region_of(person.phone)
        if region not in read:
            read[region] = typed_phone(pasted, country=region)
        typed = one_line(read[region])
        if (email and person.email == email) or (typed and typed == one_line(person.phone)):
            of_order.setdefault(person.order_id, person)
    exact = [person for person in of_order.values() if person.is_exact]
    return exact or list(of_order.values())


def granted(session: Session, ref: str, *, own_pass: Pass | None, account: str | None) -> Grant | None:
    """What is granted of the order ``ref`` to a session that holds ``own_pass`` or signed in with ``account``.

    One query with the session's scope in its condition; None tells nothing of whether the order exists.
    """
    scope = {"ref": reference(ref), "epoch": own_pass.epoch if own_pass else None, "account": account or None}
    row = session.connection().execute(_GRANTED, scope).one_or_none()
    if row is None:
        return None
    return Grant(row.id, 2 if row.owned or own_pass is None else own_pass.tier, ref)


def orders_of(session: Session, email: str, *, now: datetime) -> Sequence[Order]:
    """The orders of the last year of an address, newest first."""
    statement = select(Order).options(selectinload(Order.contacts))
    statement = statement.where(_owned_by(email), Order.placed_at > now - RECENT, Order.removed.is_(False))
    return session.scalars(statement.order_by(Order.placed_at.desc(), Order.id.desc()).limit(MOST_LISTED)).all()


def passes(data: dict[str, Any]) -> dict[str, Pass]:
    """The passes in a session's data, by the order's reference; anything odd in it is no pass."""
    return {ref: Pass(*facts) for ref, facts in data.items() if isinstance(facts, list) and len(facts) == 3}


def with_pass(data: dict[str, Any], ref: str, gained: Pass) -> dict[str, Any]:
    """The session's data with one more pass; a higher tier of the same epoch is kept."""
    before = passes(data).get(ref)
    if before and before.epoch == gained.epoch and before.tier > gained.tier:
        gained = before
    return {**data, ref: [gained.tier, gained.epoch, gained.position]}


def _owned_by(email: str) -> ColumnElement[bool]:
    return exists().where(and_(OrderContact.order_id == Order.id, OrderContact.email_folded == email))
