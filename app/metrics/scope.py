"""What all figures share in SQL: which orders count, and the expression by which rows are grouped."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, func, literal, select
from sqlalchemy.orm import Session

from app.metrics.period import FiguresQuestion, GroupBy
from app.orders.records import OrderRecord
from app.tracking.records import ShipmentRecord

# IYYY is the year of the ISO week: around New Year it is not that of the day.
CALENDAR = {GroupBy.DAY: "YYYY-MM-DD", GroupBy.WEEK: 'IYYY-"W"IW', GroupBy.MONTH: "YYYY-MM"}


def group_key(question: FiguresQuestion, day: ColumnElement[Any], cuts: dict[GroupBy, Any]) -> ColumnElement[Any]:
    """The text by which rows are grouped; a day as ISO 8601 writes it."""
    if question.group_by in CALENDAR:
        return func.to_char(day, CALENDAR[question.group_by])
    if question.group_by is GroupBy.NONE:
        return literal("")
    return func.coalesce(cuts[question.group_by], "")


def order_cuts() -> dict[GroupBy, Any]:
    """Cuts that every figure about orders has."""
    country = OrderRecord.ship_to["country"].astext
    return {
        GroupBy.CHANNEL: OrderRecord.channel,
        GroupBy.COUNTRY: country,
        GroupBy.REGION: country + literal(" ") + func.coalesce(OrderRecord.ship_to["region"].astext, ""),
    }


def narrowed(statement: Any, question: FiguresQuestion) -> Any:
    """Only the orders and shipments that the question is about."""
    if question.carrier:
        statement = statement.where(ShipmentRecord.carrier == question.carrier)
    if question.channel:
        statement = statement.where(OrderRecord.channel == question.channel)
    if question.country:
        statement = statement.where(OrderRecord.ship_to["country"].astext == question.country.upper())
    return statement


# A list to choose from: a shop that made a channel of each order would fill the page with it.
MOST = 100


@dataclass(frozen=True, slots=True)
class Choices:
    """Handles to choose from, in alphabetical order."""

    carriers: list[str]
    channels: list[str]
    countries: list[str]


def choices(session: Session) -> Choices:
    """The values that occur."""
    return Choices(
        _distinct(session, ShipmentRecord.carrier),
        _distinct(session, OrderRecord.channel),
        _distinct(session, OrderRecord.ship_to["country"].astext),
    )


def _distinct(session: Session, column: Any) -> list[str]:
    values = select(column).where(column.is_not(None)).distinct().limit(MOST)
    return sorted(value for value in session.scalars(values) if value)
