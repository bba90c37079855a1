"""Browser sessions kept on the server: an opaque id in a cookie, a row behind it, written only when it changed.

Who only looks has no row: the token of their forms is all that they hold, and it rests signed in the cookie itself.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any, cast

from flask import Flask, Request, Response, current_app, session
from flask.sessions import SessionInterface, SessionMixin
from itsdangerous import BadData, URLSafeTimedSerializer
from sqlalchemy.orm import Session

from app.core.clock import utcnow
from app.core.db import Database, transaction
from app.core.tokens import new_secret
from app.core.web import db_session, settings
from app.orders import session_rows
from app.orders.session_rows import GUEST_AGE, Held

TOUCH = timedelta(minutes=5)
MAX_ID = 128
CSRF = "csrf_token"
SESSIONLESS = ("/static/", "/pictures/", "/hooks/", "/api/v1/", "/healthz", "/readyz", "/metrics")


class ServerSession(dict[str, Any], SessionMixin):
    """What a browser's session holds; only plain JSON may be put into it."""

    def __init__(self, session_id: str | None, held: Held | None, *, form_token: str | None = None) -> None:
        """``held`` None makes a session without a row, which gets an id and a row when something is put into it."""
        super().__init__(held.data if held else {CSRF: form_token} if form_token else {})
        self.session_id = session_id if held else None
        self.seen_at = held.seen_at if held else None
        self.renewed = False
        self._before = self._written()

    @property
    def changed(self) -> bool:
        """Whether the row does not say what the session holds."""
        return self.renewed or self._written() != self._before

    @property
    def only_looks(self) -> bool:
        """Whether there is nothing to keep in a row: no row yet, and no more than the token of the forms."""
        return self.session_id is None and set(self) == {CSRF}

    def is_stale(self, now: datetime) -> bool:
        """Whether the row should say that the browser is still there."""
        return self.seen_at is not None and now - self.seen_at >= TOUCH

    def _written(self) -> str:
        return json.dumps(self, sort_keys=True)


class DatabaseSessions(SessionInterface):
    """Opens and saves sessions in PostgreSQL."""

    def get_cookie_name(self, app: Flask) -> str:
        """The name of the session's cookie."""
        return cookie_name()

    def open_session(self, app: Flask, request: Request) -> ServerSession:
        """The session of this request, or a new one; none is read for files and for other systems."""
        session_id = request.cookies.get(self.get_cookie_name(app), "")
        if not 0 < len(session_id) <= MAX_ID or request.path.startswith(SESSIONLESS):
            return ServerSession(None, None)
        if "." in session_id:  # signed texts have dots, ids never
            return ServerSession(None, None, form_token=_unsigned(app, session_id))
        return ServerSession(session_id, session_rows.load(db_session(), session_id, now=utcnow()))

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """Write what changed in a transaction of its own, and tell the browser its id when it is new."""
        if not isinstance(session, ServerSession):
            return
        now = utcnow()
        if not session and session.changed:
            self._end(app, session, response)
        elif session.only_looks:
            if session.changed:
                self._tell(app, response, _signer(app).dumps(session[CSRF]))
        elif session.changed or session.is_stale(now):
            self._keep(app, session, response, now)

    def _end(self, app: Flask, session: ServerSession, response: Response) -> None:
        if session.session_id:
            with _writing() as rows:
                session_rows.end(rows, session.session_id)
        response.delete_cookie(self.get_cookie_name(app), secure=settings().secure, httponly=True, samesite="Lax")

    def _keep(self, app: Flask, session: ServerSession, response: Response, now: datetime) -> None:
        fresh = new_secret() if session.renewed or not session.session_id else None
        with _writing() as rows:
            if session.session_id:
                session_rows.write(rows, session.session_id, dict(session), new_id=fresh, now=now)
            elif fresh:
                session_rows.create(rows, fresh, dict(session), now=now)
        if fresh:
            self._tell(app, response, fresh)

    def _tell(self, app: Flask, response: Response, value: str) -> None:
        name, secure = self.get_cookie_name(app), settings().secure
        response.set_cookie(name, value, secure=secure, httponly=True, samesite="Lax", path="/")


def cookie_name() -> str:
    """``__Host-`` binds the cookie to this very host, where there is TLS."""
    return "__Host-paradero" if settings().secure else "paradero"


def renew() -> None:
    """Give this browser a new session id and a new CSRF token: whoever knew the old ones knows nothing now."""
    session.pop(CSRF, None)
    if isinstance(held := session._get_current_object(), ServerSession):  # type: ignore[attr-defined]
        held.renewed = True


def session_id() -> str | None:
    """The id of this browser's session, if it has a row."""
    held = session._get_current_object()  # type: ignore[attr-defined]
    return held.session_id if isinstance(held, ServerSession) else None


def browser_key() -> str:
    """A secret of this session that outlives a new id; one-time codes are bound to it."""
    if "browser" not in session:
        session["browser"] = new_secret()
    return str(session["browser"])


def _signer(app: Flask) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(str(app.secret_key), salt="form-token")


def _unsigned(app: Flask, value: str) -> str | None:
    """The token that this installation signed, while a session could have lasted; None for any other text."""
    try:
        return str(_signer(app).loads(value, max_age=int(GUEST_AGE.total_seconds())))
    except BadData:
        return None


@contextmanager
def _writing() -> Iterator[Session]:
    """A transaction of its own; what the view did not commit is given up first, and its connection with it."""
    db_session().rollback()
    with cast(Database, current_app.extensions["database"]).sessions() as rows, transaction(rows):
        yield rows
