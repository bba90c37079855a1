"""Returns over HTTP: what can come back, make a return, tell one, list what changed."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any

from flask import request, url_for
from flask_babel import lazy_gettext as _l
from pydantic import Field
from sqlalchemy import Select, select, tuple_
from sqlalchemy.orm import Session, selectinload

from app.api.http.blueprint import api
from app.api.http.operations import Answer, Noted, Operation, acting, operation
from app.api.http.paging import Cursor, PageQuery, cut, link_header, read_cursor
from app.api.v1 import examples
from app.api.v1.returns.answers import ReturnAnswer, ReturnPage, return_answer
from app.api.v1.returns.documents import Axis, ChosenPoint, GoodsAxis, ReturnDocument, WhichOrder
from app.api.v1.returns.eligibility import EligibilityAnswer, eligibility_answer
from app.audit import trail as audit
from app.core.clock import utcnow
from app.core.errors import Fault, Invalid, NotFound
from app.core.tokens import read_ref
from app.orders import queries
from app.orders.document.fields import Instant
from app.orders.records import OrderRecord
from app.returns import services
from app.returns.points.place_text import network_name
from app.returns.points.search.nearby import point_snapshot
from app.returns.queries import views_of
from app.returns.records import DropOffPointRecord, ReceiptRecord, ReturnRecord


class ReturnListQuery(PageQuery):
    """Which returns."""

    updated_since: Instant | None = None
    order: Annotated[str, Field(max_length=64)] | None = None
    decision: Axis | None = None
    goods: GoodsAxis | None = None


@api.post("/returns/eligibility")
@operation(
    Operation(
        scope="returns:read",
        summary=_l("What of an order can come back"),
        notes=_l("Each line with every reason: allowed or not, why in words, until when, and what the way back costs."),
        body=WhichOrder,
        answer=EligibilityAnswer,
        example=examples.WHICH_ORDER,
    )
)
def post_eligibility(session: Session, body: WhichOrder) -> Answer:
    """Ask the policy; nothing changes."""
    order = named_order(session, body)
    eligibility, paid = services.eligibility_with_money(session, order.id, now=utcnow())
    return Answer(eligibility_answer(order, eligibility, paid))


@api.post("/returns")
@operation(
    Operation(
        scope="returns:write",
        summary=_l("Make a return"),
        notes=_l("What the policy refuses needs override, a reason that is kept. What fits is approved at once."),
        body=ReturnDocument,
        answer=ReturnAnswer,
        status=201,
        example=examples.RETURN,
        audit="return.made",
    )
)
def post_return(session: Session, body: ReturnDocument) -> Answer:
    """Make a return for a customer."""
    now = utcnow()
    order = named_order(session, body)
    point_id = _point_id(session, body.point) if body.point else None
    return_ = services.request_return(
        session,
        order.id,
        body.request(point_id),
        by=acting(),
        now=now,
        point=_snapshot(session, point_id, body.point, now=now),
        override=body.override,
    )
    session.flush()
    location = url_for("api.get_return", ref=return_.ref)
    noted = Noted(return_.ref, order.id, audit.reason(body.override))
    return Answer(
        _answers(session, [named_return(session, return_.ref)])[0],
        status=201,
        headers={"Location": location},
        noted=noted,
    )


@api.get('/returns/<string(but="eligibility"):ref>')
@operation(Operation(scope="returns:read", summary=_l("One return"), answer=ReturnAnswer))
def get_return(session: Session, ref: str) -> Answer:
    """Tell one return."""
    return current_answer(session, named_return(session, ref))


@api.get("/returns")
@operation(
    Operation(
        scope="returns:read",
        summary=_l("Returns in the order of their last change"),
        query=ReturnListQuery,
        answer=ReturnPage,
    )
)
def list_returns(session: Session, query: ReturnListQuery) -> Answer:
    """Tell a page of returns."""
    rows = session.scalars(_listed(query).limit(query.limit + 1)).all()
    page, following = cut(rows, query.limit, lambda return_: Cursor(return_.changed_at, return_.id))
    answer = ReturnPage(returns=_answers(session, page), next=following)
    return Answer(answer, headers=link_header(request.path, request.args.to_dict(), following))


def named_order(session: Session, body: WhichOrder) -> OrderRecord:
    """The order a document names. Raises Invalid."""
    order = queries.by_number(session, body.order, brand=body.brand, source=body.source)
    if order is None:
        raise Invalid([Fault("/order", "There is no such order")])
    return order


def named_return(session: Session, ref: str) -> ReturnRecord:
    """The return an address names. Raises NotFound."""
    # People read references out and type them: case, hyphens and look-alike letters are forgiven.
    return_ = session.scalar(_with_parts().where(ReturnRecord.ref == read_ref(ref)))
    if return_ is None:
        raise NotFound("There is no such return.")
    return return_


def current_answer(session: Session, return_: ReturnRecord, detail: dict[str, Any] | None = None) -> Answer:
    """The return as it stands now; ``detail`` goes into the audit trail."""
    session.flush()
    # The action changed the row through the room's own model, which this record does not see.
    session.refresh(return_)
    noted = Noted(return_.ref, return_.order_id, detail or {})
    return Answer(_answers(session, [return_])[0], noted=noted)


def _answers(session: Session, returns: Sequence[ReturnRecord]) -> list[ReturnAnswer]:
    now = utcnow()
    return [return_answer(view, now=now) for view in views_of(session, returns, _orders(session, returns))]


def _listed(query: ReturnListQuery) -> Select[ReturnRecord]:
    statement = _with_parts().order_by(ReturnRecord.changed_at, ReturnRecord.id)
    start = read_cursor(query.cursor)
    if start is not None:
        statement = statement.where(tuple_(ReturnRecord.changed_at, ReturnRecord.id) > (start.at, start.id))
    if query.updated_since is not None:
        statement = statement.where(ReturnRecord.changed_at >= query.updated_since)
    if query.order is not None:
        statement = statement.where(
            ReturnRecord.order_id.in_(select(OrderRecord.id).where(OrderRecord.number == query.order))
        )
    if query.decision is not None:
        statement = statement.where(ReturnRecord.decision == query.decision)
    return statement if query.goods is None else statement.where(ReturnRecord.goods == query.goods)


def _with_parts() -> Select[ReturnRecord]:
    # A statement for each kind of part, not three for each return of a page.
    receipts = selectinload(ReturnRecord.receipts).selectinload(ReceiptRecord.lines)
    return select(ReturnRecord).options(selectinload(ReturnRecord.lines), selectinload(ReturnRecord.refunds), receipts)


def _orders(session: Session, returns: Sequence[ReturnRecord]) -> dict[int, OrderRecord]:
    ids = {return_.order_id for return_ in returns}
    statement = select(OrderRecord).where(OrderRecord.id.in_(ids)).options(selectinload(OrderRecord.all_lines))
    return {order.id: order for order in session.scalars(statement)}


def _snapshot(
    session: Session, point_id: int | None, point: ChosenPoint | None, *, now: datetime
) -> dict[str, Any] | None:
    # A shop's own system knows best which networks take its parcels.
    return point_snapshot(session, point_id, carrier=point.network, now=now) if point and point_id else None


def _point_id(session: Session, point: ChosenPoint) -> int:
    point_id = session.scalar(
        select(DropOffPointRecord.id).where(
            DropOffPointRecord.network == network_name(point.network),
            DropOffPointRecord.external_id == point.id,
            DropOffPointRecord.active,
        )
    )
    if point_id is None:
        raise Invalid([Fault("/point", "There is no such drop-off point")])
    return point_id
