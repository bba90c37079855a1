"""Documents of people who were erased: what they say of a person is left out before anything is written."""

from collections.abc import Iterator, Sequence

from sqlalchemy.orm import Session

from app.brands.queries import speaking_brand
from app.orders.contacts.contact_points import email_key, phone_country, phone_key
from app.orders.document.document import OrderDocument
from app.orders.document.goods import Line, ShipmentDocument
from app.orders.document.people import Address, Contact, Customer
from app.personal import tombstones
from app.personal.tombstones import CUSTOMER, EMAIL, PHONE, Gone, Known, shop_number, source_id


def without_the_erased(session: Session, documents: Sequence[OrderDocument]) -> Sequence[OrderDocument]:
    """The same documents, those of erased people without what tells of them.

    Nobody is erased from here to the commit, so who is written down now is found by whoever erases them later.
    """
    if not tombstones.enter(session):
        return documents
    default = speaking_brand(session)
    brand = default.key if default else ""
    names = {one for document in documents for one in _names(document, brand)}
    gone = tombstones.erased(session, names)
    return [_told(session, document, gone, brand) for document in documents] if gone else documents


def _told(session: Session, document: OrderDocument, gone: Gone, brand: str) -> OrderDocument:
    # Bought after the erasure by one who came back: a new contract, kept as anybody's.
    before = {one for one, at in gone.items() if document.placed_at <= at}
    if _is_same_order(document, gone, before, brand) or _is_gone(document, document.customer, before):
        tombstones.meet(session)
        return anonymous(document)
    contacts = tuple(_nobody(one) if _is_gone(document, one, before) else one for one in document.contacts)
    if contacts == document.contacts:
        return document
    tombstones.meet(session)
    return document.model_copy(update={"contacts": contacts})


def _is_same_order(document: OrderDocument, gone: Gone, before: set[Known], brand: str) -> bool:
    number = shop_number(document.brand or brand, document.number)
    if document.source is None:
        return number in gone
    # An order may have come without its source first; another one of a source may bear the same number later.
    return source_id(document.source.system, document.source.id) in gone or number in before


def _is_gone(document: OrderDocument, person: Customer | Contact, before: set[Known]) -> bool:
    """By the address, or the shop's id; by the phone alone only where there is neither: a household has one."""
    names = list(_of_person(document, person))
    sure = [one for one in names if one[0] != PHONE]
    return any(one in before for one in sure or names)


def _names(document: OrderDocument, brand: str) -> Iterator[Known]:
    yield shop_number(document.brand or brand, document.number)
    if document.source is not None:
        yield source_id(document.source.system, document.source.id)
    people: list[Customer | Contact] = [document.customer, *document.contacts]
    for person in people:
        yield from _of_person(document, person)


def _of_person(document: OrderDocument, person: Customer | Contact) -> Iterator[Known]:
    if person.email and (email := email_key(person.email)):
        yield EMAIL, email
    if isinstance(person, Customer) and person.id:
        yield CUSTOMER, person.id
    country = phone_country(document.ship_to.country if document.ship_to else None, None, document.locale)
    if person.phone and (phone := phone_key(person.phone, country=country)):
        yield PHONE, phone


def anonymous(document: OrderDocument) -> OrderDocument:
    """What a document says of goods, money and parcels; told for the record, since nobody is left to hear of it."""
    bare = document.model_copy(
        update={
            "customer": Customer(),
            "contacts": (),
            "ship_to": Address(country=document.ship_to.country) if document.ship_to else None,
            "purchase_order": None,
            "note": None,
            "extra": {},
            "invoices": (),
            "historic": True,
            "lines": tuple(map(_line, document.lines)),
            "payments": tuple(one.model_copy(update={"brand": None, "last4": None}) for one in document.payments),
            "refunds": tuple(one.model_copy(update={"reason": None}) for one in document.refunds),
            "returns": tuple(
                one.model_copy(update={"lines": tuple(line.model_copy(update={"reason": None}) for line in one.lines)})
                for one in document.returns
            ),
            "shipments": tuple(map(_parcel, document.shipments)),
        }
    )
    # Notes repeat what was written.
    return bare.without_notes()


def _line(line: Line) -> Line:
    if not line.personalised:
        return line
    return line.model_copy(update={"title": line.sku or line.id, "variant": None, "image_url": None, "url": None})


def _parcel(parcel: ShipmentDocument) -> ShipmentDocument:
    return parcel.model_copy(update={"pickup_point": None, "tracking_url": None})


def _nobody(contact: Contact) -> Contact:
    return Contact(role=contact.role)
