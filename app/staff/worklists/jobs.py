"""Worklist of what the clock's jobs could not do after five tries: which parcel, return or statement, and why."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import Select, case, func, select
from sqlalchemy.orm import Session

from app.brands.queries import shop_zone
from app.core.i18n.words import short_day
from app.events.records import StumbleRecord
from app.orders.records import OrderRecord
from app.returns.records import ReturnRecord, WithdrawalRecord
from app.staff.worklists.aside import JOBS
from app.staff.worklists.choice import RowChoice, RowSource
from app.staff.worklists.rows import MOST_ROWS, WITH_CUSTOMER, Act, Row, age_words, customer_of, fault_words
from app.tracking.records import ShipmentRecord

TITLES = {
    "fold_shipments": _l("A parcel's scans could not be put together"),
    "look_for_late": _l("A parcel could not be marked as late"),
    "expire_returns": _l("A return could not expire"),
    "remind_returns": _l("A return's last day could not be told"),
    "receive_withdrawals": _l("A statement of withdrawal could not be taken in"),
}
_PARCELS, _RETURNS = ("fold_shipments", "look_for_late"), ("expire_returns", "remind_returns")


JOB_ROWS = RowSource(func.concat(StumbleRecord.task, "-", StumbleRecord.item_id), day=StumbleRecord.dead_at)


def stumbled() -> Select[Any]:
    """What was given up."""
    return select(StumbleRecord.item_id).where(StumbleRecord.dead_at.is_not(None), ~StumbleRecord.aside)


def stumbled_rows(session: Session, now: datetime, choice: RowChoice) -> Sequence[Row]:
    """What was given up, the oldest first, with its order and the reason."""
    order_id = case(
        (StumbleRecord.task.in_(_PARCELS), _order_of(ShipmentRecord)),
        (StumbleRecord.task.in_(_RETURNS), _order_of(ReturnRecord)),
        else_=_order_of(WithdrawalRecord),
    )
    statement = (
        select(StumbleRecord, OrderRecord)
        .join(OrderRecord, OrderRecord.id == order_id, isouter=True)
        .where(StumbleRecord.dead_at.is_not(None), ~StumbleRecord.aside, *choice.where)
        .order_by(*choice.order(StumbleRecord.dead_at, StumbleRecord.item_id))
        .limit(MOST_ROWS)
        .options(WITH_CUSTOMER)
    )
    zone = shop_zone(session)
    return [
        Row(
            title=str(TITLES.get(row.task, row.task)),
            href=url_for("console.order", ref=order.ref) if order else None,
            about=order.number if order else "—",
            order=url_for("console.order", ref=order.ref) if order else None,
            detail=fault_words(row.error),
            when=short_day(row.dead_at or now, zone=zone),
            acts=_acts(row),
            item=f"{row.task}-{row.item_id}",
            order_id=order.id if order else None,
            customer=customer_of(order),
            age=age_words(row.dead_at, now, zone),
        )
        for row, order in session.execute(statement)
    ]


def _order_of(model: type[ShipmentRecord] | type[ReturnRecord] | type[WithdrawalRecord]) -> Any:
    return select(func.max(model.order_id)).where(model.id == StumbleRecord.item_id).scalar_subquery()


def _acts(row: StumbleRecord) -> tuple[Act, ...]:
    try_again = Act(_("Try again"), url_for("work.try_again", task=row.task, item_id=row.item_id))
    item = f"{row.task}-{row.item_id}"
    return try_again, Act(_("Set aside"), url_for("work.aside", name=JOBS, item=item), asks=True)
