"""Orders over HTTP: take in one or many, tell one, list what changed."""

from collections.abc import Sequence
from typing import Annotated

from flask import request, url_for
from flask_babel import lazy_gettext as _l
from pydantic import BaseModel, Field
from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from app.api.http.batches import MOST_ORDERS, batch_answer, items
from app.api.http.blueprint import api
from app.api.http.bodies import is_ndjson
from app.api.http.operations import Answer, Batch, Operation, operation
from app.api.http.paging import Cursor, PageQuery, cut, link_header, read_cursor
from app.api.v1 import examples
from app.api.v1.orders.answers import OrderAnswer, OrderPage, order_answer
from app.api.v1.orders.batches import OrderBatchAnswer, OrderVerdict, order_verdict, take_orders
from app.core.clock import utcnow
from app.core.errors import Fault, Invalid, NotFound
from app.oms.intake import receive_order
from app.orders import queries
from app.orders.document.document import OrderDocument
from app.orders.document.fields import Instant
from app.orders.records import OrderRecord
from app.tracking.records import ShipmentRecord
from app.tracking.summary.order_summary import summaries


class BrandQuery(BaseModel, extra="forbid"):
    """Whose number it is."""

    brand: Annotated[str, Field(max_length=64)] | None = None
    source: Annotated[str, Field(max_length=64)] | None = None


class OrdersQuery(PageQuery):
    """Which orders."""

    updated_since: Instant | None = None


# A number may hold a slash; «batch» is the address of another operation and no order's.
@api.put('/orders/<path(but="batch"):number>')
@operation(
    Operation(
        scope="orders:write",
        summary=_l("Create or update an order"),
        notes=_l(
            "The whole order as it stands. A document older than the one we hold changes nothing: applied is false."
        ),
        body=OrderDocument,
        answer=OrderVerdict,
        example=examples.ORDER,
        answer_example=examples.ORDER_VERDICT,
    )
)
def put_order(session: Session, number: str, body: OrderDocument) -> Answer:
    """Take in one order document."""
    # One of the two is a mistake, and only the sender knows which.
    if body.number != number:
        raise Invalid([Fault("/number", "Must be the number in the address")])
    received = receive_order(session, body, now=utcnow())
    system = body.source.system if body.source else None
    place = url_for("api.get_order", number=number, brand=body.brand, source=system)
    headers = {"Location": place} if received.created else {}
    return Answer(order_verdict(received), status=201 if received.created else 200, headers=headers)


@api.post("/orders/batch")
@operation(
    Operation(
        scope="orders:write",
        summary=_l("Create or update up to 500 orders"),
        notes=_l("Each document has its verdict; the good ones are kept whatever becomes of the others."),
        batch=Batch(OrderDocument, "orders", MOST_ORDERS),
        answer=OrderBatchAnswer,
        example=[examples.ORDER],
        answer_example=examples.ORDER_BATCH,
    )
)
def post_orders(session: Session, raw: bytes) -> Answer:
    """Take in many order documents. All of them wrong is a refusal of the whole."""
    entries = items(raw, lines=is_ndjson(request), name="orders", most=MOST_ORDERS)
    return Answer(batch_answer(OrderBatchAnswer, take_orders(session, entries, now=utcnow())))


@api.get('/orders/<path(but="batch"):number>')
@operation(
    Operation(
        scope="orders:read",
        summary=_l("One order with its parcels"),
        query=BrandQuery,
        answer=OrderAnswer,
    )
)
def get_order(session: Session, number: str, query: BrandQuery) -> Answer:
    """Tell one order."""
    order = queries.by_number(session, number, brand=query.brand, source=query.source)
    if order is None:
        raise NotFound("There is no such order.")
    summary = summaries(session, [order.id], now=utcnow()).get(order.id)
    return Answer(order_answer(order, _shipments(session, [order]).get(order.id, []), summary))


@api.get("/orders")
@operation(
    Operation(
        scope="orders:read",
        summary=_l("Orders in the order of their last change"),
        notes=_l("Follow the Link header, or send next as cursor, until next is null."),
        query=OrdersQuery,
        answer=OrderPage,
    )
)
def list_orders(session: Session, query: OrdersQuery) -> Answer:
    """Tell a page of orders."""
    start = read_cursor(query.cursor)
    rows = queries.page(
        session,
        after=(start.at, start.id) if start else None,
        updated_since=query.updated_since,
        limit=query.limit + 1,
    )
    orders, following = cut(rows, query.limit, lambda order: Cursor(order.changed_at, order.id))
    parcels = _shipments(session, orders)
    standing = summaries(session, [order.id for order in orders], now=utcnow())
    answers = [order_answer(order, parcels.get(order.id, []), standing.get(order.id)) for order in orders]
    page = OrderPage(orders=answers, next=following)
    return Answer(page, headers=link_header(request.path, request.args.to_dict(), following))


def _shipments(session: Session, orders: Sequence[OrderRecord]) -> dict[int, list[ShipmentRecord]]:
    """The parcels of some orders, in one statement for all."""
    parcels: dict[int, list[ShipmentRecord]] = {}
    ids = [order.id for order in orders]
    statement = (
        select(ShipmentRecord).where(ShipmentRecord.order_id.in_(ids)).options(selectinload(ShipmentRecord.lines))
    )
    for shipment in session.scalars(
        statement.order_by(ShipmentRecord.order_id, ShipmentRecord.position, ShipmentRecord.id)
    ):
        parcels.setdefault(shipment.order_id, []).append(shipment)
    return parcels
