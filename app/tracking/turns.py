"""When a parcel's carrier is asked: whose turn it is, what is kept of each answer, and what an outage leaves due."""

import random
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Select, case, func, or_, select, update
from sqlalchemy.orm import Session

from app.core.errors import ProviderError
from app.tracking.models import Shipment

# E-11: after so long without news the carrier is asked.
QUIET, QUIET_EXPRESS = timedelta(hours=24), timedelta(hours=12)
# No document has a field for it: what carriers and shops call their express services.
EXPRESS = ("express", "24h", "paq 24", "next day", "urgent", "10:30")
# Below the least jitter of a turn, 0.9: whoever's turn it is must not wait on for the last tenth.
EARLY = 0.85
# A number that had no answer is asked about again after these, then at its usual pace: most troubles are short, and a
# number that its carrier does not know yet (a label just printed) is known within the hour.
PAUSES = (timedelta(minutes=2), timedelta(minutes=5), timedelta(minutes=15), timedelta(minutes=60))
# Longer than a round of questions with its last call's time-outs: only a worker that died leaves it to run out.
LEASE = timedelta(minutes=3)
# After an outage all turns are due; spread so that carriers are asked by and by.
SPREAD = timedelta(minutes=30)


def due_carriers(session: Session, *, now: datetime) -> list[str]:
    """The carriers of live parcels whose turn it is."""
    return [name for name in session.scalars(_due(now).with_only_columns(Shipment.carrier).distinct()) if name]


def claim_turns(session: Session, carrier: str, *, budget: int, now: datetime) -> tuple[list[str], list[str]]:
    """At most ``budget`` numbers of a carrier whose turn it is, leased: those never failed, and those that did last.

    Who waited longest comes first. Rows that somebody else holds are left to him.
    """
    # A number that always fails must not eat the budget of those that answer.
    order = (Shipment.poll_failures, Shipment.next_poll_at.nulls_last(), Shipment.id)
    rows = _due(now).where(Shipment.carrier == carrier).order_by(*order).limit(budget)
    shipments = session.scalars(rows.with_for_update(skip_locked=True, key_share=True)).all()
    for shipment in shipments:
        shipment.asked_at, shipment.next_poll_at = now, now + LEASE
    failed = [shipment.number for shipment in shipments if shipment.number and shipment.poll_failures]
    fresh = [shipment.number for shipment in shipments if shipment.number and shipment.number not in failed]
    return fresh, failed


Settle = Callable[[Mapping[str, ProviderError], bool], None]


def hold_turns(
    session: Session, carrier: str, numbers: Sequence[str], *, chance: random.Random, now: datetime
) -> Settle:
    """Lock the live parcels of these numbers, by id as all who record scans; gives what settles their turns.

    It is called with why some numbers had no answer, and with whether the whole question was put off.
    """
    of_numbers = select(Shipment).where(Shipment.carrier == carrier, Shipment.number.in_(numbers))
    live = of_numbers.where(Shipment.finished_at.is_(None)).order_by(Shipment.id)
    shipments = session.scalars(live.with_for_update(key_share=True).execution_options(populate_existing=True)).all()

    def settle(failures: Mapping[str, ProviderError], put_off: bool) -> None:
        for shipment in shipments:
            if put_off:
                shipment.next_poll_at = now
            elif (error := failures.get(shipment.number or "")) is not None:
                _failed(shipment, error, chance, now=now)
            else:
                _answered(shipment, chance, now=now)
        session.flush()

    return settle


def ask_soon(session: Session, numbers: Iterable[str], *, now: datetime) -> int:
    """Somebody hints at news of these numbers: it is their turn at once. Gives how many parcels there are."""
    live = select(Shipment.id).where(Shipment.number.in_(set(numbers)), Shipment.finished_at.is_(None))
    return len(_make_due(session, live, next_poll_at=now))


def ask_all(session: Session, *, after: int, limit: int, now: datetime) -> list[int]:
    """A page of the live parcels is due, spread over half an hour; gives their ids. The caller commits each page."""
    live = select(Shipment.id).where(Shipment.finished_at.is_(None), Shipment.number.is_not(None))
    page = live.where(Shipment.carrier.is_not(None), Shipment.id > after).limit(limit)
    return _make_due(session, page, next_poll_at=now + func.random() * SPREAD)


def due_for_alerts(session: Session, carrier: str, *, limit: int, now: datetime) -> list[str]:
    """Numbers of live parcels whose carrier was never told to push their scans, or so long ago that it is due."""
    due = or_(Shipment.alerts_due_at.is_(None), Shipment.alerts_due_at <= now)
    numbers = select(Shipment.number).where(*_live_of(carrier), due).distinct()
    return [number for number in session.scalars(numbers.order_by(Shipment.number).limit(limit)) if number]


def note_alerts(session: Session, carrier: str, numbers: Sequence[str], *, due_at: datetime) -> None:
    """The carrier was told of these numbers, and is told again at ``due_at``."""
    # In the order of ids, as everybody locks parcels.
    named = select(Shipment.id).where(*_live_of(carrier), Shipment.number.in_(numbers)).order_by(Shipment.id)
    ids = session.scalars(named.with_for_update(key_share=True)).all()
    session.execute(update(Shipment).where(Shipment.id.in_(ids)).values(alerts_due_at=due_at))


def _make_due(session: Session, chosen: Select[int], *, next_poll_at: object) -> list[int]:
    ids = list(session.scalars(chosen.order_by(Shipment.id).with_for_update(key_share=True)))
    due = update(Shipment).where(Shipment.id.in_(ids)).values(next_poll_at=next_poll_at, polled_at=None)
    session.execute(due, execution_options={"synchronize_session": False})
    return ids


def _live_of(carrier: str) -> tuple[ColumnElement[bool], ...]:
    return (Shipment.carrier == carrier, Shipment.number.is_not(None), Shipment.finished_at.is_(None))


def _due(now: datetime) -> Select[Shipment]:
    """Due by their turn, and silent for their pause since the last news or answer, unless never answered."""
    silent = func.coalesce(func.greatest(Shipment.news_at, Shipment.polled_at), Shipment.created_at)
    pause = case((_express(), QUIET_EXPRESS * EARLY), else_=QUIET * EARLY)
    return select(Shipment).where(
        Shipment.finished_at.is_(None),
        Shipment.number.is_not(None),
        Shipment.carrier.is_not(None),
        func.coalesce(Shipment.next_poll_at, now) <= now,
        or_(Shipment.polled_at.is_(None), silent <= now - pause),
    )


def _express() -> ColumnElement[bool]:
    named = func.concat_ws(" ", Shipment.carrier, Shipment.service)
    return or_(*(named.ilike(f"%{word}%") for word in EXPRESS))


def _answered(shipment: Shipment, chance: random.Random, *, now: datetime) -> None:
    shipment.polled_at, shipment.next_poll_at = now, now + _pause(shipment) * chance.uniform(0.9, 1.1)
    shipment.poll_failures, shipment.poll_failing_since, shipment.poll_error = 0, None, None


def _failed(shipment: Shipment, error: ProviderError, chance: random.Random, *, now: datetime) -> None:
    """Asked again in minutes, with growing pauses; the reason stays until there is an answer."""
    pause = PAUSES[shipment.poll_failures] if shipment.poll_failures < len(PAUSES) else _pause(shipment)
    # The carrier's own wish, but not for ever: a parcel is looked at once a day.
    wished = timedelta(seconds=min(error.retry_after or 0.0, QUIET.total_seconds()))
    shipment.next_poll_at = now + max(pause * chance.uniform(0.9, 1.1), wished)
    shipment.poll_failing_since = shipment.poll_failing_since or now
    shipment.poll_failures, shipment.poll_error = shipment.poll_failures + 1, str(error)[:300]


def _pause(shipment: Shipment) -> timedelta:
    words = f"{shipment.carrier} {shipment.service}".lower()
    return QUIET_EXPRESS if any(word in words for word in EXPRESS) else QUIET
