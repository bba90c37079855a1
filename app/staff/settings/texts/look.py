"""A preview as the console's frames show it: light or dark, without images, as plain text, on a phone."""

import re
from typing import Any

from flask import Response, render_template
from flask_babel import gettext as _

from app.core.drawing import colour
from app.notify.kinds import Channel
from app.notify.texts.trying.preview import TextPreview

# The mail's own styles are inline; nothing in it may act, load from elsewhere or lead anywhere.
FRAME_CSP = "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:; frame-ancestors 'self'; sandbox"
_DARK = re.compile(r"@media \(prefers-color-scheme: ?dark\)")
_IMAGE = re.compile(r"<img\b[^>]*>")
_ALT = re.compile(r'\balt="([^"]*)"')
_BODY = re.compile(r"<body\b[^>]*>")


def framed(shown: TextPreview, look: str, language: str) -> Response:
    """The preview as a page of its own, shut in by its policy."""
    if shown.outgoing.channel == Channel.SMS:
        return page("text", language, shown=shown, instead=_instead(shown))
    if look == "plain":
        return page("plain", language, shown=shown, instead=_instead(shown))
    return _sealed(_mail(shown, look))


def page(part: str, language: str, **facts: Any) -> Response:
    """A plain page: a text on a phone, a mail's plain form, or why there is nothing to see."""
    html = render_template("staff/settings/texts/frame.html", part=part, language=language, colours=_colours(), **facts)
    return _sealed(html)


def _instead(shown: TextPreview) -> str:
    """Why this is the standard text, in the reader's language; empty where it is the shop's own."""
    if shown.misfit is None:
        return ""
    return _("For this order the standard text is sent: %(why)s", why=shown.misfit.words(_))


def _colours() -> dict[str, str]:
    return {name: colour(name) for name in ("white", "ink", "sunken", "muted")}


def _mail(shown: TextPreview, look: str) -> str:
    html = shown.outgoing.html_whole
    # Whatever the reader's own screen is: the frame shows the one that was asked for.
    html = _DARK.sub("@media all" if look.endswith("dark") else "@media not all", html)
    html = _IMAGE.sub(_words_instead, html) if look == "bare" else html
    # What an inbox shows of it stands above, apart from the mail.
    about = {"subject": shown.outgoing.subject, "instead": _instead(shown), "colours": _colours()}
    strip = render_template("staff/settings/texts/_strip.html", **about)
    return _BODY.sub(lambda begun: begun.group() + strip, html, count=1)


def _words_instead(image: re.Match[str]) -> str:
    words = _ALT.search(image.group())
    return words.group(1) if words else ""


def _sealed(html: str) -> Response:
    response = Response(html, mimetype="text/html")
    response.headers["Content-Security-Policy"] = FRAME_CSP
    return response
