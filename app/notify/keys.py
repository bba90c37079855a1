"""What stands for an address where the address itself must not rest: a keyed hash, and the token of its preferences."""

import base64

from app.core.tokens import keyed_digest
from app.notify.kinds import Channel


def recipient_key(key: str, channel: str, address: str) -> bytes:
    """The same for every spelling of case; not to be guessed from a list of addresses without ``key``."""
    return keyed_digest(key, f"{Channel(channel)}:{address.strip().casefold()}")


def preference_token(key: str, recipient_hash: bytes) -> str:
    """The secret in a message's foot: made again for each message, so that only its hash need rest in the database."""
    made = keyed_digest(key, f"preferences:{recipient_hash.hex()}")
    return base64.urlsafe_b64encode(made).decode().rstrip("=")
