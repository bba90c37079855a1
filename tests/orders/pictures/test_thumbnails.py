"""Making a picture small: what is taken, what is refused, and that nothing but pixels is left."""

import struct
import zlib
from io import BytesIO

import pytest
from PIL import Image, PngImagePlugin

from app.orders.pictures.fetching import shrink
from app.orders.pictures.thumbnail import MOST_PIXELS, SIDE, Unusable


def drawn(kind: str, size: tuple[int, int] = (400, 300), mode: str = "RGB", **options: object) -> bytes:
    """A picture, its left half red and its right half blue."""
    image = Image.new("RGB", size, "red")
    image.paste("blue", (size[0] // 2, 0, *size))
    out = BytesIO()
    image.convert(mode).save(out, kind, **options)
    return out.getvalue()


def png(width: int, height: int, *chunks: tuple[bytes, bytes]) -> bytes:
    """A PNG that claims a size."""
    head = (b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    parts = [head, *chunks, (b"IEND", b"")]
    framed = (struct.pack(">I", len(b)) + t + b + struct.pack(">I", zlib.crc32(t + b)) for t, b in parts)
    return b"\x89PNG\r\n\x1a\n" + b"".join(framed)


@pytest.mark.parametrize(
    "raw",
    [
        drawn("JPEG"), drawn("PNG"), drawn("WEBP"), drawn("PNG", mode="P"), drawn("JPEG", mode="CMYK"),
        drawn("PNG", mode="RGBA"), drawn("JPEG", mode="L"), drawn("JPEG", size=(30, 20)), drawn("PNG", mode="1"),
        drawn("JPEG", size=(5000, 4000)),
    ],
)  # fmt: skip
def test_what_shops_use_becomes_a_small_square_webp(raw: bytes) -> None:
    made = shrink(raw)
    with Image.open(BytesIO(made)) as image:
        assert (image.format, image.size) == ("WEBP", (SIDE, SIDE))
    assert len(made) < 20_000


def test_a_picture_taken_sideways_is_turned_upright() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    with Image.open(BytesIO(shrink(drawn("JPEG", exif=exif)))) as image:
        assert image.convert("RGB").getpixel((96, 10))[0] > 150
        assert image.convert("RGB").getpixel((96, 180))[2] > 150


def test_nothing_but_pixels_is_left() -> None:
    exif = Image.Exif()
    exif[0x010E] = "canary-exif"
    info = PngImagePlugin.PngInfo()
    info.add_text("Comment", "canary-text")
    jpeg = drawn("JPEG", exif=exif, comment=b"canary-comment", icc_profile=b"canary-icc") + b"canary-tail"
    for raw in (jpeg, drawn("PNG", pnginfo=info)):
        made = shrink(raw)
        assert b"canary" not in made
        with Image.open(BytesIO(made)) as image:
            assert not image.getexif() and "icc_profile" not in image.info


@pytest.mark.parametrize(
    "raw",
    [
        b"", b"<html><script>alert(1)</script></html>", b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"PK\x03\x04" + b"0" * 100, drawn("GIF", mode="P"), drawn("BMP"), drawn("TIFF"), drawn("JPEG")[:500],
        drawn("PNG")[:200], b"\xff\xd8\xff\xe0" + b"\x00" * 2000, b"RIFF\x00\x00\x00\x00WEBPVP8 ",
    ],
)  # fmt: skip
def test_what_is_no_picture_is_refused(raw: bytes) -> None:
    with pytest.raises(Unusable, match="no JPEG"):
        shrink(raw)


def test_bombs_are_refused() -> None:
    wide = png(65_500, 65_500, (b"IDAT", zlib.compress(b"\0" * 10_000)))
    just_over = png(6_000, MOST_PIXELS // 6_000 + 1, (b"IDAT", zlib.compress(b"\0")))
    for raw in (wide, just_over):
        with pytest.raises(Unusable, match="pixels"):
            shrink(raw)
    text = (b"zTXt", b"k\0\0" + zlib.compress(b"x" * 100_000_000))
    with pytest.raises(Unusable):
        shrink(png(10, 10, text, (b"IDAT", zlib.compress(b"\0" * 310))))
