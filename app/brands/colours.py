"""The colours of a brand, all derived from its accent, and whether they can be read. Pure."""

import re
from dataclasses import dataclass

from app.core.drawing import colour, six_digits

# WCAG 2.2, 1.4.3: text of usual size.
ENOUGH = 4.5
HEX = re.compile(r"#[0-9a-f]{6}")
# Steps of the search for a colour that can be read: finer than an eye tells apart.
STEPS = 64


@dataclass(frozen=True, slots=True)
class Palette:
    """The colours of one theme that hang on the accent."""

    accent: str
    on_accent: str
    deep: str
    tint: str


def contrast(one: str, other: str) -> float:
    """How far apart two colours are, from 1 to 21, as WCAG reckons it."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def palette(accent: str, *, dark: bool) -> Palette:
    """What belongs to an accent in the light or the dark theme."""
    white, black = (six_digits(colour(name)) for name in ("white", "black"))
    ground, away = (_ground("paper", dark=dark), white if dark else black)
    # A dark text that takes something of its ground looks less hard than black, where it can be read.
    candidates = (white, _mixed(black, accent, 0.15), black)
    on_accent = next(text for text in candidates if contrast(text, accent) >= ENOUGH)
    return Palette(accent, on_accent, _mixed(accent, away, 0.2), _mixed(ground, accent, 0.1 if dark else 0.08))


def is_readable(accent: str, *, dark: bool) -> bool:
    """Whether links and buttons of this colour can be read on everything they stand on in a theme."""
    grounds = (_ground("paper", dark=dark), _ground("surface", dark=dark), palette(accent, dark=dark).tint)
    return all(contrast(accent, ground) >= ENOUGH for ground in grounds)


def nearest_readable(accent: str, *, dark: bool) -> str:
    """The colour itself, or the nearest of its hue that can be read: darker by day, lighter by night."""
    end = six_digits(colour("white" if dark else "black"))
    candidates = (_mixed(accent, end, step / STEPS) for step in range(STEPS + 1))
    return next(candidate for candidate in candidates if is_readable(candidate, dark=dark))


def accents(light: str | None, dark: str | None) -> tuple[str, str] | None:
    """The accent of both themes: what is not chosen follows from the other; None where neither is."""
    chosen = light or dark
    if chosen is None:
        return None
    return light or nearest_readable(chosen, dark=False), dark or nearest_readable(chosen, dark=True)


def _ground(name: str, *, dark: bool) -> str:
    return six_digits(colour(f"{name}-dark" if dark else name))


def _parts(hexadecimal: str) -> tuple[int, int, int]:
    return int(hexadecimal[1:3], 16), int(hexadecimal[3:5], 16), int(hexadecimal[5:7], 16)


def _mixed(one: str, other: str, share: float) -> str:
    """``one`` with so much of ``other`` in it."""
    pairs = zip(_parts(one), _parts(other), strict=True)
    return "#" + "".join(f"{round(mine + (theirs - mine) * share):02x}" for mine, theirs in pairs)


def _luminance(hexadecimal: str) -> float:
    shares = (part / 255 for part in _parts(hexadecimal))
    red, green, blue = (share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4 for share in shares)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
