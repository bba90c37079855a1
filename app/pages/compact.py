"""Templates are indented for their readers; a browser gets the same markup without the indentation."""

import re
from collections.abc import Iterator

from jinja2.ext import Extension
from jinja2.lexer import Token, TokenStream

# A quoted value may hold a bracket, a tag may go on after an expression, and these two keep every space they have.
_PIECES = re.compile(r"<(?P<name>/?[a-zA-Z][\w-]*)|(?P<quote>[\"'])|(?P<end>/?>)|(?P<space>[ \t]*\n\s*)")
_AS_TYPED = ("pre", "textarea")


class Compact(Extension):
    """Writes one line feed, or within a tag one space, for each line break with what stands around it."""

    def filter_stream(self, stream: TokenStream) -> Iterator[Token]:
        """The template's tokens, with its own text made shorter; what expressions give is left alone."""
        markup = _Markup()
        is_markup = (stream.name or "").endswith(".html")
        for token in stream:
            if token.type == "data" and is_markup:
                yield Token(token.lineno, "data", _PIECES.sub(markup.read, token.value))
            else:
                yield token


class _Markup:
    """Where in the markup the text has come to."""

    def __init__(self) -> None:
        self.tag = self.quote = self.as_typed = ""

    def read(self, piece: re.Match[str]) -> str:
        """What is written for the next piece of markup."""
        if piece["space"]:
            return self._space(piece[0])
        if piece["name"] and not self.tag:
            self.tag = piece["name"].lower()
        elif piece["quote"] and self.tag:
            self.quote = "" if self.quote == piece["quote"] else self.quote or piece["quote"]
        elif piece["end"] and not self.quote:
            self._close()
        return piece[0]

    def _space(self, typed: str) -> str:
        if self.as_typed or self.quote:
            return typed
        return " " if self.tag else "\n"

    def _close(self) -> None:
        if self.tag in _AS_TYPED:
            self.as_typed = self.tag
        elif self.tag == f"/{self.as_typed}":
            self.as_typed = ""
        self.tag = ""
