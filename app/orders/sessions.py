"""Browser sessions kept on the server: an opaque id in a cookie, a row behind it, written only when it changed."""

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any, cast

from flask import Flask, Request, Response, current_app, session
from flask.sessions import SessionInterface, SessionMixin

from app.clock import utcnow
from app.db import Database
from app.orders import session_rows
from app.tokens import new_secret
from app.web import db_session, settings

TOUCH = timedelta(minutes=5)
MAX_ID = 128


class ServerSession(SessionMixin):
    """A session that is read when it is first asked for something."""

    def __init__(self, session_id: str | None) -> None:
        """``session_id`` as the cookie had it; nothing is looked up yet."""
        self.session_id = session_id
        self.renewed = False
        self.accessed = False
        self._data: dict[str, Any] | None = None
        self._before = "{}"
        self._seen_at: datetime | None = None

    @property
    def data(self) -> dict[str, Any]:
        """What the session holds; the first look reads the row."""
        self.accessed = True
        if self._data is None:
            held = session_rows.load(db_session(), self.session_id, now=utcnow()) if self.session_id else None
            if held is None:
                self.session_id = None
            self._data = held.data if held else {}
            self._before = _written(self._data)
            self._seen_at = held.seen_at if held else None
        return self._data

    @property
    def changed(self) -> bool:
        """Whether the row no longer says what the session holds."""
        return self.renewed or _written(self.data) != self._before

    def is_stale(self, now: datetime) -> bool:
        """Whether the row should say that the browser is still there."""
        return self._seen_at is not None and now - self._seen_at >= TOUCH

    def __getitem__(self, key: str) -> Any:
        """One thing that the session holds."""
        return self.data[key]

    def __setitem__(self, key: str, value: Any) -> None:
        """Hold something; it must be plain JSON."""
        self.data[key] = value

    def __delitem__(self, key: str) -> None:
        """Hold it no longer."""
        del self.data[key]

    def __iter__(self) -> Iterator[str]:
        """The names of what the session holds."""
        return iter(self.data)

    def __len__(self) -> int:
        """How many things the session holds."""
        return len(self.data)


class DatabaseSessions(SessionInterface):
    """Opens and saves sessions in PostgreSQL."""

    def get_cookie_name(self, app: Flask) -> str:
        """``__Host-`` binds the cookie to this very host, where there is TLS."""
        return "__Host-paradero" if settings().secure else "paradero"

    def open_session(self, app: Flask, request: Request) -> ServerSession:
        """The session of this request, unread."""
        session_id = request.cookies.get(self.get_cookie_name(app), "")
        return ServerSession(session_id if 0 < len(session_id) <= MAX_ID else None)

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """Write what changed in a transaction of its own, and tell the browser its id when it is new."""
        if not isinstance(session, ServerSession) or not session.accessed:
            return
        response.vary.add("Cookie")
        now = utcnow()
        if not session.data and session.changed:
            self._end(app, session, response)
        elif session.changed or session.is_stale(now):
            self._keep(app, session, response, now)

    def _end(self, app: Flask, session: ServerSession, response: Response) -> None:
        if session.session_id:
            with _database().sessions.begin() as rows:
                session_rows.end(rows, session.session_id)
        response.delete_cookie(self.get_cookie_name(app), secure=settings().secure, httponly=True, samesite="Lax")

    def _keep(self, app: Flask, session: ServerSession, response: Response, now: datetime) -> None:
        fresh = new_secret() if session.renewed or not session.session_id else None
        with _database().sessions.begin() as rows:
            if session.session_id:
                session_rows.write(rows, session.session_id, session.data, new_id=fresh, now=now)
            elif fresh:
                session_rows.create(rows, fresh, session.data, now=now)
        if fresh:
            name, secure = self.get_cookie_name(app), settings().secure
            response.set_cookie(name, fresh, secure=secure, httponly=True, samesite="Lax", path="/")


def renew() -> None:
    """Give this browser a new session id and a new CSRF token: whoever knew the old ones knows nothing now."""
    session.pop("csrf_token", None)
    if isinstance(held := session._get_current_object(), ServerSession):  # type: ignore[attr-defined]
        held.renewed = True


def browser_key() -> str:
    """A secret of this session that outlives a new id; one-time codes are bound to it."""
    if "browser" not in session:
        session["browser"] = new_secret()
    return str(session["browser"])


def _database() -> Database:
    return cast(Database, current_app.extensions["database"])


def _written(data: dict[str, Any]) -> str:
    return json.dumps(data, sort_keys=True)
