"""When two reports speak of the same scan: the carrier's own id, or everything that was said of it."""

import json
import unicodedata
from datetime import UTC
from functools import lru_cache
from hashlib import sha256

from app.tracking.ports import Place, ReportedEvent
from app.tracking.states import TimeQuality

# Dashes of every kind (category Pd) beside the minus sign, and what is invisible: nobody means them by a number.
_BETWEEN = frozenset({"Pd", "Cf", "Zs", "Zl", "Zp", "Cc"})
_MINUS = "\u2212"


@lru_cache(maxsize=4096)
def normalised_number(number: str) -> str:
    """A tracking number as it is compared: in capitals, without blanks, dashes and invisible signs."""
    plain = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", number).upper())
    joined = "".join(sign for sign in plain if sign != _MINUS and unicodedata.category(sign) not in _BETWEEN)
    # What stood apart may belong together now.
    return unicodedata.normalize("NFKC", joined)


def identity(event: ReportedEvent) -> bytes:
    """32 bytes that are equal for two sightings of one scan (requirement E-03)."""
    parts: list[object] = [event.carrier, normalised_number(event.number)]
    # A carrier's own id outlasts changes of its texts (E-03).
    parts += ["id", event.event_id] if event.event_id else ["told", *_content(event)]
    return sha256(json.dumps(parts, separators=(",", ":")).encode()).digest()


def _content(event: ReportedEvent) -> list[object]:
    """Code, time, place and text; an instant only where an offset was given, since a guess may improve later."""
    exact = event.occurred_at is not None and event.time_quality is TimeQuality.OFFSET
    when = event.occurred_at.astimezone(UTC).isoformat() if exact and event.occurred_at else _plain(event.occurred_raw)
    return [event.code or event.status, when, *_where(event.place), _plain(event.description)]


def _where(place: Place | None) -> list[str]:
    return [_plain(part) for part in (place.city, place.region, place.postcode, place.country)] if place else []


@lru_cache(maxsize=4096)
def _plain(text: str | None) -> str:
    return " ".join(unicodedata.normalize("NFKC", text or "").casefold().split())
