"""A plain map of points as SVG: true directions and distances, numbered pins; the list beside it is the truth."""

from collections.abc import Sequence
from itertools import product
from math import cos, hypot, radians
from typing import NamedTuple

from flask_babel import gettext
from markupsafe import Markup

from app.returns.points.ports import NearPoint, SearchOrigin
from app.returns.points.words import distance

WIDTH, HEIGHT, EDGE, PIN = 640, 400, 44, 15
_METRES_A_DEGREE = 111_195
_STEPS = (50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 20_000, 50_000, 100_000)
_AROUND = sorted(product(range(-4, 5), repeat=2), key=lambda step: hypot(*step))
_INK, _PAPER = "var(--ink, #1c1b19)", "var(--surface, #fff)"
_ACCENT, _ON_ACCENT, _LINE = "var(--accent, #0b6e4f)", "var(--on-accent, #fff)", "var(--line, #e4e0d9)"
_EDGE = "var(--edge, #857f76)"


class Spot(NamedTuple):
    """A place on the drawing."""

    x: float
    y: float


def map_svg(points: Sequence[NearPoint], origin: SearchOrigin) -> Markup:
    """Draw the points around ``origin``, north up, numbered in their order, with a bar of round length for scale."""
    ground = [_metres(origin, point.latitude, point.longitude) for point in points]
    scale = _scale(ground)
    spots = [Spot(WIDTH / 2 + east * scale, HEIGHT / 2 - north * scale) for east, north in ground]
    pins = _apart(spots)
    numbered = list(enumerate(zip(spots, pins, strict=True), 1))
    return Markup("").join(
        [
            _opened(len(points)),
            _ring(scale),
            Markup("").join(_leader(spot, pin) for _, (spot, pin) in numbered),
            _you(),
            Markup("").join(_pin(number, pin) for number, (_, pin) in reversed(numbered)),
            _bar(scale, points[0].country if points else ""),
            Markup("</svg>"),
        ]
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


def _opened(count: int) -> Markup:
    label = gettext("Map of the %(count)s points in the list, north at the top", count=count)
    return Markup('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {} {}" role="img" aria-label="{}">').format(
        WIDTH, HEIGHT, label
    ) + Markup('<rect width="{}" height="{}" rx="8" fill="{}" stroke="{}"/>').format(WIDTH, HEIGHT, _PAPER, _LINE)


def _you() -> Markup:
    return Markup(
        '<circle cx="{0}" cy="{1}" r="9" fill="none" stroke="{2}" stroke-width="2"/>'
        '<circle cx="{0}" cy="{1}" r="3" fill="{2}"/>'
    ).format(WIDTH // 2, HEIGHT // 2, _INK)


def _leader(spot: Spot, pin: Spot) -> Markup:
    if spot == pin:
        return Markup("")
    return Markup('<path d="M{:.0f} {:.0f}L{:.0f} {:.0f}" stroke="{}" stroke-width="1.5"/>').format(*spot, *pin, _INK)


def _pin(number: int, pin: Spot) -> Markup:
    return Markup(
        '<circle cx="{0:.0f}" cy="{1:.0f}" r="{2}" fill="{3}" stroke="{4}" stroke-width="2"/>'
        '<text x="{0:.0f}" y="{1:.0f}" dy="5" text-anchor="middle" font-size="15" font-weight="650" fill="{4}">'
        "{5}</text>"
    ).format(*pin, PIN, _ACCENT, _ON_ACCENT, number)


def _bar(scale: float, country: str) -> Markup:
    """A bar of a round length, with that length said."""
    return Markup(
        '<path d="M16 {0}v6h{1:.0f}v-6" fill="none" stroke="{2}" stroke-width="1.5"/>'
        '<text x="16" y="{3}" font-size="13" fill="{2}">{4}</text>'
    ).format(HEIGHT - 20, _round(scale) * scale, _INK, HEIGHT - 26, distance(_round(scale), country))


def _ring(scale: float) -> Markup:
    """A circle around the origin, as wide as the bar is long: how far that is in every direction."""
    return Markup('<circle cx="{}" cy="{}" r="{:.0f}" fill="none" stroke="{}" stroke-dasharray="2 6"/>').format(
        WIDTH // 2, HEIGHT // 2, _round(scale) * scale, _EDGE
    )


def _round(scale: float) -> int:
    """The longest round number of metres that takes at most a quarter of the width."""
    return max((step for step in _STEPS if step * scale <= WIDTH / 4), default=_STEPS[0])
