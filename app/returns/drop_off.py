"""The drop-off points of the flow: near the place the customer names, else near the delivery address."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from app.orders.models import Order
from app.returns.draft import RequestDraft
from app.returns.points.ports import Accepts, NearPoint, SearchOrigin
from app.returns.points.queries import find_point, nearest, resolve_place

WITHOUT_PRINTER, WITH_LABEL = 5, 3


@dataclass(frozen=True, slots=True)
class Search:
    """What was looked for and found; ``origin`` is None when the place is not known."""

    text: str
    origin: SearchOrigin | None
    points: list[NearPoint]


def search_points(session: Session, draft: RequestDraft, order: Order, *, now: datetime) -> Search:
    """The nearest points that need no printer, then some that take a label. A place that is not known finds none."""
    text, origin = _origin(session, draft, order)
    if origin is None:
        return Search(text, None, [])
    return Search(text, origin, _points(session, origin, now=now))


def point_snapshot(session: Session, point_id: int, *, now: datetime) -> dict[str, Any] | None:
    """What is kept of a chosen point, should it move or close; None when it is gone."""
    point = find_point(session, point_id, origin=SearchOrigin(0.0, 0.0), now=now)
    if point is None:
        return None
    kept = ("name", "line1", "postcode", "city", "country", "latitude", "longitude", "opening_hours", "time_zone")
    return {name: getattr(point, name) for name in (*kept, "network", "kind")} | {"accepts": list(point.accepts)}


def _points(session: Session, origin: SearchOrigin, *, now: datetime) -> list[NearPoint]:
    north, east = origin.latitude, origin.longitude
    most = WITHOUT_PRINTER + WITH_LABEL
    paperless = nearest(session, latitude=north, longitude=east, accepts=Accepts.CODE, limit=WITHOUT_PRINTER, now=now)
    nearby = nearest(session, latitude=north, longitude=east, limit=most, now=now)
    labelled = [point for point in nearby if Accepts.CODE not in point.accepts]
    return paperless + labelled[:WITH_LABEL]


def _origin(session: Session, draft: RequestDraft, order: Order) -> tuple[str, SearchOrigin | None]:
    if draft.latitude is not None and draft.longitude is not None:
        return "", SearchOrigin(draft.latitude, draft.longitude)
    ship_to = order.ship_to or {}
    country = ship_to.get("country") or "ES"
    if draft.near:
        return draft.near, resolve_place(session, draft.near, country)
    text = " ".join(part for part in (ship_to.get("postcode"), ship_to.get("city")) if part)
    return text, resolve_place(session, text, country) if text else None
