"""Pictures of what was bought: which the portal wants, and the same-host address under which a page shows one."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from sqlalchemy import Index, delete, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.core.db import Instant, Model
from app.core.drawing import STATIC
from app.core.queue import defer
from app.core.tokens import digest
from app.orders.records import OrderLineRecord


class Picture(Model):
    """One picture by its address: a small WebP, or the reason why there is none and when to ask again.

    ``wanted_at`` is when an order last named it, to within a month.
    """

    __tablename__ = "picture"
    __table_args__ = (Index("ix_picture_due", "next_try_at", postgresql_where=text("content is null")),)

    url_hash: Mapped[bytes] = mapped_column(primary_key=True)
    url: Mapped[str]
    # Lists only ask whether there is one.
    content: Mapped[bytes | None] = mapped_column(deferred=True)
    reason: Mapped[str | None]
    attempts: Mapped[int] = mapped_column(server_default="0")
    wanted_at: Mapped[Instant]
    next_try_at: Mapped[Instant]


# Noted once a month: all orders of a bestseller would otherwise wait for its one row.
REMEMBERED = timedelta(days=30)
# Two years, as docs/orders.md says: pages of older orders show the neutral picture.
KEPT = timedelta(days=731)
KEPT_BELOW = "/pictures/"


def shown(url: str | None, *, is_kept: bool, origin: str) -> str | None:
    """What a page puts into ``src``: a path of this host, or None for the neutral picture."""
    if not url:
        return None
    return own_path(url, origin) or (f"{KEPT_BELOW}{digest(url).hex()}.webp" if is_kept else None)


def own_path(url: str, origin: str) -> str | None:
    """The path of a picture that this host serves already."""
    # After two slashes a browser reads another host's name.
    if not url.startswith(f"{origin}/") or url.startswith(f"{origin}//"):
        return None
    parts = urlsplit(url)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


def mailed(url: str, *, is_kept: bool, origin: str) -> str | None:
    """The whole address of what a mail shows: of a drawing its likeness beside it, of a WebP its JPEG.

    Mail programs draw no SVG, and Outlook for Windows no WebP.
    """
    path = shown(url, is_kept=is_kept, origin=origin)
    if path is None:
        return None
    if path.startswith(KEPT_BELOW):
        return origin + path.removesuffix(".webp") + ".jpg"
    if not path.endswith(".svg"):
        return origin + path
    likeness = path.removesuffix(".svg") + ".png"
    return origin + likeness if (STATIC.parent / likeness.lstrip("/")).is_file() else None


def addresses(session: Session, lines: Iterable[OrderLineRecord], *, origin: str) -> dict[int, str]:
    """The pictures of lines by the lines' ids; one statement, and none when all are this host's own."""
    urls = {line.id: line.image_url for line in lines}
    foreign = {url for url in urls.values() if url and own_path(url, origin) is None}
    ours = stored(session, foreign) if foreign else set()
    paths = {line: shown(url, is_kept=url in ours, origin=origin) for line, url in urls.items()}
    return {line: path for line, path in paths.items() if path}


def want(session: Session, urls: Iterable[str | None], *, now: datetime) -> None:
    """Have the pictures fetched that nobody asked for in the last month.

    Orders that come at once wait for none of this: they only read, and a job writes.
    """
    named = {digest(url): url for url in urls if url and url.startswith("https://")}
    if not named:
        return
    recent = select(Picture.url_hash).where(Picture.url_hash.in_(named), Picture.wanted_at > now - REMEMBERED)
    wanted_lately = set(session.scalars(recent))
    news = sorted(url for key, url in named.items() if key not in wanted_lately)
    if news:
        defer(session, "fetch_pictures", urls=news)


def note(session: Session, urls: Iterable[str], *, now: datetime) -> None:
    """Put pictures on the list of those to fetch; those that are there are wanted again."""
    rows = [
        {"url_hash": key, "url": url, "wanted_at": now, "next_try_at": now}
        for key, url in sorted((digest(url), url) for url in set(urls))
    ]
    if rows:
        statement = insert(Picture).values(rows)
        session.execute(statement.on_conflict_do_update(index_elements=["url_hash"], set_={"wanted_at": now}))


def read(session: Session, url_hash: bytes) -> bytes | None:
    """A picture as it is served."""
    return session.scalar(select(Picture.content).where(Picture.url_hash == url_hash))


def forget_old(session: Session, *, now: datetime) -> None:
    """Drop what no order has named for two years."""
    session.execute(delete(Picture).where(Picture.wanted_at < now - KEPT))


def stored(session: Session, urls: set[str]) -> set[str]:
    """Those of these addresses of which we have a small picture."""
    chosen = select(Picture.url).where(
        Picture.url_hash.in_([digest(url) for url in urls]), Picture.content.is_not(None)
    )
    return set(session.scalars(chosen))
