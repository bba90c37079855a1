"""Texts through Twilio's own client, with our reference in the callback's address."""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import requests
from twilio.base.exceptions import TwilioException, TwilioRestException
from twilio.http.http_client import TwilioHttpClient
from twilio.http.response import Response
from twilio.rest import Client

from app.core.tokens import digest
from app.notify.providers.line import LateBody, open_session
from app.notify.providers.ports import Accepted, Begin, Lost, Outgoing, SendFailed, header
from app.notify.send.outcomes import fault

# Under the ten seconds of a call (ports.py).
TIMEOUT = 9.0


class TwilioSender:
    """Texts by Twilio; a message in doubt is looked for by recipient and body."""

    name = "twilio"
    # So far its list may be behind: two minutes are waited before «not there» counts.
    lag_seconds: int | None = 120
    asked_at_once = 1

    def __init__(self, account_sid: str, auth_token: str, sender: str, *, callback_url: str, api_url: str = ""):
        self._account, self._token, self._api_url = account_sid, auth_token, api_url
        self._from, self._callback_url, self._session = header(sender), callback_url, open_session()

    def send(self, outgoing: Outgoing, begin: Begin) -> Accepted:
        """Create the message once; a lost answer is in doubt."""
        origin = {"messaging_service_sid" if self._from.startswith("MG") else "from_": self._from}
        if outgoing.tracked:
            # In the address, since a text has no field for it; the signature covers it.
            origin["status_callback"] = f"{self._callback_url}?message={outgoing.reference}"
        try:
            message = self._client(begin).messages.create(
                to=outgoing.to,
                body=outgoing.text,
                # 1 to 36,000 s at Twilio; under a minute its queue alone might use it up.
                validity_period=max(60, min(36_000, outgoing.valid_seconds)),
                **origin,
            )
        except (TwilioException, requests.RequestException) as error:
            raise self._failed(error) from error
        return Accepted(self.name, str(message.sid))

    def find(self, lost: Sequence[Lost]) -> Mapping[str, Accepted | None]:
        """Each is the message whose body is ours, link and all, among the latest to its number."""
        return {message.reference: self._look_for(message) for message in lost}

    def _look_for(self, lost: Lost) -> Accepted | None:
        try:
            sent = self._client(None).messages.list(to=lost.to, date_sent_after=lost.since, limit=50)
        except (TwilioException, requests.RequestException) as error:
            raise self._failed(error) from error
        return next((Accepted(self.name, str(m.sid)) for m in sent if digest(m.body or "") == lost.body_hash), None)

    def _client(self, begin: Begin | None) -> Client:
        """A client for one call: it is nothing but names around the session, which is kept."""
        line = TwilioLine(self._session, self._api_url, begin)
        return Client(self._account, self._token, http_client=line)

    def _failed(self, error: Exception) -> SendFailed:
        if isinstance(error, TwilioRestException):
            return SendFailed(fault(self.name, error.code or error.status, error.msg))
        # An answer that cannot be read is as good as none.
        return SendFailed(fault(self.name, "no_answer", type(error).__name__))


class TwilioLine(TwilioHttpClient):  # type: ignore[misc]
    """The provider's HTTP client on a session that is kept; says when the call begins; may point elsewhere."""

    def __init__(
        self, session: requests.Session, api_url: str, begin: Begin | None, *, timeout: float = TIMEOUT
    ) -> None:
        """``begin`` is None where nothing is sent."""
        # The client would open a pool of its own for every call.
        super().__init__(pool_connections=False, timeout=timeout)
        self.session, self._base = _Saying(session, begin), urlsplit(api_url)

    def request(self, method: str, url: str, *args: object, **kwargs: object) -> Response:
        """As the client's own, at the address that is meant."""
        if self._base.netloc:
            address = urlsplit(url)
            path = self._base.path.rstrip("/") + address.path
            url = urlunsplit((self._base.scheme, self._base.netloc, path, address.query, ""))
        return super().request(method, url, *args, **kwargs)


class _Saying:
    """A session as the provider's client uses one, whose request begins with its body."""

    def __init__(self, session: requests.Session, begin: Begin | None) -> None:
        self._session, self._begin = session, begin
        self.prepare_request = session.prepare_request
        self.merge_environment_settings = session.merge_environment_settings

    def send(self, prepared: requests.PreparedRequest, **how: Any) -> requests.Response:
        if self._begin is not None:
            prepared.body = LateBody(str(prepared.body).encode(), self._begin)
        return self._session.send(prepared, **how)
