"""The scans of a return parcel as its page shows them: by day, newest first."""

from datetime import datetime
from typing import Any

from flask_babel import gettext as _

from app.core.i18n import words
from app.tracking.models import Shipment
from app.tracking.page.records import ScanRecord
from app.tracking.page.timeline_words import Day, ScanWords
from app.tracking.page.words import scan_words
from app.tracking.states import ShipmentState

BACK = frozenset({ShipmentState.DELIVERED, ShipmentState.RETURNED})


def parcel_days(parcel: Shipment | None, *, trusted: bool) -> list[Day]:
    """The scans in words; the carrier's own beside ours for those who may read names."""
    days: list[Day] = []
    for told in parcel.timeline if parcel else ():
        scan = _scan(told)
        zone = _zone(scan, parcel.zone if parcel else words.HOME_ZONE)
        label = _label(scan.at, zone)
        if not days or days[-1].label != label:
            days.append(Day(label))
        days[-1].entries.append(_line(scan, zone, trusted=trusted))
    return days


def _scan(told: dict[str, Any]) -> ScanRecord:
    facts = {name: told[name] for name in ("exact", "zone", "by", "words", "incident", "city", "country")}
    return ScanRecord(at=datetime.fromisoformat(told["at"]), state=ShipmentState(told["state"]), **facts)


def _zone(scan: ScanRecord, home: str) -> str:
    """A bare offset takes the name of the parcel's zone where both show the same time."""
    if not scan.zone or words.clock_time(scan.at, zone=scan.zone) == words.clock_time(scan.at, zone=home):
        return home
    return scan.zone


def _label(at: datetime, zone: str) -> str:
    spoken = words.day(at, zone=zone)
    return str(_("%(day)s (%(place)s time)", day=spoken[:1].upper() + spoken[1:], place=words.zone_city(zone)))


def _line(scan: ScanRecord, zone: str, *, trusted: bool) -> ScanWords:
    text = scan_words(scan, returning=scan.state in BACK)
    theirs = scan.words.strip() if trusted else ""
    return ScanWords(
        time=words.clock_time(scan.at, zone=zone) if scan.exact else "–",
        text=text,
        words=theirs if theirs.casefold() != text.casefold() else None,
        place=scan.city,
    )
