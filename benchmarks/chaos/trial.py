"""One trial at a failpoint: what a child is told to play, and whom its two messages are for."""

from dataclasses import dataclass

# Nobody waits long for the stand-ins' silence (the stand-ins' own pause is longer).
SILENCE_S = 0.5


@dataclass(frozen=True, slots=True)
class Trial:
    """What one child plays. ``effect``: kill, raise, lose or nothing; ``clean``: nothing is forgiven."""

    number: int
    shift_s: float
    effect: str = ""
    point: str = ""
    passage: int = 1
    notes: str = ""
    books: str = ""
    api_key: str = ""
    signing_key: str = ""
    reports: bool = True
    clean: bool = False


def mail_of(number: int) -> str:
    """To whom the mail of this trial goes."""
    return f"trial-{number}@example.com"


def phone_of(number: int) -> str:
    """To which telephone its text goes."""
    return f"+346{number:08}"
