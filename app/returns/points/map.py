"""Where points lie on a plain map: true directions and distances, numbered pins; the list beside it is the truth."""

from collections.abc import Sequence
from itertools import product
from math import cos, hypot, radians
from typing import NamedTuple

from flask_babel import gettext
from markupsafe import Markup

from app.core.drawing import picture
from app.returns.points.ports import NearPoint, SearchOrigin
from app.returns.points.words import distance

WIDTH, HEIGHT, EDGE, PIN = 640, 400, 44, 15
_METRES_A_DEGREE = 111_195
_STEPS = (50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 20_000, 50_000, 100_000)
_AROUND = sorted(product(range(-4, 5), repeat=2), key=lambda step: hypot(*step))


class Spot(NamedTuple):
    """A place on the drawing."""

    x: float
    y: float


def map_svg(points: Sequence[NearPoint], origin: SearchOrigin) -> Markup:
    """Draw the points around ``origin``, north up, numbered in their order, with a bar of round length for scale."""
    ground = [_metres(origin, point.latitude, point.longitude) for point in points]
    scale = _scale(ground)
    spots = [Spot(WIDTH / 2 + east * scale, HEIGHT / 2 - north * scale) for east, north in ground]
    bar = _round(scale)
    return picture(
        "map",
        label=gettext("Map of the %(count)s points in the list, north at the top", count=len(points)),
        width=WIDTH,
        height=HEIGHT,
        radius=PIN,
        pins=list(zip(spots, _apart(spots), strict=True)),
        bar=bar * scale,
        bar_label=distance(bar, points[0].country if points else ""),
    )


def _metres(origin: SearchOrigin, latitude: float, longitude: float) -> tuple[float, float]:
    """How far east and north of the origin, on a flat Earth: good for a town, which is all that is drawn."""
    east = (longitude - origin.longitude) * cos(radians(origin.latitude)) * _METRES_A_DEGREE
    return east, (latitude - origin.latitude) * _METRES_A_DEGREE


def _scale(ground: Sequence[tuple[float, float]]) -> float:
    """Units of the drawing for a metre, so that the farthest point is just inside."""
    across = max([abs(east) for east, _ in ground] + [50.0])
    along = max([abs(north) for _, north in ground] + [50.0])
    return min((WIDTH / 2 - EDGE) / across, (HEIGHT / 2 - EDGE) / along)


def _apart(spots: Sequence[Spot]) -> list[Spot]:
    """Move pins that would cover another one to the nearest free place; a line leads back to where they belong."""
    placed: list[Spot] = [Spot(WIDTH / 2, HEIGHT / 2)]
    for spot in spots:
        moved = (Spot(spot.x + PIN * dx, spot.y + PIN * dy) for dx, dy in _AROUND)
        placed.append(next((try_ for try_ in moved if _free(try_, placed)), spot))
    return placed[1:]


def _free(spot: Spot, placed: Sequence[Spot]) -> bool:
    inside = PIN <= spot.x <= WIDTH - PIN and PIN <= spot.y <= HEIGHT - PIN
    return inside and all(hypot(spot.x - other.x, spot.y - other.y) >= 2 * PIN + 1 for other in placed)


def _round(scale: float) -> int:
    """The longest round number of metres that takes at most a quarter of the width."""
    return max((step for step in _STEPS if step * scale <= WIDTH / 4), default=_STEPS[0])
