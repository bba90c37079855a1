"""The parcels that an order document names: numbers parted, each carrier by its one name or by its number. Pure."""

from dataclasses import dataclass

from app.orders.document.document import OrderDocument, ShipmentDocument
from app.tracking.carriers.recognition import named_carrier, recognised
from app.tracking.ingest.numbers import NumbersRead, read_numbers
from app.tracking.states import CarrierSource


@dataclass(frozen=True, slots=True)
class DocumentParcel:
    """One parcel of a document: a shipment, or one of the several numbers in its field.

    ``group`` is the shipment's id where its contents are in several parcels, nobody says which in which; ``url`` a
    page that follows it, as the shop gave it.
    """

    id: str
    shipment: ShipmentDocument
    number: str | None
    carrier: str | None
    carrier_source: CarrierSource
    group: str | None = None
    url: str | None = None

    @property
    def lists_contents(self) -> bool:
        """Whether what is packed is written with it: with the first of a group, so that nothing counts twice."""
        return self.group is None or self.group == self.id


def document_parcels(document: OrderDocument) -> list[DocumentParcel]:
    """Every parcel, in the document's order."""
    taken = {shipment.id for shipment in document.shipments}
    return [parcel for shipment in document.shipments for parcel in _parcels(document, shipment, taken)]


def _parcels(document: OrderDocument, shipment: ShipmentDocument, taken: set[str]) -> list[DocumentParcel]:
    field = read_numbers(shipment.tracking_number)
    numbers = field.numbers or (None,)
    ids = [shipment.id, *_further_ids(shipment.id, len(numbers) - 1, taken)]
    group = shipment.id if len(numbers) > 1 else None
    parcels = []
    for id_, number in zip(ids, numbers, strict=True):
        carrier, source = _carrier(document, shipment, field, number)
        parcels.append(DocumentParcel(id_, shipment, number, carrier, source, group, field.url))
    return parcels


def _carrier(
    document: OrderDocument, shipment: ShipmentDocument, field: NumbersRead, number: str | None
) -> tuple[str | None, CarrierSource]:
    """The shop's own word; else the carrier on whose page the number stood, or whose form it has."""
    carrier = named_carrier(shipment.carrier, number)
    if carrier or number is None:
        return carrier, CarrierSource.SHOP
    place = shipment.pickup_point or document.ship_to
    own = field.carrier or recognised(number, service=shipment.service, country=place.country if place else None)
    return own, CarrierSource.NUMBER


def _further_ids(first: str, count: int, taken: set[str]) -> list[str]:
    """``s1/2``, ``s1/3`` and so on, past those that the shop uses itself."""
    ids: list[str] = []
    at = 2
    while len(ids) < count:
        if (id_ := f"{first}/{at}") not in taken:
            ids.append(id_)
        at += 1
    return ids
