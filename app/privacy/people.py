"""Who is meant by an address, a phone or a customer's id: their orders, and what is theirs alone."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from sqlalchemy import ColumnElement, false, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from app.core.errors import Fault, Invalid
from app.core.tables.bulk import any_of
from app.core.tokens import keyed_digest
from app.orders.contacts.contact_points import email_key, phone_key
from app.orders.records import OrderContactRecord, OrderLineRecord, OrderRecord
from app.personal.claims import DataSubject
from app.personal.tombstones import CUSTOMER, EMAIL, PARCEL, PHONE, mark, shop_number, source_id
from app.tracking.records import ShipmentRecord

# Shorter texts stand in many bodies by chance.
SHORTEST = 6


@dataclass(frozen=True, slots=True)
class Subject:
    """Whom a request is about: ``kind`` is email, phone or customer, ``text`` in its comparable form."""

    kind: str
    text: str


def subject_by(*, email: str | None = None, phone: str | None = None, customer: str | None = None) -> Subject:
    """Exactly one of the three, read as it is compared. Raises Invalid."""
    named = [(kind, text) for kind, text in ((EMAIL, email), (PHONE, phone), (CUSTOMER, customer)) if text]
    if len(named) != 1:
        raise Invalid([Fault("/", "Name one of email, phone and customer.")])
    kind, text = named[0]
    if kind == CUSTOMER:
        return Subject(kind, text.strip())
    comparable = email_key(text) if kind == EMAIL else phone_key(text, country=None)
    if comparable is None:
        why = "This is no e-mail address." if kind == EMAIL else "Write the phone number with its prefix, such as +34."
        raise Invalid([Fault(f"/{kind}", why)])
    return Subject(kind, comparable)


def find(session: Session, subject: Subject, *, key: str) -> DataSubject:
    """The person, with the orders in which they are the customer, and those that name them as a further contact."""
    contacts = list(session.scalars(select(OrderContactRecord).where(_names(subject))))
    own = {contact.order_id for contact in contacts if contact.position == 0}
    if subject.kind == CUSTOMER:
        own |= set(session.scalars(select(OrderRecord.id).where(OrderRecord.customer_id == subject.text)))
    return person_of(session, sorted(own), subject, named_in={one.order_id for one in contacts} - own, key=key)


def email_of_hash(session: Session, hash_: str) -> str | None:
    """The address of a customer by its SHA-256 in hex, so that none stands in an address or a log."""
    written = func.encode(func.sha256(func.convert_to(OrderContactRecord.email_folded, "UTF8")), "hex")
    return session.scalar(select(OrderContactRecord.email_folded).where(written == hash_).limit(1))


def person_of(
    session: Session, order_ids: list[int], subject: Subject | None, *, named_in: Collection[int] = (), key: str
) -> DataSubject:
    """The customer of these orders: of what these orders say, only what no other order bears is theirs alone."""
    buyers = select(OrderContactRecord).where(any_of(OrderContactRecord.order_id, order_ids))
    people = list(session.scalars(buyers))
    customers = [one for one in people if one.position == 0]
    orders = list(session.scalars(select(OrderRecord).where(any_of(OrderRecord.id, order_ids))))
    # A phone of the family, or an id that all guests share, would take others' orders along.
    by_kind = {
        EMAIL: _alone(session, OrderContactRecord.email_folded, {one.email_folded for one in customers}, order_ids),
        PHONE: _alone(session, OrderContactRecord.phone_e164, {one.phone_e164 for one in customers}, order_ids),
        CUSTOMER: _own_ids(session, {order.customer_id for order in orders}, order_ids),
    }
    if subject is not None:
        by_kind[subject.kind].add(subject.text)
    return DataSubject(
        key,
        emails=frozenset(by_kind[EMAIL]),
        phones=frozenset(by_kind[PHONE]),
        customer_ids=frozenset(by_kind[CUSTOMER]),
        order_ids=tuple(order_ids),
        named_in=tuple(sorted(named_in)),
        words=frozenset(_words(session, orders, people, {*by_kind[EMAIL], *by_kind[PHONE]})),
    )


def marks_of(session: Session, person: DataSubject) -> dict[bytes, str]:
    """What is put up so that nobody brings them back: digests with their kinds."""
    orders = session.scalars(select(OrderRecord).where(any_of(OrderRecord.id, person.order_ids))).all()
    names = [(EMAIL, one) for one in person.emails] + [(PHONE, one) for one in person.phones]
    names += [(CUSTOMER, one) for one in person.customer_ids]
    names += [shop_number(order.brand_key, order.number) for order in orders]
    names += [source_id(str(order.source_system), order.source_id) for order in orders if order.source_id]
    names += [(PARCEL, number) for number in _numbers(session, person.order_ids)]
    return {mark(person.key, one): one[0] for one in names}


def _names(subject: Subject) -> ColumnElement[bool]:
    columns = {EMAIL: OrderContactRecord.email_folded, PHONE: OrderContactRecord.phone_e164}
    return columns[subject.kind] == subject.text if subject.kind in columns else false()


def _alone(
    session: Session, column: InstrumentedAttribute[str | None], texts: set[str | None], ids: list[int]
) -> set[str]:
    """Those that stand in none but these orders: a household shares a phone, a company an address."""
    named = sorted(text for text in texts if text)
    others = select(column).where(column.in_(named), OrderContactRecord.order_id.not_in(ids)).distinct()
    return set(named) - {text for text in session.scalars(others) if text}


def _own_ids(session: Session, texts: set[str | None], ids: list[int]) -> set[str]:
    named = sorted(text for text in texts if text)
    others = select(OrderRecord.customer_id).where(OrderRecord.customer_id.in_(named), OrderRecord.id.not_in(ids))
    return set(named) - {text for text in session.scalars(others.distinct()) if text}


def _numbers(session: Session, order_ids: tuple[int, ...]) -> set[str]:
    statement = select(ShipmentRecord.number).where(any_of(ShipmentRecord.order_id, order_ids))
    return {number for number in session.scalars(statement) if number}


def _words(
    session: Session, orders: list[OrderRecord], people: list[OrderContactRecord], addresses: set[str]
) -> Iterator[str]:
    """How texts that nobody has taken apart may name them, in small letters."""
    texts = {text for one in people for text in (one.name, one.email, one.email_folded, one.phone, one.phone_e164)}
    texts |= addresses | {text.removeprefix("+") for text in addresses}
    places = [order.ship_to or {} for order in orders]
    texts |= {place.get(name) for place in places for name in ("name", "company", "line1", "line2")}
    texts |= {order.customer_id for order in orders} | {order.source_id for order in orders}
    texts |= {order.number for order in orders} | _numbers(session, tuple(order.id for order in orders))
    lines = select(OrderLineRecord.image_url).where(any_of(OrderLineRecord.order_id, [order.id for order in orders]))
    texts |= set(session.scalars(lines.where(OrderLineRecord.personalised)))
    for text in texts:
        if text and len(folded := text.strip().casefold()) >= SHORTEST:
            yield folded


def subject_of(key: str, kind: str, text: str) -> bytes:
    """What stands for «the person with this address» in a request."""
    return keyed_digest(key, f"subject:{kind}:{text.strip().casefold()}")


def subjects_of(person: DataSubject) -> set[bytes]:
    """Everything that may stand for this person."""
    named = [("email", person.emails), ("phone", person.phones), ("customer", person.customer_ids)]
    return {subject_of(person.key, kind, text) for kind, texts in named for text in texts}
