"""Bar codes as numbers: bars of a Code 128 and dark runs of a QR matrix, for PDF, SVG and ZPL alike."""

from functools import lru_cache
from typing import Any, NamedTuple

import zxingcpp
from markupsafe import Markup

from app.core.drawing import picture


class Run(NamedTuple):
    """Dark modules side by side in one row, counted from the upper left."""

    x: int
    y: int
    length: int


class Matrix(NamedTuple):
    """A square code of ``size`` modules, without its quiet zone."""

    size: int
    runs: tuple[Run, ...]


class Barcode(NamedTuple):
    """A linear code ``width`` modules wide, without its quiet zone; each bar as (x, width)."""

    width: int
    bars: tuple[tuple[int, int], ...]


@lru_cache(maxsize=256)
def qr(text: str) -> Matrix:
    """Encode a text as a QR code with medium error correction."""
    code = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode, ec_level="M")
    image: Any = code.to_image(scale=1, add_quiet_zones=False)
    height, width = image.shape[:2]
    rows = memoryview(image).tobytes()
    runs = (Run(x, y, length) for y in range(height) for x, length in _dark(rows[y * width : (y + 1) * width]))
    return Matrix(width, tuple(runs))


@lru_cache(maxsize=256)
def code128(text: str) -> Barcode:
    """Encode printable ASCII as a Code 128 with the shortest choice of character sets."""
    code = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.Code128)
    image: Any = code.to_image(scale=1, add_quiet_zones=False)
    width = image.shape[1]
    return Barcode(width, tuple(_dark(memoryview(image).tobytes()[:width])))


def _dark(row: bytes) -> list[tuple[int, int]]:
    """List the stretches of dark pixels in one row as (start, length)."""
    stretches: list[tuple[int, int]] = []
    start = row.find(0)
    while start >= 0:
        light = row.find(255, start)
        end = light if light >= 0 else len(row)
        stretches.append((start, end - start))
        start = row.find(0, end)
    return stretches


QUIET = 4


def qr_svg(text: str, label: str | None = None) -> Markup:
    """Draw a text as a QR code in SVG, dark on white in both themes; ``label`` is read out, else the text itself."""
    matrix = qr(text)
    side = matrix.size + 2 * QUIET
    dark = "".join(f"M{run.x + QUIET} {run.y + QUIET}h{run.length}v1h-{run.length}z" for run in matrix.runs)
    return picture("qr", side=side, dark=dark, label=label or text)
