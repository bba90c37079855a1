"""A payload taken apart: parcels and scans as the carrier wrote them, before they are put into our words."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from app.tracking.ports import Place, ReportError
from app.tracking.states import Blame, ShipmentState


@dataclass(frozen=True, slots=True)
class CodeMeaning:
    """What a carrier's code or word says in ours."""

    status: ShipmentState
    incident: str | None = None
    blame: Blame | None = None


@dataclass(frozen=True, slots=True)
class WrittenTime:
    """A time as written: the wall clock of the place, and whatever was said about its distance from UTC.

    ``local`` is naive; ``offset`` was given with it; ``gmt`` is the same instant told a second time, naive in UTC;
    ``letters`` are the distances that letters such as CST can mean, ``zone`` is the zone that was named.
    ``dated`` alone is true when only the day is known. ``month_first`` is ``local`` with day and month swapped, where
    both can be meant; ``disputed`` says that sender and place write them in different orders. ``fault`` is why a
    clock that was written cannot be.
    """

    raw: str
    local: datetime | None = None
    offset: timedelta | None = None
    gmt: datetime | None = None
    dated: bool = False
    month_first: datetime | None = None
    disputed: bool = False
    letters: tuple[timedelta, ...] = ()
    zone: str | None = None
    fault: str | None = None


@dataclass(frozen=True, slots=True)
class ReportedScan:
    """One scan: text, time and place as written, the fine ``code`` and the coarser ``hints`` of the carrier."""

    text: str
    time: WrittenTime
    code: str | None = None
    hints: tuple[str, ...] = ()
    place: Place | None = None
    sequence: int | None = None
    event_id: str | None = None


@dataclass(frozen=True, slots=True)
class ReportedParcel:
    """One number of a payload. ``carrier`` is set by aggregators, which speak for many."""

    number: str
    scans: tuple[ReportedScan, ...] = ()
    hints: tuple[str, ...] = ()
    carrier: str | None = None
    estimate_from: date | None = None
    estimate_until: date | None = None
    signed_by: str | None = None
    errors: tuple[ReportError, ...] = field(default=())
