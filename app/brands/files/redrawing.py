"""One picture of a brand out of bytes that somebody sent. A program of its own that limits itself."""

import resource
import sys
import warnings
from io import BytesIO

from PIL import Image, ImageOps

FORMATS = ("JPEG", "PNG", "WEBP")
# The largest that each may be: a logo is shown 36 high, an icon is what telephones ask for, a picture fills a column.
SIZES = {"logo": (480, 144), "logo_dark": (480, 144), "icon": (512, 512), "picture": (1600, 640)}
# A camera's full picture; decoded it takes a third of the memory that is allowed.
MOST_PIXELS = 40_000_000
LEAST_SIDE = 16
MOST_MEMORY = 768 * 1024 * 1024
MOST_SECONDS = 10
UNREADABLE = (OSError, ValueError, SyntaxError, TypeError, IndexError, KeyError, EOFError, ArithmeticError)
TOO_MANY, TOO_SMALL, NO_PICTURE = "too many points", "too small", "no picture"


class Undrawable(Exception):
    """The picture cannot be used; the text is one of the three words above."""


def make(raw: bytes, use: str) -> tuple[bytes, int, int]:
    """The picture for its use with its width and height, upright, nothing in it but pixels. Raises Undrawable."""
    Image.MAX_IMAGE_PIXELS = MOST_PIXELS
    with warnings.catch_warnings():
        # Between its limit and twice as much Pillow only warns.
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        try:
            drawn = _drawn(raw, use)
        except (Image.DecompressionBombError, Image.DecompressionBombWarning, MemoryError) as error:
            raise Undrawable(TOO_MANY) from error
        except UNREADABLE as error:
            raise Undrawable(NO_PICTURE) from error
    if min(drawn.size) < LEAST_SIDE:
        raise Undrawable(TOO_SMALL)
    # Comments, profiles and a camera's place are not served on.
    drawn.info.clear()
    out = BytesIO()
    if use == "picture":
        drawn.save(out, "WEBP", quality=80, method=4)
    else:
        drawn.save(out, "PNG", optimize=True)
    return out.getvalue(), *drawn.size


def _drawn(raw: bytes, use: str) -> Image.Image:
    with Image.open(BytesIO(raw), formats=FORMATS) as image:
        image.load()
        upright = ImageOps.exif_transpose(image)
    mode = "RGBA" if "A" in upright.getbands() or "transparency" in upright.info else "RGB"
    whole = upright.convert(mode)
    if use == "icon":
        side = min(SIZES[use][0], max(whole.size))
        return ImageOps.pad(whole.convert("RGBA"), (side, side), color=(0, 0, 0, 0))
    # Never made larger: what is small is shown small.
    whole.thumbnail(SIZES[use])
    return whole


def main() -> None:
    """Read a picture, write its width, height and bytes; a refusal is one line and ends with 1."""
    # Kept by the kernel, whatever a decoder does.
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (MOST_SECONDS, MOST_SECONDS))
    try:
        content, width, height = make(sys.stdin.buffer.read(), sys.argv[1])
    except Undrawable as error:
        sys.exit(str(error))
    sys.stdout.buffer.write(f"{width} {height}\n".encode() + content)


if __name__ == "__main__":
    main()
