"""What may stand in a header: no line breaks, no control characters, no invisible marks."""

import unicodedata

_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


def header(value: str, limit: int = 200) -> str:
    """One printable line of at most ``limit`` characters; breaks become blanks, unseen characters go."""
    shown = (" " if c in "\r\n\t\v\f\u2028\u2029\x85" else c for c in value)
    line = "".join(c for c in shown if unicodedata.category(c) not in _UNSEEN)
    return " ".join(line.split())[:limit].rstrip()
