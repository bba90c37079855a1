"""Random references, secrets that are kept only as a hash, and sealed texts."""

import base64
import hashlib
import hmac
import secrets

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from app.core.settings.key import each_key

# Sealed texts are opened up to an age, which those that rest in a table have not.
FOREVER_S = 100 * 366 * 24 * 3600
CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def new_ref() -> str:
    """A reference to show people and put into addresses: 8 Crockford characters, 40 random bits."""
    # forty bits, and not in a row as the shop's own numbers are.
    bits = secrets.randbits(40)
    return "".join(CROCKFORD[bits >> shift & 31] for shift in range(0, 40, 5))


def read_ref(text: str) -> str:
    """A reference as a person types it: case, blanks, hyphens and look-alike letters are forgiven."""
    folded = text.upper().replace("-", "").replace(" ", "")
    # Crockford's alphabet leaves these letters out, since people take them for the digits.
    return folded.translate(str.maketrans("OILU", "011V"))


def new_secret() -> str:
    """256 random bits, safe in an address."""
    return secrets.token_urlsafe(32)


def new_key() -> str:
    """192 random bits in base64, as Standard Webhooks has its keys behind their prefix."""
    return base64.b64encode(secrets.token_bytes(24)).decode()


def digest(secret: str) -> bytes:
    """What is kept of a secret: its SHA-256."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).digest()


def keyed_digest(key: str, text: str) -> bytes:
    """A hash that cannot be guessed from a list of addresses without ``key``."""
    return hmac.new(key.encode(), text.encode("utf-8", "surrogatepass"), hashlib.sha256).digest()


def keyed_digests(key: str, text: str) -> list[bytes]:
    """The same by each key, today's first: for what was kept before SECRET_KEY changed."""
    return [keyed_digest(one, text) for one in each_key(key)]


def seal(key: str, text: str) -> str:
    """Encrypt ``text`` so that it may rest in a queue or a table; with the key of today."""
    return _fernet(key).encrypt(text.encode()).decode()


def seal_again(key: str, sealed: str) -> str | None:
    """The same text under the key of today and as old as it is, or None where no key of ours opens it."""
    try:
        return _fernet(key).rotate(sealed.encode()).decode()
    except InvalidToken:
        return None


def unseal(key: str, sealed: str, *, max_age: int) -> str | None:
    """The text sealed at most ``max_age`` seconds ago, by this key or the one before; or None."""
    try:
        return _fernet(key).decrypt(sealed.encode(), ttl=max_age).decode()
    except InvalidToken:
        return None


def _fernet(key: str) -> MultiFernet:
    # A key of its own, made of the one secret: what else is signed with that shares nothing with it.
    made = (hashlib.sha256(b"seal:" + one.encode()).digest() for one in each_key(key))
    return MultiFernet([Fernet(base64.urlsafe_b64encode(one)) for one in made])
