"""What a parcel's card depends on, as a tag: two equal tags mean that nothing on it would read otherwise."""

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.tracking.page_facts import OrderRecord

_VERSIONS = text(
    """
    select o.locale, o.version, s.version as parcel,
        case when s.polled_at is not null then s.next_poll_at end as next_poll_at
    from "order" o left join shipment s on s.order_id = o.id and s.direction = 'outbound'
    where o.id = :order_id order by s.position, s.id
    """
)


@dataclass(frozen=True, slots=True)
class Versions:
    """How often an order and each of its parcels changed, and when each parcel is asked about again."""

    locale: str
    order: int
    parcels: tuple[tuple[int, datetime | None], ...]

    def of(self, place: int) -> str:
        """The version of one card; ``place`` 0 is what is in no parcel, which ends when a parcel is made."""
        return f"{self.order}.{self.parcels[place - 1][0]}" if place else f"{self.order}.{len(self.parcels)}"

    def tag(self, place: int, *, tier: int, language: Any, now: datetime) -> str:
        """The card's tag: its version, then who reads it, and the hour, for words such as «today»."""
        again = self.parcels[place - 1][1] if place else None
        depends = f"{language}|{tier}|{now:%Y%m%d%H}|{again and (again, again <= now)}"
        return f"{self.of(place)}-{sha256(depends.encode()).hexdigest()[:12]}"


def read_versions(session: Session, order_id: int) -> Versions | None:
    """The versions of an order's cards by one small statement; None when there is no such order any more."""
    rows = session.connection().execute(_VERSIONS, {"order_id": order_id}).all()
    if not rows:
        return None
    parcels = tuple((row.parcel, row.next_poll_at) for row in rows if row.parcel is not None)
    return Versions(rows[0].locale, rows[0].version, parcels)


def versions_of(facts: OrderRecord) -> Versions:
    """The same from facts that were read already."""
    return Versions(
        facts.locale,
        facts.version,
        tuple((parcel.version, parcel.polled_at and parcel.next_poll_at) for parcel in facts.parcels),
    )
