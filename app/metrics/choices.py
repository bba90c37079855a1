"""What the filters offer: the carriers, channels and countries that orders have, and the shop's own calendar."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.i18n.words import HOME_ZONE
from app.orders.models import Brand, Order
from app.tracking.models import Shipment

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
        _distinct(session, Shipment.carrier),
        _distinct(session, Order.channel),
        _distinct(session, Order.ship_to["country"].astext),
    )


def shop_zone(session: Session) -> str:
    """The time zone of the default brand: its calendar is the one by which messages and returns are counted."""
    wanted = select(Brand.time_zone).where(Brand.is_default).order_by(Brand.key).limit(1)
    return session.scalar(wanted) or HOME_ZONE


def _distinct(session: Session, column: Any) -> list[str]:
    values = select(column).where(column.is_not(None)).distinct().limit(MOST)
    return sorted(value for value in session.scalars(values) if value)
