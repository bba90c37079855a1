"""Worklists of support: cases that wait for an answer, collections that are to be booked or cancelled."""

import math
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import Select, extract, func, select
from sqlalchemy.orm import Session

from app.core.i18n.words import local_day, short_day
from app.orders.records import OrderRecord
from app.returns.records import ReturnRecord
from app.staff.orders.masking import name
from app.staff.worklists.choice import RowChoice, RowSource
from app.staff.worklists.rows import MOST_ROWS, WITH_CUSTOMER, Act, Row, age_words, customer_of
from app.support.records import SupportCaseRecord
from app.support.words import about_words
from app.tracking.page.words import short_state
from app.tracking.records import ShipmentRecord
from app.tracking.states import ShipmentState

# With its last change: a case that rests comes back when its customer writes more.
CASE_ITEM = func.concat(SupportCaseRecord.id, "-", func.floor(extract("epoch", SupportCaseRecord.changed_at)))
CASE_ROWS = RowSource(
    CASE_ITEM,
    order_id=SupportCaseRecord.order_id,
    day=SupportCaseRecord.waits_since,
    assignee=SupportCaseRecord.assigned_to,
)
COLLECTION_ROWS = RowSource(ReturnRecord.id, order_id=ReturnRecord.order_id, day=ReturnRecord.requested_at)


def case_item(case: SupportCaseRecord) -> str:
    """What a case is called on its list."""
    return f"{case.id}-{math.floor(case.changed_at.timestamp())}"


def waiting_cases() -> Select[Any]:
    """Cases that wait for the shop."""
    return select(SupportCaseRecord.id).where(SupportCaseRecord.state == "open")


def unbooked() -> Select[Any]:
    """Returns to be collected for which nobody has said yet whether that is booked; as the partial index says it."""
    return select(ReturnRecord.id).where(
        ReturnRecord.method == "pickup",
        ReturnRecord.decision == "approved",
        ReturnRecord.goods == "awaiting",
        ReturnRecord.pickup.op("->>")("booked_at").is_(None),
        ReturnRecord.pickup.op("->>")("refused_at").is_(None),
    )


def called_off() -> Select[Any]:
    """Returns whose booked collection is to be cancelled with the carrier; as the partial index says it."""
    return select(ReturnRecord.id).where(
        ReturnRecord.pickup.op("->>")("called_off_at").is_not(None),
        ReturnRecord.pickup.op("->>")("cancelled_at").is_(None),
    )


def case_rows(session: Session, now: datetime, choice: RowChoice) -> Sequence[Row]:
    """Cases that wait for an answer, the longest waiting first; red after a day."""
    statement = (
        select(SupportCaseRecord, OrderRecord, ShipmentRecord.state)
        .join(OrderRecord, OrderRecord.id == SupportCaseRecord.order_id)
        .join(ShipmentRecord, ShipmentRecord.id == SupportCaseRecord.shipment_id, isouter=True)
        .where(SupportCaseRecord.id.in_(waiting_cases()), *choice.where)
        .order_by(*choice.order(SupportCaseRecord.waits_since, SupportCaseRecord.id))
        .limit(MOST_ROWS)
        .options(WITH_CUSTOMER)
    )
    return [_case_row(case, order, state, now) for case, order, state in session.execute(statement)]


def _case_row(case: SupportCaseRecord, order: OrderRecord, state: str | None, now: datetime) -> Row:
    hours = int((now - case.waits_since).total_seconds() // 3600)
    # The state first: «is it here meanwhile?» is what whoever answers wants to know.
    parts = (short_state(ShipmentState(state)) if state else None, _age_words(hours))
    return Row(
        title=about_words(case.about),
        href=url_for("cases.page", ref=case.ref),
        about=order.number,
        order=url_for("console.order", ref=order.ref),
        detail=" · ".join(part for part in parts if part),
        when=short_day(case.waits_since, zone=order.brand.time_zone),
        late=hours >= 24,
        item=case_item(case),
        customer=customer_of(order),
        order_id=order.id,
        subject=f"case/{case.ref}",
        assignee=case.assigned_to,
    )


def _age_words(hours: int) -> str:
    if hours < 1:
        return _("just now")
    # Up to two days the hours tell more than «1 day».
    if hours < 48:
        return ngettext("%(num)s hour old", "%(num)s hours old", hours)
    return ngettext("%(num)s day old", "%(num)s days old", hours // 24)


def unbooked_rows(session: Session, now: datetime, choice: RowChoice) -> Sequence[Row]:
    """Collections to book, the next day first."""
    return [
        _collection_row(
            return_,
            order,
            now,
            Act(_("It is booked"), url_for("collections.book", ref=return_.ref), asks=True),
            Act(_("Can't"), url_for("collections.refuse", ref=return_.ref), asks=True),
        )
        for return_, order in _collections(session, unbooked(), choice)
    ]


def called_off_rows(session: Session, now: datetime, choice: RowChoice) -> Sequence[Row]:
    """Collections to cancel, the next day first."""
    return [
        _collection_row(
            return_, order, now, Act(_("It is cancelled"), url_for("collections.cancelled", ref=return_.ref), asks=True)
        )
        for return_, order in _collections(session, called_off(), choice)
    ]


def _collections(session: Session, ids: Select[Any], choice: RowChoice) -> Sequence[tuple[ReturnRecord, OrderRecord]]:
    statement = (
        select(ReturnRecord, OrderRecord)
        .join(OrderRecord, OrderRecord.id == ReturnRecord.order_id)
        .where(ReturnRecord.id.in_(ids), *choice.where)
        .order_by(*choice.order(ReturnRecord.pickup.op("->>")("on"), ReturnRecord.id))
        .limit(MOST_ROWS)
        .options(WITH_CUSTOMER)
    )
    return [(return_, order) for return_, order in session.execute(statement)]


def _collection_row(return_: ReturnRecord, order: OrderRecord, now: datetime, *acts: Act) -> Row:
    to, on = order.ship_to or {}, (return_.pickup or {}).get("on")
    place = " ".join(filter(None, (to.get("postcode"), to.get("city"))))
    wished = date.fromisoformat(on) if on else None
    return Row(
        title=return_.ref,
        href=url_for("returning.page", ref=return_.ref),
        about=order.number,
        order=url_for("console.order", ref=order.ref),
        detail=place,
        when=short_day(wished) if wished else "—",
        late=wished is not None and wished <= local_day(now, order.brand.time_zone),
        acts=acts,
        item=str(return_.id),
        customer=name(to.get("name")) if to.get("name") else customer_of(order),
        age=age_words(return_.requested_at, now, order.brand.time_zone),
        order_id=order.id,
        subject=f"return/{return_.ref}",
    )
