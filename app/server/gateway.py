"""Between Granian and Flask: a request's body is read here, within limits, before a thread is taken for it."""

import asyncio
import sys
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from io import BytesIO
from json import dumps
from mimetypes import guess_type
from pathlib import Path
from typing import NamedTuple, TypedDict
from urllib.parse import unquote_to_bytes

import structlog
from flask import Flask
from werkzeug.security import safe_join
from werkzeug.wrappers import Response

from app.api.http.problems import MEDIA_TYPE, Problem
from app.core.drawing import STATIC
from app.core.i18n.locale import best_locale
from app.core.web import MAX_BODY, security_headers
from app.pages.assets import BUILT, packed
from app.pages.errors import error_page
from app.pages.shop import ShopPage, last_known
from app.server.compressed import pack, takes_gzip

ROUTE = "/static/"
# What is built is named after what it holds; what lies beside it (a shop's logo, the demo's pictures) may change.
FOREVER, A_WHILE = "public, max-age=31536000, immutable", "public, max-age=3600"
# Logo, sign and drawings are shown by mails, and a mail program is at home on no host or on another.
MAILED, POLICY = ".png", "Cross-Origin-Resource-Policy"
SYSTEMS = ("/api/", "/hooks/")
RETRY_SECONDS = "5"  # a full queue of pages is worked off in two or three


class Scope(TypedDict):
    """What ASGI tells of a request, as far as it is used."""

    method: str
    scheme: str
    path: str
    raw_path: bytes
    query_string: bytes
    http_version: str
    headers: list[tuple[bytes, bytes]]
    client: tuple[str, int | str]
    server: tuple[str, int | str]


class AsgiMessage(TypedDict, total=False):
    """What server and application say to each other, as ASGI writes it."""

    type: str
    body: bytes
    more_body: bool
    status: int
    headers: list[tuple[bytes, bytes]]
    path: str


Receive = Callable[[], Awaitable[AsgiMessage]]
Send = Callable[[AsgiMessage], Awaitable[None]]
Environ = dict[str, object]


class DirectAnswer(NamedTuple):
    """A whole answer; ``path`` names a file to send instead of ``body``."""

    status: int
    headers: Sequence[tuple[str, str]]
    body: bytes = b""
    path: str = ""


def alive(app: Flask, path: str) -> DirectAnswer | None:
    """The answer to /healthz: the process takes requests."""
    if path != "/healthz":
        return None
    return DirectAnswer(200, _headers(app, "application/json", "no-store"), b'{"status":"ok"}\n')


def static_file(app: Flask, scope: Scope) -> DirectAnswer | None:
    """A file below ``static/``, packed where it lies there packed, or that there is none; None for any other path."""
    method, path = scope["method"], scope["path"]
    if not path.startswith(ROUTE):
        return None
    if method not in ("GET", "HEAD"):
        return DirectAnswer(405, [*_headers(app, "text/plain", "no-store"), ("Allow", "GET, HEAD")])
    file = _file(path.removeprefix(ROUTE))
    if file is None:
        return DirectAnswer(404, _headers(app, "text/plain", "no-store"), b"Not found\n")
    headers = _headers(app, content_type(file.name), FOREVER if file.parent == BUILT else A_WHILE)
    if file.suffix == MAILED:
        headers = [(name, value if name != POLICY else "cross-origin") for name, value in headers]
    if packed(file).exists():
        headers.append(("Vary", "Accept-Encoding"))
        if takes_gzip(header(scope, b"accept-encoding")):
            headers.append(("Content-Encoding", "gzip"))
            file = packed(file)
    sizes = file.stat()
    tag = f'"{sizes.st_mtime_ns:x}-{sizes.st_size:x}"'
    headers.append(("ETag", tag))
    if tag in header(scope, b"if-none-match"):
        return DirectAnswer(304, headers)
    return DirectAnswer(200, [*headers, ("Content-Length", str(sizes.st_size))], path=str(file))


def _file(name: str) -> Path | None:
    """The file of that name below ``static/``."""
    whole = safe_join(str(STATIC), name)
    try:
        return Path(whole) if whole and Path(whole).is_file() else None
    except (OSError, ValueError):  # a name too long, or with U+0000
        return None


def refusal(app: Flask, status: int, path: str, accept_language: str) -> DirectAnswer:
    """A refusal as the application would word it: a problem for systems, a page for people."""
    if path.startswith(SYSTEMS):
        content_type, body = MEDIA_TYPE, dumps(Problem(status).document()).encode()
    else:
        with app.app_context():
            shop = last_known()
        languages = app.config["SETTINGS"].languages
        language = best_locale(None, None, accept_language[:200], languages).language
        content_type, body = "text/html; charset=utf-8", _page(app, status, language, shop)
    again = [("Retry-After", RETRY_SECONDS)] if status == 503 else []
    return DirectAnswer(status, [*_headers(app, content_type, "no-store"), *again], body)


@lru_cache(maxsize=32)
def _page(app: Flask, status: int, language: str, _shop: ShopPage) -> bytes:
    """The error page, made once a language and shop: it must cost nothing when there is much to refuse."""
    with app.test_request_context("/", headers={"Accept-Language": language}):
        return error_page(status)[0].encode()


def _headers(app: Flask, content_type: str, cache: str) -> list[tuple[str, str]]:
    return [*security_headers(app).items(), ("Content-Type", content_type), ("Cache-Control", cache)]


BODY_SECONDS = 10.0  # in all: the largest body needs 0.9 Mbit/s for that
SLOW_START = 3.0  # seconds after which a body must come at …
BYTES_A_SECOND = 1_000  # … this rate at least, so that one that trickles is seen early
MOST_WAITING = 64  # requests of a process that wait for a thread, the ones in a thread included
MOST_HELD = 64 * MAX_BODY  # bytes of bodies in the memory of a process
log = structlog.get_logger()


class RequestRefused(Exception):
    """The request is answered without the application, with ``status``."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


class ClientGone(Exception):
    """Whoever asked hung up before all was said."""


class Threads:
    """A few threads, and a queue before them that has an end."""

    def __init__(self, name: str, *, number: int, most_waiting: int) -> None:
        self._pool = ThreadPoolExecutor(number, name)
        self._most = most_waiting
        self._waiting = 0

    async def run(self, work: Callable[[Environ], DirectAnswer], environ: Environ) -> DirectAnswer:
        """Let a thread do it; raises Refused when too many wait already."""
        if self._waiting >= self._most:
            raise RequestRefused(503)
        self._waiting += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._pool, work, environ)
        finally:
            self._waiting -= 1


class Gateway:
    """The portal for an ASGI server. What may be slow outside waits in the event loop; threads only do what is ours.

    A thread is taken when the request is complete and given back before its answer leaves: no client can hold one.
    """

    def __init__(self, app: Flask, *, threads: int) -> None:
        self._app = app
        self._pages = Threads("page", number=threads, most_waiting=MOST_WAITING)
        self._readiness = Threads("readiness", number=1, most_waiting=MOST_WAITING)
        self._held = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        answer = alive(self._app, scope["path"]) or static_file(self._app, scope)
        if answer is None:
            try:
                answer = await self._asked(scope, receive)
            except RequestRefused as refused:
                answer = refusal(self._app, refused.status, scope["path"], header(scope, b"accept-language"))
            except ClientGone:
                return
        await _send(send, answer)

    async def _asked(self, scope: Scope, receive: Receive) -> DirectAnswer:
        """Flask's answer. Readiness has a thread of its own, so that it is told while all others are busy."""
        body = bytearray()
        try:
            length = await self._read(scope, receive, body)
            threads = self._readiness if scope["path"] == "/readyz" else self._pages
            return await threads.run(self._answer, environ_of(scope, bytes(body), length))
        finally:
            self._held -= len(body)

    async def _read(self, scope: Scope, receive: Receive, body: bytearray) -> int:
        """Fill ``body``; gives its length. One too long is left alone: by its length the application refuses it."""
        length = header(scope, b"content-length")
        expected = int(length) if length.isdecimal() else 0
        more = bool(expected or header(scope, b"transfer-encoding"))
        if expected > MAX_BODY:
            return expected
        began = asyncio.get_running_loop().time()
        while more and len(body) <= MAX_BODY:
            try:
                async with asyncio.timeout_at(began + time_for(len(body))):
                    message = await receive()
            except TimeoutError as error:
                raise RequestRefused(408) from error
            if message["type"] == "http.disconnect":
                raise ClientGone
            content = message.get("body", b"")
            body += content
            self._held += len(content)
            if self._held > MOST_HELD:
                raise RequestRefused(503)
            more = message.get("more_body", False) and len(body) != expected
        return len(body)

    def _answer(self, environ: Environ) -> DirectAnswer:
        """Run the application to the end of its answer. Called in a thread."""
        try:
            response = Response.from_app(self._app, environ, buffered=True)
            body = pack(response, environ)
            return DirectAnswer(response.status_code, response.headers.to_wsgi_list(), body)
        except Exception:
            log.exception("the application broke off")
            return refusal(self._app, 500, str(environ["PATH_INFO"]), str(environ.get("HTTP_ACCEPT_LANGUAGE", "")))


def content_type(name: str) -> str:
    """How a file says what it is; the system's own list knows no web manifest."""
    if name.endswith(".webmanifest"):
        return "application/manifest+json"
    return guess_type(name)[0] or "application/octet-stream"


def time_for(size: int) -> float:
    """The seconds since its beginning in which the next part of a body must come when ``size`` bytes are here."""
    return min(BODY_SECONDS, SLOW_START + size / BYTES_A_SECOND)


def header(scope: Scope, name: bytes) -> str:
    """The first header of this name, empty when there is none."""
    return next((value.decode("latin-1") for key, value in scope["headers"] if key == name), "")


def environ_of(scope: Scope, body: bytes, length: int) -> Environ:
    """The request as WSGI writes it.

    A name with an underscore is left out: WSGI could not tell ``X_Forwarded_For`` from the header that proxies set.
    """
    environ: Environ = {
        "REQUEST_METHOD": scope["method"],
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote_to_bytes(scope["raw_path"]).decode("latin-1"),
        "QUERY_STRING": scope["query_string"].decode("latin-1"),
        "SERVER_PROTOCOL": f"HTTP/{scope['http_version']}",
        "SERVER_NAME": scope["server"][0],
        "SERVER_PORT": str(scope["server"][1]),
        "REMOTE_ADDR": scope["client"][0],
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope["scheme"],
        "wsgi.input": BytesIO(body),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }
    for key, value in scope["headers"]:
        if b"_" not in key:
            name = "HTTP_" + key.decode("latin-1").upper().replace("-", "_")
            joint = "; " if key == b"cookie" else ","
            before = f"{environ[name]}{joint}" if name in environ else ""
            environ[name] = before + value.decode("latin-1")
    environ.pop("HTTP_TRANSFER_ENCODING", None)
    environ.pop("HTTP_CONTENT_LENGTH", None)
    environ["CONTENT_TYPE"] = environ.pop("HTTP_CONTENT_TYPE", "")
    environ["CONTENT_LENGTH"] = str(length)
    return environ


async def _send(send: Send, answer: DirectAnswer) -> None:
    headers = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in answer.headers]
    # An empty name, for else Granian tells its own.
    await send({"type": "http.response.start", "status": answer.status, "headers": [*headers, (b"server", b"")]})
    if answer.path:
        await send({"type": "http.response.pathsend", "path": answer.path})
    else:
        await send({"type": "http.response.body", "body": answer.body})
