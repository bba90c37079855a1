"""The likeness of a kept picture that mails show: a JPEG, which every mail program draws."""

from io import BytesIO

# Shown 56 px wide: twice that for sharp screens.
SIDE = 112
# What a transparent picture stands on, in dark mails too: white, as the frame around it is.
GROUND = (255, 255, 255)


def jpeg(webp: bytes) -> bytes | None:
    """The same picture, smaller and on a white ground; None when it is no picture.

    It is made when a mail program asks: most orders' pictures are seen in no mail, a second kept form of each would
    be for nothing, and what is read here was written by us, so that no stranger's bytes are decoded.
    """
    # Only a web that serves mails' pictures carries the library in its memory.
    from PIL import Image

    try:
        with Image.open(BytesIO(webp), formats=("WEBP",)) as picture:
            drawn = picture.convert("RGBA")
    except (OSError, ValueError):
        return None
    drawn.thumbnail((SIDE, SIDE))
    ground = Image.new("RGB", drawn.size, GROUND)
    ground.paste(drawn, mask=drawn)
    out = BytesIO()
    ground.save(out, "JPEG", quality=80, optimize=True)
    return out.getvalue()
