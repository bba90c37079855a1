"""Error pages: what happened, why, and what to do now. None of them needs the database or a session."""

from contextlib import suppress
from dataclasses import dataclass

import structlog
from flask import Flask, current_app, g, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import LazyString, lazy_gettext
from sqlalchemy.exc import DataError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from werkzeug.exceptions import HTTPException

from app.core.errors import Conflict, Invalid, NotFound
from app.core.logging import says
from app.core.web import SAFE
from app.orders.lookup.numbers import number_of
from app.orders.lookup.sessions import ServerSession
from app.pages.shop import last_known

# Sooner, and all who wait come back while the database is still starting.
RETRY_SECONDS = "30"
REFUSALS: dict[type[Exception], int] = {NotFound: 404, Conflict: 409, Invalid: 422, DataError: 422}
"""What a domain or the database refuses, where a view did not foresee it: nothing that a form of ours sends."""
log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Words:
    """What an error page says; ``again`` offers to load the page once more."""

    title: LazyString
    text: LazyString
    again: bool = False


PAGES = {
    400: Words(
        lazy_gettext("We couldn't accept that"),
        lazy_gettext("The page may have been open for too long. Go back, load it again and send it once more."),
    ),
    403: Words(
        lazy_gettext("You can't open this page"),
        lazy_gettext("Your access may have ended, or this page isn't for you. Look your order up again."),
    ),
    404: Words(
        lazy_gettext("This page doesn't exist"),
        lazy_gettext(
            "The address may be incomplete, or the link too old. Your order is still there: look it up again."
        ),
    ),
    405: Words(
        lazy_gettext("This page can't be opened like that"),
        lazy_gettext("Go back and press the button again."),
    ),
    408: Words(
        lazy_gettext("Your connection is very slow right now"),
        lazy_gettext("What you sent took too long to reach us, so nothing was saved. Go back and send it again."),
    ),
    410: Words(
        lazy_gettext("This link no longer works"),
        lazy_gettext("Links expire after a few weeks to protect your order. Look it up again."),
    ),
    413: Words(
        lazy_gettext("That's too large"),
        lazy_gettext("What you sent is too large. Shorten it and send it again."),
    ),
    422: Words(
        lazy_gettext("Something in the form isn't right"),
        lazy_gettext("Go back, check what you entered and send it again."),
    ),
    429: Words(
        lazy_gettext("One moment, please"),
        lazy_gettext("We've had many requests in a short time. Wait a minute and try again."),
        again=True,
    ),
    500: Words(
        lazy_gettext("Something went wrong on our side"),
        lazy_gettext("The fault has been recorded. Your order is safe. Try again in a few minutes."),
        again=True,
    ),
    503: Words(
        lazy_gettext("We'll be right back"),
        lazy_gettext("We can't reach your order at the moment. It's safe. Try again in a few minutes."),
        again=True,
    ),
}

CONSOLE = {
    403: Words(
        lazy_gettext("Your role doesn't open this page"),
        lazy_gettext("If your work needs it, an admin can change your role under People."),
    ),
    404: Words(
        lazy_gettext("There is nothing at this address"),
        lazy_gettext("It may have gone with its order, or the address is incomplete. Go back and search for it."),
    ),
    500: Words(
        lazy_gettext("Something went wrong on our side"),
        lazy_gettext("Nothing was saved by it. Try again; if it stays so, tell your engineers the mark below."),
        again=True,
    ),
    503: Words(
        lazy_gettext("The database doesn't answer"),
        lazy_gettext("Nothing was saved by it. Try again in a moment."),
        again=True,
    ),
}
"""What the shop's own people read instead: they look no order up, and withdraw from no contract."""


FRAMED = frozenset({403, 404})
"""What a view of the console refuses; the others may come before there is a session."""


def error_page(code: int, mark: str | None = None, *, bare: bool = True) -> tuple[str, int]:
    """The page for ``code``; ``mark`` is what a person can quote when asking for help.

    It speaks for the shop last known, so that it stands while the database is away. Where the session could be read it
    is not ``bare``, and has the switches of language and theme.
    """
    staff = request.path == "/staff" or request.path.startswith("/staff/")
    # Of a status without words of its own a page can only say whose doing it is.
    words = (CONSOLE.get(code) if staff else None) or PAGES.get(code) or PAGES[500 if code >= 500 else 422]
    if g.get("brand") is None:
        g.brand = last_known()
    if request.method not in SAFE:
        g.here = "/"  # a switch leads back by GET, which a form's address may not answer
    if staff and code in FRAMED:
        # The request was read and the database there, or no view could have refused it: the console's own frame holds.
        with suppress(OperationalError, PoolTimeoutError):
            return render_template("staff/error.html", words=words, mark=mark), code
    # Not by render_template: that offers the session, which is not there when it could not be read.
    template = current_app.jinja_env.get_template("pages/error.html")
    return template.render(words=words, code=code, mark=mark, staff=staff, bare=bare, find=_where_to_look()), code


def http_error(error: HTTPException) -> ResponseReturnValue:
    """Any refusal a view or Werkzeug raises, as a page with the status's own headers."""
    if error.response is not None:
        return error.response
    cause = getattr(error, "original_exception", None)
    # Flask hands on what a view raised as a 500; that the database is away is told apart, with when to come again.
    if isinstance(cause, (OperationalError, PoolTimeoutError)):
        return database_away(cause)
    status = error.code or 500
    body, code = error_page(status, g.get("request_id"), bare=status >= 500 or not _has_session())
    # The others describe Werkzeug's own page, which is not sent.
    headers = {name: value for name, value in error.get_headers() if name in ("Allow", "Retry-After")}
    return body, code, headers


def refused(error: Exception) -> ResponseReturnValue:
    """A refusal that no view foresaw, as a page with the status that fits."""
    status = next(code for kind, code in REFUSALS.items() if isinstance(error, kind))
    return error_page(status, bare=not _has_session())


def _has_session() -> bool:
    """Whether this request's session was read; before that nothing can be said about forms."""
    return isinstance(session._get_current_object(), ServerSession)  # type: ignore[attr-defined]


def _where_to_look() -> str:
    """The page for looking an order up; from a page of an order, with its number if this browser was shown it."""
    ref = str((request.view_args or {}).get("ref", "")) if request.path.startswith("/o/") else ""
    return url_for("orders.find", closed=ref) if ref and number_of(ref) else "/"


def database_away(error: OperationalError | PoolTimeoutError) -> ResponseReturnValue:
    """The database doesn't answer, or has no connection to spare: say so, and when to try again."""
    log.error("the database is away", reason=says(error))
    body, code = error_page(503, g.get("request_id"))
    return body, code, {"Retry-After": RETRY_SECONDS}


def register(app: Flask) -> None:
    """Answer every refusal with a page."""
    app.register_error_handler(HTTPException, http_error)
    app.register_error_handler(OperationalError, database_away)
    app.register_error_handler(PoolTimeoutError, database_away)
    for kind in REFUSALS:
        app.register_error_handler(kind, refused)
