"""Browser sessions kept on the server: an opaque id in a cookie, a row behind it, written only when it changed.

Who only looks has no row: the token of their forms is all that they hold, and it rests signed in the cookie itself.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast

from flask import Flask, Request, Response, current_app, session
from flask.sessions import SessionInterface, SessionMixin
from itsdangerous import BadData, URLSafeTimedSerializer
from sqlalchemy import delete, func, or_, select, text, update
from sqlalchemy.orm import Session

from app.core.clock import utcnow
from app.core.db import Database, transaction
from app.core.settings.key import each_key
from app.core.tokens import digest, new_secret
from app.core.web import EARLIER_TOKENS, db_session, settings
from app.orders.handover import used
from app.orders.lookup import codes, limits, links
from app.orders.lookup.models import WebSession

# A-13 gives these times.
GUEST_IDLE, GUEST_AGE = timedelta(minutes=60), timedelta(hours=24)
# A second press of a button is sent before the answer to the first has brought the new id.
OVERTAKEN_FOR = timedelta(seconds=30)
STAFF_IDLE, STAFF_AGE = timedelta(minutes=30), timedelta(hours=12)

_LOAD = text("select data, created_at, seen_at, staff_id from web_session where id_hash = :id_hash")


@dataclass(frozen=True, slots=True)
class LivingSession:
    """A living session: what it holds, when it was last seen, and when it ends whatever is done."""

    data: dict[str, Any]
    seen_at: datetime
    ends_at: datetime
    idle: timedelta


def load(session: Session, session_id: str, *, now: datetime) -> LivingSession | None:
    """The living session with this id; None when it is unknown, idle for too long or too old."""
    row = session.connection().execute(_LOAD, {"id_hash": digest(session_id)}).one_or_none()
    if row is None:
        return None
    idle, age = (GUEST_IDLE, GUEST_AGE) if row.staff_id is None else (STAFF_IDLE, STAFF_AGE)
    ends_at = row.created_at + age
    if overtaken := row.data.get(OVERTAKEN):
        ends_at = min(ends_at, datetime.fromisoformat(overtaken) + OVERTAKEN_FOR)
    if now - row.seen_at >= idle or now >= ends_at:
        return None
    return LivingSession(row.data, row.seen_at, ends_at, idle)


def create(session: Session, session_id: str, data: dict[str, Any], *, now: datetime) -> None:
    """Keep a new session."""
    row = WebSession(id_hash=digest(session_id), created_at=now, seen_at=now, data=data, staff_id=_staff(data))
    session.add(row)
    session.flush()


def write(session: Session, session_id: str, data: dict[str, Any], *, new_id: str | None, now: datetime) -> bool:
    """Keep what changed, under ``new_id`` when there is one; False when the session was ended meanwhile.

    The age goes on from the first day: a new id does not make a session younger.
    """
    values: dict[str, Any] = {"data": data, "seen_at": now, "staff_id": _staff(data)}
    if new_id is not None:
        values["id_hash"] = digest(new_id)
    changed = update(WebSession).where(WebSession.id_hash == digest(session_id)).values(values)
    return session.scalar(changed.returning(WebSession.id_hash)) is not None


def succeed(session: Session, session_id: str, data: dict[str, Any], *, new_id: str, now: datetime) -> None:
    """Keep what a shopper's session has become under a new id, as old as it was; nothing is left when it was ended.

    The old id opens for a moment more what it opened before, and nothing of what is new.
    """
    # What was begun before counts from its own beginning, also for a press that comes second.
    overtaken = func.jsonb_build_object(OVERTAKEN, now.isoformat()).op("||")(WebSession.data)
    changed = update(WebSession).where(WebSession.id_hash == digest(session_id)).values(data=overtaken)
    created_at = session.scalar(changed.returning(WebSession.created_at))
    if created_at is not None:
        without_end = {name: value for name, value in data.items() if name != OVERTAKEN}
        session.add(
            WebSession(id_hash=digest(new_id), created_at=created_at, seen_at=now, data=without_end, staff_id=None)
        )
        session.flush()


def end(session: Session, session_id: str) -> None:
    """End one session."""
    session.execute(delete(WebSession).where(WebSession.id_hash == digest(session_id)))


def end_of_staff(session: Session, staff_id: int, *, but: str | None = None) -> None:
    """End every session of a member of staff, «sign out everywhere»; all but one where ``but`` is its id."""
    other_sessions = WebSession.id_hash != digest(but or "")
    session.execute(delete(WebSession).where(WebSession.staff_id == staff_id, other_sessions))


@dataclass(frozen=True, slots=True)
class StaffSession:
    """A living session of a member: ``key`` tells it from the others and opens nothing; ``place`` is what it keeps."""

    key: str
    began_at: datetime
    seen_at: datetime
    place: dict[str, str]


# Under this name a session of staff keeps where it was opened.
PLACE = "place"


def of_staff(session: Session, staff_id: int, *, now: datetime) -> list[StaffSession]:
    """The living sessions of a member, the one that was used last first."""
    living = (
        WebSession.staff_id == staff_id,
        WebSession.seen_at > now - STAFF_IDLE,
        WebSession.created_at > now - STAFF_AGE,
    )
    rows = session.scalars(select(WebSession).where(*living).order_by(WebSession.seen_at.desc()))
    return [
        StaffSession(_session_key(row.id_hash), row.created_at, row.seen_at, row.data.get(PLACE) or {}) for row in rows
    ]


def session_key(session_id: str | None) -> str:
    """By what a session is told from the others of its member."""
    return _session_key(digest(session_id or ""))


def _session_key(id_hash: bytes) -> str:
    # A hash of the hash: what stands in a page is not what the table is searched by.
    return digest(id_hash.hex()).hex()[:24]


def end_one_of_staff(session: Session, staff_id: int, key: str) -> bool:
    """End one session of a member; False when there is no such session any more."""
    hashes = session.scalars(select(WebSession.id_hash).where(WebSession.staff_id == staff_id))
    id_hash = next((one for one in hashes if _session_key(one) == key), None)
    gone = delete(WebSession).where(WebSession.id_hash == id_hash).returning(WebSession.id_hash)
    return id_hash is not None and session.scalar(gone) is not None


def forget_old(session: Session, *, now: datetime, limit: int = 1000) -> int:
    """Remove at most ``limit`` sessions that have ended."""
    ended = or_(WebSession.seen_at < now - GUEST_IDLE, WebSession.created_at < now - GUEST_AGE)
    some = select(WebSession.id_hash).where(ended).limit(limit)
    gone = delete(WebSession).where(WebSession.id_hash.in_(some)).returning(WebSession.id_hash)
    return len(session.execute(gone).all())


def _staff(data: dict[str, Any]) -> int | None:
    """Flask-Login's user: only staff sign in through it."""
    user = str(data.get("_user_id", ""))
    return int(user) if user.isascii() and user.isdigit() else None


# Seldom enough that looking at pages writes next to nothing, often enough for an idle time of half an hour.
TOUCH = timedelta(minutes=5)
# Ours have 43 characters; what is longer is not even looked up.
MAX_ID = 128
CSRF = "csrf_token"
OVERTAKEN = "overtaken"
"""Under this name a session that has a successor keeps since when."""
UNSENT = "unsent"
"""Under this name the session remembers a form that came after an earlier session had ended."""
# Here nobody asks for the session: reading it would cost a statement each time.
SESSIONLESS = ("/static/", "/pictures/", "/hooks/", "/api/v1/", "/healthz", "/readyz", "/metrics")


class ServerSession(dict[str, Any], SessionMixin):
    """What a browser's session holds; only plain JSON may be put into it."""

    def __init__(self, session_id: str | None, stored: LivingSession | None, *, form_token: str | None = None) -> None:
        """``stored`` None makes a session without a row, which gets an id and a row when something is put into it."""
        super().__init__(stored.data if stored else {CSRF: form_token} if form_token else {})
        self.session_id = session_id if stored else None
        self.stored = stored
        self.touched_at: datetime | None = None
        self.is_watched = False
        self.renewed = False
        self._was_staff = _staff(self) is not None
        self._before = self._written()

    @property
    def changed(self) -> bool:
        """Whether the row does not say what the session holds."""
        return self.renewed or self._written() != self._before

    @property
    def is_shoppers(self) -> bool:
        """Whether nobody of the staff was or is signed in with it."""
        return not self._was_staff and _staff(self) is None

    @property
    def only_looks(self) -> bool:
        """Whether there is nothing to keep in a row: no row yet, and no more than the token of the forms."""
        return self.session_id is None and set(self) == {CSRF}

    def is_stale(self, now: datetime) -> bool:
        """Whether the row should say that the browser is still there."""
        if self.stored is None or self.is_watched:
            return False
        return self.touched_at is not None or now - self.stored.seen_at >= TOUCH

    def watch(self) -> None:
        """This request only asks how long the session lasts: it is no sign that anybody is there."""
        self.is_watched = True

    def touch(self, now: datetime) -> None:
        """The browser says that it goes on: its idle time begins anew."""
        self.touched_at = now

    def remaining(self, now: datetime) -> timedelta | None:
        """How long it still lasts when nothing more is done; None where there is nothing to end."""
        if self.stored is None:
            return None
        return min((self.touched_at or self.stored.seen_at) + self.stored.idle, self.stored.ends_at) - now

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
        return ServerSession(session_id, load(db_session(), session_id, now=utcnow()))

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
                end(rows, session.session_id)
        response.delete_cookie(self.get_cookie_name(app), secure=settings().secure, httponly=True, samesite="Lax")

    def _keep(self, app: Flask, session: ServerSession, response: Response, now: datetime) -> None:
        fresh = new_secret() if session.renewed or not session.session_id else None
        with _writing() as rows:
            if session.session_id and fresh and session.is_shoppers:
                succeed(rows, session.session_id, dict(session), new_id=fresh, now=now)
            elif session.session_id:
                write(rows, session.session_id, dict(session), new_id=fresh, now=now)
            elif fresh:
                create(rows, fresh, dict(session), now=now)
        if fresh:
            self._tell(app, response, fresh)

    def _tell(self, app: Flask, response: Response, value: str) -> None:
        name, secure = self.get_cookie_name(app), settings().secure
        response.set_cookie(name, value, secure=secure, httponly=True, samesite="Lax", path="/")


def cookie_name() -> str:
    """``__Host-`` binds the cookie to this very host, where there is TLS."""
    return "__Host-paradero" if settings().secure else "paradero"


def renew() -> None:
    """Give this browser a new session id and a new CSRF token: whoever knew the old ones learns nothing now.

    Forms in other tabs have the old token; it still counts where the browser says that they are ours (``core.web``).
    """
    tokens = [token for name in (CSRF, *EARLIER_TOKENS) if (token := session.pop(name, None))]
    session.update(zip(EARLIER_TOKENS, tokens, strict=False))
    if (current := current_session()) is not None:
        current.renewed = True


def session_id() -> str | None:
    """The id of this browser's session, if it has a row."""
    current = current_session()
    return current.session_id if current is not None else None


def begin_anew() -> None:
    """Empty this session for somebody who signs in, but for the form that they could not send before."""
    unsent = session.get(UNSENT)
    session.clear()
    if unsent:
        session[UNSENT] = unsent
    renew()


def current_session() -> ServerSession | None:
    """This request's session, where it is one of ours."""
    current = session._get_current_object()  # type: ignore[attr-defined]
    return current if isinstance(current, ServerSession) else None


def session_left() -> int | None:
    """The seconds that this browser's session lasts when nothing more is done; None where there is none to end."""
    current = current_session()
    left = current.remaining(utcnow()) if current is not None else None
    return None if left is None else max(int(left.total_seconds()), 0)


def browser_key() -> str:
    """A secret of this session that outlives a new id; one-time codes are bound to it."""
    if "browser" not in session:
        session["browser"] = new_secret()
    return str(session["browser"])


def _signer(app: Flask) -> URLSafeTimedSerializer:
    # A salt of its own: nothing else that is signed here passes for a form's token.
    # The key of today signs, which is the last of its list.
    return URLSafeTimedSerializer(each_key(app.config["SECRET_KEY"])[::-1], salt="form-token")


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


def sweep(session: Session, *, now: datetime) -> int:
    """Remove some of it; gives how many rows went, and there may be more while any did."""
    forgetting = (forget_old, codes.forget_old, limits.forget_old, links.forget_old, used.forget_old)
    return sum(forget(session, now=now) for forget in forgetting)
