"""What ``make run`` chose for this checkout, kept under ``var/`` so that commands beside it find the same portal."""

import json
import os
from collections.abc import Mapping

from app.settings import VAR

FILE = VAR / "running.json"
CHOSEN = ("DATABASE_URL", "SECRET_KEY_FILE", "PUBLIC_URL", "PORT", "DEMO")


def keep(environ: Mapping[str, str], *, given: Mapping[str, str]) -> None:
    """Write down what was chosen beyond what was ``given``, for its owner's eyes only."""
    told = {name: environ[name] for name in CHOSEN if name in environ and name not in given}
    FILE.unlink(missing_ok=True)
    with os.fdopen(os.open(FILE, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        json.dump(told, file)


def forget() -> None:
    """Nothing runs here any more."""
    FILE.unlink(missing_ok=True)


def completed(environ: Mapping[str, str]) -> dict[str, str]:
    """The environment, and for what it does not set the portal that ``make run`` keeps running in this checkout.

    One that names its database, or is a production's, is left as it is.
    """
    if any(environ.get(name) for name in ("DATABASE_URL", "DATABASE_URL_FILE", "PRODUCTION")):
        return dict(environ)
    try:
        told = json.loads(FILE.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return dict(environ)
    secret = {"SECRET_KEY_FILE"} if environ.get("SECRET_KEY") else set()
    chosen = {name: str(told[name]) for name in CHOSEN if name in told and name not in secret}
    return {**chosen, **{name: value for name, value in environ.items() if value or name not in chosen}}
