"""The forms of a carrier's numbers: what they look like, and the check digit that speaks for them. Pure."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from app.carriers.check_digits import postal_s10

Passes = Callable[[str], bool]


@dataclass(frozen=True, slots=True)
class NumberForm:
    """One form of number: a regular expression for the whole of it, and what its check digit has to hold."""

    name: str
    pattern: str
    passes: Passes | None = None

    def fits(self, number: str) -> bool:
        """Whether a number, without blanks and dashes and in capitals, has this form."""
        return bool(_compiled(self.pattern).fullmatch(number)) and (self.passes is None or self.passes(number))


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.ASCII)


def ends(digit: Callable[[str], str], start: int = 0) -> Passes:
    """The last character is the check digit of those from ``start`` (counted from the end where negative)."""
    return lambda number: digit(number[start:-1]) == number[-1]


def s10(country: str) -> NumberForm:
    """The form that all posts of the Universal Postal Union use; its last two letters name the post's country."""
    return NumberForm("S10", rf"[A-Z]{{2}}\d{{9}}{country}", lambda number: postal_s10(number[2:10]) == number[10])
