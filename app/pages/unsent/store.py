"""Keeps a text for an hour under a secret that only the browser has; without it, nobody reads the row."""

import base64
import zlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from app.core.tokens import digest, keyed_digest, new_secret, seal, unseal
from app.pages.unsent.models import KeptPage

LIFE = timedelta(hours=1)
# A person does not fail at so many forms in an hour; a script would fill the table.
PER_CLIENT = 120


@dataclass(frozen=True, slots=True)
class KeptText:
    """What was kept, and the status it had."""

    text: str
    status: int


@dataclass(frozen=True, slots=True)
class Owner:
    """Who may read it again (``browser``, a secret of theirs) and from where it came (``client``, an address)."""

    browser: str
    client: str


def keep(session: Session, text: str, owner: Owner, *, key: str, now: datetime, status: int = 200) -> str | None:
    """Keep ``text``; the secret by which it is read again, or None when this client has had so many kept."""
    client = keyed_digest(key, f"kept:{owner.client}")
    since = KeptPage.made_at > now - LIFE
    earlier = select(func.count()).select_from(KeptPage).where(KeptPage.client == client, since)
    if (session.scalar(earlier) or 0) >= PER_CLIENT:
        return None
    secret = new_secret()
    packed = base64.b85encode(zlib.compress(text.encode())).decode()
    session.add(
        KeptPage(
            secret_hash=digest(secret),
            browser=digest(owner.browser),
            client=client,
            status=status,
            sealed=seal(key + secret, packed),
            made_at=now,
        )
    )
    session.flush()
    return secret


def read(session: Session, secret: str, *, browser: str, key: str, now: datetime) -> KeptText | None:
    """The text kept under ``secret`` by this browser in the last hour."""
    row = session.get(KeptPage, digest(secret))
    if row is None or row.browser != digest(browser) or row.made_at <= now - LIFE:
        return None
    packed = unseal(key + secret, row.sealed, max_age=int(LIFE.total_seconds()) * 2)
    return KeptText(zlib.decompress(base64.b85decode(packed)).decode(), row.status) if packed else None


def drop(session: Session, secret: str) -> None:
    """Keep it no longer."""
    session.execute(delete(KeptPage).where(KeptPage.secret_hash == digest(secret)))


def forget_old(session: Session, *, now: datetime, limit: int = 1000) -> int:
    """Remove at most ``limit`` rows whose hour is over."""
    some = select(KeptPage.secret_hash).where(KeptPage.made_at <= now - LIFE).limit(limit)
    gone = delete(KeptPage).where(KeptPage.secret_hash.in_(some)).returning(KeptPage.secret_hash)
    return len(session.execute(gone).all())
