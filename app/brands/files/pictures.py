"""A brand's pictures: redrawn apart from us, kept by a name that nobody guesses, and read for who asks."""

import subprocess
import sys
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from io import BytesIO
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.brands.document import sentences
from app.brands.files import redrawing
from app.brands.models import BrandFile
from app.core.errors import Fault, Invalid
from app.core.tokens import new_secret

# As large as one request may be, less what a form has beside it.
MOST_BYTES = 900 * 1024
# More than the child allows itself of the processor, which it may have to share.
CHILD_SECONDS = 20
# What an icon is asked for in; other sides are not served.
SIDES = (32, 180, 192)
MEDIA_TYPES = {"logo": "image/png", "logo_dark": "image/png", "icon": "image/png", "picture": "image/webp"}
USES = tuple(MEDIA_TYPES)
SENTENCES = {
    redrawing.NO_PICTURE: sentences.NO_PICTURE,
    redrawing.TOO_SMALL: sentences.PICTURE_TOO_SMALL,
    redrawing.TOO_MANY: sentences.TOO_MANY_POINTS,
}


@dataclass(frozen=True, slots=True)
class DrawnPicture:
    """A picture as it may be kept."""

    use: str
    content: bytes
    width: int
    height: int


def redraw(raw: bytes, use: str) -> DrawnPicture:
    """Make it anew in a process of its own, with little memory and time and no secrets around it. Raises Invalid."""
    if len(raw) > MOST_BYTES:
        raise Invalid([Fault(f"/look/{use}", sentences.PICTURE_TOO_LARGE)])
    # Isolated: no variable and no folder has a say in what it imports.
    words = [sys.executable, "-I", str(Path(redrawing.__file__)), use]
    try:
        done = subprocess.run(words, input=raw, capture_output=True, timeout=CHILD_SECONDS, env={}, check=False)
    except (subprocess.TimeoutExpired, OSError) as error:
        raise Invalid([Fault(f"/look/{use}", sentences.TOO_MANY_POINTS)]) from error
    if done.returncode != 0:
        complaint = done.stderr.decode(errors="replace").strip()
        # A child that the kernel ended says nothing.
        raise Invalid([Fault(f"/look/{use}", SENTENCES.get(complaint, sentences.TOO_MANY_POINTS))])
    sizes, _, content = done.stdout.partition(b"\n")
    width, height = map(int, sizes.split())
    return DrawnPicture(use, content, width, height)


def keep(session: Session, brand: str, picture: DrawnPicture, *, by: str, now: datetime) -> str:
    """Keep a picture and give its name; the same one sent again has the name that it had."""
    values = {
        # 128 bits and a few more: who knows of none finds none.
        "name": new_secret()[:22],
        "brand_key": brand,
        "use": picture.use,
        "media_type": MEDIA_TYPES[picture.use],
        "content": picture.content,
        "width": picture.width,
        "height": picture.height,
        "digest": sha256(picture.content).digest(),
        "made_by": by,
        "made_at": now,
    }
    # Sent anew it is as young as a new one: the clock clears what was sent long ago and never saved.
    same = (
        insert(BrandFile)
        .values(values)
        .on_conflict_do_update(index_elements=["brand_key", "use", "digest"], set_={"made_at": now})
    )
    return session.scalars(same.returning(BrandFile.name)).one()


def read_file(session: Session, name: str) -> tuple[str, bytes] | None:
    """A picture's type and bytes."""
    row = session.execute(select(BrandFile.media_type, BrandFile.content).where(BrandFile.name == name)).first()
    return (row.media_type, row.content) if row else None


def kept_names(session: Session, brand: str) -> set[tuple[str, str]]:
    """Use and name of every picture that a brand ever sent."""
    rows = session.execute(select(BrandFile.use, BrandFile.name).where(BrandFile.brand_key == brand))
    return {(use, name) for use, name in rows}


def smaller(content: bytes, side: int) -> bytes:
    """An icon of another side, of what we drew ourselves."""
    # Only a web that serves icons carries the library in its memory.
    from PIL import Image

    with Image.open(BytesIO(content), formats=("PNG",)) as picture:
        drawn = picture.resize((side, side))
    out = BytesIO()
    drawn.save(out, "PNG", optimize=True)
    return out.getvalue()
