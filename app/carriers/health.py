"""How carriers do: whether they are asked or push, what is heard of their parcels, how late, and why not."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.carriers.polling.polling import source_for
from app.carriers.registry import carriers, pushing
from app.carriers.webhooks.endpoints import secrets_of
from app.core.settings import Settings

# A parcel of which nothing was heard for so long is silent: its carrier is asked once a day.
SILENT = timedelta(days=3)
# Of millions of scans and deliveries the newest say how it goes now; they are read by their row's number.
NEWEST = 20_000
# What was told so long after is history that came with an import, and no lag of the carrier's.
LONGEST_LAG = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class CarrierHealth:
    """One carrier: who is asked about it (``source``, maybe an aggregator), where it pushes, and how that goes.

    ``live`` parcels are on their way, ``silent`` of them had no news for three days, ``failing`` had no answer, for
    these ``reasons`` with how many parcels each. ``lag`` and ``lag_95`` are from scan to us, of half and of 95 in 100.
    """

    carrier: str
    source: str | None = None
    pushes: str | None = None
    push_open: bool = False
    pushed_at: datetime | None = None
    push_dead: int = 0
    live: int = 0
    silent: int = 0
    failing: int = 0
    asked_at: datetime | None = None
    answered_at: datetime | None = None
    failing_since: datetime | None = None
    next_at: datetime | None = None
    scan_at: datetime | None = None
    lag: timedelta | None = None
    lag_95: timedelta | None = None
    unknown: int = 0
    reasons: tuple[tuple[str, int], ...] = field(default=())


_PARCELS = text(
    """
    select carrier, count(*) as live,
        count(*) filter (where number is not null and coalesce(news_at, created_at) < :silent) as silent,
        count(*) filter (where poll_failures > 0) as failing, max(asked_at) as asked_at,
        max(polled_at) as answered_at, min(poll_failing_since) as failing_since,
        min(next_poll_at) filter (where number is not null) as next_at
    from shipment where finished_at is null and carrier is not null group by carrier
    """
)
_REASONS = text(
    """
    select carrier, poll_error as reason, count(*) as parcels from shipment
    where finished_at is null and poll_failures > 0 and poll_error is not null and carrier is not null
    group by 1, 2 order by parcels desc, reason
    """
)
_SCANS = text(
    """
    select carrier, max(received_at) as scan_at,
        count(*) filter (where status = 'unknown' and explained_by is null) as unknown,
        percentile_cont(array[0.5, 0.95]) within group (order by received_at - occurred_at)
            filter (where received_at - occurred_at between interval '0' and :longest) as lags
    from (select * from tracking_event order by id desc limit :newest) as newest group by carrier
    """
)
_PUSHES = text(
    """
    select substr(door, 10) as source, max(received_at) as pushed_at, count(*) filter (where state = 'dead') as dead
    from (select door, received_at, state from inbox order by id desc limit :newest) as newest
    where door like 'carriers:%' group by door
    """
)


def health(session: Session, settings: Settings, *, able: frozenset[str], now: datetime) -> list[CarrierHealth]:
    """Every carrier that is in use or connected, by name."""
    parcels = _by_carrier(session.execute(_PARCELS, {"silent": now - SILENT}))
    scans = _by_carrier(session.execute(_SCANS, {"longest": LONGEST_LAG, "newest": NEWEST}))
    pushes = {row.source: row for row in session.execute(_PUSHES, {"newest": NEWEST})}
    reasons: dict[str, list[tuple[str, int]]] = {}
    for row in session.execute(_REASONS):
        reasons.setdefault(row.carrier, []).append((row.reason, row.parcels))
    open_sources = {carrier.name: source for source, carrier in pushing().items() if secrets_of(source, settings)}
    # Connected ones, too: that nothing comes of a connection is what somebody looks for here.
    names = {*parcels, *scans, *able, *open_sources}
    return [
        CarrierHealth(
            name,
            source_for(name, set(able)),
            **_pushing(name, open_sources, pushes),
            **parcels.get(name, {}),
            **_scanned(scans.get(name, {})),
            reasons=tuple(reasons.get(name, ())),
        )
        for name in sorted(names)
    ]


def health_of(
    session: Session, settings: Settings, carrier: str, *, able: frozenset[str], now: datetime
) -> CarrierHealth:
    """One carrier, in use or not; all zero for one of which nothing is heard."""
    rows = health(session, settings, able=able, now=now)
    return next((row for row in rows if row.carrier == carrier), CarrierHealth(carrier, source_for(carrier, set(able))))


def is_known(carrier: str, rows: Iterable[CarrierHealth]) -> bool:
    """Whether there is such a carrier: one that somebody declares, or that parcels name."""
    return carrier in carriers() or any(row.carrier == carrier for row in rows)


def _by_carrier(rows: Iterable[Any]) -> dict[str, dict[str, Any]]:
    return {row.carrier: {name: value for name, value in row._mapping.items() if name != "carrier"} for row in rows}


def _scanned(facts: Mapping[str, Any]) -> dict[str, Any]:
    lag, lag_95 = facts.get("lags") or (None, None)
    return {"scan_at": facts.get("scan_at"), "unknown": facts.get("unknown", 0), "lag": lag, "lag_95": lag_95}


def _pushing(name: str, open_sources: Mapping[str, str], pushes: Mapping[str, Any]) -> dict[str, Any]:
    declared = carriers().get(name)
    source = declared.source if declared else None
    # By the address, which an installed carrier may have claimed under another name.
    row = pushes.get(source or "")
    return {
        "pushes": source,
        "push_open": name in open_sources,
        "pushed_at": row.pushed_at if row else None,
        "push_dead": row.dead if row else 0,
    }
