"""Which links from the shop's own pages were used: each works once, whichever machine it comes to."""

from datetime import datetime

from sqlalchemy import delete, exists, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.core.tokens import digest
from app.orders.lookup.models import UsedHandover


def spend(session: Session, token_id: str, *, ends_at: datetime) -> bool:
    """Use a link; True for exactly one caller, who commits."""
    # Of two that come at once, to whichever machine, the second waits for the first's commit and finds its row.
    row = {"token_hash": digest(token_id), "ends_at": ends_at}
    used = insert(UsedHandover).values(row).on_conflict_do_nothing()
    return session.scalar(used.returning(UsedHandover.token_hash)) is not None


def was_used(session: Session, token_id: str) -> bool:
    """Whether a link was used."""
    return session.scalar(select(exists().where(UsedHandover.token_hash == digest(token_id)))) or False


def forget_old(session: Session, *, now: datetime, limit: int = 1000) -> int:
    """Remove at most ``limit`` rows of links that have ended by themselves."""
    ended = select(UsedHandover.token_hash).where(UsedHandover.ends_at < now).limit(limit)
    gone = delete(UsedHandover).where(UsedHandover.token_hash.in_(ended)).returning(UsedHandover.token_hash)
    return len(session.execute(gone).all())
