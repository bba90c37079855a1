"""By which clock the order page tells a scan and a stage: the place's where that is sure, else the destination's."""

from datetime import datetime

from app.tracking.clocks import shown_zone
from app.tracking.page.records import TrackedParcel, TrackedScan
from app.tracking.page.words import SHOP
from app.tracking.ports import Place


def zone_of_scan(scan: TrackedScan, home: str) -> str:
    """The zone in which a scan's time is told; ``home`` is where its parcel goes."""
    if scan.by == SHOP:
        return scan.zone or home
    return shown_zone(scan.zone, Place(city=scan.city, country=scan.country), scan.at, home)


def zone_at(parcel: TrackedParcel, at: datetime) -> str:
    """The zone in which a parcel's stage at ``at`` is told: that of its scan, so that no page tells it twice."""
    scan = next((scan for scan in parcel.scans if scan.at == at), None)
    return zone_of_scan(scan, parcel.zone) if scan else parcel.zone
