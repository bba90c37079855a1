"""Calendar files (RFC 5545): one entry for some days or hours, which a later file of the same name replaces."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

# Octets of a line, without its end (RFC 5545, 3.1).
LONGEST_LINE = 75
ESCAPED = str.maketrans({"\\": "\\\\", ";": r"\;", ",": r"\,", "\n": r"\n", "\r": None})


@dataclass(frozen=True, slots=True)
class CalendarEntry:
    """One entry; of days ``until`` is the last one, of instants the end.

    Calendars keep one entry for each ``uid`` and believe the file with the higher ``sequence``.
    """

    uid: str
    sequence: int
    title: str
    begin: date
    until: date
    url: str
    place: str | None = None


def calendar_file(entry: CalendarEntry, *, now: datetime) -> bytes:
    """The entry as a file that any calendar reads."""
    text = {"SUMMARY": entry.title, "LOCATION": entry.place, "DESCRIPTION": entry.url}
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Paradero//Calendar//EN",
        "METHOD:PUBLISH",
        "BEGIN:VEVENT",
        f"UID:{entry.uid}",
        f"SEQUENCE:{entry.sequence}",
        f"DTSTAMP:{_instant(now)}",
        *_times(entry),
        *(f"{name}:{value.translate(ESCAPED)}" for name, value in text.items() if value),
        f"URL:{entry.url}",
        # A parcel that comes makes nobody busy.
        "TRANSP:TRANSPARENT",
        "END:VEVENT",
        "END:VCALENDAR",
    ]
    return "".join(f"{part}\r\n" for line in lines for part in _folded(line)).encode()


def _times(entry: CalendarEntry) -> tuple[str, str]:
    if isinstance(entry.begin, datetime) and isinstance(entry.until, datetime):
        # Instants need no table of a zone beside them, and every calendar shows them by its owner's clock.
        return f"DTSTART:{_instant(entry.begin)}", f"DTEND:{_instant(entry.until)}"
    # The end of whole days is the day after (3.6.1).
    after = entry.until + timedelta(days=1)
    return f"DTSTART;VALUE=DATE:{entry.begin:%Y%m%d}", f"DTEND;VALUE=DATE:{after:%Y%m%d}"


def _instant(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _folded(line: str) -> Iterator[str]:
    """A long line in parts, each but the first behind a blank; no letter is cut in two."""
    part, size = "", 0
    for letter in line:
        octets = len(letter.encode())
        if size + octets > LONGEST_LINE:
            yield part
            part, size = " ", 1
        part, size = part + letter, size + octets
    yield part
