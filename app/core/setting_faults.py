"""What makes a setting unusable, kind by kind; a fault never repeats the value. Pure."""

import base64
import binascii
import ipaddress
import logging
import re
from pathlib import Path
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import load_der_public_key
from email_validator import EmailNotValidError, validate_email
from pydantic import SecretStr

from app.core.standard_webhooks import secret_bytes

TRANSLATIONS = Path(__file__).parents[1] / "translations"
# The Standard Webhooks scheme asks for 24 to 64 random bytes.
KEY_BYTES = 24
# Carriers repeat this text in clear instead of signing: whoever guesses it may knock.
CREDENTIAL_LENGTH = 16
# Twilio: a number, a messaging service, or a sender's name of at most 11 characters with a letter in it.
SENDER = re.compile(r"\+[1-9]\d{6,14}|MG[0-9a-f]{32}|(?=.*[A-Za-z])[A-Za-z0-9 +\-_&]{1,11}|\d{3,8}")
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


def public_keys(values: tuple[str, ...]) -> tuple[str, ...]:
    """Refuse what is no public key of signed events."""
    if not values or not all(_is_public_key(value) for value in values):
        raise ValueError("each key is the base64 text that SendGrid shows as the verification key")
    return values


def one_token(value: SecretStr) -> SecretStr:
    """Refuse two tokens in the place of one."""
    if re.search(r"[\s,]", value.get_secret_value()):
        raise ValueError("is one token; the one before it goes into TWILIO_AUTH_TOKEN_PREVIOUS")
    return value


def mail_server(value: SecretStr) -> SecretStr:
    """Refuse what is no address of a mail server."""
    try:
        parts = urlsplit(value.get_secret_value())
        good = parts.scheme in ("smtp", "smtps") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        good = False
    if not good:
        raise ValueError("must be smtp://user:password@host:587 or smtps://user:password@host:465")
    return value


def mail_address(value: str) -> str:
    """Refuse what is no e-mail address."""
    try:
        validate_email(value, check_deliverability=False, test_environment=True)
    except EmailNotValidError as error:
        raise ValueError("must be a bare e-mail address such as pedidos@shop.example") from error
    return value


def text_sender(value: str) -> str:
    """Refuse what no text can be sent from."""
    if not SENDER.fullmatch(value):
        raise ValueError("must be a number such as +34600000000, a name of at most 11 characters, or MG…")
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


def _is_public_key(value: str) -> bool:
    try:
        found = load_der_public_key(base64.b64decode(value, validate=True))
    except (ValueError, binascii.Error):
        return False
    return isinstance(found, ec.EllipticCurvePublicKey)
