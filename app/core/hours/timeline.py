"""Rules of opening hours laid out on the days of a place: when it is open, and when nobody can say."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from itertools import pairwise, product
from zoneinfo import ZoneInfo

from app.core.hours.calendars import is_public_holiday
from app.core.hours.rules import (
    Joiner,
    Rule,
    State,
    TimeOfDay,
    Times,
    groups,
    names_easter,
    names_holidays,
    names_sun,
)
from app.core.hours.sun import sun_minutes

# A night, and hours written up to 48:00, reach into the days after.
_BEFORE = 2
# Where Easter is mostly another Sunday than the notation's.
_OTHER_EASTER = frozenset({"AL", "BG", "BY", "CY", "ET", "GE", "GR", "LB", "MD", "ME", "MK", "RO", "RS", "RU", "UA"})


@dataclass(frozen=True, slots=True)
class Site:
    """What hours depend on beside their text; ``region`` is a part of the country by ISO 3166-2."""

    zone: str
    country: str | None = None
    region: str | None = None
    latitude: float | None = None
    longitude: float | None = None


@dataclass(frozen=True, slots=True)
class Stretch:
    """From when until when a place is open or nobody knows, by its own clock; elsewhere it is closed.

    ``day`` is the one whose hours they are; ``open_end``: it opens at ``begin`` or before, and nobody says until when.
    """

    begin: datetime
    end: datetime
    day: date
    state: State
    comment: str = ""
    open_end: bool = False


def layable(rules: Sequence[Rule], place: Site) -> bool:
    """Whether what the rules count from is known of the place."""
    if names_sun(rules) and (place.latitude is None or place.longitude is None):
        return False
    return not (names_easter(rules) and place.country in _OTHER_EASTER)


def lay_out(rules: Sequence[Rule], place: Site, first: date, days: int) -> list[Stretch]:
    """The stretches of these days in their order; where a doubt about holidays matters the state is not known."""
    school = (False, True) if names_holidays(rules, school=True) else (False,)
    public = (False, True) if names_holidays(rules, school=False) else (False,)
    worlds = [
        _join(_World(rules, place, doubt_public, doubt_school).stretches(first, days))
        for doubt_public, doubt_school in product(public, school)
    ]
    begin, end = _midnight(first), _midnight(first + timedelta(days=days))
    agreed = _agreed(worlds) if len(worlds) > 1 else worlds[0]
    return [
        replace(piece, begin=max(piece.begin, begin), end=min(piece.end, end))
        for piece in agreed
        if piece.end > begin and piece.begin < end
    ]


def next_possible(rules: Sequence[Rule], place: Site, first: date, last: date) -> date | None:
    """The first of these days on which a rule opens that none behind it shuts; each doubt speaks for opening."""
    opening, shutting = _World(rules, place, True, True).is_holiday, _World(rules, place, False, False).is_holiday
    for number in range((last - first).days + 1):
        day = first + timedelta(days=number)
        for rule in reversed(rules):
            shuts = rule.state is State.CLOSED
            if shuts and not rule.times and rule.holds(day, shutting):
                break
            if not shuts and rule.holds(day, opening):
                return day
    return None


@dataclass(frozen=True, slots=True)
class _World:
    """The rules at a place, with each doubt about holidays taken as true or as false."""

    rules: Sequence[Rule]
    place: Site
    doubt_public: bool
    doubt_school: bool

    def stretches(self, first: date, days: int) -> list[Stretch]:
        """Each group of rules stands in where those before it are not open; nobody knows counts as not closed."""
        dates = [first + timedelta(days=number) for number in range(-_BEFORE, days)]
        laid: _Days = {}
        for group in groups(self.rules):
            fallback = self._group(group, dates)
            for day in list(fallback):
                pieces = [piece for near in _around(day) for piece in laid.get(near, ())]
                for piece in pieces:
                    fallback[day] = _cut(fallback[day], piece.begin, piece.end)
            for day, pieces in fallback.items():
                laid[day] = [*laid.get(day, ()), *pieces]
        return [piece for pieces in laid.values() for piece in pieces]

    def _group(self, rules: Iterable[Rule], dates: Sequence[date]) -> "_Days":
        laid: _Days = {}
        for rule in rules:
            for day in dates:
                if rule.holds(day, self.is_holiday):
                    self._lay(laid, rule, day)
        return laid

    def _lay(self, laid: "_Days", rule: Rule, day: date) -> None:
        """One rule on one of its days: in place of what was, beside it, or taking away."""
        shuts = rule.state is State.CLOSED
        # «12:00-13:00 off» takes out its times alone; every other normal rule stands for the whole day.
        if not (shuts and rule.times) and (shuts or rule.joiner is not Joiner.ADDITIONAL):
            laid.pop(day, None)
        if shuts and not rule.times:
            return
        for piece in self._pieces(rule, day):
            for near in _around(day):
                if near in laid:
                    laid[near] = _cut(laid[near], piece.begin, piece.end)
            if not shuts:
                laid.setdefault(day, []).append(piece)

    def _pieces(self, rule: Rule, day: date) -> list[Stretch]:
        """What a rule says of a day, the doubtful first, so that what is sure lies over it."""
        whole = Stretch(_midnight(day), _midnight(day + timedelta(days=1)), day, rule.state, rule.comment)
        if not rule.times:
            return [whole]
        pieces = [piece for times in rule.times for piece in self._timed(times, whole)]
        return sorted(pieces, key=lambda piece: not piece.open_end)

    def _timed(self, times: Times, whole: Stretch) -> list[Stretch]:
        begin = self._minutes(times.begin, whole.day)
        end = self._minutes(times.end, whole.day) if times.end else begin
        if begin is None or end is None:
            # North of the polar circle the sun may not rise at all.
            return [replace(whole, state=State.UNKNOWN)]
        pieces = []
        if times.end:
            end += 1440 if end <= begin else 0
            pieces.append(replace(whole, begin=_after(whole, begin), end=_after(whole, end)))
        if times.open_end:
            state = State.UNKNOWN if whole.state is State.OPEN else whole.state
            last = replace(whole, begin=_after(whole, end), end=_after(whole, _latest(end)), state=state, open_end=True)
            pieces.append(last)
        return pieces

    def _minutes(self, clock: TimeOfDay, day: date) -> int | None:
        if clock.event is None:
            return clock.minutes
        latitude, longitude = self.place.latitude or 0.0, self.place.longitude or 0.0
        zone = ZoneInfo(self.place.zone)
        event = sun_minutes(clock.event, day, latitude=latitude, longitude=longitude, zone=zone)
        return None if event is None else event + clock.minutes

    def is_holiday(self, day: date, *, school: bool) -> bool:
        """Whether a day is one in this world."""
        # No list says when school holidays are.
        answer = None if school else is_public_holiday(day, self.place.country, self.place.region)
        doubt = self.doubt_school if school else self.doubt_public
        return doubt if answer is None else answer


_Days = dict[date, list[Stretch]]
"""Stretches by the day whose hours they are."""


def _around(day: date) -> list[date]:
    """The days whose hours may reach into this one's, and into whose this one's may reach."""
    return [day + timedelta(days=number) for number in range(-_BEFORE, _BEFORE + 1)]


def _latest(minutes: int) -> int:
    """Until when a place with an open end may be open: midnight, or some hours into the night where it begins late."""
    if minutes < 17 * 60:
        return 1440
    return minutes + (10 if minutes < 22 * 60 else 8) * 60


def _cut(laid: list[Stretch], begin: datetime, end: datetime) -> list[Stretch]:
    """What is left of the stretches outside these times."""
    left: list[Stretch] = []
    for piece in laid:
        if piece.end <= begin or piece.begin >= end:
            left.append(piece)
            continue
        if piece.begin < begin:
            left.append(replace(piece, end=begin))
        if piece.end > end:
            left.append(replace(piece, begin=end))
    return left


def _join(laid: Iterable[Stretch]) -> list[Stretch]:
    """In their order, neighbours of one state and one comment on one day as one."""
    joined: list[Stretch] = []
    for piece in sorted(laid, key=lambda piece: piece.begin):
        before = joined[-1] if joined else None
        if before and before.end == piece.begin and replace(before, begin=piece.begin, end=piece.end) == piece:
            joined[-1] = replace(before, end=piece.end)
        else:
            joined.append(piece)
    return joined


def _agreed(worlds: Sequence[Sequence[Stretch]]) -> list[Stretch]:
    """What all worlds say alike; where they differ nobody knows."""
    edges = sorted({edge for world in worlds for piece in world for edge in (piece.begin, piece.end)})
    agreed: list[Stretch] = []
    for begin, end in pairwise(edges):
        pieces = [_piece_at(world, begin) for world in worlds]
        present = [piece for piece in pieces if piece]
        if not present:
            continue
        one = {(piece.state, piece.open_end) if piece else None for piece in pieces}
        piece = replace(present[0], begin=begin, end=end)
        agreed.append(piece if len(one) == 1 else replace(piece, state=State.UNKNOWN, comment="", open_end=False))
    return _join(agreed)


def _piece_at(world: Sequence[Stretch], moment: datetime) -> Stretch | None:
    return next((piece for piece in world if piece.begin <= moment < piece.end), None)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min)


def _after(whole: Stretch, minutes: int) -> datetime:
    return whole.begin + timedelta(minutes=minutes)
