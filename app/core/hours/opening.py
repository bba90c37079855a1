"""Whether a place is open at a moment, until when or from when, and the hours of its coming week."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from app.core.hours.calendars import is_public_holiday
from app.core.hours.reading import read
from app.core.hours.rules import State, names_sun
from app.core.hours.timeline import Site, Stretch, lay_out, layable, next_possible

# Most places change within days; of the rest of a year only days on which one that is shut for a season may open.
_SOON, _FAR, _SEASON = 9, 32, 400
# A day on which a place may open is nearly always one on which it does.
_TRIES = 3


@dataclass(frozen=True, slots=True)
class Opening:
    """A place's hours at one moment.

    ``open`` is None when nobody can say; ``until`` is when it closes, or opens when closed, in the place's own
    zone, None when it never does or nobody can say. ``vague``: what comes after ``until`` is not certain, or, when
    closed, whether it opens. ``since``: it opened then, and no text says until when. ``holiday``: today is a public
    holiday there, so hours may differ.
    """

    open: bool | None
    until: datetime | None = None
    holiday: bool = False
    vague: bool = False
    since: datetime | None = None


def opening_at(text: str | None, place: Site, *, now: datetime) -> Opening:
    """Hours in OpenStreetMap's notation at ``now`` (aware); what is not understood counts as not known."""
    here = now.astimezone(ZoneInfo(place.zone))
    holiday = is_public_holiday(here.date(), place.country, place.region) is True
    if not text or not is_understood(text, place):
        return Opening(None, holiday=holiday)
    answer = _settled(text, place, here.replace(tzinfo=None))
    return replace(
        answer,
        holiday=holiday,
        until=answer.until.replace(tzinfo=here.tzinfo) if answer.until else None,
        since=answer.since.replace(tzinfo=here.tzinfo) if answer.since else None,
    )


def week_of_hours(text: str, place: Site, first: date) -> list[tuple[date, list[Stretch]]]:
    """The seven days from ``first`` on, each with its hours; a night is told on the day on which it begins.

    Empty when the text is not understood.
    """
    if not is_understood(text, place):
        return []
    days: dict[date, list[Stretch]] = {first + timedelta(days=number): [] for number in range(7)}
    for piece in _laid(text, place, first, _SOON):
        is_night = piece.begin.date() == piece.day and piece.end - piece.begin < timedelta(days=1)
        for share in [piece] if is_night and piece.day >= first else _shares(piece):
            if share.begin.date() in days:
                days[share.begin.date()].append(share)
    return list(days.items())


def is_understood(text: str, place: Site) -> bool:
    """Whether the text can be worked out at this place."""
    rules = read(text)
    return rules is not None and layable(rules, place)


def _laid(text: str, place: Site, first: date, days: int) -> list[Stretch]:
    rules = read(text) or ()
    # Where the sun plays no part all points of a town share one layout.
    anywhere = place if names_sun(rules) else replace(place, latitude=None, longitude=None)
    return _laid_out(text, anywhere, first, days)


@lru_cache(maxsize=2048)
def _laid_out(text: str, place: Site, first: date, days: int) -> list[Stretch]:
    # From the day before: a moment after midnight may lie in a night that began then.
    return lay_out(read(text) or (), place, first - timedelta(days=1), days + 1)


def _settled(text: str, place: Site, moment: datetime) -> Opening:
    """The state by the place's clock, laid out as far as its next change lies."""
    for days in (_SOON, _FAR):
        answer = _opening(_laid(text, place, moment.date(), days), moment)
        # The end of what was laid out is no end of hours.
        near = answer.until is not None and answer.until - moment < timedelta(days=days - 1)
        if near or answer.vague or answer.open is None:
            return answer
    return Opening(open=True) if answer.open else _next_season(text, place, moment)


def _next_season(text: str, place: Site, moment: datetime) -> Opening:
    """Of a place that is closed for weeks: when it opens again, by those days alone on which it may."""
    day, last = moment.date() + timedelta(days=_FAR - 1), moment.date() + timedelta(days=_SEASON)
    rules = read(text) or ()
    for _try in range(_TRIES):
        possible = next_possible(rules, place, day, last)
        if possible is None:
            return Opening(open=False)
        answer = _opening(_laid(text, place, possible, 1), moment)
        if answer.until or answer.vague:
            return answer
        day = possible + timedelta(days=1)
    # More looking would cost more than the answer is worth: the text says it.
    return Opening(open=False, vague=True)


def _shares(piece: Stretch) -> list[Stretch]:
    """A stretch cut at every midnight."""
    shares = []
    while piece.begin < piece.end:
        midnight = datetime.combine(piece.begin.date() + timedelta(days=1), time.min)
        shares.append(replace(piece, end=min(piece.end, midnight)))
        piece = replace(piece, begin=min(piece.end, midnight))
    return shares


def _opening(laid: Sequence[Stretch], moment: datetime) -> Opening:
    """The state at a moment by the place's clock."""
    at = next((number for number, piece in enumerate(laid) if piece.end > moment), len(laid))
    if at == len(laid) or laid[at].begin > moment:
        return _closed(laid[at] if at < len(laid) else None)
    piece = laid[at]
    if piece.state is State.UNKNOWN:
        return Opening(None, since=_begin(laid[: at + 1]) if piece.open_end else None)
    end = piece.end
    for following in laid[at + 1 :]:
        if following.begin != end:
            break
        if following.state is not State.OPEN:
            return Opening(open=True, until=end, vague=True)
        end = following.end
    return Opening(open=True, until=end)


def _begin(laid: Sequence[Stretch]) -> datetime:
    """When the last stretch began, with what goes before it without a break."""
    begin = laid[-1].begin
    for piece in reversed(laid[:-1]):
        if piece.end != begin or piece.day != laid[-1].day:
            break
        begin = piece.begin
    return begin


def _closed(following: Stretch | None) -> Opening:
    if following is None:
        return Opening(open=False)
    if following.state is State.OPEN or following.open_end:
        return Opening(open=False, until=following.begin)
    return Opening(open=False, vague=True)
