"""The list of orders: filters from the page's address, a page of rows, where the next one begins."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, Select, exists, select, tuple_
from sqlalchemy.orm import Session, joinedload, selectinload

from app.orders.records import OrderRecord
from app.staff.orders.words import STATUSES
from app.staff.worklists.parcels import OPEN, OUTBOUND
from app.tracking.page.words import short_state
from app.tracking.records import ShipmentRecord
from app.tracking.states import ShipmentState

# One screen or two; each row brings contacts and parcels, in two statements whatever the size.
PAGE = 50


@dataclass(frozen=True, slots=True)
class Filters:
    """What is looked for; an empty text looks for everything."""

    status: str = ""
    parcel: str = ""
    channel: str = ""
    carrier: str = ""

    @classmethod
    def read(cls, args: Mapping[str, str]) -> "Filters":
        """The filters of an address; what is not one is left out."""
        return cls(**{name: args.get(name, "").strip()[:64] for name in cls.__dataclass_fields__})

    @property
    def chosen(self) -> dict[str, Any]:
        """Those that are set, for the next page's address."""
        values = {name: getattr(self, name) for name in type(self).__dataclass_fields__}
        return {name: value for name, value in values.items() if value}


@dataclass(frozen=True, slots=True)
class Listed:
    """An order with its outbound parcels."""

    order: OrderRecord
    parcels: Sequence[ShipmentRecord]

    @property
    def promise(self) -> date | None:
        """The last day promised, by the parcels where they say one."""
        promised = [parcel.promise_until for parcel in self.parcels if parcel.promise_until]
        return max(promised, default=self.order.promise_until)

    @property
    def is_late(self) -> bool:
        """Whether a parcel is late and still on its way."""
        return any(parcel.late_since and parcel.finished_at is None for parcel in self.parcels)


@dataclass(frozen=True, slots=True)
class OrderListPage:
    """Some rows, and the last one's place when there are more."""

    rows: Sequence[Listed]
    following: str | None = None


def page(session: Session, filters: Filters, *, after: str = "") -> OrderListPage:
    """Orders that fit, the newest first; ``after`` is the ``following`` of the page before."""
    statement = (
        select(OrderRecord).where(*_conditions(filters)).order_by(OrderRecord.placed_at.desc(), OrderRecord.id.desc())
    )
    start = _read_place(after)
    if start:
        # By place instead of offset: deep pages cost the same, and an order that comes in moves no row over.
        statement = statement.where(tuple_(OrderRecord.placed_at, OrderRecord.id) < start)
    orders = session.scalars(_shown(statement.limit(PAGE + 1))).all()
    return OrderListPage(listed(session, orders[:PAGE]), _place(orders[PAGE - 1]) if len(orders) > PAGE else None)


def listed(session: Session, orders: Sequence[OrderRecord]) -> list[Listed]:
    """These orders with their parcels, one statement for all."""
    ids = [order.id for order in orders]
    statement = (
        select(ShipmentRecord)
        .where(ShipmentRecord.order_id.in_(ids), OUTBOUND)
        .order_by(ShipmentRecord.position, ShipmentRecord.id)
    )
    parcels: dict[int, list[ShipmentRecord]] = {}
    for shipment in session.scalars(statement):
        parcels.setdefault(shipment.order_id, []).append(shipment)
    return [Listed(order, parcels.get(order.id, [])) for order in orders]


def _shown(statement: Select[OrderRecord]) -> Select[OrderRecord]:
    return statement.options(selectinload(OrderRecord.contacts), joinedload(OrderRecord.brand))


def _conditions(filters: Filters) -> list[ColumnElement[bool]]:
    of_order = ShipmentRecord.order_id == OrderRecord.id
    conditions: list[ColumnElement[bool]] = []
    if filters.status:
        conditions.append(OrderRecord.status == filters.status)
    if filters.parcel == "late":
        conditions.append(
            OrderRecord.id.in_(
                select(ShipmentRecord.order_id).where(ShipmentRecord.late_since.is_not(None), OPEN, OUTBOUND)
            )
        )
    elif filters.parcel:
        conditions.append(exists().where(of_order, OUTBOUND, ShipmentRecord.state == filters.parcel))
    if filters.channel:
        conditions.append(OrderRecord.channel == filters.channel)
    if filters.carrier:
        conditions.append(exists().where(of_order, OUTBOUND, ShipmentRecord.carrier == filters.carrier))
    return conditions


def _place(order: OrderRecord) -> str:
    return f"{order.placed_at.isoformat()}~{order.id}"


def _read_place(text: str) -> tuple[datetime, int] | None:
    """Where a page begins; anything odd begins at the top."""
    moment, _, order_id = text.rpartition("~")
    try:
        return datetime.fromisoformat(moment), int(order_id)
    except ValueError:
        return None


PARCELS = (
    ShipmentState.IN_TRANSIT,
    ShipmentState.OUT_FOR_DELIVERY,
    ShipmentState.DELIVERY_FAILED,
    ShipmentState.READY_FOR_PICKUP,
    ShipmentState.ON_HOLD,
    ShipmentState.RETURN_TO_SENDER,
    ShipmentState.LOST,
    ShipmentState.DAMAGED,
    ShipmentState.DELIVERED,
)


def status_choices() -> list[tuple[str, str]]:
    """Statuses of orders."""
    return [(status, str(text)) for status, text in STATUSES.items()]


def parcel_choices() -> list[tuple[str, str]]:
    """Where parcels are, trouble first."""
    return [("late", _("Late")), *((state.value, short_state(state)) for state in PARCELS)]
