"""What a kind of order management system declares in its ``system.py``: how orders come from it."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Generic, TypeVar

from app.core.settings import PartSettings, check_names

if TYPE_CHECKING:
    from app.orders.document.document import OrderDocument

S = TypeVar("S", bound=PartSettings)
# It stands in an address and in the names of variables.
NAME = re.compile(r"[a-z][a-z0-9_]*")


@dataclass(frozen=True, slots=True)
class PushedOrder:
    """A delivery to the endpoint of a system, as it came; names of headers in small letters."""

    headers: Mapping[str, str]
    body: bytes
    at: datetime


@dataclass(frozen=True, slots=True)
class SystemWebhook(Generic[S]):
    """The endpoint ``/hooks/oms/<name>``: who may knock, and what orders a delivery holds.

    ``secrets``: what it is verified with, in clear; without any the endpoint answers 503. ``verify`` gives the
    delivery's key, the same each time it comes again, or None where none of the secrets signed it. ``documents`` is
    asked later, by a job; it raises ``NeverUnderstood`` with what a person has to know. ``kept_headers`` stay beside
    the body. ``sample``: a body with which anybody who has the secret may try it: verified, answered 204, not kept.
    """

    secrets: Callable[[S], Sequence[str]]
    verify: Callable[[PushedOrder, Sequence[str]], str | None]
    documents: Callable[[bytes], "Iterable[OrderDocument]"]
    kept_headers: tuple[str, ...] = ()
    sample: bytes | None = None


@dataclass(frozen=True, slots=True)
class System(Generic[S]):
    """A kind of system. Each way in which orders come from it is a field of its own, and none is needed.

    ``webhook``: it calls us. ``commands``: what it adds to ``paradero``, as ``module:NAME``. Ways that are still to
    come, such as a source that is asked for what has changed or a sink for returns, join as further fields that may be
    left out.
    """

    name: str
    title: str
    settings: type[S]
    webhook: SystemWebhook[S] | None = None
    commands: str | None = None

    def __post_init__(self) -> None:
        """Refuse a name that makes no address, and settings that are not its own."""
        if not NAME.fullmatch(self.name):
            raise ValueError(f"{self.name}: small letters, digits and _ make a name")
        check_names(self.settings, "oms_")
