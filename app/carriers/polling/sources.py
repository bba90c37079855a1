"""Asking a carrier directly: karrio's client fetches, our own reading understands."""

from collections.abc import Iterator, Mapping
from typing import Any

from app.carriers.base import karrio
from app.carriers.base.overhearing import overheard
from app.carriers.base.parsing import parse
from app.core.errors import ProviderUnavailable, Unreadable
from app.tracking.ports import TrackingReport


class KarrioSource:
    """One carrier with its credentials; up to ``at_once`` numbers go into a call."""

    def __init__(self, name: str, credentials: Mapping[str, str], *, at_once: int = 10) -> None:
        """``credentials`` by the connector's own field names."""
        self.name = name
        self._credentials = dict(credentials)
        self.at_once = at_once
        self._client: Any = None

    def fetch(self, numbers: list[str]) -> Iterator[TrackingReport]:
        """See ``TrackingSource``."""
        for number, body in karrio.fetch(self.name, self.client(), numbers):
            overheard(body)
            # Some leave the number out; where several were asked about, nobody knows whose answer it is.
            yield from self._read(body, number or (numbers[0] if len(numbers) == 1 else None))

    def client(self) -> Any:
        """The carrier's HTTP client, made when it is first needed."""
        self._client = self._client or karrio.client(self.name, self._credentials)
        return self._client

    def token(self) -> str:
        """An access token for the carrier's other calls. Raises ProviderUnavailable or ProviderRejected."""
        return karrio.token(self.name, self.client())

    def _read(self, body: bytes, number: str | None) -> list[TrackingReport]:
        try:
            return parse(self.name, body, number=number)
        except Unreadable as error:
            raise ProviderUnavailable(f"{self.name} answers with something unreadable: {error}") from error
