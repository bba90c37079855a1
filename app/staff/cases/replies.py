"""Saved replies while a case is answered: which can be chosen, and one with the case's own facts put into it."""

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.web import settings
from app.orders.records import OrderRecord
from app.staff.cases.page import return_ref
from app.support.records import SupportCaseRecord
from app.support.replies.replies import usable_replies
from app.support.replies.variables import fill, left_open
from app.tracking.carrier_pages import carrier_title
from app.tracking.records import ShipmentRecord


def choices(database: Session, case: SupportCaseRecord) -> list[tuple[str, str]]:
    """The replies for this case's brand and language, by name and title."""
    return [(reply.name, reply.title) for reply in usable_replies(database, case.brand_key, case.locale)]


def with_reply(database: Session, case: SupportCaseRecord, order: OrderRecord, name: str, draft: str) -> str | None:
    """What is typed, followed by the reply with the case's facts; None for one that cannot be chosen."""
    # Looked for among those on offer: one that was retired meanwhile is not put in.
    usable = usable_replies(database, case.brand_key, case.locale)
    reply = next((one for one in usable if one.name == name), None)
    if reply is None:
        return None
    text = fill(reply.text_in(case.locale), values(database, case, order))
    return f"{draft}\n\n{text}" if draft else text


def values(database: Session, case: SupportCaseRecord, order: OrderRecord) -> dict[str, str | None]:
    """What stands for each variable; None where this case has no such thing."""
    parcel = _parcel(database, case, order)
    person = next(iter(order.contacts), None)
    return {
        "first_name": next(iter((person.name or "").split()), None) if person else None,
        "order_number": order.number,
        # The page asks who comes: unlike a mailed link it opens nothing by itself.
        "link": f"{settings().public_url}/o/{order.ref}",
        "carrier": carrier_title(parcel.carrier) if parcel else None,
        "tracking_number": parcel.number if parcel else None,
        "return_number": return_ref(database, case),
        "case_number": case.ref,
        "shop": order.brand.name,
    }


def open_fault(words: str) -> str | None:
    """What is wrong with an answer in which a variable is still open."""
    names = left_open(words)
    return _("Write something in place of %(names)s.", names=", ".join(names)) if names else None


def _parcel(database: Session, case: SupportCaseRecord, order: OrderRecord) -> ShipmentRecord | None:
    """The case's parcel; else the order's, where it has just one."""
    if case.shipment_id is not None:
        return database.get(ShipmentRecord, case.shipment_id, populate_existing=True)
    of_order = select(ShipmentRecord).where(ShipmentRecord.order_id == order.id, ShipmentRecord.direction == "outbound")
    parcels = database.scalars(of_order.limit(2)).all()
    return parcels[0] if len(parcels) == 1 else None
