"""The seam to Flask: the request's database session, security headers, limits, redirects."""

import secrets
from datetime import datetime
from ipaddress import ip_address, ip_network
from typing import Any, cast

import structlog
from flask import Blueprint, Flask, Response, current_app, g, redirect, request
from flask.typing import ResponseReturnValue
from flask_htmx import HTMX
from flask_wtf.csrf import CSRFError, CSRFProtect, validate_csrf
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.orm import Session
from werkzeug.exceptions import Forbidden, UnprocessableEntity
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.routing import IntegerConverter, PathConverter, UnicodeConverter
from werkzeug.wrappers import Response as AnyResponse
from wtforms import ValidationError

from app.core.bodies.packing import MAX_BODY
from app.core.calendar_file import CalendarEntry, calendar_file
from app.core.db import TRIES, Database, passes, pause
from app.core.settings import Settings

# The largest form, a warehouse's receipt of 500 lines, has some 60 kB; to take more apart costs a second of a thread.
MAX_FORM = 128 * 1024
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; frame-src 'self'; frame-ancestors 'none'; base-uri 'none'; "
    "object-src 'none'; manifest-src 'self'"
)
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Robots-Tag": "noindex, nofollow, noarchive",
    "Permissions-Policy": "accelerometer=(), camera=(), geolocation=(self), gyroscope=(), magnetometer=(), "
    "microphone=(), payment=(), usb=()",
}

log = structlog.get_logger()
csrf = CSRFProtect()
# Under these a session keeps the tokens that it had before its newest: of steps up that other tabs may have missed.
EARLIER_TOKENS = ("csrf_token_1", "csrf_token_2", "csrf_token_3")


class SystemBlueprint(Blueprint):
    """Views for other systems: a key, a signature or a secret address opens them; no form on a strange page has one."""

    def __init__(self, name: str, import_name: str, *, url_prefix: str | None = None) -> None:
        super().__init__(name, import_name, url_prefix=url_prefix)
        csrf.exempt(self)


htmx = HTMX()


class RowNumber(IntegerConverter):
    """A number in an address that may be a row's: longer ones than PostgreSQL counts lead nowhere."""

    regex = r"\d{1,18}"


class PathText(UnicodeConverter):
    """A part of an address, without U+0000, for which PostgreSQL has no place in a text."""

    def __init__(self, *args: Any, but: str = "", **options: Any) -> None:
        """``but`` is a word that stands for something else in its place."""
        super().__init__(*args, **options)
        self.regex = (rf"(?!{but}$)" if but else "") + self.regex.replace("[^/]", r"[^/\x00]")


class Texts(PathConverter):
    """The same over several parts."""

    regex = r"[^/\x00][^\x00]*?"

    def __init__(self, *args: Any, but: str = "", **options: Any) -> None:
        """``but`` as above."""
        super().__init__(*args, **options)
        self.regex = (rf"(?!{but}$)" if but else "") + self.regex


class Portal(Flask):
    """The application; it tells of unforeseen errors by the route, since an address may hold what opens an order."""

    def log_exception(self, exc_info: Any) -> None:
        """One line with a mark, which the error page shows too; a database that is away has a line of its own."""
        if isinstance(exc_info[1], OperationalError | PoolTimeoutError):
            return
        # Short enough to be read out on the telephone.
        g.request_id = secrets.token_hex(4)
        log.error(
            "unforeseen error",
            mark=g.request_id,
            method=request.method,
            route=request.url_rule.rule if request.url_rule else None,
            exc_info=exc_info,
        )

    def dispatch_request(self) -> ResponseReturnValue:
        """The view's answer; three tries in all when the database says that others were at work at the same moment."""
        for attempt in range(1, TRIES + 1):
            try:
                return super().dispatch_request()
            except DBAPIError as error:
                if attempt == TRIES or not passes(error):
                    raise
                # What the failed try has read or written must not be found by the next.
                db_session().rollback()
            pause(attempt)
        raise AssertionError("unreachable")


def settings() -> Settings:
    """The installation's settings."""
    return cast(Settings, current_app.config["SETTINGS"])


def database() -> Database:
    """The installation's database."""
    return cast(Database, current_app.extensions["database"])


def db_session() -> Session:
    """The request's database session, made when it is first asked for and closed after the answer."""
    if "db_session" not in g:
        g.db_session = database().sessions()
    return cast(Session, g.db_session)


def secret_used(secret: str) -> None:
    """Have it noted that a delivery was verified with this secret, where somebody keeps such notes."""
    note = current_app.extensions.get("secret_used")
    if note is not None:
        note(secret)


def origin() -> str:
    """The scheme and host that links of this request begin with: a brand's own where it was asked for there."""
    # Brands are above this room: who knows them has hung the look-up in.
    own = current_app.extensions.get("own_origin")
    return (own() if own else None) or settings().public_url


def is_htmx() -> bool:
    """Whether htmx asks for a fragment."""
    return bool(htmx)


def see_other(location: str) -> AnyResponse:
    """The answer to a good POST: look there."""
    return redirect(location, code=303)


def as_calendar(entry: CalendarEntry, *, now: datetime) -> AnyResponse:
    """An entry as a file that a browser hands to its calendar."""
    headers = {"Content-Disposition": 'attachment; filename="calendar.ics"'}
    return Response(calendar_file(entry, now=now), content_type="text/calendar; charset=utf-8", headers=headers)


def client_address() -> str:
    """The client's address behind the trusted proxies; an IPv6 one is cut to its /64."""
    try:
        address = ip_address(request.remote_addr or "")
    except ValueError:
        return "unknown"
    return str(ip_network((address, 64), strict=False)) if address.version == 6 else str(address)


def install(app: Flask) -> None:
    """Hook the seam into the application."""
    config = cast(Settings, app.config["SETTINGS"])
    if config.trusted_proxies:
        hops = config.trusted_proxies
        # H-07: never the host, or whoever sends the header could have links made to another.
        fixed = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=0, x_prefix=0)
        app.wsgi_app = fixed  # type: ignore[method-assign]
    app.config["MAX_CONTENT_LENGTH"] = MAX_BODY
    app.config["MAX_FORM_MEMORY_SIZE"] = MAX_BODY
    # A token lives as long as its session: a form left open over lunch is still good.
    app.config["WTF_CSRF_TIME_LIMIT"] = None
    # It would ask for a Referer, which our own Referrer-Policy suppresses; Sec-Fetch-Site is looked at instead.
    app.config["WTF_CSRF_SSL_STRICT"] = False
    app.url_map.converters.update({"int": RowNumber, "default": PathText, "string": PathText, "path": Texts})
    app.before_request(_bound_forms)
    # Looked at here, so that a tab that another one has overtaken is no stranger.
    app.config["WTF_CSRF_CHECK_DEFAULT"] = False
    csrf.init_app(app)
    app.before_request(_ask_for_token)
    htmx.init_app(app)
    app.before_request(_refuse_cross_site)
    app.before_request(_refuse_nul)
    app.after_request(_add_headers)
    app.teardown_request(_close_session)


def _bound_forms() -> None:
    """A page's form is taken apart all at once, before anything else looks at it: so it may not be long."""
    if request.mimetype == "application/x-www-form-urlencoded" and not _for_systems():
        request.max_content_length = MAX_FORM


def _ask_for_token() -> None:
    """A form has its session's token; or an earlier one, where the browser itself says that a page of ours sends it."""
    if request.method in SAFE or not request.endpoint or not current_app.config["WTF_CSRF_ENABLED"] or _for_systems():
        return
    try:
        csrf.protect()
    except CSRFError:
        if request.headers.get("Sec-Fetch-Site") != "same-origin" or not any(map(_has_token, EARLIER_TOKENS)):
            raise


def _has_token(kept_as: str) -> bool:
    sent = request.form.get("csrf_token") or request.headers.get("X-CSRF-Token")
    try:
        validate_csrf(sent, token_key=kept_as)
    except ValidationError:
        return False
    return True


def _refuse_cross_site() -> None:
    """An unsafe request that a browser marks as coming from another site is refused, token or not."""
    if request.method in SAFE or _for_systems():
        return
    if request.headers.get("Sec-Fetch-Site", "none") not in ("same-origin", "none"):
        raise Forbidden


def _for_systems() -> bool:
    """Whether this view is for other systems: it takes no form of a page, and asks for no token."""
    return isinstance(current_app.blueprints.get(request.blueprint or ""), SystemBlueprint)


def _refuse_nul() -> None:
    """No field of a page holds U+0000; systems' endpoints read their raw bodies and say themselves what is wrong."""
    if not _for_systems() and "\0" in "".join(request.values.values()):
        raise UnprocessableEntity


def security_headers(app: Flask) -> dict[str, str]:
    """What every answer says to browsers, a static file's too."""
    headers = {**HEADERS, "Content-Security-Policy": CSP}
    if cast(Settings, app.config["SETTINGS"]).secure:
        headers["Strict-Transport-Security"] = "max-age=31536000; includeSubDomains"
    return headers


def _add_headers(response: Response) -> Response:
    # Mails show it, too: see the gateway, which serves it in earnest.
    if request.endpoint == "static" and request.path.endswith(".png"):
        response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    for name, value in security_headers(current_app).items():
        response.headers.setdefault(name, value)
    if "Cache-Control" not in response.headers:
        response.headers["Cache-Control"] = "no-store"
        response.headers.add("Vary", "Cookie, HX-Request")
    return response


def _close_session(_error: BaseException | None) -> None:
    session = g.pop("db_session", None)
    if session is not None:
        session.close()


__all__ = [
    "EARLIER_TOKENS",
    "MAX_BODY",
    "CSRFError",
    "SystemBlueprint",
    "client_address",
    "csrf",
    "database",
    "db_session",
    "htmx",
    "install",
    "is_htmx",
    "origin",
    "secret_used",
    "security_headers",
    "see_other",
    "settings",
]
