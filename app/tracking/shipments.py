"""Shipments as an order document tells them: rows made, changed, and gone when the document no longer names them."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import and_, case, delete, func, or_, select, text, tuple_, union, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.core.i18n.zones import zone_of
from app.core.queue import defer
from app.orders.document.document import OrderDocument
from app.orders.document.notes import LONGEST_WAS, Note, NoteKind
from app.orders.intake.upsert import TakenOrder
from app.orders.records import OrderLineRecord
from app.tracking.carriers.assigning import name_by_scans, parcels_of_scans, unsure_numbers
from app.tracking.carriers.renaming import rename_parcels
from app.tracking.document_parcels import DocumentParcel, document_parcels
from app.tracking.ingest.numbers import read_numbers
from app.tracking.ingest.record import FOLD
from app.tracking.models import Shipment, ShipmentLine
from app.tracking.states import CarrierSource

OUTBOUND = "outbound"
# What is known of asking one carrier about one number.
OF_THE_PAIR = ("alerts_due_at", "polled_at", "asked_at", "poll_failing_since", "poll_error")

# What we may come to hold something better for: a carrier that was recognised, a day that its carrier told.
AS_SENT = {"carrier", "tracking_number", "tracking_url", "group", "status", "delivered_at", "promise"}

OrderWithDocument = tuple[TakenOrder, OrderDocument]


def sync_shipments(
    session: Session, order: TakenOrder, document: OrderDocument, *, created: bool = False, now: datetime
) -> list[int]:
    """Bring the order's outbound shipments to what the document says; gives their ids.

    A promise once told stays. What the carrier reported is untouched; the caller folds. ``created`` spares a new
    order the clearing away of what it cannot have.
    """
    parcels = document_parcels(document)
    named = [parcel.id for parcel in parcels]
    if not created:
        # Outbound only: parcels of returns are in no order document.
        gone = (Shipment.order_id == order.id, Shipment.direction == OUTBOUND, Shipment.external_id.not_in(named))
        session.execute(delete(Shipment).where(*gone))
        _rename(session, order.id, now=now)
    if not named:
        return []
    rows = [_row(order, document, parcel, at, now=now) for at, parcel in enumerate(parcels)]
    ids = _upsert(session, rows)
    if not created:
        session.execute(delete(ShipmentLine).where(ShipmentLine.shipment_id.in_(ids.values())))
    _write_lines(session, [(order, document)], ids)
    _name_by_scans(session, rows, ids, now=now)
    return sorted(ids.values())


def add_shipments(session: Session, orders: Sequence[OrderWithDocument], *, now: datetime) -> list[int]:
    """Make the shipments of new orders, all together; gives their ids, for the caller to fold."""
    rows = [
        _row(order, document, parcel, at, now=now)
        for order, document in orders
        for at, parcel in enumerate(document_parcels(document))
    ]
    if not rows:
        return []
    ids = _upsert(session, rows)
    _write_lines(session, orders, ids)
    _name_by_scans(session, rows, ids, now=now)
    return sorted(ids.values())


def _rename(session: Session, order_id: int, *, now: datetime) -> None:
    """What an earlier release kept under another name of the carrier is the parcel that the document means."""
    columns = (Shipment.id, Shipment.carrier, Shipment.number)
    outbound = (Shipment.order_id == order_id, Shipment.direction == OUTBOUND)
    rows = session.execute(select(*columns).where(*outbound).order_by(Shipment.id)).all()
    rename_parcels(session, [(row.id, row.carrier, row.number) for row in rows], now=now)


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


def _upsert(session: Session, rows: Sequence[dict[str, Any]]) -> dict[tuple[int, str], int]:
    statement = insert(Shipment)
    values = statement.excluded
    unchanged = {"order_id", "direction", "external_id", "created_at", "promise_from", "promise_until", "closed_at"}
    # Of what was so when it was first told, nobody hears later either.
    unchanged |= {"historic"}
    changed: dict[str, Any] = {name: values[name] for name in rows[0] if name not in unchanged}
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
    stored = session.execute(upsert.returning(Shipment.order_id, Shipment.external_id, Shipment.id), rows)
    return {(order_id, external_id): id_ for order_id, external_id, id_ in stored}


def _write_lines(session: Session, orders: Sequence[OrderWithDocument], ids: dict[tuple[int, str], int]) -> None:
    order_ids = [order.id for order, document in orders if document.shipments]
    statement = select(OrderLineRecord.order_id, OrderLineRecord.line_id, OrderLineRecord.id).where(
        OrderLineRecord.order_id.in_(order_ids)
    )
    lines = {(order_id, line_id): id_ for order_id, line_id, id_ in session.execute(statement)}
    packed: dict[tuple[int, int], int] = {}
    for order, document in orders:
        for parcel in document_parcels(document):
            for line in parcel.shipment.lines if parcel.lists_contents else ():
                row = lines.get((order.id, line.line))
                # Of a line that no document ever named there is nothing to show, nor to return.
                if row is not None and line.quantity:
                    key = (ids[order.id, parcel.id], row)
                    # A document may split a line within one parcel; the table has one row for it.
                    packed[key] = packed.get(key, 0) + line.quantity
    rows = [
        {"shipment_id": shipment, "order_line_id": line, "quantity": quantity}
        for (shipment, line), quantity in packed.items()
    ]
    if rows:
        session.execute(insert(ShipmentLine), rows)


def _row(
    order: TakenOrder, document: OrderDocument, parcel: DocumentParcel, at: int, *, now: datetime
) -> dict[str, Any]:
    shipment, number = parcel.shipment, parcel.number
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
        "pickup_point": shipment.pickup_point.model_dump() if shipment.pickup_point else None,
        "carrier_word": shipment.carrier_word,
        "tracking_url": shipment.tracking_url or parcel.url,
        "parcel_group": parcel.group,
        "shop_status": shipment.status,
        "shop_status_at": document.updated_at if shipment.status else None,
        "shop_delivered_at": shipment.delivered_at,
        "packed_at": shipment.packed_at,
        "historic": document.historic,
        "as_sent": _as_sent(parcel),
        "zone": _zone(order, document, parcel),
        "next_poll_at": now if number and parcel.carrier else None,
        "created_at": now,
    }


def _as_sent(parcel: DocumentParcel) -> dict[str, Any]:
    """What the shop wrote where we hold something better; the further numbers of a field are parts of its parcel."""
    if parcel.place:
        return {"part_of": parcel.shipment.id}
    return parcel.shipment.model_dump(mode="json", by_alias=True, include=AS_SENT)


def _zone(order: TakenOrder, document: OrderDocument, parcel: DocumentParcel) -> str:
    """Where it arrives: the point or shop, else the address, else the brand's own zone."""
    point, address = parcel.shipment.pickup_point, document.ship_to
    zone = zone_of(point.country, postcode=point.postcode) if point else None
    if zone is None and address:
        zone = zone_of(address.country, postcode=address.postcode, region=address.region)
    return zone or order.zone


def number_notes(document: OrderDocument) -> Iterator[Note]:
    """A note for each field that holds several numbers, or something that is none."""
    for at, shipment in enumerate(document.shipments):
        if shipment.tracking_number and shipment.status != "cancelled":
            numbers = read_numbers(shipment.tracking_number).numbers
            kind = NoteKind.SEVERAL_NUMBERS if len(numbers) > 1 else None if numbers else NoteKind.NO_NUMBER
            if kind is not None:
                yield Note(f"/shipments/{at}/tracking_number", kind, shipment.tracking_number[:LONGEST_WAS])


Number = tuple[str, str]

# The keys come sorted, and are locked in that order, in one statement.
_HOLD = text("select pg_advisory_xact_lock(key) from unnest(cast(:keys as bigint[])) as key")


def numbers_in(document: OrderDocument) -> set[Number]:
    """The (carrier, number) pairs that a document names; the carrier is empty where nobody says whose it is."""
    return {(parcel.carrier or "", parcel.number) for parcel in document_parcels(document) if parcel.number}


def hold(session: Session, numbers: Iterable[Number], *, order_ids: Sequence[int]) -> list[int]:
    """Lock these numbers, and then the shipments of these orders and of all who share a number; gives the sharers' ids.

    ``order_ids`` are orders that were there before.
    Their orders' rows are locked already. Numbers come first, because a row that another order is just making cannot
    be locked: the second of two new orders waits here until the first is there to be seen. Both are taken in one
    order, numbers by key and rows by id, so that two orders in one parcel never wait for each other crosswise.
    """
    of_orders = Shipment.order_id.in_(order_ids)
    pairs = set(numbers) | (_had(session, order_ids) if order_ids else set())
    if not pairs and not order_ids:
        return []
    session.execute(_HOLD, {"keys": sorted(map(_key, pairs))})
    named = select(Shipment.id).where(tuple_(Shipment.carrier, Shipment.number).in_(pairs))
    ids = union(select(Shipment.id).where(of_orders), named)
    rows = select(Shipment.id, Shipment.order_id).where(Shipment.id.in_(ids)).order_by(Shipment.id)
    locked = session.execute(rows.with_for_update(key_share=True)).all()
    return [row.id for row in locked if row.order_id not in set(order_ids)]


def warn(session: Session, sharers: Sequence[int], *, now: datetime) -> None:
    """Have the live ones of these shipments, which the caller has locked, folded again: they say what is so now."""
    if not sharers:
        return
    # One that waits already keeps its place in the queue.
    live = (Shipment.id.in_(sharers), Shipment.finished_at.is_(None), Shipment.dirty_at.is_(None))
    statement = update(Shipment).where(*live).values(dirty_at=now).returning(Shipment.id)
    if session.scalars(statement, execution_options={"synchronize_session": False}).all():
        defer(session, FOLD, queueing_lock=FOLD)


def _had(session: Session, order_ids: Sequence[int]) -> set[Number]:
    """The numbers that these orders' shipments have so far: who shared one that is left must say so no more."""
    named = select(Shipment.carrier, Shipment.number).where(Shipment.order_id.in_(order_ids))
    return {(carrier, number) for carrier, number in session.execute(named) if carrier and number}


def _key(number: Number) -> int:
    """A number as PostgreSQL's advisory locks want it; two that fell together would only wait for each other."""
    return int.from_bytes(sha256("\x1f".join(number).encode()).digest()[:8], signed=True)
