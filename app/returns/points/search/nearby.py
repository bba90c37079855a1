"""The drop-off points to choose from: around an address, a place that was typed, or where the browser says one is."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.orders.records import OrderRecord
from app.returns.points.models import DropOffPoint
from app.returns.points.place_text import is_street, network_name
from app.returns.points.ports import Accepts, NearPoint, SearchOrigin
from app.returns.points.queries import find_point, nearest
from app.returns.points.search.places import PlaceMatch, match_place, similar_places

# Points that need no printer come first, and more of them: few customers have one at hand.
WITHOUT_PRINTER, WITH_LABEL = 7, 4
# So many towns are named to one whose own has no points.
MOST_TOWNS = 8
_KEPT = (
    *("name", "line1", "postcode", "city", "country", "latitude", "longitude", "opening_hours", "time_zone"),
    *("network", "kind", "approximate"),
)


@dataclass(frozen=True, slots=True)
class WhereFrom:
    """Where to look: what was typed, else where the browser says one is; else the order's address counts."""

    near: str | None = None
    latitude: float | None = None
    longitude: float | None = None


@dataclass(frozen=True, slots=True)
class PointSearch:
    """What was looked for and found.

    ``origin`` is None when the place is not known; ``others`` have the same name, or one like it; ``left`` is what of
    the text was not looked for, such as a street. ``exact``: from the reader's own location. ``towns`` have points,
    where none is near; ``carrier`` names the network as the policy does.
    """

    text: str
    carrier: str
    points: tuple[NearPoint, ...] = ()
    origin: SearchOrigin | None = None
    others: tuple[SearchOrigin, ...] = ()
    left: str = ""
    similar: bool = False
    exact: bool = False
    towns: tuple[str, ...] = ()


def search_points(
    session: Session, where: WhereFrom, order: OrderRecord, *, carrier: str, now: datetime
) -> PointSearch:
    """The nearest points of the carrier whose label it is: some that need no printer, some that take a label."""
    network, ship_to = network_name(carrier), order.ship_to or {}
    # A postcode can be read only within a country; where an address names none it is the portal's home.
    country = ship_to.get("country") or "ES"
    if where.latitude is not None and where.longitude is not None:
        here = SearchOrigin(where.latitude, where.longitude)
        return _around(session, PointSearch("", carrier, origin=here, exact=True), network, country, now=now)
    home = " ".join(part for part in (ship_to.get("postcode"), ship_to.get("city")) if part)
    text = where.near or home
    match = _match(session, text, home, country, network) if text else PlaceMatch()
    if not match.places:
        return PointSearch(text, carrier, towns=_towns(session, network, country))
    origin, *others = match.places
    left = match.left if where.near else ""
    search = PointSearch(text, carrier, (), origin, tuple(others), left, match.similar)
    around = _around(session, search, network, country, now=now)
    # A guess that leads nowhere is no answer: nobody asked about «10120» who typed «10115».
    return around if around.points or not match.similar else PointSearch(text, carrier, towns=around.towns)


def point_snapshot(session: Session, point_id: int, *, carrier: str, now: datetime) -> dict[str, Any] | None:
    """What is kept of a chosen point, should it move or close; None when it is gone, or is another network's."""
    # The distance is not kept: it may be counted from anywhere.
    network = network_name(carrier)
    point = find_point(session, point_id, origin=SearchOrigin(0.0, 0.0), network=network, now=now)
    if point is None:
        return None
    return {name: getattr(point, name) for name in _KEPT} | {"accepts": list(point.accepts)}


def _match(session: Session, text: str, home: str, country: str, network: str) -> PlaceMatch:
    """In the order's country, else in others where the network has points, else what is written like it."""
    match = match_place(session, text, country)
    if match.places:
        return match
    for other in _countries(session, network):
        match = match_place(session, text, other) if other != country else PlaceMatch()
        if match.places:
            return replace(match, places=tuple(replace(place, country=other) for place in match.places))
    if home and is_street(text, country):
        # Whoever names no town means their own.
        return replace(match_place(session, home, country), left=text)
    return similar_places(session, text, country)


def _around(session: Session, search: PointSearch, network: str, country: str, *, now: datetime) -> PointSearch:
    if search.origin is None:
        return search
    north, east, most = search.origin.latitude, search.origin.longitude, WITHOUT_PRINTER + WITH_LABEL
    paperless = nearest(
        session, latitude=north, longitude=east, network=network, accepts=Accepts.CODE, limit=WITHOUT_PRINTER, now=now
    )
    nearby = nearest(session, latitude=north, longitude=east, network=network, limit=most, now=now)
    labelled = [point for point in nearby if Accepts.CODE not in point.accepts]
    points = (*paperless, *labelled[:WITH_LABEL])
    return replace(search, points=points, towns=() if points else _towns(session, network, country))


def _countries(session: Session, network: str) -> list[str]:
    usable = (DropOffPoint.network == network, DropOffPoint.active)
    return list(session.scalars(select(DropOffPoint.country).where(*usable).distinct().order_by(DropOffPoint.country)))


def _towns(session: Session, network: str, country: str) -> tuple[str, ...]:
    """Towns with most of the network's points; where the country has none, of any."""
    usable = (DropOffPoint.network == network, DropOffPoint.active, DropOffPoint.latitude.is_not(None))
    is_here = DropOffPoint.country == country
    towns = (
        select(DropOffPoint.city)
        .where(*usable)
        .group_by(DropOffPoint.city, is_here)
        .order_by(is_here.desc(), func.count().desc(), DropOffPoint.city)
        .limit(MOST_TOWNS)
    )
    return tuple(session.scalars(towns))
