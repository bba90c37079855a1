"""The parcels that an order document names: numbers parted, each carrier by its one name or by its number. Pure."""

from dataclasses import dataclass

from app.orders.document.document import OrderDocument
from app.orders.document.goods import ShipmentDocument
from app.orders.intake.facts import shipments_of
from app.tracking.carriers.names import carriers
from app.tracking.carriers.recognition import named_carrier, recognised
from app.tracking.ingest.numbers import NumbersRead, read_numbers
from app.tracking.states import CarrierSource


@dataclass(frozen=True, slots=True)
class DocumentParcel:
    """One parcel of a document: a shipment, or one of the several numbers in its field.

    ``place`` is which of those it is, beside so many ``siblings``; ``group`` joins parcels that hold their contents
    together, nobody says which in which; ``url`` is a page that follows it, as the shop gave it.
    """

    id: str
    shipment: ShipmentDocument
    number: str | None
    carrier: str | None
    carrier_source: CarrierSource
    place: int = 0
    siblings: int = 0
    group: str | None = None
    url: str | None = None

    @property
    def parted(self) -> bool:
        """Whether its number was one of several in a field."""
        return self.siblings > 0

    @property
    def lists_contents(self) -> bool:
        """Whether what is packed is written with it: with the first number, so that nothing counts twice."""
        return self.place == 0


def document_parcels(document: OrderDocument) -> list[DocumentParcel]:
    """Every parcel, in the document's order."""
    shipments = shipments_of(document)
    taken = {shipment.id for shipment in shipments}
    return [parcel for shipment in shipments for parcel in _parcels(document, shipment, taken)]


def _parcels(document: OrderDocument, shipment: ShipmentDocument, taken: set[str]) -> list[DocumentParcel]:
    field = read_numbers(shipment.tracking_number)
    numbers = field.numbers or (None,)
    ids = [shipment.id, *_further_ids(shipment.id, len(numbers) - 1, taken)]
    group = shipment.group or (shipment.id if len(numbers) > 1 else None)
    parcels = []
    for place, (id_, number) in enumerate(zip(ids, numbers, strict=True)):
        carrier, source = _carrier(document, shipment, field, number)
        siblings = len(numbers) - 1
        parcels.append(DocumentParcel(id_, shipment, number, carrier, source, place, siblings, group, field.url))
    return parcels


def _carrier(
    document: OrderDocument, shipment: ShipmentDocument, field: NumbersRead, number: str | None
) -> tuple[str | None, CarrierSource]:
    """The shop's own word; else the carrier on whose page the number stood, or whose form it has."""
    carrier, word = named_carrier(shipment.carrier, number), named_carrier(shipment.carrier_word, number)
    # The shop's own word may be a carrier's name or a service's; only a name says whose it is.
    carrier = carrier or (word if word in carriers() else None)
    if carrier or number is None:
        return carrier, CarrierSource.SHOP
    place = shipment.pickup_point or document.ship_to
    service = f"{shipment.service or ''} {shipment.carrier_word or ''}"
    own = field.carrier or recognised(number, service=service, country=place.country if place else None)
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
