"""Pictures that a brand sends are drawn anew, apart from us, and nothing but pixels is served."""

import struct
import zlib
from datetime import datetime
from io import BytesIO

import pytest
from flask.testing import FlaskClient
from PIL import Image
from sqlalchemy.orm import Session

from app.brands.document import sentences
from app.brands.files.pictures import MOST_BYTES, keep, redraw
from app.core.errors import Invalid


def drawn(kind: str = "PNG", size: tuple[int, int] = (300, 100), mode: str = "RGB", **options: object) -> bytes:
    """A picture as a program saves it."""
    out = BytesIO()
    Image.new(mode, size, (120, 40, 140, 200)[: len(mode)]).save(out, kind, **options)
    return out.getvalue()


def bomb(side: int) -> bytes:
    """A PNG of a few bytes that claims to be ``side`` × ``side`` points."""

    def chunk(name: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))

    head = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    chunks = chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0" * 100)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + chunks


def refusal(raw: bytes, use: str = "logo") -> str:
    with pytest.raises(Invalid) as refused:
        redraw(raw, use)
    return refused.value.faults[0].detail


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_a_logo_of_each_kind_is_kept_as_a_png_that_fits(kind: str) -> None:
    picture = redraw(drawn(kind, (3000, 500)), "logo")
    assert (picture.width, picture.height) == (480, 80)
    with Image.open(BytesIO(picture.content)) as read:
        assert (read.format, read.size) == ("PNG", (480, 80))


def test_an_icon_is_made_square_and_a_picture_a_webp() -> None:
    assert (redraw(drawn(size=(200, 100)), "icon").width, redraw(drawn(size=(200, 100)), "icon").height) == (200, 200)
    assert redraw(drawn(size=(2000, 1000)), "picture").content[8:12] == b"WEBP"


def test_what_stands_beside_the_pixels_is_gone() -> None:
    exif = Image.Exif()
    exif[0x010E] = "Calle Avutarda 7"
    raw = drawn("JPEG", exif=exif.tobytes(), comment=b"Filomena") + b"<script>alert(1)</script>"
    content = redraw(raw, "logo").content
    for left in (b"Avutarda", b"Filomena", b"script", b"Exif"):
        assert left not in content


@pytest.mark.parametrize(
    "raw",
    [
        b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>",
        b"",
        b"GIF89a" + b"\0" * 50,
        drawn()[:-40],
        drawn("JPEG")[:200],
        b"%PDF-1.7\n" + drawn(),
        drawn("TIFF"),
    ],
    ids=["svg", "nothing", "gif", "cut png", "cut jpeg", "polyglot", "tiff"],
)
def test_what_is_no_whole_picture_of_the_three_kinds_is_refused(raw: bytes) -> None:
    assert refusal(raw) == sentences.NO_PICTURE


@pytest.mark.parametrize("side", [7_000, 12_000, 60_000])
def test_a_bomb_is_refused_before_it_goes_off(side: int) -> None:
    assert refusal(bomb(side)) == sentences.TOO_MANY_POINTS


def test_what_is_too_large_or_too_small_is_refused() -> None:
    assert refusal(b"\0" * (MOST_BYTES + 1)) == sentences.PICTURE_TOO_LARGE
    assert refusal(drawn(size=(300, 4))) == sentences.PICTURE_TOO_SMALL


def test_a_kept_picture_is_served_for_ever_and_runs_nothing(
    client: FlaskClient, session: Session, now: datetime
) -> None:
    picture = redraw(drawn(), "icon")
    name = keep(session, "demo", picture, by="cli:amparo", now=now)
    assert keep(session, "demo", picture, by="cli:other", now=now) == name
    session.commit()
    answer = client.get(f"/brand-files/{name}.png")
    assert (answer.data, answer.mimetype) == (picture.content, "image/png")
    assert answer.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert "immutable" in answer.headers["Cache-Control"]
    with Image.open(BytesIO(client.get(f"/brand-files/{name}/32.png").data)) as small:
        assert small.size == (32, 32)
    for strange in (f"/brand-files/{name}.webp", f"/brand-files/{name}/33.png", f"/brand-files/{'x' * 22}.png"):
        assert client.get(strange).status_code == 404
