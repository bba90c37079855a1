"""Text in OpenStreetMap's notation into rules; slips that can mean only one thing are read as what they mean."""

from functools import lru_cache

from app.core.hours.days import read_calendar, read_weekdays
from app.core.hours.rules import Joiner, Rule, State, SunEvent, TimeOfDay, Times
from app.core.hours.tokens import NotUnderstoodError, Tokens
from app.core.hours.weight import HEAVIEST, weight

# No list has longer ones: what is longer is prose, and would only cost time.
LONGEST, MOST_TIMES = 1_000, 60
_DAY = 1440
_STATES = {"open": State.OPEN, "closed": State.CLOSED, "off": State.CLOSED, "unknown": State.UNKNOWN}


# A network's points share few texts: none is read twice.
@lru_cache(maxsize=4096)
def read(text: str) -> tuple[Rule, ...] | None:
    """The rules of a text; None when any part of it is not understood, for the rest could say what is not so."""
    if len(text) > LONGEST:
        return None
    try:
        return _rules(Tokens.of(text))
    except NotUnderstoodError:
        return None


def _rules(tokens: Tokens) -> tuple[Rule, ...]:
    rules = [_rule(tokens, Joiner.NORMAL)]
    while separator := tokens.take(*Joiner):
        rules.append(_rule(tokens, Joiner(separator)))
    if tokens.peek() or sum(len(rule.times) for rule in rules) > MOST_TIMES or weight(rules) > HEAVIEST:
        tokens.refuse()
    return tuple(rules)


def _rule(tokens: Tokens, joiner: Joiner) -> Rule:
    start = tokens.at
    years, dates, weeks = read_calendar(tokens)
    weekdays, holidays, strict = read_weekdays(tokens)
    times: tuple[Times, ...] = ()
    if _is_always(tokens):
        tokens.at += 3
    else:
        times = _times(tokens)
    state, comment = _modifier(tokens)
    if tokens.at == start:
        tokens.refuse()
    return Rule(joiner, years, dates, weeks, weekdays, holidays, strict, times, state, comment)


def _modifier(tokens: Tokens) -> tuple[State, str]:
    word = tokens.take(*_STATES)
    comment = tokens.comment()
    if word:
        return _STATES[word], comment
    # A comment alone, such as "by appointment", promises nothing.
    return State.UNKNOWN if comment else State.OPEN, comment


def _is_always(tokens: Tokens, ahead: int = 0) -> bool:
    return [tokens.peek(ahead + number) for number in range(3)] == ["24", "/", "7"]


def _times(tokens: Tokens) -> tuple[Times, ...]:
    spans: list[Times] = []
    while _is_clock(tokens, 0):
        spans.append(_span(tokens))
        if tokens.peek() != "," or not _is_clock(tokens, 1):
            break
        tokens.take(",")
    return tuple(spans)


def _is_clock(tokens: Tokens, ahead: int) -> bool:
    piece = tokens.peek(ahead)
    hours = piece.isdecimal() and len(piece) <= 2 and not _is_always(tokens, ahead)
    return hours or piece in (*SunEvent, "(")


def _span(tokens: Tokens) -> Times:
    begin = _clock(tokens)
    if begin.event is None and begin.minutes >= _DAY:
        tokens.refuse()
    if tokens.take("+"):
        return Times(begin, None, open_end=True)
    tokens.need("-")
    end = _clock(tokens)
    if end.event is None and end.minutes > 2 * _DAY:
        tokens.refuse()
    return Times(begin, end, open_end=bool(tokens.take("+")))


def _clock(tokens: Tokens) -> TimeOfDay:
    if event := tokens.take(*SunEvent):
        return TimeOfDay(0, SunEvent(event))
    if not tokens.take("("):
        return TimeOfDay(_minutes(tokens))
    event = tokens.need(*SunEvent)
    sign = 1 if tokens.need("+", "-") == "+" else -1
    minutes = _minutes(tokens)
    tokens.need(")")
    return TimeOfDay(sign * minutes, SunEvent(event))


def _minutes(tokens: Tokens) -> int:
    """«9:00», «09.00», «9h30», «9», «5pm» as minutes after midnight."""
    hours, minutes = tokens.number(), 0
    if tokens.joined(0) and tokens.joined(1) and tokens.peek(1).isdecimal() and tokens.take(":", ".", "h"):
        if len(tokens.peek()) != 2:
            tokens.refuse()
        minutes = tokens.number()
    else:
        tokens.take("h")
    if half := tokens.take("am", "pm"):
        if not 1 <= hours <= 12:
            tokens.refuse()
        hours = hours % 12 + (12 if half == "pm" else 0)
    if minutes > 59:
        tokens.refuse()
    return hours * 60 + minutes
