"""Plain weeks against another reader of the notation, which was written apart from ours."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st
from opening_hours import OpeningHours, State

from app.core.hours.reading import read
from app.core.hours.timeline import lay_out
from tests.foundation.hours.conftest import MADRID

ZONE = ZoneInfo("Europe/Madrid")
FIRST = date(2026, 11, 2)
DAYS = st.sampled_from(
    ["", "Mo", "Mo-Fr", "Sa,Su", "Fr-Mo", "Tu,Th", "Mo[1]", "Sa[-1]", "We[2,4]", "Nov", "Nov 10-20", "Nov 9", "Nov Mo",
     "week 46-47", "week 45-53/2", "2026", "Oct-Feb Sa", "easter"]
)  # fmt: skip
CLOCKS = st.tuples(st.integers(0, 22), st.sampled_from([0, 15, 30, 59]))


@st.composite
def spans(draw: st.DrawFn) -> str:
    """One to three spans of a day, in their order."""
    edges = sorted(draw(st.lists(CLOCKS, min_size=2, max_size=6, unique=True)))
    pairs = zip(edges[::2], edges[1::2], strict=False)
    return ",".join(f"{a:02}:{b:02}-{c:02}:{d:02}" for (a, b), (c, d) in pairs)


@st.composite
def expressions(draw: st.DrawFn) -> str:
    """Up to four rules; the first has its times, so that lists and rules cannot be mistaken for each other."""
    rules = [f"{draw(DAYS)} {draw(spans())}".strip()]
    for _ in range(draw(st.integers(0, 3))):
        body = draw(st.one_of(spans(), spans().map("{} off".format), st.just("off")))
        # A comma before times alone goes on with the times before it.
        joiner = draw(st.sampled_from(["; ", ", "]))
        days = draw(DAYS if joiner == "; " else DAYS.filter(bool))
        rules.append(f"{joiner}{days} {body}".replace("  ", " ").strip())
    return " ".join("".join(f"{rule} " for rule in rules).split()).replace(" ;", ";").replace(" ,", ",")


@settings(max_examples=200)
@given(expressions())
def test_plain_weeks_agree_with_another_reader(text: str) -> None:
    rules = read(text)
    assert rules is not None, text
    begin = datetime.combine(FIRST, time.min, ZONE)
    theirs = OpeningHours(text, timezone=ZONE, auto_country=False, auto_timezone=False)
    expected = _minutes(
        (start.replace(tzinfo=None), end.replace(tzinfo=None))
        for start, end, state, _ in theirs.intervals(begin, begin + timedelta(days=30))
        if state == State.OPEN
    )
    assert _minutes((piece.begin, piece.end) for piece in lay_out(rules, MADRID, FIRST, 30)) == expected


def _minutes(pieces: object) -> list[tuple[datetime, datetime]]:
    joined: list[tuple[datetime, datetime]] = []
    for begin, end in pieces:  # type: ignore[attr-defined]
        if joined and joined[-1][1] == begin:
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((begin, end))
    return joined
