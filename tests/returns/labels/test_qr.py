"""The code to show at a counter: an SVG that scanners read, that speaks, and that nobody can break out of."""

import re

import pytest
import zxingcpp
from defusedxml.ElementTree import fromstring
from PIL import Image, ImageDraw

from app.returns.labels.codes import qr, qr_svg


def painted(text: str, scale: int = 4, quiet: int = 4) -> Image.Image:
    """Paint the matrix as a screen would."""
    matrix = qr(text)
    side = (matrix.size + 2 * quiet) * scale
    image = Image.new("L", (side, side), 255)
    draw = ImageDraw.Draw(image)
    for run in matrix.runs:
        left, top = (run.x + quiet) * scale, (run.y + quiet) * scale
        draw.rectangle((left, top, left + run.length * scale - 1, top + scale - 1), fill=0)
    return image


@pytest.mark.parametrize("text", ["R-7K2M9QXA", "https://shop.example/returns/R-7K2M9QXA", "x" * 120])
def test_the_code_is_read_back(text: str) -> None:
    assert [code.text for code in zxingcpp.read_barcodes(painted(text))] == [text]


def test_the_drawing_is_the_matrix_with_its_quiet_zone() -> None:
    svg = qr_svg("R-7K2M9QXA")
    matrix = qr("R-7K2M9QXA")
    assert f'viewBox="0 0 {matrix.size + 8} {matrix.size + 8}"' in svg
    drawn = {(int(x) - 4, int(y) - 4, int(n)) for x, y, n in re.findall(r"M(\d+) (\d+)h(\d+)v1", svg)}
    assert drawn == set(matrix.runs)


def test_it_says_what_it_is_and_stays_crisp() -> None:
    root = fromstring(qr_svg("R-1", "Código de la devolución R-1"))
    assert root.get("role") == "img"
    assert root.get("aria-label") == "Código de la devolución R-1"
    assert root.get("shape-rendering") == "crispEdges"


def test_without_a_label_the_text_is_read_out_escaped() -> None:
    assert 'aria-label="&#34;&gt;&lt;b"' in qr_svg('"><b')


def test_the_same_text_gives_the_same_drawing() -> None:
    assert qr_svg("R-7K2M9QXA") == qr_svg("R-7K2M9QXA")
    assert " style=" not in qr_svg("R-7K2M9QXA")
