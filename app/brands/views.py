"""Serving what brands look like: sheets and pictures, the same for everyone, for ever, and nothing that runs."""

import re

from flask import Blueprint, Response, abort

from app.brands.files.pictures import SIDES, read_file, smaller
from app.brands.look import sheet
from app.core.web import db_session

bp = Blueprint("brand_files", __name__)
FOREVER = "public, max-age=31536000, immutable"
NAME = re.compile(r"[0-9A-Za-z_-]{22}")


@bp.get("/look/<sheet_name>.css")
def stylesheet(sheet_name: str) -> Response:
    """A brand's sheet; its name is all that it says, so that no row is read."""
    css = sheet(sheet_name) or abort(404)
    response = Response(css, mimetype="text/css")
    response.headers["Cache-Control"] = FOREVER
    return response


@bp.get("/brand-files/<file_name>.<ending>")
def picture(file_name: str, ending: str) -> Response:
    """A picture of a brand by its name, which no other picture ever has."""
    return _served(*_kept(file_name, ending))


@bp.get("/brand-files/<file_name>/<int:side>.png")
def icon(file_name: str, side: int) -> Response:
    """An icon in one of the sizes that browsers and telephones ask for."""
    media_type, content = _kept(file_name, "png") if side in SIDES else abort(404)
    return _served(media_type, smaller(content, side))


def _kept(name: str, ending: str) -> tuple[str, bytes]:
    stored = read_file(db_session(), name) if NAME.fullmatch(name) else None
    return stored if stored and stored[0] == f"image/{ending}" else abort(404)


def _served(media_type: str, content: bytes) -> Response:
    response = Response(content, mimetype=media_type)
    response.headers["Cache-Control"] = FOREVER
    # Opened by itself, it runs nothing, whatever it is.
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response.headers["Content-Disposition"] = "inline"
    # A mail shows the logo, and a mail program is at home on no host or on another.
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response
