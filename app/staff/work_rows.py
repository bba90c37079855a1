"""A row of a worklist: what it is, of which order, the news, since or until when, and what can be done about it."""

from dataclasses import dataclass

MOST_ROWS = 100


@dataclass(frozen=True, slots=True)
class Act:
    """A button of a row: one that posts and is done, or (``asks``) one that leads to a page that asks first."""

    label: str
    href: str
    asks: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """``href`` opens where it is dealt with, ``order`` the order that ``about`` names; ``late``: its day has passed.

    ``item`` is its name within its list, by which it can be set aside.
    """

    title: str
    href: str | None = None
    about: str = ""
    detail: str = ""
    when: str = ""
    late: bool = False
    acts: tuple[Act, ...] = ()
    order: str | None = None
    item: str = ""
