"""Any system that can send our order document, signed by the Standard Webhooks scheme."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, ClassVar

from app.core.settings import PartSettings, SigningKeys, clear
from app.core.standard_webhooks import verify
from app.oms.ports import PushedOrder, System, SystemWebhook

if TYPE_CHECKING:
    from app.orders.document.document import OrderDocument

# No order: with it a system shows that it signs as we verify, before it sends anything in earnest.
SAMPLE = b'{"sample":true}'
SIGNED_HEADERS = ("webhook-id", "webhook-timestamp", "webhook-signature")


class GenericSettings(PartSettings):
    """The secret that deliveries are signed with, or two while one takes over from the other."""

    switch: ClassVar[str] = "oms_webhook_secret"
    oms_webhook_secret: SigningKeys = ()


def signed(pushed: PushedOrder, secrets: Sequence[str]) -> str | None:
    """The id of the message, where one of the secrets signed it a moment ago."""
    headers = {name: pushed.headers.get(name, "") for name in SIGNED_HEADERS}
    return verify(secrets, headers=headers, body=pushed.body, now=pushed.at)


def documents(body: bytes) -> "Iterable[OrderDocument]":
    """The one order of a delivery."""
    # Loaded when it is needed: every process reads this declaration.
    from app.oms.documents import read_document

    return (read_document(body),)


SYSTEM = System(
    name="generic",
    title="Webhook",
    settings=GenericSettings,
    webhook=SystemWebhook(
        secrets=lambda settings: clear(settings.oms_webhook_secret),
        verify=signed,
        documents=documents,
        kept_headers=("webhook-id", "webhook-timestamp"),
        sample=SAMPLE,
    ),
)
