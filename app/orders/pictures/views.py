"""Serving product pictures: the same for everyone, for ever, and nothing but pixels."""

import re
from collections.abc import Iterable

from flask import Blueprint, Response, abort

from app.core.web import db_session, settings
from app.orders.pictures.likeness import jpeg
from app.orders.pictures.pictures import addresses, read
from app.orders.records import OrderLineRecord

bp = Blueprint("pictures", __name__)
NAME = re.compile(r"[0-9a-f]{64}")


@bp.get("/pictures/<name>.webp")
def picture(name: str) -> Response:
    """One picture by the hash of its first address."""
    return _served(_kept(name), "image/webp")


@bp.get("/pictures/<name>.jpg")
def picture_in_mail(name: str) -> Response:
    """The same for mails: some of their programs draw no WebP."""
    webp = _kept(name)
    return _served(webp and jpeg(webp), "image/jpeg")


def _kept(name: str) -> bytes | None:
    return read(db_session(), bytes.fromhex(name)) if NAME.fullmatch(name) else None


def _served(content: bytes | None, mimetype: str) -> Response:
    if content is None:
        abort(404)
    response = Response(content, mimetype=mimetype)
    # Named by the hash of its address: a new picture has a new name.
    response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    # Opened by itself, it runs nothing, whatever it is.
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response.headers["Content-Disposition"] = "inline"
    # A mail shows it, too, and a mail program is at home on no host or on another.
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


def pictures_of(lines: Iterable[OrderLineRecord]) -> dict[int, str]:
    """The pictures of lines by the lines' ids, for the page that is being made."""
    return addresses(db_session(), lines, origin=settings().public_url)
