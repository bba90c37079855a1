"""What makes a setting unusable, kind by kind; a fault never repeats the value. Pure."""

import ipaddress
import logging
import re
from pathlib import Path
from urllib.parse import urlsplit

from email_validator import EmailNotValidError, validate_email
from pydantic import SecretStr

from app.core.standard_webhooks import secret_bytes

TRANSLATIONS = Path(__file__).parents[2] / "translations"
# The Standard Webhooks scheme asks for 24 to 64 random bytes.
KEY_BYTES = 24
# Carriers repeat this text in clear instead of signing: whoever guesses it may knock.
CREDENTIAL_LENGTH = 16
# With a letter in its last part: what has none is meant to be an address.
HOST = re.compile(r"(?=.{1,253}$)([a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9])?\.)*(?=[0-9_-]*[a-z])[a-z0-9_-]{1,63}")


def several(value: object) -> object:
    """A list such as ``new,old``, with commas or blanks between; what is no text is left for others to refuse."""
    return tuple(value.replace(",", " ").split()) if isinstance(value, str) else value


def some(values: tuple[SecretStr, ...]) -> tuple[SecretStr, ...]:
    """Refuse a setting that is set and holds nothing."""
    if not values:
        raise ValueError("is set, and holds no secret")
    return values


def signing_keys(values: tuple[SecretStr, ...]) -> tuple[SecretStr, ...]:
    """Refuse what is no key of the Standard Webhooks scheme."""
    for value in some(values):
        try:
            good = len(secret_bytes(value.get_secret_value())) >= KEY_BYTES
        except ValueError:
            good = False
        if not good:
            raise ValueError(f"each secret is whsec_ and the base64 of at least {KEY_BYTES} bytes")
    return values


def credentials(values: tuple[SecretStr, ...]) -> tuple[SecretStr, ...]:
    """Refuse what could be guessed."""
    if any(len(value.get_secret_value()) < CREDENTIAL_LENGTH for value in some(values)):
        raise ValueError(f"each credential has at least {CREDENTIAL_LENGTH} characters")
    return values


def mail_address(value: str) -> str:
    """Refuse what is no e-mail address."""
    try:
        validate_email(value, check_deliverability=False, test_environment=True)
    except EmailNotValidError as error:
        raise ValueError("must be a bare e-mail address such as pedidos@shop.example") from error
    return value


def web_address(value: str) -> str:
    """Refuse what cannot be called."""
    try:
        parts = urlsplit(value)
        good = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        good = False
    if not good:
        raise ValueError("must be an address such as https://api.example.com")
    return value


def directions_address(value: str) -> str:
    """Refuse what leads to no place."""
    if not ("{lat}" in value and "{lon}" in value):
        raise ValueError("must hold {lat} and {lon}, such as https://maps.example.com/?to={lat},{lon}")
    return web_address(value)


def tiles_address(value: str) -> str:
    """Refuse what names no tile."""
    if not all(part in value for part in ("{z}", "{x}", "{y}")):
        raise ValueError("must hold {z}, {x} and {y}, such as https://tiles.example.com/{z}/{x}/{y}.png")
    return web_address(value)


def log_level(value: str) -> str:
    """Refuse a level that does not exist."""
    if value.upper() not in logging.getLevelNamesMapping():
        raise ValueError("must be DEBUG, INFO, WARNING, ERROR or CRITICAL")
    return value.upper()


def hosts(values: tuple[str, ...]) -> tuple[str, ...]:
    """Refuse what is neither a host's name nor a network."""
    for value in values:
        if not HOST.fullmatch(value.lower()) and not _is_network(value):
            raise ValueError("each is a host's name such as oms.internal, an address, or a network such as 10.0.0.0/8")
    return tuple(value.lower() for value in values)


def languages(values: tuple[str, ...]) -> tuple[str, ...]:
    """Refuse a language that has no catalogue."""
    for value in values:
        if not re.fullmatch("[a-z]{2,3}", value) or not (TRANSLATIONS / value).is_dir():
            raise ValueError("each is a language that has a folder in app/translations, such as es,en")
    return values


def _is_network(value: str) -> bool:
    try:
        ipaddress.ip_network(value)
    except ValueError:
        return False
    return True
