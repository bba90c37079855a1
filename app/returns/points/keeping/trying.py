"""A search for points without an order: what a customer near a place would be offered."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from app.returns.points.ports import NearPoint, SearchOrigin
from app.returns.points.queries import nearest
from app.returns.points.search.places import match_place

MOST = 8


@dataclass(frozen=True, slots=True)
class TriedSearch:
    """Where it began, None where no place has this name, and the nearest points."""

    origin: SearchOrigin | None
    points: tuple[NearPoint, ...] = ()


def near(session: Session, network: str, place: str, country: str, *, now: datetime) -> TriedSearch:
    """The nearest points of a network to a postcode or a town of a country."""
    match = match_place(session, place[:200], country)
    if not match.places:
        return TriedSearch(None)
    origin = match.places[0]
    north, east = origin.latitude, origin.longitude
    points = nearest(session, latitude=north, longitude=east, network=network, limit=MOST, now=now)
    return TriedSearch(origin, tuple(points))
