"""Clearing what the way in no longer needs: ended sessions, codes of yesterday, counts that no limit looks at."""

from datetime import datetime

from sqlalchemy.orm import Session

from app.orders import codes, guesses, links, session_rows


def sweep(session: Session, *, now: datetime) -> int:
    """Remove some of it; gives how many rows went, and there may be more while any did."""
    return sum(part.forget_old(session, now=now) for part in (session_rows, codes, guesses, links))
