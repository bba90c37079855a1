"""Where a session of staff was opened: the client's network, and browser and system by name."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import request, session

from app.core.web import client_address
from app.orders.lookup.sessions import PLACE, StaffSession, session_id, session_key

# The first that fits: later ones name the earlier among their ancestors.
BROWSERS = (("Edg", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari"))
SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)


@dataclass(frozen=True, slots=True)
class SessionRow:
    """One session for a page: when, from where, and whether it is the one that reads."""

    key: str
    began_at: datetime
    seen_at: datetime
    device: str
    network: str
    way: str
    is_this: bool


def named(agent: str) -> str:
    """Browser and system of a user agent, such as «Firefox · Linux»; empty where it names none that we know."""
    return " · ".join(
        name
        for names in (BROWSERS, SYSTEMS)
        for name in [next((name for mark, name in names if mark in agent), "")]
        if name
    )


def note_place(way: str) -> None:
    """Have this session remember where it was opened, and by which way."""
    # Two words of it: the whole would tell a browser from all others.
    device = named(request.headers.get("User-Agent", "")[:400])
    session[PLACE] = {"network": client_address(), "device": device, "way": way}


def session_rows(sessions: Sequence[StaffSession]) -> list[SessionRow]:
    """A member's sessions as a page shows them."""
    here = session_key(session_id())
    return [
        SessionRow(
            one.key,
            one.began_at,
            one.seen_at,
            one.place.get("device", ""),
            one.place.get("network", ""),
            one.place.get("way", ""),
            one.key == here,
        )
        for one in sessions
    ]
