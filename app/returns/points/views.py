"""What pages ask of points: the chosen one in words, and the map, whose pictures come from where the shop says."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, after_this_request
from werkzeug.wrappers import Response

from app.core.clock import utcnow
from app.core.web import CSP, settings
from app.returns.points.chosen import PointInWords, chosen_point
from app.returns.points.search.nearby import PointSearch
from app.returns.points.words import PointCard, cards, place_words

bp = Blueprint("return_points", __name__)
_PICTURES = "img-src 'self' data:"


@dataclass(frozen=True, slots=True)
class PointMap:
    """A map of the points in the list: where its tiles come from, whose they are, and where the search began."""

    tiles: str
    credit: str
    credit_url: str | None
    latitude: float
    longitude: float
    exact: bool


@bp.app_template_filter("chosen_point")
def shown_point(point: Mapping[str, Any] | PointInWords) -> PointInWords:
    """A chosen point in words, be it as a return keeps it or in words already."""
    if isinstance(point, PointInWords):
        return point
    return chosen_point(point, directions_url=settings().directions_url, now=utcnow())


@bp.app_template_filter("place_words")
def shown_place(place: Any) -> str:
    """The name of a place that was found."""
    return place_words(place)


def point_cards(search: PointSearch) -> list[PointCard]:
    """The points of a search as the list shows them."""
    return cards(search.points, exact=search.exact, directions_url=settings().directions_url, now=utcnow())


def point_map(search: PointSearch) -> PointMap | None:
    """The map of a page that lists points, whose answer may then load tiles; None where the shop names no source."""
    here = settings()
    if not here.map_tiles_url or search.origin is None or not search.points:
        return None
    source = urlsplit(here.map_tiles_url.replace("{s}", "*"))
    # For this answer alone: no other page has any reason to load pictures from elsewhere.
    after_this_request(lambda response: _let_in(response, f"{source.scheme}://{source.netloc}"))
    credit, _, link = (here.map_tiles_attribution or "").rpartition(" https://")
    return PointMap(
        here.map_tiles_url,
        credit or (here.map_tiles_attribution or ""),
        f"https://{link}" if credit else None,
        search.origin.latitude,
        search.origin.longitude,
        search.exact,
    )


def _let_in(response: Response, origin: str) -> Response:
    response.headers["Content-Security-Policy"] = CSP.replace(_PICTURES, f"{_PICTURES} {origin}")
    return response
