"""How much the tests of the one voice have compared, said once at the end of a run."""

from collections import Counter

FORMS = "page, list, mail, text, interface and console"
_compared: Counter[str] = Counter()
_told: Counter[str] = Counter()


def head(stories: int, checks: int) -> str:
    """The first line of a snapshot."""
    return f"# {stories} stories, {checks} checks each: {stories * checks} comparisons\n"


def note(room: str, stories: int, checks: int) -> None:
    """So many stories of a room were compared in one language, each in so many ways."""
    _told[room] += stories
    _compared[room] += stories * checks


def summary() -> str:
    """All of it in one line; empty where nothing was compared."""
    rooms = ", ".join(f"{_told[room]} of {room}" for room in sorted(_told))
    return f"one voice: {rooms}; {_compared.total()} comparisons of {FORMS}" if rooms else ""
