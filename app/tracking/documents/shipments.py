"""Shipments as an order document tells them: rows made, changed, and gone when the document no longer names them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import and_, case, delete, func, or_, select
from sqlalchemy.orm import Session
from sqlalchemy.sql.dml import ReturningInsert

from app.core.i18n.zones import zone_of
from app.core.tables.bulk import any_of, insert_rows, parameters
from app.orders.document.document import OrderDocument
from app.orders.document.notes import LONGEST_WAS, Note, NoteKind
from app.orders.intake.results import TakenOrder
from app.orders.records import OrderLineRecord
from app.tracking.carriers.assigning import name_by_scans, parcels_of_scans, unsure_numbers
from app.tracking.carriers.renaming import rename_parcels
from app.tracking.documents.document_parcels import DocumentParcel
from app.tracking.ingest.numbers import read_numbers
from app.tracking.locking import LockedShipments, Number
from app.tracking.models import Shipment, ShipmentLine
from app.tracking.states import CarrierSource

OUTBOUND = "outbound"
# What is known of asking one carrier about one number.
OF_THE_PAIR = ("alerts_due_at", "polled_at", "asked_at", "poll_failing_since", "poll_error")

# What we may come to hold something better for: a carrier that was recognised, a day that its carrier told.
AS_SENT = {"carrier", "tracking_number", "tracking_url", "group", "status", "delivered_at", "promise"}
_LINES = insert_rows(ShipmentLine, ("shipment_id", "order_line_id", "quantity"))


@dataclass(frozen=True, slots=True)
class OrderParcels:
    """An order that was just taken in, with its document and the parcels that this names."""

    order: TakenOrder
    document: OrderDocument
    parcels: Sequence[DocumentParcel]

    @property
    def numbers(self) -> set[Number]:
        """The (carrier, number) pairs of its parcels; the carrier is empty where nobody says whose it is."""
        return {(parcel.carrier or "", parcel.number) for parcel in self.parcels if parcel.number}


def sync_shipments(
    session: Session, orders: Sequence[OrderParcels], there: LockedShipments, *, now: datetime
) -> list[int]:
    """Bring the orders' outbound shipments to what their documents say; gives their ids.

    A promise once told stays. What the carrier reported is untouched; the caller folds.
    """
    named = {(one.order.id, parcel.id) for one in orders for parcel in one.parcels}
    # Outbound only: parcels of returns are in no order document.
    outbound = [row for row in there.own if row.direction == OUTBOUND]
    gone = [row.id for row in outbound if (row.order_id, row.external_id) not in named]
    if gone:
        session.execute(delete(Shipment).where(Shipment.id.in_(gone)))
    # What an earlier release kept under another name of the carrier is the parcel that the document means.
    staying = [row for row in outbound if (row.order_id, row.external_id) in named]
    rename_parcels(session, [(row.id, row.carrier, row.number) for row in staying], now=now)
    rows = [_row(one, parcel, at, now=now) for one in orders for at, parcel in enumerate(one.parcels)]
    if not rows:
        return []
    stored = session.execute(_upsert(tuple(rows[0])), parameters(Shipment, rows))
    ids = {(order_id, external_id): id_ for order_id, external_id, id_ in stored}
    if staying:
        session.execute(delete(ShipmentLine).where(ShipmentLine.shipment_id.in_([row.id for row in staying])))
    _write_lines(session, orders, ids)
    _name_by_scans(session, rows, ids, now=now)
    return sorted(ids.values())


def _name_by_scans(
    session: Session, rows: Sequence[dict[str, Any]], ids: dict[tuple[int, str], int], *, now: datetime
) -> None:
    """Scans that came before their order name the carrier that it does not."""
    unnamed = {row["number"] for row in rows if row["number"] and row["carrier_source"] != CarrierSource.SHOP}
    numbers = unsure_numbers(session, unnamed)
    if numbers:
        own = set(ids.values())
        # Other orders' parcels are not locked here, and not ours to name.
        named = [parcel for parcel in parcels_of_scans(session, numbers) if parcel.shipment_id in own]
        name_by_scans(session, named, now=now)


@cache
def _upsert(names: tuple[str, ...]) -> ReturningInsert[int, str, int]:
    statement = insert_rows(Shipment, names)
    values = statement.excluded
    unchanged = {"order_id", "direction", "external_id", "created_at", "promise_from", "promise_until", "closed_at"}
    # Of what was so when it was first told, nobody hears later either.
    unchanged |= {"historic"}
    changed: dict[str, Any] = {name: values[name] for name in names if name not in unchanged}
    # What a scan or staff say of a number holds until the shop itself names a carrier, or another number.
    keeps = and_(
        values.carrier_source != CarrierSource.SHOP,
        or_(Shipment.carrier_source == CarrierSource.SCAN, Shipment.carrier_source == CarrierSource.STAFF),
        Shipment.number == values.number,
    )
    carrier = case((keeps, Shipment.carrier), else_=values.carrier)
    # Of another pair nobody was asked yet, and the carrier that pushes scans knows nothing of it.
    same = and_(Shipment.number == values.number, Shipment.carrier == carrier)
    # What was told at purchase stays: lateness is measured by it.
    promised = Shipment.promise_until.is_not(None)
    changed |= {
        "promise_from": case((promised, Shipment.promise_from), else_=values.promise_from),
        "promise_until": func.coalesce(Shipment.promise_until, values.promise_until),
        "closed_at": func.coalesce(Shipment.closed_at, values.closed_at),
        "carrier": carrier,
        "carrier_source": case((keeps, Shipment.carrier_source), else_=values.carrier_source),
        # Since when the shop says so: a document that says it once more begins nothing.
        "shop_status_at": case(
            (Shipment.shop_status == values.shop_status, Shipment.shop_status_at), else_=values.shop_status_at
        ),
        # A document that is only told again must not move the carrier's turn.
        "next_poll_at": case(
            (same, func.coalesce(Shipment.next_poll_at, values.next_poll_at)), else_=values.next_poll_at
        ),
        **{name: case((same, getattr(Shipment, name))) for name in OF_THE_PAIR},
        "poll_failures": case((same, Shipment.poll_failures), else_=0),
    }
    upsert = statement.on_conflict_do_update(index_elements=["order_id", "direction", "external_id"], set_=changed)
    return upsert.returning(Shipment.order_id, Shipment.external_id, Shipment.id)


def _write_lines(session: Session, orders: Sequence[OrderParcels], ids: dict[tuple[int, str], int]) -> None:
    order_ids = [one.order.id for one in orders if one.parcels]
    statement = select(OrderLineRecord.order_id, OrderLineRecord.line_id, OrderLineRecord.id).where(
        any_of(OrderLineRecord.order_id, order_ids)
    )
    lines = {(order_id, line_id): id_ for order_id, line_id, id_ in session.execute(statement)}
    packed: dict[tuple[int, int], int] = {}
    for one in orders:
        for parcel in one.parcels:
            for line in parcel.shipment.lines if parcel.lists_contents else ():
                row = lines.get((one.order.id, line.line))
                # Of a line that no document ever named there is nothing to show, nor to return.
                if row is not None and line.quantity:
                    key = (ids[one.order.id, parcel.id], row)
                    # A document may split a line within one parcel; the table has one row for it.
                    packed[key] = packed.get(key, 0) + line.quantity
    rows = [
        {"shipment_id": shipment, "order_line_id": line, "quantity": quantity}
        for (shipment, line), quantity in packed.items()
    ]
    if rows:
        session.execute(_LINES, parameters(ShipmentLine, rows))


def _row(one: OrderParcels, parcel: DocumentParcel, at: int, *, now: datetime) -> dict[str, Any]:
    order, document, shipment, number = one.order, one.document, parcel.shipment, parcel.number
    promise = shipment.promise or document.promise
    # Without a number no carrier will ever say that it arrived: the shop's word has to do.
    over = document.status == "completed" and number is None
    return {
        "order_id": order.id,
        "direction": OUTBOUND,
        "external_id": parcel.id,
        "position": at,
        "carrier": parcel.carrier,
        "carrier_source": parcel.carrier_source,
        "service": shipment.service,
        "number": number,
        "method": shipment.method,
        "label_created_at": shipment.label_created_at,
        "shipped_at": shipment.shipped_at,
        # When the shop first said so: a parcel that gets another name is not delivered once more.
        "closed_at": (order.completed_at or document.updated_at) if over else None,
        "promise_from": promise.begin if promise else None,
        "promise_until": promise.until if promise else None,
        "origin": shipment.origin.model_dump() if shipment.origin else None,
        "pickup_point": shipment.pickup_point.model_dump(mode="json") if shipment.pickup_point else None,
        "carrier_word": shipment.carrier_word,
        "tracking_url": shipment.tracking_url or parcel.url,
        "parcel_group": parcel.group,
        "shop_status": shipment.status,
        "shop_status_at": document.updated_at if shipment.status else None,
        "shop_delivered_at": shipment.delivered_at,
        "packed_at": shipment.packed_at,
        "historic": document.historic,
        "as_sent": _as_sent(parcel),
        "zone": _zone(one, parcel),
        "next_poll_at": now if number and parcel.carrier else None,
        "created_at": now,
    }


def _as_sent(parcel: DocumentParcel) -> dict[str, Any]:
    """What the shop wrote where we hold something better; the further numbers of a field are parts of its parcel."""
    if parcel.place:
        return {"part_of": parcel.shipment.id}
    return parcel.shipment.model_dump(mode="json", by_alias=True, include=AS_SENT)


def _zone(one: OrderParcels, parcel: DocumentParcel) -> str:
    """Where it arrives: the point or shop, else the address, else the brand's own zone."""
    point, address = parcel.shipment.pickup_point, one.document.ship_to
    zone = zone_of(point.country, postcode=point.postcode) if point else None
    if zone is None and address:
        zone = zone_of(address.country, postcode=address.postcode, region=address.region)
    return zone or one.order.zone


def number_notes(document: OrderDocument) -> Iterator[Note]:
    """A note for each field that holds several numbers, or something that is none."""
    for at, shipment in enumerate(document.shipments):
        if shipment.tracking_number and shipment.status != "cancelled":
            numbers = read_numbers(shipment.tracking_number).numbers
            kind = NoteKind.SEVERAL_NUMBERS if len(numbers) > 1 else None if numbers else NoteKind.NO_NUMBER
            if kind is not None:
                yield Note(f"/shipments/{at}/tracking_number", kind, shipment.tracking_number[:LONGEST_WAS])
