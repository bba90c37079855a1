"""A karrio server that pushes what its carriers say; it signs nothing, so it is only a hint to ask the carrier."""

from app.carriers.base.declaration import Carrier, Endpoint
from app.carriers.webhooks import signatures

CARRIER = Carrier(
    name="karrio",
    title="karrio",
    many=True,
    endpoint=Endpoint("KARRIO_WEBHOOK_CREDENTIAL", signatures.credential("credential", "x-event-id")),
)
