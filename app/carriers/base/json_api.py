"""Asking over a JSON API: one kept connection, a time limit, and what each answer's status says about coming again."""

from typing import Any

import requests

from app.carriers.base.declaration import Carrier
from app.carriers.base.documents import read_json
from app.carriers.base.overhearing import overheard
from app.carriers.base.parsing import interpret_document
from app.core.errors import ProviderRejected, ProviderUnavailable, Unreadable
from app.tracking.ports import TrackingReport

# Seconds to connect and to answer; a round of questions to one source lasts thirty.
TIMEOUT_S = (5.0, 20.0)


class JsonApi:
    """What asks one carrier or aggregator; its subclass adds ``at_once`` and ``fetch`` (see ``TrackingSource``)."""

    def __init__(
        self, carrier: Carrier, url: str, *, headers: dict[str, str] | None = None, auth: tuple[str, str] | None = None
    ) -> None:
        """``carrier`` reads the answers; ``auth`` is a user's name and password."""
        self.name = carrier.name
        self._carrier = carrier
        self._url = url
        self._http = requests.Session()
        # No proxies and no passwords of the machine's own.
        self._http.trust_env = False
        self._http.headers.update({"Accept": "application/json", **(headers or {})})
        self._http.auth = auth

    def call(self, method: str, path: str, **options: Any) -> list[TrackingReport]:
        """The reports in one answer; none where the number is not known or cannot be taken.

        ``options`` are those of ``requests``. Raises ProviderUnavailable or ProviderRejected.
        """
        try:
            answer = self._http.request(method, self._url + path, timeout=TIMEOUT_S, allow_redirects=False, **options)
        except requests.RequestException as error:
            raise ProviderUnavailable(f"{self.name} could not be asked ({type(error).__name__}).") from error
        overheard(answer.content)
        # The number is not known there, was made known already or cannot be taken: no trouble of the source.
        if answer.status_code in (404, 409, 422):
            return []
        if answer.status_code == 429 or answer.status_code >= 500:
            raise ProviderUnavailable(f"{self.name} answers {answer.status_code}.", retry_after=_wait(answer))
        if answer.status_code >= 300:
            raise ProviderRejected(f"{self.name} answers {answer.status_code}.", code=str(answer.status_code))
        return self._read(answer.content)

    def _read(self, body: bytes) -> list[TrackingReport]:
        try:
            reports = interpret_document(self._carrier, read_json(body))
        except Unreadable as error:
            raise ProviderUnavailable(f"{self.name} answers with something unreadable: {error}") from error
        return [report for report in reports if report.number]


def _wait(answer: requests.Response) -> float | None:
    written = answer.headers.get("Retry-After", "")
    return float(written) if written.isdigit() else None
