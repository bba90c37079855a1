"""The place that a postcode, a town or an address means: the imported postcodes first, then the points themselves."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from typing import Any

from sqlalchemy import Select, func, literal, select
from sqlalchemy.orm import Session

from app.returns.points.models import DropOffPoint, PostalPlace
from app.returns.points.place_text import PlaceWords, folded, postcodes, with_other_article, words_of
from app.returns.points.ports import SearchOrigin

# So many are offered to choose from.
MOST = 6
# A slip of the finger leaves a name about as long; two letters are a slip of anything.
_LONGER, _SHORT = 2, 2
# One letter of six may be wrong, and two of six are another word: «Lisboa» is no «Liso».
_ALIKE = 0.81
# A town with so many times fewer postcodes is not asked about.
_HAMLET = 8
# Postcodes that begin alike lie in one part of the country.
_BEGIN = 2


@dataclass(frozen=True, slots=True)
class PlaceMatch:
    """What a text means: the likeliest place first, then others of its name; ``left`` is what no place stands for.

    ``similar``: no place has this name or number, and these have one like it.
    """

    places: tuple[SearchOrigin, ...] = ()
    left: str = ""
    similar: bool = False


@dataclass(frozen=True, slots=True)
class _Town:
    """A town of one region: the name that was compared, where it lies, and how many postcodes or points it has."""

    folded: str
    name: str
    region: str
    latitude: float
    longitude: float
    size: int

    def origin(self) -> SearchOrigin:
        return SearchOrigin(self.latitude, self.longitude, self.name, self.region)


def match_place(session: Session, text: str, country: str) -> PlaceMatch:
    """The places in a country that a text may mean; none when no place there has that name or number."""
    words = words_of(text, country)
    by_code = _by_postcode(session, text, country, words)
    if by_code:
        return by_code
    towns = _towns(session, country, words)
    for names, region in words.readings:
        # A reading with a region is one only where the region has such a town.
        alike = [town for town in towns if town.folded in names and (not region or folded(town.region) == region)]
        if alike:
            # Who says «Madrid» means the city: a hamlet of that name is no question worth asking.
            likely = [town for town in alike if town.size * _HAMLET >= alike[0].size]
            town = alike[0].folded
            typed = [name for name in names if town in with_other_article(name)]
            return PlaceMatch(_origins(likely), words.left_of(town, *typed, region, folded(alike[0].region)))
    return PlaceMatch()


def similar_places(session: Session, text: str, country: str) -> PlaceMatch:
    """Places whose name begins or ends so, whose postcode is the next one, or whose name is written nearly so."""
    words = words_of(text, country)
    part = _with_part(session, country, [name for name in words.ends if len(name) > _SHORT])
    if part:
        return PlaceMatch(_origins(part))
    for code in postcodes(text, country):
        row = _next_code(session, country, code)
        if row:
            return PlaceMatch(
                (SearchOrigin(row.latitude, row.longitude, row.name, row.region or "", row.postcode),), similar=True
            )
    for name in [name for name in words.names if len(name) > _SHORT]:
        close = get_close_matches(name, _alike(session, country, name), n=MOST, cutoff=_ALIKE)
        if close:
            towns = sorted(_named(session, country, close), key=lambda town: close.index(town.folded))
            return PlaceMatch(_origins(towns), similar=True)
    return PlaceMatch()


def _by_postcode(session: Session, text: str, country: str, words: PlaceWords) -> PlaceMatch | None:
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


def _towns(session: Session, country: str, words: PlaceWords) -> list[_Town]:
    """Towns of these names, the one with the most postcodes first; then those that only points tell of."""
    towns = _named(session, country, words.names)
    # Only what may be a whole name is looked for as one half of two: a street's words are in many names.
    halves = [name for names, region in words.readings if not region for name in names][: len(words.parts) + 1]
    for town in _with_part(session, country, halves, most=50):
        pieces = {folded(piece) for piece in re.split("[/-]", town.name)}
        towns += [replace(town, folded=name) for name in halves if name in pieces]
    unknown = set(words.names) - {town.folded for town in towns}
    return sorted(towns, key=lambda town: -town.size) + _of_points(session, country, unknown)


def _named(session: Session, country: str, names: Iterable[str]) -> list[_Town]:
    place = PostalPlace
    grouped = _grouped(place, place.place, place.folded, place.region, place.folded, place.region)
    rows = session.execute(grouped.where(place.country == country, place.folded.in_(list(names)))).all()
    return [_town(row) for row in rows]


def _of_points(session: Session, country: str, names: Iterable[str]) -> list[_Town]:
    point, no_region = DropOffPoint, literal("")
    grouped = _grouped(point, point.city, point.city_folded, no_region, point.city_folded, func.left(point.postcode, 2))
    where = (point.country == country, ~point.approximate, point.city_folded.in_(list(names)))
    return [_town(row) for row in session.execute(grouped.where(*where)).all()]


def _with_part(session: Session, country: str, names: Sequence[str], *, most: int = MOST) -> list[_Town]:
    """Towns whose name begins or ends with the first of these names that any does: «Alicante/Alacant»."""
    place = PostalPlace
    grouped = _grouped(place, place.place, place.folded, place.region, place.folded, place.region)
    for name in names:
        part = place.folded.like(f"{name} %") | place.folded.like(f"% {name}")
        rows = session.execute(grouped.where(place.country == country, part).limit(most)).all() if name else []
        if rows:
            return [_town(row) for row in rows]
    return []


def _alike(session: Session, country: str, name: str) -> Sequence[str]:
    place = PostalPlace
    length = func.length(place.folded).between(len(name) - _LONGER, len(name) + _LONGER)
    begins = place.folded.like(f"{name[:1]}%")
    return session.scalars(select(place.folded).where(place.country == country, begins, length).distinct()).all()


def _grouped(table: Any, name: Any, compared: Any, region: Any, *groups: Any) -> Select[Any]:
    # Towns of one name lie in several provinces: the middle of all of them would lie in none.
    columns = (
        func.avg(table.latitude).label("latitude"),
        func.avg(table.longitude).label("longitude"),
        func.min(name).label("name"),
        compared.label("folded"),
        region.label("region"),
        func.count().label("size"),
    )
    return select(*columns).group_by(*groups).order_by(func.count().desc(), *groups)


def _town(row: Any) -> _Town:
    return _Town(row.folded, row.name, row.region or "", row.latitude, row.longitude, row.size)


def _origins(towns: Sequence[_Town]) -> tuple[SearchOrigin, ...]:
    return tuple(dict.fromkeys(town.origin() for town in towns))[:MOST]


def _mean(numbers: Iterable[float]) -> float:
    values = list(numbers)
    return sum(values) / len(values)
