"""What the gateway answers by itself, without a thread: signs of life, static files, refusals."""

from collections.abc import Sequence
from functools import lru_cache
from json import dumps
from mimetypes import guess_type
from pathlib import Path
from typing import NamedTuple

from flask import Flask
from werkzeug.security import safe_join

from app.api.problems import MEDIA_TYPE, Problem
from app.assets import BUILT, STATIC
from app.i18n import best_locale
from app.pages.errors import error_page
from app.pages.shop import ShopPage, last_known
from app.web import security_headers

ROUTE = "/static/"
# What is built is named after what it holds; what lies beside it (a shop's logo, the demo's pictures) may change.
FOREVER, A_WHILE = "public, max-age=31536000, immutable", "public, max-age=3600"
SYSTEMS = ("/api/", "/hooks/")
RETRY_SECONDS = "5"  # a full queue of pages is worked off in two or three


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


def static_file(app: Flask, method: str, path: str) -> DirectAnswer | None:
    """A file below ``static/``, or that there is none; None for any other path."""
    if not path.startswith(ROUTE):
        return None
    if method not in ("GET", "HEAD"):
        return DirectAnswer(405, [*_headers(app, "text/plain", "no-store"), ("Allow", "GET, HEAD")])
    found = safe_join(str(STATIC), path.removeprefix(ROUTE))
    try:
        length = Path(found).stat().st_size if found and Path(found).is_file() else None
    except (OSError, ValueError):  # a name too long, or with U+0000
        length = None
    if found is None or length is None:
        return DirectAnswer(404, _headers(app, "text/plain", "no-store"), b"Not found\n")
    kept = FOREVER if Path(found).parent == BUILT else A_WHILE
    headers = [
        *_headers(app, guess_type(found)[0] or "application/octet-stream", kept),
        ("Content-Length", str(length)),
    ]
    return DirectAnswer(200, headers, path=found)


def refusal(app: Flask, status: int, path: str, accept_language: str) -> DirectAnswer:
    """A refusal as the application would word it: a problem for systems, a page for people."""
    if path.startswith(SYSTEMS):
        content_type, body = MEDIA_TYPE, dumps(Problem(status).document()).encode()
    else:
        with app.app_context():
            shop = last_known()
        language = best_locale(None, None, accept_language[:200]).language
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
