"""One round of each loop within a test's own session: what the worker's jobs do in transactions of their own."""

from datetime import datetime

from sqlalchemy.orm import Session

from app.api.webhooks_out import announcements
from app.carriers.webhooks import understand as carriers
from app.events import inbox, log
from app.events.kinds import Listener
from app.notify.plan import listener as services
from app.notify.providers import callbacks
from app.notify.send.config import MailConfig
from app.oms import understanding as oms
from app.returns import listener


def heard(session: Session, *, limit: int, now: datetime, config: MailConfig) -> int:
    """The listener ``notify`` hears what waits."""
    ids = log.lease(session, Listener.NOTIFY, limit=limit, now=now)
    return services.handle_events(session, ids, now=now, config=config)


def heard_by_returns(session: Session, *, limit: int, now: datetime) -> int:
    """The listener ``returns`` hears what waits."""
    return listener.handle_events(session, log.lease(session, Listener.RETURNS, limit=limit, now=now), now=now)


def announced(session: Session, *, limit: int, now: datetime) -> int:
    """The listener ``webhooks`` hears what waits."""
    return announcements.handle_events(session, log.lease(session, Listener.WEBHOOKS, limit=limit, now=now), now=now)


def understood_carriers(session: Session, *, limit: int, now: datetime) -> int:
    """Carriers' deliveries that wait are understood; gives how many were looked at."""
    ids = inbox.lease(session, carriers.FAMILY, limit=limit, now=now)
    carriers.understand(session, ids, now=now)
    return len(ids)


def understood_oms(session: Session, *, limit: int, now: datetime) -> int:
    """The shop's systems' deliveries that wait are understood; gives how many were looked at."""
    ids = inbox.lease(session, oms.FAMILY, limit=limit, now=now)
    oms.understand(session, ids, now=now)
    return len(ids)


def understood_reports(session: Session, *, limit: int, now: datetime, config: MailConfig) -> int:
    """Providers' reports that wait are understood; gives how many were looked at."""
    ids = inbox.lease(session, callbacks.FAMILY, limit=limit, now=now)
    callbacks.understand(session, ids, now=now, config=config)
    return len(ids)
