"""Whoever sends our own plain form, signed as Standard Webhooks are."""

from collections.abc import Mapping

from app.carriers.base.declaration import Carrier, Endpoint
from app.carriers.base.plain import parcels
from app.carriers.webhooks import signatures


def _delivery_key(headers: Mapping[str, str], body: bytes) -> str:
    return headers["webhook-id"][:200]


CARRIER = Carrier(
    name="generic",
    title="Generic",
    many=True,
    parcels=parcels,
    reads_text=True,
    endpoint=Endpoint("GENERIC_WEBHOOK_SECRET", signatures.standard(), _delivery_key),
)
