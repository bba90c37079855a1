"""Opening hours cut into words, numbers and signs; what stands between quotation marks is one comment."""

import re
from dataclasses import dataclass, field

_SIGNS = str.maketrans(
    dict.fromkeys("‐‑‒–—−", "-") | dict.fromkeys("“”„", '"') | {"；": ";", "：": ":", "，": ",", "．": "."}
)
_TOKEN = re.compile(r'(\s*)("[^"]*"|\|\||[^\W\d_]+|[0-9]+|[^\s\w])')


class NotUnderstoodError(ValueError):
    """The text is not in the notation, or says what nobody here can work out."""


@dataclass(frozen=True, slots=True)
class Token:
    """One piece of a text as it is compared; ``apart``: a blank stands before it."""

    text: str
    apart: bool
    written: str


@dataclass(slots=True)
class Tokens:
    """The pieces of a text, and how far they have been read."""

    pieces: list[Token]
    at: int = field(default=0)

    @classmethod
    def of(cls, text: str) -> "Tokens":
        """Cut a text. Raises NotUnderstoodError where a piece is none of a notation's."""
        pieces, at, tidied = [], 0, tidy(text)
        while at < len(tidied):
            match = _TOKEN.match(tidied, at)
            if match is None:
                raise NotUnderstoodError(tidied[at:])
            pieces.append(Token(match[2].casefold(), bool(match[1]), match[2]))
            at = match.end()
        return cls(pieces)

    def peek(self, ahead: int = 0) -> str:
        """The piece to come; empty behind the end."""
        return self.pieces[self.at + ahead].text if self.at + ahead < len(self.pieces) else ""

    def joined(self, ahead: int) -> bool:
        """Whether no blank stands before that piece."""
        return self.at + ahead < len(self.pieces) and not self.pieces[self.at + ahead].apart

    def take(self, *texts: str) -> str:
        """The piece to come if it is one of these, and go on behind it; else empty."""
        text = self.peek()
        if not text or text not in texts:
            return ""
        self.at += 1
        return text

    def need(self, *texts: str) -> str:
        """The piece to come, which must be one of these."""
        return self.take(*texts) or self.refuse()

    def number(self) -> int:
        """The number to come, which must be one."""
        text = self.peek()
        if not text.isdecimal():
            self.refuse()
        self.at += 1
        return int(text)

    def comment(self) -> str:
        """What stands between quotation marks, as it was written; empty where none comes."""
        if not self.peek().startswith('"'):
            return ""
        self.at += 1
        return self.pieces[self.at - 1].written.strip('" ')

    def refuse(self) -> str:
        """Say that what comes here cannot be read."""
        raise NotUnderstoodError(self.peek() or "the end")


def tidy(text: str) -> str:
    """The text with one kind of dash, quotation mark and blank, and without separators behind its last rule."""
    return " ".join(text.translate(_SIGNS).split()).rstrip(";,| ")
