"""The webhook endpoints that carriers declare: found by the last part of the address, opened by their secrets."""

from app.carriers.base.declaration import Carrier, Endpoint
from app.carriers.registry import pushing
from app.core.bodies import packing
from app.core.bodies.pushes import READING_HEADERS
from app.core.settings import Settings

# As much as the gateway reads of any body; said here too, so that a view behind another server takes no more into its
# memory before the signature is looked at.
MAX_BODY = packing.MAX_BODY
# What helps to understand a delivery later. Signatures and secrets are looked at on arrival, and kept nowhere: whoever
# reads the inbox could send what looks like the carrier's own.
KEPT_HEADERS = (*map(str.lower, READING_HEADERS), "user-agent", "webhook-id", "webhook-timestamp")


def at(source: str) -> tuple[Carrier, Endpoint] | None:
    """Who pushes to ``/hooks/carriers/<source>``, and how; None where nobody does."""
    carrier = pushing().get(source)
    return (carrier, carrier.endpoint) if carrier is not None and carrier.endpoint is not None else None


def secrets_of(source: str, settings: Settings) -> list[str]:
    """The secrets in force; none means that the endpoint is closed."""
    pushes = at(source)
    return settings.brought(pushes[1].setting) if pushes else []


def hints_in_vain(settings: Settings, able: set[str]) -> list[str]:
    """The endpoints that are open and unsigned while nobody can be asked: what they hint at changes nothing."""
    unsigned = [source for source in sorted(pushing()) if (pushes := at(source)) and not pushes[1].believed]
    return [] if able else [source for source in unsigned if secrets_of(source, settings)]
