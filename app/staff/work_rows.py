"""A row of a worklist: what it is, of which order, the news, since or until when, and what can be done at once."""

from dataclasses import dataclass

MOST_ROWS = 100


@dataclass(frozen=True, slots=True)
class Row:
    """``href`` opens it; ``late`` marks a day that has passed; ``deed`` is (label, address) of a button that posts."""

    title: str
    href: str | None = None
    about: str = ""
    detail: str = ""
    when: str = ""
    late: bool = False
    deed: tuple[str, str] | None = None
