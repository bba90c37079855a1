"""The place that a postcode, a town or an address means: the imported postcodes first, then the points themselves."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.returns.points.models import DropOffPoint, PostalPlace
from app.returns.points.place_text import Words, folded, postcodes, words_of
from app.returns.points.ports import SearchOrigin

# So many are offered to choose from.
MOST = 6
# A name must begin alike to be taken for a slip of the finger, and be about as long.
_BEGIN, _LONGER = 2, 2


@dataclass(frozen=True, slots=True)
class PlaceMatch:
    """What a text means: the likeliest place first, then others of its name; ``left`` is what no place stands for.

    ``similar``: no place has this name or number, and these have one like it.
    """

    places: tuple[SearchOrigin, ...] = ()
    left: str = ""
    similar: bool = False


def match_place(session: Session, text: str, country: str) -> PlaceMatch:
    """The places in a country that a text may mean; none when nothing like it is known there."""
    words = words_of(text, country)
    by_code = _by_postcode(session, text, country, words)
    if by_code:
        return by_code
    rows = _towns(session, country, words.names)
    for names, region in words.readings:
        # A reading with a region is one only where the region has such a town.
        alike = [row for row in rows if row.folded in names and (not region or folded(row.region or "") == region)]
        if alike:
            return PlaceMatch(_origins(alike), words.left_of(alike[0].folded, region))
    return PlaceMatch(_origins(_part_of_name(session, country, words.names)))


def similar_places(session: Session, text: str, country: str) -> PlaceMatch:
    """Places whose postcode is the next one, or whose name is written nearly so."""
    for code in postcodes(text, country):
        row = _next_code(session, country, code)
        if row:
            return PlaceMatch((_origin(row, code=row.postcode),), similar=True)
    words = words_of(text, country)
    for name in [name for name in words.names if len(name) > _BEGIN]:
        candidates = _alike(session, country, name)
        close = get_close_matches(name, candidates, n=MOST, cutoff=0.8)
        if close:
            rows = sorted(_towns(session, country, close), key=lambda row: close.index(row.folded))
            return PlaceMatch(tuple(map(_origin, rows))[:MOST], similar=True)
    return PlaceMatch()


def _by_postcode(session: Session, text: str, country: str, words: Words) -> PlaceMatch | None:
    for code in postcodes(text, country):
        for rows in (_code_places(session, country, code), _code_points(session, country, code)):
            if not rows:
                continue
            # Of several places of one postcode the one that is named; else its middle, by the number alone.
            named = next((row for row in rows if row.folded in words.names), None)
            row = named or rows[0]
            one = named is not None or len(rows) == 1
            latitude, longitude = (
                (row.latitude, row.longitude)
                if one
                else (_mean(row.latitude for row in rows), _mean(row.longitude for row in rows))
            )
            origin = SearchOrigin(latitude, longitude, row.name if one else "", row.region or "", code)
            left = words.left_of(*(other.folded for other in rows), folded(row.region or ""))
            return PlaceMatch((origin,), left)
    return None


def _code_places(session: Session, country: str, code: str) -> Sequence[Any]:
    place = PostalPlace
    columns = (place.place.label("name"), place.folded, place.region, place.latitude, place.longitude)
    return session.execute(
        select(*columns).where(place.country == country, place.postcode == code).order_by(place.place)
    ).all()


def _code_points(session: Session, country: str, code: str) -> Sequence[Any]:
    """Where the points of a postcode lie; what stands in the middle of its own says nothing new of where that is."""
    point = DropOffPoint
    columns = (
        func.min(point.city).label("name"),
        point.city_folded.label("folded"),
        func.min("").label("region"),
        func.avg(point.latitude).label("latitude"),
        func.avg(point.longitude).label("longitude"),
    )
    # What has a blank in it begins with the part by which a district is known: «NW1 8AG».
    has_code = (point.postcode == code) | point.postcode.like(f"{code} %")
    sure = (point.country == country, has_code, ~point.approximate)
    return session.execute(select(*columns).where(*sure).group_by(point.city_folded).order_by(point.city_folded)).all()


def _next_code(session: Session, country: str, code: str) -> Any:
    """The first place behind a postcode, else the last before it, in the same part of the country."""
    place = PostalPlace
    columns = (place.place.label("name"), place.region, place.postcode, place.latitude, place.longitude)
    near = select(*columns).where(place.country == country, place.postcode.like(f"{code[:_BEGIN]}%"))
    behind = near.where(place.postcode >= code).order_by(place.postcode).limit(1)
    before = near.where(place.postcode < code).order_by(place.postcode.desc()).limit(1)
    return session.execute(behind).one_or_none() or session.execute(before).one_or_none()


def _towns(session: Session, country: str, names: Sequence[str]) -> list[Any]:
    """Towns of these names, one row a region, the one with the most postcodes first; then towns of points alone."""
    place, point = PostalPlace, DropOffPoint
    if not names:
        return []
    by_region = _grouped(place, place.place, place.folded, place.region)
    known = session.execute(
        by_region.where(place.country == country, place.folded.in_(names))
        .group_by(place.folded, place.region)
        .order_by(func.count().desc(), place.region)
    ).all()
    area = func.left(point.postcode, 2)
    unknown = set(names) - {row.folded for row in known}
    of_points = session.execute(
        _grouped(point, point.city, point.city_folded, func.min(""))
        .where(point.country == country, ~point.approximate, point.city_folded.in_(unknown))
        .group_by(point.city_folded, area)
        .order_by(func.count().desc(), area)
    ).all()
    return [*known, *of_points]


def _part_of_name(session: Session, country: str, names: Sequence[str]) -> list[Any]:
    """Towns with two names, of which one was typed: «Alicante/Alacant», «Donostia-San Sebastián»."""
    place = PostalPlace
    for name in names:
        if len(name) <= _BEGIN:
            continue
        rows = session.execute(
            _grouped(place, place.place, place.folded, place.region)
            .where(place.country == country)
            .where(place.folded.like(f"{name} %") | place.folded.like(f"% {name}"))
            .group_by(place.folded, place.region)
            .order_by(func.count().desc(), place.folded, place.region)
            .limit(MOST)
        ).all()
        if rows:
            return list(rows)
    return []


def _alike(session: Session, country: str, name: str) -> Sequence[str]:
    place = PostalPlace
    length = func.length(place.folded).between(len(name) - _LONGER, len(name) + _LONGER)
    begins = place.folded.like(f"{name[:1]}%")
    return session.scalars(select(place.folded).where(place.country == country, begins, length).distinct()).all()


def _grouped(table: Any, name: Any, compared: Any, region: Any) -> Any:
    return select(
        func.avg(table.latitude).label("latitude"),
        func.avg(table.longitude).label("longitude"),
        func.min(name).label("name"),
        compared.label("folded"),
        region.label("region"),
    )


def _origins(rows: Sequence[Any]) -> tuple[SearchOrigin, ...]:
    return tuple(map(_origin, rows[:MOST]))


def _origin(row: Any, code: str = "") -> SearchOrigin:
    return SearchOrigin(row.latitude, row.longitude, row.name, row.region or "", code)


def _mean(numbers: Iterable[float]) -> float:
    values = list(numbers)
    return sum(values) / len(values)
