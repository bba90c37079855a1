"""Takes out of a page whatever acts: links, forms, tokens and scripts; pure."""

from collections.abc import Sequence
from html import escape
from html.parser import HTMLParser

Attributes = Sequence[tuple[str, str | None]]
CONTROLS = frozenset({"button", "input", "select", "textarea"})
# What leads somewhere, sends something, or opens something by a key.
ACTING = frozenset({"href", "target", "action", "formaction", "method", "ping", "download", "autofocus", "accesskey"})
# Left out with all that is in them.
DROPPED = frozenset({"script", "template", "iframe", "object", "noscript"})
# Values that are made for this browser's own session.
TOKENS = frozenset({"csrf_token", "csrf-token"})


def inert(page: str, *, head: str = "", bar: str = "") -> str:
    """The page without anything that acts; ``head`` is put at the end of its head, ``bar`` before all that it shows."""
    reader = _Inert(head, bar)
    reader.feed(page)
    reader.close()
    return "".join(reader.parts)


class _Inert(HTMLParser):
    """Writes a page anew while it is read; what is not understood stays as it was written."""

    def __init__(self, head: str, bar: str) -> None:
        super().__init__(convert_charrefs=False)
        self.parts: list[str] = []
        self._head, self._bar, self._inside = head, bar, ""

    def handle_starttag(self, tag: str, attrs: Attributes) -> None:
        """A tag that begins, or stands alone."""
        if self._inside or _is_token(attrs):
            return
        # None of these stands in itself, so the next end of the same name is its own.
        if tag in DROPPED:
            self._inside = tag
            return
        self.parts.append(_written(tag, attrs, self.get_starttag_text() or ""))
        if tag == "body":
            self.parts.append(self._bar)

    def handle_startendtag(self, tag: str, attrs: Attributes) -> None:
        """A tag that closes itself, as those of pictures do; its own text says so."""
        if not self._inside and tag not in DROPPED and not _is_token(attrs):
            self.parts.append(_written(tag, attrs, self.get_starttag_text() or "", end="/"))

    def handle_endtag(self, tag: str) -> None:
        """The end of a tag."""
        if self._inside:
            self._inside = "" if tag == self._inside else self._inside
            return
        # Last in the head: what a page brings itself does not undo the sheet of the bar.
        self.parts.append((self._head if tag == "head" else "") + f"</{tag}>")

    def handle_data(self, data: str) -> None:
        """Text between tags."""
        self._keep(data)

    def handle_entityref(self, name: str) -> None:
        """A sign by its name."""
        self._keep(f"&{name};")

    def handle_charref(self, name: str) -> None:
        """A sign by its number."""
        self._keep(f"&#{name};")

    def handle_decl(self, decl: str) -> None:
        """What kind of document it is."""
        self._keep(f"<!{decl}>")

    def _keep(self, text: str) -> None:
        if not self._inside:
            self.parts.append(text)


def _written(tag: str, attrs: Attributes, raw: str, end: str = "") -> str:
    staying = [(name, value) for name, value in attrs if not _acts(tag, name, value)]
    if tag == "a" and not any(name == "href" for name, _value in staying):
        # Still read out as a link, and as one that does not work here.
        staying = [*((n, v) for n, v in staying if n != "role"), ("role", "link"), ("aria-disabled", "true")]
    # Disabled by itself: a form that is gone could not keep a script of the browser's own from pressing.
    if tag in CONTROLS and not any(name == "disabled" for name, _value in staying):
        staying = [*staying, ("disabled", None)]
    if staying == list(attrs):
        return raw
    return f"<{tag}{''.join(map(_attribute, staying))}{end}>"


def _attribute(pair: tuple[str, str | None]) -> str:
    name, value = pair
    return f" {name}" if value is None else f' {name}="{escape(value)}"'


def _acts(tag: str, name: str, value: str | None) -> bool:
    # Within the page one may still move; a sheet's address is needed to draw it.
    if name == "href" and (tag in ("link", "use", "image") or (value or "").startswith("#")):
        return False
    return name in ACTING or name.startswith(("hx-", "on", "data-copy", "data-opens"))


def _is_token(attrs: Attributes) -> bool:
    return any(name == "name" and value in TOKENS for name, value in attrs)
