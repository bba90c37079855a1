"""Views of the common pages. Language and theme are kept in cookies of their own: they identify nobody."""

import re
from datetime import timedelta
from urllib.parse import urlsplit

from flask import Blueprint, Response, abort, redirect, render_template, request, send_from_directory
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response as AnyResponse

from app.brands.facts import is_address
from app.core.clock import utcnow
from app.core.drawing import STATIC
from app.core.i18n.locale import CHOICE_COOKIE, languages_here, page_language
from app.core.web import origin, see_other, settings
from app.orders.lookup.guard import open_order, speak_for
from app.pages.cookies import cookies
from app.pages.samples import samples
from app.pages.shell import THEME_COOKIE, THEMES, notice_labels, sized
from app.pages.shop import said, shop
from app.pages.statement import conformance

YEAR_SECONDS = 365 * 24 * 3600
pages = Blueprint("pages", __name__)


def safe_path(path: str | None) -> str:
    r"""A path of this site, else the front page: never another host, however spelt (``//x``, ``/\x``, ``/\t/x``)."""
    if not path or not path.startswith("/") or path[1:2] in ("/", "\\"):
        return "/"
    # Browsers leave tabs and line ends out of an address, and take a backslash for a slash.
    if any(ord(sign) < 32 or sign == "\\" for sign in path) or urlsplit(path).netloc:
        return "/"
    return path


def _remember_choice(cookie: str, value: str | None) -> AnyResponse:
    """Back to where the reader was, the choice kept for a year (or forgotten)."""
    response = see_other(safe_path(request.form.get("next")))
    if value is None:
        response.delete_cookie(cookie, samesite="Lax")
    else:
        response.set_cookie(cookie, value, YEAR_SECONDS, secure=settings().secure, httponly=True, samesite="Lax")
    return response


@pages.post("/language/<code>")
def choose_language(code: str) -> ResponseReturnValue:
    """Read on in another language."""
    return _remember_choice(CHOICE_COOKIE, code) if code in languages_here() else abort(404)


@pages.post("/theme/<name>")
def choose_theme(name: str) -> ResponseReturnValue:
    """Light, dark, or (``device``) as the device says."""
    if name == "device":
        return _remember_choice(THEME_COOKIE, None)
    return _remember_choice(THEME_COOKIE, name) if name in THEMES else abort(404)


@pages.get("/help")
def help_page() -> str:
    """What people ask, and whom to ask: about the order that is open in this browser, or about any."""
    opened = open_order()
    if opened:
        speak_for(opened.order_id)
    return render_template("pages/help.html", opened=opened)


@pages.get("/privacy")
def privacy() -> str:
    """What is kept, why and for how long."""
    return render_template("pages/privacy.html", cookies=cookies())


@pages.get("/notices/<name>")
def notice(name: str) -> ResponseReturnValue:
    """A legal notice of the shop: its text, or on to where it stands."""
    house, titles = shop(), dict(notice_labels())
    text = said(getattr(house, name), page_language()) if name in titles else ""
    if not text:
        abort(404)
    if is_address(text):
        return see_other(text)
    paragraphs = [[line for line in part.splitlines() if line.strip()] for part in re.split(r"\n\s*\n", text)]
    return render_template("pages/notice.html", title=titles[name], paragraphs=paragraphs)


@pages.get("/accessibility")
def accessibility() -> str:
    """The accessibility statement: what conforms, what does not, and how to complain."""
    return render_template("pages/accessibility.html", report=conformance())


@pages.get("/accessibility/report")
def conformance_report() -> Response:
    """The conformance report, criterion by criterion, in the standard's own language."""
    return Response("\n".join(conformance().lines()) + "\n", mimetype="text/plain")


@pages.get("/ui")
def components() -> str:
    """Every component in every state; only outside production."""
    if settings().production:
        abort(404)
    return render_template("pages/ui.html", **samples())


@pages.get("/.well-known/security.txt")
def security_txt() -> Response:
    """RFC 9116: whom to tell of a weakness, and until when this holds."""
    # RFC 9116 wants less than a year, so that nobody writes to an address long given up.
    expires = utcnow() + timedelta(days=180)
    text = render_template("pages/security.txt", expires=expires, public_url=origin())
    return Response(text, mimetype="text/plain")


@pages.get("/robots.txt")
def robots_txt() -> Response:
    """Nothing here is for search engines."""
    return Response("User-agent: *\nDisallow: /\n", mimetype="text/plain")


@pages.get("/favicon.ico")
def favicon() -> ResponseReturnValue:
    """The brand's icon, or the sign of the trail, for who asks without reading the page."""
    own = shop().look.icon
    if own:
        return redirect(sized(own, 32))
    return send_from_directory(STATIC, "favicon.svg", mimetype="image/svg+xml", max_age=YEAR_SECONDS)
