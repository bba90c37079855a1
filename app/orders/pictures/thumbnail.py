"""One small picture out of bytes that strangers chose. A program of its own that limits itself and imports no other."""

import resource
import sys
import warnings
from io import BytesIO

from PIL import Image, ImageOps

FORMATS = ("JPEG", "PNG", "WEBP")
SIDE = 192
# Shown at a third to a half of its side, so that what 80 keeps beyond this is not seen: a photograph full of detail is
# 13 kB at 80 and 9 at this, a common one 8 and 5.
QUALITY = 60
# A camera's full picture; decoded it takes a fifth of the memory that is allowed.
MOST_PIXELS = 24_000_000
MOST_MEMORY = 512 * 1024 * 1024
MOST_SECONDS = 10
UNREADABLE = (OSError, ValueError, SyntaxError, TypeError, IndexError, KeyError, EOFError, ArithmeticError)


class Unusable(Exception):
    """The picture cannot be shown; the text says why, for a person."""


def make(raw: bytes) -> bytes:
    """A square WebP that the picture covers, turned upright, with nothing in it but pixels. Raises Unusable."""
    Image.MAX_IMAGE_PIXELS = MOST_PIXELS
    with warnings.catch_warnings():
        # Between its limit and twice as much Pillow only warns.
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        try:
            small = _square(raw)
        except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
            raise Unusable("has more pixels than a product picture needs") from error
        except MemoryError as error:
            raise Unusable("needs too much memory") from error
        except UNREADABLE as error:
            raise Unusable("is no JPEG, PNG or WebP picture that can be read") from error
    # Comments, profiles and a camera's place are not served on.
    small.info.clear()
    out = BytesIO()
    small.save(out, "WEBP", quality=QUALITY, method=6)
    return out.getvalue()


def _square(raw: bytes) -> Image.Image:
    with Image.open(BytesIO(raw), formats=FORMATS) as image:
        # A JPEG can be decoded at a fraction of its size.
        image.draft("RGB", (SIDE * 2, SIDE * 2))
        image.load()
        exif = image.getexif()
        mode = "RGBA" if "A" in image.getbands() or "transparency" in image.info else "RGB"
        small = ImageOps.fit(image.convert(mode), (SIDE, SIDE))
    small.getexif().update(exif)
    return ImageOps.exif_transpose(small)


def main() -> None:
    """Read a picture, write the small one; a refusal is said in one line and ends with 1."""
    # Kept by the kernel, whatever a decoder does.
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (MOST_SECONDS, MOST_SECONDS))
    try:
        sys.stdout.buffer.write(make(sys.stdin.buffer.read()))
    except Unusable as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
