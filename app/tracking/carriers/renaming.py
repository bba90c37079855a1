"""What is stored under another name of a carrier gets its one name: parcels and their scans, which stay one."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import delete, select, text, update
from sqlalchemy.orm import Session

from app.core.queue import defer
from app.tracking.carriers.names import carrier_name
from app.tracking.carriers.recognition import named_carrier
from app.tracking.fold.job import FOLD, stored
from app.tracking.ingest.identity import identity, normalised_number
from app.tracking.models import Shipment, TrackingEvent

Pair = tuple[str, str]

# A small unit: nobody waits for the locks of more parcels than these.
AT_ONCE = 20
# From one name to the next by the index: of millions of scans only the first of each carrier is read.
_SCANNING = text(
    """
    with recursive named as (
        (select carrier from tracking_event order by carrier limit 1)
        union all
        select (select e.carrier from tracking_event e where e.carrier > named.carrier order by e.carrier limit 1)
        from named where named.carrier is not null)
    select carrier from named where carrier is not null
    """
)


def one_pair(carrier: str, number: str) -> Pair:
    """A carrier and a number as they are written today."""
    plain = normalised_number(number)
    return named_carrier(carrier, plain) or carrier, plain


def rename_parcels(session: Session, rows: Sequence[tuple[int, str | None, str | None]], *, now: datetime) -> int:
    """Give parcels, as (id, carrier, number), today's names; gives how many. The caller has locked them."""
    count = 0
    for parcel_id, carrier, number in rows:
        if carrier is None:
            continue
        pair = one_pair(carrier, number) if number else (carrier_name(carrier) or carrier, None)
        if pair == (carrier, number):
            continue
        changes = {"carrier": pair[0], "number": pair[1], "dirty_at": now, "version": Shipment.version + 1}
        session.execute(update(Shipment).where(Shipment.id == parcel_id).values(changes))
        if number and pair[1]:
            _move_scans(session, (carrier, number), (pair[0], pair[1]))
        count += 1
    if count:
        defer(session, FOLD, queueing_lock=FOLD)
    return count


def rename_stored(session: Session, *, now: datetime) -> int:
    """Rename some of the parcels and waiting scans that bear another name; gives how many, 0 when none is left.

    The caller commits and comes again.
    """
    named = select(Shipment.carrier).where(Shipment.carrier.is_not(None)).distinct()
    others = [name for name in session.scalars(named) if name and carrier_name(name) not in (None, name)]
    columns = select(Shipment.id, Shipment.carrier, Shipment.number)
    page = columns.where(Shipment.carrier.in_(others)).order_by(Shipment.id).limit(AT_ONCE)
    rows = session.execute(page.with_for_update(key_share=True)).all() if others else []
    if rows:
        return rename_parcels(session, [(row.id, row.carrier, row.number) for row in rows], now=now)
    return _rename_waiting(session)


def _rename_waiting(session: Session) -> int:
    """Scans of numbers that no order has named yet."""
    others = [name for name in session.scalars(_SCANNING) if carrier_name(name) not in (None, name)]
    columns = select(TrackingEvent.carrier, TrackingEvent.number).where(TrackingEvent.carrier.in_(others))
    pairs = session.execute(columns.distinct().limit(AT_ONCE)).all() if others else []
    for carrier, number in pairs:
        _move_scans(session, (carrier, number), one_pair(carrier, number))
    return len(pairs)


def _move_scans(session: Session, old: Pair, new: Pair) -> None:
    """What was told under the old pair was told of the new one; a scan that both have is one."""
    of_old = (TrackingEvent.carrier == old[0], TrackingEvent.number == old[1])
    of_new = (TrackingEvent.carrier == new[0], TrackingEvent.number == new[1])
    twins = {row.identity: row.id for row in session.scalars(select(TrackingEvent).where(*of_new))}
    for row in session.scalars(select(TrackingEvent).where(*of_old).order_by(TrackingEvent.id)):
        renamed = identity(replace(stored(row).event, carrier=new[0], number=new[1]))
        if renamed in twins:
            session.execute(delete(TrackingEvent).where(TrackingEvent.id == row.id))
            continue
        # An identity is unique within its carrier and number: what was read first keeps it.
        twins[renamed] = row.id
        moved = {"carrier": new[0], "number": new[1], "identity": renamed}
        session.execute(update(TrackingEvent).where(TrackingEvent.id == row.id).values(moved))
