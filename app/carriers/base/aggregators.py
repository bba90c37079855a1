"""Asking AfterShip and EasyPost: what they know of a number; a number that they do not know is made known to them."""

from collections.abc import Iterator
from typing import Any

import requests

from app.carriers.aftership import carrier
from app.carriers.base.adapter import Adapter
from app.carriers.base.documents import Unreadable, read_json
from app.carriers.base.parsing import interpret_document
from app.carriers.easypost import carrier as easypost
from app.core.errors import ProviderRejected, ProviderUnavailable
from app.tracking.ports import TrackingReport

TIMEOUT_S = (5.0, 20.0)
AFTERSHIP_URL = "https://api.aftership.com/tracking/2025-07"
EASYPOST_URL = "https://api.easypost.com/v2"


class _Aggregator:
    """A JSON API over one kept connection."""

    name: str

    def __init__(
        self, reader: Adapter, url: str, *, headers: dict[str, str] | None = None, auth: tuple[str, str] | None = None
    ) -> None:
        self._reader = reader
        self._url = url
        self._http = requests.Session()
        self._http.trust_env = False
        self._http.headers.update({"Accept": "application/json", **(headers or {})})
        self._http.auth = auth

    def _call(self, method: str, path: str, **options: Any) -> list[TrackingReport]:
        try:
            answer = self._http.request(method, self._url + path, timeout=TIMEOUT_S, allow_redirects=False, **options)
        except requests.RequestException as error:
            raise ProviderUnavailable(f"{self.name} could not be asked ({type(error).__name__}).") from error
        if answer.status_code in (404, 409, 422):
            return []
        if answer.status_code == 429 or answer.status_code >= 500:
            raise ProviderUnavailable(f"{self.name} answers {answer.status_code}.", retry_after=_wait(answer))
        if answer.status_code >= 300:
            raise ProviderRejected(f"{self.name} answers {answer.status_code}.", code=str(answer.status_code))
        return self._read(answer.content)

    def _read(self, body: bytes) -> list[TrackingReport]:
        try:
            reports = interpret_document(self._reader, read_json(body))
        except Unreadable as error:
            raise ProviderUnavailable(f"{self.name} answers with something unreadable: {error}") from error
        return [report for report in reports if report.number]


class AfterShip(_Aggregator):
    """AfterShip Tracking."""

    name = "aftership"
    at_once = 10

    def __init__(self, api_key: str, *, url: str = AFTERSHIP_URL) -> None:
        """``url`` may point at a stand-in."""
        super().__init__(carrier.ADAPTER, url, headers={"as-api-key": api_key})

    def fetch(self, numbers: list[str]) -> Iterator[TrackingReport]:
        """See ``TrackingSource``."""
        known = self._call("GET", "/trackings", params={"tracking_numbers": ",".join(numbers), "limit": 100})
        yield from known
        found = {report.number for report in known}
        for number in numbers:
            if number not in found:
                yield from self._call("POST", "/trackings", json={"tracking_number": number})


class EasyPost(_Aggregator):
    """EasyPost trackers; making one that exists gives the one that exists."""

    name = "easypost"
    at_once = 1

    def __init__(self, api_key: str, *, url: str = EASYPOST_URL) -> None:
        """``url`` may point at a stand-in."""
        super().__init__(easypost.ADAPTER, url, auth=(api_key, ""))

    def fetch(self, numbers: list[str]) -> Iterator[TrackingReport]:
        """See ``TrackingSource``."""
        for number in numbers:
            found = self._call("GET", "/trackers", params={"tracking_code": number, "page_size": 1})
            yield from found or self._call("POST", "/trackers", json={"tracker": {"tracking_code": number}})


def _wait(answer: requests.Response) -> float | None:
    written = answer.headers.get("Retry-After", "")
    return float(written) if written.isdigit() else None
