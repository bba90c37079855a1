"""Texts through Twilio's own client, with our reference in the callback's address."""

from urllib.parse import urlsplit, urlunsplit

import requests
from twilio.base.exceptions import TwilioRestException
from twilio.http.http_client import TwilioHttpClient
from twilio.http.response import Response
from twilio.rest import Client

from app.notify.outcomes import fault
from app.notify.senders.clean import header
from app.notify.senders.ports import Accepted, Lost, Outgoing, SendFailed
from app.notify.senders.unanswered import unanswered
from app.tokens import digest

TIMEOUT = 9.0


class TwilioSender:
    """Texts by Twilio; a message in doubt is looked for by recipient and body."""

    name = "twilio"
    lag_seconds: int | None = 120

    def __init__(self, account_sid: str, auth_token: str, sender: str, *, callback_url: str, api_url: str = ""):
        http = _Elsewhere(api_url) if api_url else TwilioHttpClient(timeout=TIMEOUT)
        self._client = Client(account_sid, auth_token, http_client=http)
        self._from, self._callback_url = header(sender), callback_url

    def send(self, outgoing: Outgoing) -> Accepted:
        """Create the message once; a lost answer is in doubt."""
        origin = {"messaging_service_sid" if self._from.startswith("MG") else "from_": self._from}
        if outgoing.tracked:
            origin["status_callback"] = f"{self._callback_url}?message={outgoing.reference}"
        try:
            made = self._client.messages.create(
                to=outgoing.to,
                body=outgoing.text,
                validity_period=max(60, min(36_000, outgoing.valid_seconds)),
                **origin,
            )
        except TwilioRestException as error:
            raise SendFailed(fault(self.name, error.code or error.status, error.msg)) from error
        except requests.RequestException as error:
            raise SendFailed(fault(self.name, unanswered(error), type(error).__name__)) from error
        return Accepted(self.name, str(made.sid))

    def find(self, lost: Lost) -> Accepted | None:
        """The message whose body is ours, link and all, among the latest to this number."""
        try:
            sent = self._client.messages.list(to=lost.to, date_sent_after=lost.since, limit=50)
        except TwilioRestException as error:
            raise SendFailed(fault(self.name, error.code or error.status, error.msg)) from error
        except requests.RequestException as error:
            raise SendFailed(fault(self.name, "not_connected", type(error).__name__)) from error
        return next((Accepted(self.name, str(m.sid)) for m in sent if digest(m.body or "") == lost.body_hash), None)


class _Elsewhere(TwilioHttpClient):  # type: ignore[misc]
    """The provider's HTTP client, pointed at a stand-in or a proxy."""

    def __init__(self, api_url: str) -> None:
        super().__init__(timeout=TIMEOUT)
        self._base = urlsplit(api_url)

    def request(self, method: str, url: str, *args: object, **kwargs: object) -> Response:
        asked = urlsplit(url)
        path = self._base.path.rstrip("/") + asked.path
        moved = urlunsplit((self._base.scheme, self._base.netloc, path, asked.query, ""))
        return super().request(method, moved, *args, **kwargs)
