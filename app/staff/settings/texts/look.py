"""A preview as the console's frames show it: light or dark, without images, as plain text, on a phone."""

import base64
import re
from html import escape

from flask import Response
from flask_babel import gettext as _
from flask_babel import ngettext

from app.core.drawing import colour
from app.notify.kinds import Channel
from app.notify.providers.ports import Outgoing
from app.notify.texts.preview import TextPreview

# The mail's own styles are inline; nothing in it may act, load from elsewhere or lead anywhere.
FRAME_CSP = "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:; frame-ancestors 'self'; sandbox"
_DARK = re.compile(r"@media \(prefers-color-scheme: ?dark\)")
_IMAGE = re.compile(r"<img\b[^>]*>")
_ALT = re.compile(r'\balt="([^"]*)"')
# In both themes as a mail program's own line, apart from the mail.
_STRIP = (
    f"margin:0;padding:10px 16px;font:14px/1.4 system-ui,sans-serif;background:{colour('sunken')};color:{colour('ink')}"
)
_PAGE = (
    '<!doctype html><html lang="{language}"><meta charset="utf-8"><meta name="color-scheme" content="light">'
    "<title>{title}</title><style>body{{margin:0;padding:16px;font:16px/1.5 system-ui,sans-serif;background:{white};"
    "color:{ink}}}pre{{white-space:pre-wrap;overflow-wrap:anywhere;font:14px/1.5 ui-monospace,monospace;margin:0}}"
    ".bubble{{max-width:280px;background:{sunken};border-radius:18px;padding:10px 14px;overflow-wrap:anywhere}}"
    ".from{{text-align:center;color:{muted};font-size:14px;margin:0 0 12px}}</style><body>{body}</body></html>"
)


def framed(shown: TextPreview, look: str, language: str) -> Response:
    """The preview as a page of its own, shut in by its policy."""
    outgoing = shown.outgoing
    if outgoing.channel == Channel.SMS:
        room = _("%(signs)s of %(room)s signs", signs=shown.signs, room=shown.room)
        count = ngettext("%(num)s text to pay for", "%(num)s texts to pay for", shown.segments)
        return page(
            f'<p class="bubble">{escape(outgoing.text)}</p><p class="from">{escape(f"{room} · {count}")}</p>', language
        )
    if look == "plain":
        return page(f"<pre>{escape(_subject(outgoing))}\n\n{escape(outgoing.text)}</pre>", language)
    return _sealed(_mail(outgoing, look))


def page(body: str, language: str) -> Response:
    """A plain page; what is in ``body`` is escaped already."""
    colours = {name: colour(name) for name in ("white", "ink", "sunken", "muted")}
    return _sealed(_PAGE.format(language=language, title=escape(_("Preview")), body=body, **colours))


def _mail(outgoing: Outgoing, look: str) -> str:
    html = outgoing.html
    for one in outgoing.enclosed:
        drawn = base64.b64encode(one.content).decode()
        html = html.replace(f"cid:{one.cid}", f"data:image/png;base64,{drawn}")
    # Whatever the reader's own screen is: the frame shows the one that was asked for.
    html = _DARK.sub("@media all" if look.endswith("dark") else "@media not all", html)
    html = _IMAGE.sub(_words_instead, html) if look == "bare" else html
    head, body, rest = html.partition("<body")
    inside, close, after = rest.partition(">")
    return f'{head}{body}{inside}{close}<p style="{_STRIP}">{escape(_subject(outgoing))}</p>{after}'


def _subject(outgoing: Outgoing) -> str:
    """What an inbox shows of it."""
    return _("Subject: %(subject)s", subject=outgoing.subject)


def _words_instead(image: re.Match[str]) -> str:
    words = _ALT.search(image.group())
    return f"<span>{words.group(1)}</span>" if words else ""


def _sealed(html: str) -> Response:
    response = Response(html, mimetype="text/html")
    response.headers["Content-Security-Policy"] = FRAME_CSP
    return response
