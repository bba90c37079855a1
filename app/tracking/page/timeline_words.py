"""A parcel's timeline in words, a heading a day; the carrier's own words beside ours, marked with their language."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from app.core.i18n import words
from app.core.i18n.locale import get_locale
from app.core.i18n.locale import gettext as _
from app.tracking.carrier_pages import carrier_language
from app.tracking.fold.facts import MilestoneName
from app.tracking.page.records import TrackedOrder, TrackedParcel, TrackedScan
from app.tracking.page.words import scan_words

# An address for mail, a number that could be a phone's, or a signature.
PRIVATE = re.compile(r"\S+@\S+|(?:\d[\s.-]?){7,}|\b(signed|firmado|receptor|recibido por|received by)\b", re.IGNORECASE)
# In nearly every address: to look for them would hide nearly every scan.
COMMON = frozenset({"avenida", "avenue", "calle", "del", "las", "los", "paseo", "plaza", "road", "street", "the"})
GONE_BACK = frozenset({MilestoneName.RETURNING, MilestoneName.RETURNED})


@dataclass(frozen=True, slots=True)
class ScanWords:
    """One scan: its time, our words, the carrier's and their language where it is another, the place.

    ``clock`` says by which place's clock it is told, where that is another than that of the line before.
    """

    time: str
    text: str
    words: str | None
    place: str | None
    lang: str | None = None
    clock: str | None = None


@dataclass(frozen=True, slots=True)
class Day:
    """The scans of one day, each by its own clock."""

    label: str
    entries: list[ScanWords] = field(default_factory=list)


def days_of(parcel: TrackedParcel, order: TrackedOrder, *, tier: int, now: datetime) -> list[Day]:
    """The timeline, newest first. Below tier 2 the carrier's words are left out where they name the person."""
    secrets = [] if tier >= 2 else private_words(order.ship_to or {})
    home = (order.ship_to or {}).get("country")
    turned = min((parcel.reached[name] for name in GONE_BACK if name in parcel.reached), default=None)
    lines = []
    for scan in parcel.scans:
        zone = scan.zone_in(parcel.zone)
        text = scan_words(scan, method=parcel.method, returning=turned is not None and scan.at > turned)
        lines.append((scan, zone, _line(scan, zone, home, _public_words(scan, secrets), text)))
    return in_days(lines, now)


def in_days(lines: Iterable[tuple[TrackedScan, str, ScanWords]], now: datetime) -> list[Day]:
    """Scans with the zones of their clocks under the days to which they belong; a zone is said where it changes."""
    days: list[Day] = []
    here, last = None, None
    for scan, zone, line in lines:
        day = words.local_day(scan.at, zone)
        if day != here:
            days.append(Day(_label(scan.at, zone, now)))
            here = day
        # Once, and again only where the clock changes.
        clock = _("%(place)s time", place=words.zone_city(zone)) if zone != last and scan.exact else None
        last = zone if scan.exact else last
        days[-1].entries.append(replace(line, clock=clock))
    return days


def private_words(ship_to: dict[str, Any]) -> list[str]:
    """What of an address must not show in a carrier's words: names, street, postcode."""
    address = " ".join(str(ship_to.get(part) or "") for part in ("name", "line1", "line2", "postcode"))
    return [word for word in address.casefold().replace(",", " ").split() if len(word) > 2 and word not in COMMON]


def _public_words(scan: TrackedScan, secrets: list[str]) -> str:
    """The carrier's words, or none where they hold something private."""
    text = scan.words.strip()
    plain = text.casefold()
    if secrets and (PRIVATE.search(text) or any(word in plain for word in secrets)):
        return ""
    return text


def _line(scan: TrackedScan, zone: str, home: str | None, carrier_words: str, text: str) -> ScanWords:
    return ScanWords(
        time=words.clock_time(scan.at, zone=zone) if scan.exact else "–",
        text=text,
        words=carrier_words if carrier_words and carrier_words.casefold() != text.casefold() else None,
        place=_place(scan, home),
        lang=_foreign(carrier_language(scan.by)),
    )


def _foreign(language: str | None) -> str | None:
    """A language, where the page speaks another."""
    reader = get_locale()
    return language if reader is not None and language != reader.language else None


def _label(at: datetime, zone: str, now: datetime) -> str:
    """«Hoy, jue 26 nov»."""
    near = words.relative_day(at, zone=zone, now=now)
    spoken = f"{near}, {words.short_day(at, zone=zone)}" if near else words.day(at, zone=zone)
    return spoken[:1].upper() + spoken[1:]


def _place(scan: TrackedScan, home: str | None) -> str | None:
    """The place as the carrier wrote it, with its country where that is another than the customer's."""
    locale = get_locale()
    country = scan.country if scan.country and scan.country != home else None
    named = locale.territories.get(country, country) if country and locale else country
    # Many carriers write in capitals throughout.
    city = scan.city.title() if scan.city and scan.city.isupper() else scan.city
    return ", ".join(part for part in (city, named) if part) or None
