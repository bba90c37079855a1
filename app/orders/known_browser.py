"""The cookie by which a browser is known again: a secret of its own, set when it opened a mailed link or signed in."""

from flask import request
from werkzeug.wrappers import Response

from app.core.tokens import new_secret
from app.core.web import settings
from app.orders.links import FIRST_BROWSER


def cookie_name() -> str:
    """``__Host-`` binds the cookie to this very host, where there is TLS."""
    return "__Host-browser" if settings().secure else "browser"


def browser_secret() -> str | None:
    """This browser's secret, if it has one that can be ours."""
    held = request.cookies.get(cookie_name(), "")
    return held if 20 < len(held) < 100 else None


def know_again(response: Response, secret: str | None = None) -> None:
    """Have the browser keep its secret, or a new one, for as long as a mailed link may work in it."""
    kept, life, secure = secret or new_secret(), int(FIRST_BROWSER.total_seconds()), settings().secure
    response.set_cookie(cookie_name(), kept, max_age=life, secure=secure, httponly=True, samesite="Lax", path="/")
