"""Answers to a form as pages of their own: the browser is sent to look at them, so that «back» and «load again» work.

A view answers a form that it cannot take with the page and what is wrong in it. A browser that shows such an answer
asks, when one goes back, whether to send the form again, or shows an error of its own. So the answer is kept for a
moment, and the browser looks at it as at any other page. Scripts and htmx get the answer itself.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import cast

from flask import Flask, Response, current_app, request, session
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.orm import Session
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

from app.core.clock import utcnow
from app.core.db import Database, transaction
from app.core.web import SystemBlueprint, client_address, db_session, is_htmx, see_other, settings
from app.orders.lookup.sessions import CSRF
from app.pages.unsent import store

PARAMETER = "shown"
# Whatever a view answers a form with as a page; refusals of the server's own stay where they are.
KEPT = frozenset({200, 409, 422, 429})


def install(app: Flask) -> None:
    """Hook it around every view of a page."""
    app.before_request(show_again)
    app.after_request(look_there)


def look_there(response: Response) -> Response:
    """Send a browser that gets a page in answer to a form to look at that page."""
    if not _shown_in_answer(response):
        return response
    try:
        with writing() as rows:
            owner = store.Owner(str(session.get(CSRF, "")), client_address())
            text, now = response.get_data(as_text=True), utcnow()
            secret = store.keep(rows, text, owner, key=secret_key(), now=now, status=response.status_code)
    except (DBAPIError, PoolTimeoutError):
        return response  # it reads as well where it is
    if secret is None:
        return response
    there = cast(Response, see_other(f"{readable(request.path)}?{PARAMETER}={secret}"))
    # What the view gives the browser to keep is no part of the page.
    for cookie in response.headers.getlist("Set-Cookie"):
        there.headers.add("Set-Cookie", cookie)
    return there


def show_again() -> ResponseReturnValue | None:
    """The kept answer; once its hour is over, the form's own page."""
    if request.method not in ("GET", "HEAD") or not (secret := request.args.get(PARAMETER)):
        return None
    browser = str(session.get(CSRF, ""))
    answer = store.read(db_session(), secret, browser=browser, key=secret_key(), now=utcnow())
    if answer is None:
        return see_other(readable(request.path))
    return Response(answer.text, status=answer.status, mimetype="text/html")


def readable(path: str) -> str:
    """The nearest address at or above ``path`` that can be read, not only sent to."""
    adapter = current_app.url_map.bind("")
    while path != "/":
        try:
            adapter.match(path, method="GET")
            return path
        except (HTTPException, RequestRedirect):
            path = path.rpartition("/")[0] or "/"
    return path


def secret_key() -> str:
    """The installation's secret."""
    return settings().key


@contextmanager
def writing() -> Iterator[Session]:
    """A transaction of its own, after the view's: what that did not commit is given up."""
    db_session().rollback()
    with cast(Database, current_app.extensions["database"]).sessions() as rows, transaction(rows):
        yield rows


def _shown_in_answer(response: Response) -> bool:
    if request.method != "POST" or response.status_code not in KEPT or response.mimetype != "text/html":
        return False
    # What says a policy of its own is for a frame, and would come back without it.
    if "Content-Security-Policy" in response.headers:
        return False
    system = isinstance(current_app.blueprints.get(request.blueprint or ""), SystemBlueprint)
    return not system and not is_htmx() and not response.direct_passthrough and _by_a_browser()


def _by_a_browser() -> bool:
    """Whether a browser sends a form to show what comes: all of today's say so in one of two ways."""
    headers = request.headers
    return headers.get("Sec-Fetch-Mode") == "navigate" or headers.get("Upgrade-Insecure-Requests") == "1"
