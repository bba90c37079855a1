"""How a brand looks: its pictures, its sheet, and its colours where no sheet is read."""

import re
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any, Protocol

from app.brands.colours import accents, palette
from app.core.drawing import STATIC, colour, six_digits

# A key becomes part of a path below static/: no point and no slash may be in it.
SAFE_KEY = re.compile(r"[a-z0-9][a-z0-9_-]*")
# Beside the name, for who has no picture of their own: the portal's sign.
SIGN = "/static/icons/mark.png"
# A sheet is named by all that it says; this says how it is written, since browsers keep it for a year.
WRITTEN = "1"
CORNERS = {"square": ("0", "0"), "soft": None, "round": ("20px", "14px")}
TYPEFACES = {
    "system": None,
    "humanist": 'Seravek, "Gill Sans Nova", Ubuntu, Calibri, "DejaVu Sans", sans-serif',
    "rounded": 'ui-rounded, "Hiragino Maru Gothic ProN", Quicksand, Comfortaa, "Arial Rounded MT Bold", sans-serif',
    "serif": '"Iowan Old Style", "Palatino Linotype", "URW Palladio L", P052, Georgia, serif',
}
ENDINGS = {"logo": "png", "logo_dark": "png", "icon": "png", "picture": "webp"}
SHEET = re.compile(rf"{WRITTEN}-(?:([0-9a-f]{{6}})-([0-9a-f]{{6}})|0)-({'|'.join(CORNERS)})-({'|'.join(TYPEFACES)})")


class Looking(Protocol):
    """A brand as far as its look goes."""

    @property
    def key(self) -> str:
        """Which files below ``static/brands`` are its own."""

    @property
    def facts(self) -> dict[str, Any]:
        """What was chosen."""


@dataclass(frozen=True, slots=True)
class BrandLook:
    """A brand's logo as a path of this host (None: sign and name) and the colours that it may choose."""

    logo: str | None = None
    accent: str = colour("accent")
    on_accent: str = colour("on-accent")
    accent_dark: str = colour("accent-dark")
    on_accent_dark: str = colour("on-accent-dark")


@dataclass(frozen=True, slots=True)
class PageLook:
    """The pictures and the sheet of a brand's pages, as addresses of this host; None where it has none of its own."""

    logo: str | None = None
    logo_dark: str | None = None
    picture: str | None = None
    icon: str | None = None
    stylesheet: str | None = None


# Of a brand that says nothing: in mails, on pages.
PLAIN, COMMON_LOOK = BrandLook(), PageLook()
CHOICE = re.compile(r"--((?:on-)?accent(?:-dark)?):\s*(#(?:[0-9a-fA-F]{3}){1,2})\b")


def look_of(brand: Looking) -> BrandLook:
    """The look of a brand where no sheet is read; what it says nothing of is the portal's own."""
    chosen, look = _chosen(brand), _look_of_files(brand.key)
    colours = accents(chosen.get("accent"), chosen.get("accent_dark"))
    if colours:
        light, dark = palette(colours[0], dark=False), palette(colours[1], dark=True)
        look = BrandLook(look.logo, light.accent, light.on_accent, dark.accent, dark.on_accent)
    logo = file_address(chosen.get("logo"), "logo")
    return replace(look, logo=logo) if logo else look


def page_look(brand: Looking) -> PageLook:
    """What a brand chose for its pages."""
    chosen = _chosen(brand)
    pictures = {use: file_address(chosen.get(use), use) for use in ENDINGS}
    name = sheet_name(chosen)
    return PageLook(**pictures, stylesheet=f"/look/{name}.css" if name else None)


def file_address(name: str | None, use: str) -> str | None:
    """Where a picture is served; one that is only tried out stands in the page itself."""
    if not name or name.startswith("data:"):
        return name or None
    return f"/brand-files/{name}.{ENDINGS[use]}"


def sheet_name(chosen: dict[str, Any]) -> str | None:
    """The name of a brand's sheet, which is all that it says; None where it says nothing."""
    colours = accents(chosen.get("accent"), chosen.get("accent_dark"))
    corners, typeface = chosen.get("corners") or "soft", chosen.get("typeface") or "system"
    if colours is None and CORNERS[corners] is None and TYPEFACES[typeface] is None:
        return None
    pair = "-".join(code.removeprefix("#") for code in colours) if colours else "0"
    return f"{WRITTEN}-{pair}-{corners}-{typeface}"


def sheet(name: str) -> str | None:
    """The sheet of this name; None for a name that says none."""
    parts = SHEET.fullmatch(name)
    if parts is None:
        return None
    light, dark, corners, typeface = parts.groups()
    lines = {**_corner_lines(corners), **_typeface_lines(typeface)}
    for theme, accent in (("", light), ("-dark", dark)):
        if accent:
            of_theme = palette(f"#{accent}", dark=bool(theme))
            lines |= {
                f"--accent{theme}": of_theme.accent,
                f"--on-accent{theme}": of_theme.on_accent,
                f"--accent-deep{theme}": of_theme.deep,
                f"--tint{theme}": of_theme.tint,
            }
    # On the screen alone: paper has its own colours, which must not be said again after them.
    return "@media screen{:root{" + ";".join(f"{name}:{value}" for name, value in lines.items()) + "}}"


def _corner_lines(corners: str) -> dict[str, str]:
    radii = CORNERS[corners]
    return {"--radius": radii[0], "--radius-s": radii[1]} if radii else {}


def _typeface_lines(typeface: str) -> dict[str, str]:
    stack = TYPEFACES[typeface]
    return {"--font": stack} if stack else {}


def _chosen(brand: Looking) -> dict[str, Any]:
    chosen: dict[str, Any] = (brand.facts or {}).get("look") or {}
    return chosen


@lru_cache(maxsize=256)
def _look_of_files(key: str) -> BrandLook:
    """What the files below ``static/brands`` say."""
    own_sheet, logo = own_file(key, "css"), own_file(key, "png")
    return BrandLook(
        f"/static/brands/{key}.png" if logo else None, **_colours(own_sheet.read_text("utf-8") if own_sheet else "")
    )


def _colours(sheet: str) -> dict[str, str]:
    """What a brand's sheet says of its colours: first for the light theme, then, behind a medium, for the dark one."""
    light, _, rest = sheet.partition("@media")
    dark = {f"{name.removesuffix('-dark')}-dark": value for name, value in CHOICE.findall(rest)}
    chosen = dark | dict(CHOICE.findall(light))
    return {name.replace("-", "_"): six_digits(value) for name, value in chosen.items()}


def own_file(key: str, ending: str) -> Path | None:
    """A brand's own file below ``static/brands/``, if there is one."""
    path = STATIC / "brands" / f"{key}.{ending}"
    return path if SAFE_KEY.fullmatch(key) and path.is_file() else None
