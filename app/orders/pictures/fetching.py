"""Fetching pictures: claim what is due, call and shrink with no transaction open, write what came of it."""

import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import quote

import structlog
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session, sessionmaker

from app.core import http
from app.core.db import in_transaction
from app.core.errors import ProviderError, ProviderRejected
from app.orders.pictures import thumbnail
from app.orders.pictures.pictures import Picture

# Above any product picture, and small enough for four at a time in a worker.
MOST_BYTES = 5 * 1024 * 1024
# Twenty on four threads, each ten seconds of call and twenty of shrinking, are two and a half minutes.
LEASE = timedelta(minutes=10)
# A host that is down is back within hours; a picture that was refused seldom gets better.
SOON, LATER = timedelta(hours=1), timedelta(days=7)
QUICK_TRIES = 5
STILL_WANTED = timedelta(days=60)
# More than the child allows itself of the processor, which it may have to share.
CHILD_SECONDS = 20
THREADS = 4
AT_ONCE = 20
log = structlog.get_logger()
HEADERS = {"accept": "image/webp,image/jpeg,image/png", "user-agent": "Paradero-Pictures/1"}
# Left as they are: what else shops write into addresses, blanks and accents, is quoted.
WRITABLE = "%/:?#[]@!$&'()*+,;=~"


@dataclass(frozen=True, slots=True)
class FetchedPicture:
    """What came of asking for one picture: the small one, or why not, and whether it may be better in a while."""

    url_hash: bytes
    content: bytes | None = None
    reason: str | None = None
    passing: bool = False


def fetch_due(sessions: sessionmaker[Session], *, rules: http.Rules, clock: Callable[[], datetime]) -> int:
    """Fetch the pictures that are due, so many at a time; how many were asked for."""
    claimed = in_transaction(sessions, lambda session: claim(session, now=clock()))

    def fetch(due: tuple[bytes, str]) -> None:
        picture = attempt(*due, rules=rules)
        try:
            in_transaction(sessions, lambda session: settle(session, picture, now=clock()))
        except SQLAlchemyError:
            log.exception("a picture could not be stored")

    with ThreadPoolExecutor(THREADS) as threads:
        list(threads.map(fetch, claimed))
    return len(claimed)


def claim(session: Session, *, now: datetime) -> list[tuple[bytes, str]]:
    """Hash and address of those that are due, leased to this caller."""
    due = (Picture.content.is_(None), Picture.next_try_at <= now, Picture.wanted_at > now - STILL_WANTED)
    chosen = select(Picture).where(*due).order_by(Picture.next_try_at).limit(AT_ONCE)
    rows = session.scalars(chosen.with_for_update(skip_locked=True)).all()
    for row in rows:
        row.attempts += 1
        row.next_try_at = now + LEASE
    return [(row.url_hash, row.url) for row in rows]


def attempt(url_hash: bytes, url: str, *, rules: http.Rules) -> FetchedPicture:
    """Ask for one picture and make it small; never raises for what the other side does."""
    try:
        reply = http.get(quote(url, safe=WRITABLE), headers=HEADERS, rules=rules, most_bytes=MOST_BYTES)
    except (http.BadAddress, ProviderRejected) as error:
        return FetchedPicture(url_hash, reason=str(error))
    except ProviderError as error:
        return FetchedPicture(url_hash, reason=str(error), passing=True)
    if reply.status != 200:
        return FetchedPicture(
            url_hash, reason=f"answered {reply.status}", passing=reply.status == 429 or reply.status >= 500
        )
    try:
        return FetchedPicture(url_hash, content=shrink(reply.body))
    except thumbnail.Unusable as error:
        return FetchedPicture(url_hash, reason=str(error))
    except OSError as error:  # no process to be had just now
        return FetchedPicture(url_hash, reason=type(error).__name__, passing=True)


def shrink(raw: bytes) -> bytes:
    """Make it small in a process of its own, with little memory, little time and no secrets around it.

    Raises Unusable.
    """
    # Isolated: no variable and no folder has a say in what it imports.
    words = [sys.executable, "-I", str(Path(thumbnail.__file__))]
    try:
        done = subprocess.run(words, input=raw, capture_output=True, timeout=CHILD_SECONDS, env={}, check=False)
    except subprocess.TimeoutExpired as error:
        raise thumbnail.Unusable("takes too long to read") from error
    if done.returncode != 0:
        complaint = done.stderr.decode(errors="replace").strip().splitlines()
        raise thumbnail.Unusable(
            complaint[-1][:200] if complaint and done.returncode == 1 else "takes too much to read"
        )
    return done.stdout


def settle(session: Session, picture: FetchedPicture, *, now: datetime) -> None:
    """Write down what came of it: what was refused is left alone for a week, what may pass for an hour."""
    row = session.get(Picture, picture.url_hash, with_for_update=True, populate_existing=True)
    if row is None or row.content is not None:
        return
    row.content, row.reason = picture.content, picture.reason
    row.next_try_at = now + (SOON if picture.passing and row.attempts < QUICK_TRIES else LATER)
