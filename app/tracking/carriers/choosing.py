"""Staff say whose a parcel is, where neither the shop nor its number tells."""

from datetime import datetime

from sqlalchemy import ColumnElement, and_
from sqlalchemy.orm import Session

from app.core.errors import NotFound
from app.tracking.carriers.assigning import scanning_carriers, write_carrier
from app.tracking.carriers.names import carriers
from app.tracking.carriers.recognition import possible_carriers
from app.tracking.fold.job import fold_locked
from app.tracking.locking import hold, warn
from app.tracking.records import ShipmentRecord
from app.tracking.states import CarrierSource


def carrier_unknown() -> ColumnElement[bool]:
    """Parcels on their way with a number of which nobody says whose it is; as a partial index says it."""
    live = ShipmentRecord.finished_at.is_(None)
    return and_(ShipmentRecord.number.is_not(None), ShipmentRecord.carrier.is_(None), live)


def may_choose(parcel: ShipmentRecord) -> bool:
    """Whether staff may say whose it is: the shop's own word stands."""
    by_shop = parcel.carrier is not None and parcel.carrier_source == CarrierSource.SHOP
    return parcel.number is not None and parcel.direction == "outbound" and not by_shop


def likely_carriers(session: Session, parcel: ShipmentRecord, country: str | None) -> list[str]:
    """Whom staff choose from first: who has scanned the number, whose form it has, whom the service names."""
    number = parcel.number or ""
    fitting = possible_carriers(number, service=parcel.service, country=country)
    return list(dict.fromkeys([*scanning_carriers(session, number), *fitting]))


def choose_carrier(session: Session, shipment_id: int, carrier: str, *, now: datetime) -> bool:
    """Give the parcel this carrier, whom it is asked of from now on; False when the shop has named one meanwhile.

    Raises NotFound for a parcel or a carrier that there is not.
    """
    parcel = session.get(ShipmentRecord, shipment_id, populate_existing=True)
    if parcel is None or carrier not in carriers() or carriers()[carrier].many:
        raise NotFound(f"shipment {shipment_id}, carrier {carrier}")
    number = parcel.number or ""
    locked = hold(session, {(carrier, number), ("", number)}, order_ids=[parcel.order_id])
    # Under its lock it is looked at again: a document of the shop may have come first.
    parcel = session.get(ShipmentRecord, shipment_id, populate_existing=True)
    if parcel is None or not may_choose(parcel):
        return False
    write_carrier(session, shipment_id, carrier, CarrierSource.STAFF, now=now)
    # What it was scanned before counts at once.
    fold_locked(session, [shipment_id], now=now)
    warn(session, locked.sharers, now=now)
    return True
