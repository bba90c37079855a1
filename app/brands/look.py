"""How a brand looks where no sheet is read: its picture and its colours, from the files that its pages use."""

import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from app.core.drawing import STATIC, colour, six_digits

# A key becomes part of a path below static/: no point and no slash may be in it.
SAFE_KEY = re.compile(r"[a-z0-9][a-z0-9_-]*")
# Beside the name, for who has no picture of their own: the portal's sign.
SIGN = "/static/icons/mark.png"


@dataclass(frozen=True, slots=True)
class BrandLook:
    """A brand's logo as a path of this host (None: sign and name) and the colours that it may choose."""

    logo: str | None = None
    accent: str = colour("accent")
    on_accent: str = colour("on-accent")
    accent_dark: str = colour("accent-dark")
    on_accent_dark: str = colour("on-accent-dark")


# A brand that says nothing.
PLAIN = BrandLook()
CHOICE = re.compile(r"--((?:on-)?accent(?:-dark)?):\s*(#(?:[0-9a-fA-F]{3}){1,2})\b")


@lru_cache(maxsize=256)
def look_of(key: str) -> BrandLook:
    """The look of the brand with this key; what it says nothing of is the portal's own."""
    sheet, logo = own_file(key, "css"), own_file(key, "png")
    return BrandLook(
        f"/static/brands/{key}.png" if logo else None, **_colours(sheet.read_text("utf-8") if sheet else "")
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
