"""The numbers of orders that were opened in this browser: with one, who comes back need not look for it again.

They rest sealed in a cookie of the browser, none on the server; a reference alone leads nobody to a number.
"""

import json
from collections.abc import Mapping
from datetime import timedelta
from typing import TypeVar

from flask import request
from werkzeug.wrappers import Response

from app.core.tokens import seal, unseal
from app.core.web import settings

# A session ends within the day; a parcel is on its way for longer than that.
LASTING = timedelta(days=7)
MOST_NUMBERS = 5

AnyAnswer = TypeVar("AnyAnswer", bound=Response)


def cookie_name() -> str:
    """``__Host-`` binds the cookie to this very host, where there is TLS."""
    return "__Host-number" if settings().secure else "number"


def number_of(ref: str) -> str | None:
    """The number of an order that this browser was shown before."""
    return _numbers().get(ref)


def remember_numbers(response: AnyAnswer, opened: Mapping[str, str]) -> AnyAnswer:
    """The answer, with the numbers of orders that were just opened, by reference, added to the browser's."""
    others = {ref: number for ref, number in _numbers().items() if ref not in opened}
    newest = dict([*others.items(), *opened.items()][-MOST_NUMBERS:])
    value, life = seal(_key(), json.dumps(newest)), int(LASTING.total_seconds())
    secure = settings().secure
    response.set_cookie(cookie_name(), value, max_age=life, secure=secure, httponly=True, samesite="Lax", path="/")
    return response


def forget_numbers(response: Response) -> None:
    """Have the browser drop them."""
    response.delete_cookie(cookie_name(), secure=settings().secure, httponly=True, samesite="Lax")


def _numbers() -> dict[str, str]:
    text = unseal(_key(), request.cookies.get(cookie_name(), ""), max_age=int(LASTING.total_seconds()))
    return dict(json.loads(text)) if text else {}


def _key() -> str:
    # A key of its own: nothing else that is sealed here passes for numbers.
    return f"numbers:{settings().key}"
