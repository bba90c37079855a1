"""Secrets that a page shows once: kept sealed in the session between the deed and the page that follows."""

from flask import session

from app.core.tokens import seal, unseal
from app.core.web import settings

KEY = "secret_once"
# A session in which that page is never loaded must not offer it for hours.
SHOWN_SECONDS = 600


def show_once(about: str, secret: str) -> None:
    """Have the next page that asks show this secret; ``about`` says whose it is."""
    # Sealed, since a session is a row of the database.
    session[KEY] = seal(_key(), f"{about}\n{secret}")


def shown_once(about: str) -> str | None:
    """The secret of ``about``, taken out of the session; None when there is none, or it has waited too long."""
    opened = unseal(_key(), session.get(KEY, ""), max_age=SHOWN_SECONDS)
    whose, _line, secret = (opened or "").partition("\n")
    # The page of another thing must not take it away.
    if whose != about:
        return None
    session.pop(KEY)
    return secret


def _key() -> str:
    return settings().key
