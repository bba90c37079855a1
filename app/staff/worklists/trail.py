"""The way back from a row's page to its worklist, with the list's filters, and on to the next row of it."""

from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode

from flask import request, session, url_for

from app.core.clock import utcnow
from app.core.web import db_session
from app.staff.worklists.choice import ListFilters
from app.staff.worklists.reading import rows_of
from app.staff.worklists.rows import Row
from app.staff.worklists.worklists import WORKLISTS

KEY, LAST = "work_trail", "work_list"


@dataclass(frozen=True, slots=True)
class WorkTrail:
    """Back to the list, and the next row where there is one."""

    title: str
    back: str
    following: str | None = None
    following_title: str = ""


def opened(href: str, name: str, filters: ListFilters, *, row: str, at: int) -> str:
    """The address of a row's page that knows from which list it was opened, and where it stood there."""
    page, hash_sign, place = href.partition("#")
    listed = f"{name}?{urlencode(filters.chosen)}" if filters.chosen else name
    query = urlencode({"list": listed, "row": row, "at": at})
    return f"{page}{'&' if '?' in page else '?'}{query}{hash_sign}{place}"


def remember(name: str, filters: ListFilters) -> None:
    """This is the list that one looks at, with these filters: acts on its rows lead back to it."""
    last = [name, filters.chosen]
    if session.get(LAST) != last:
        session[LAST] = last


def list_address(name: str) -> str:
    """The list's address, with the filters that it was looked at with last."""
    last_name, chosen = session.get(LAST) or ["", {}]
    return url_for("work.listed", name=name, **(chosen if last_name == name else {}))


def read_trail(me: str) -> WorkTrail | None:
    """From this page's address; or from the last one of this page that had it, since acts lead back without it."""
    listed, row, at = (request.args.get(name, "")[:1000] for name in ("list", "row", "at"))
    if listed:
        # One page only: the session is read on every request, and must not grow all day.
        session[KEY] = [request.path, listed, row, at]
    else:
        path, listed, row, at = session.get(KEY) or ["", "", "", ""]
        if path != request.path:
            return None
    name, _sign, query = listed.partition("?")
    if name not in WORKLISTS or request.path.startswith("/staff/work/"):
        return None
    return _trail(
        name, ListFilters.read(dict(parse_qsl(query))), row, int(at) if at.isdecimal() and len(at) < 4 else 0, me
    )


def _trail(name: str, filters: ListFilters, row: str, at: int, me: str) -> WorkTrail:
    back = url_for("work.listed", name=name, **filters.chosen)
    rows = list(rows_of(db_session(), name, filters, me=me, now=utcnow()))
    following = _following(rows, row, at)
    if following is None:
        return WorkTrail(str(WORKLISTS[name].title), back)
    place, following_row = following
    href = opened(following_row.href or "", name, filters, row=following_row.item, at=place)
    return WorkTrail(str(WORKLISTS[name].title), back, href, following_row.title)


def _following(rows: list[Row], item: str, at: int) -> tuple[int, Row] | None:
    """The next row; where this one has left the list, the one that stands in its place now."""
    start = next((place + 1 for place, row in enumerate(rows) if row.item == item), at)
    return next(((place, row) for place, row in enumerate(rows) if place >= start and row.href), None)
