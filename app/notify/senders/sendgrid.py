"""E-mail through SendGrid's own client, over one kept-alive session, with all tracking switched off."""

import logging
from email.message import Message
from typing import Any

import requests
from python_http_client import Client
from sendgrid import SendGridAPIClient
from sendgrid.helpers.mail import (
    ClickTracking,
    Content,
    CustomArg,
    From,
    Header,
    Mail,
    OpenTracking,
    ReplyTo,
    SubscriptionTracking,
    To,
    TrackingSettings,
)

from app.notify.outcomes import fault
from app.notify.senders.clean import header
from app.notify.senders.ports import Accepted, Lost, Outgoing, SendFailed
from app.notify.senders.unanswered import unanswered

TIMEOUT = (3.05, 6.5)

# The provider's HTTP client writes whole mails and the key into its debug log.
logging.getLogger("python_http_client").setLevel(logging.WARNING)


class SendGridSender:
    """Mail by SendGrid; the only thing of ours in its records is the random reference."""

    name = "sendgrid"

    def __init__(self, api_key: str, mail_from: str, *, host: str = "https://api.sendgrid.com", feed: bool = False):
        """``feed``: the shop has bought the activity feed, so that a mail in doubt can be looked for."""
        api = SendGridAPIClient(api_key, host=host.rstrip("/"))
        api.client = _KeptAlive(host=api.host, request_headers=api._default_headers, version=3)
        self._api, self._mail_from = api, mail_from
        self.lag_seconds: int | None = 600 if feed else None

    def send(self, outgoing: Outgoing) -> Accepted:
        """Post the mail once; a lost answer is in doubt."""
        answer = self._api.send(as_mail(outgoing, self._mail_from))
        _raise_for(answer)
        return Accepted(self.name, answer.headers.get("X-Message-Id", ""))

    def find(self, lost: Lost) -> Accepted | None:
        """Ask the activity feed."""
        query = f"unique_args['message']=\"{lost.reference}\""
        answer = self._api.client.messages.get(query_params={"query": query, "limit": 1})
        _raise_for(answer)
        found = (answer.to_dict or {}).get("messages", [])
        return Accepted(self.name, str(found[0]["msg_id"])) if found else None


def as_mail(outgoing: Outgoing, mail_from: str) -> Mail:
    """The request body, in the provider's own classes."""
    mail = Mail(
        from_email=From(mail_from, header(outgoing.from_name) or None),
        to_emails=To(outgoing.to),
        subject=header(outgoing.subject),
    )
    mail.add_content(Content("text/plain", outgoing.text))
    if outgoing.html:
        mail.add_content(Content("text/html", outgoing.html))
    if outgoing.reply_to:
        mail.reply_to = ReplyTo(outgoing.reply_to)
    for name, value in outgoing.headers.items():
        mail.add_header(Header(header(name), header(value, 900)))
    if outgoing.tracked:
        mail.add_custom_arg(CustomArg("message", outgoing.reference, p=0))
    mail.tracking_settings = TrackingSettings(
        click_tracking=ClickTracking(False, False),
        open_tracking=OpenTracking(False),
        subscription_tracking=SubscriptionTracking(False),
    )
    return mail


class _Answer:
    """A reply in the shape the provider's client expects of ``urllib``."""

    def __init__(self, reply: requests.Response) -> None:
        self._reply = reply

    def getcode(self) -> int:
        return self._reply.status_code

    def read(self) -> bytes:
        return self._reply.content

    def info(self) -> Message:
        headers = Message()
        for name, value in self._reply.headers.items():
            headers[name] = value
        return headers


class _KeptAlive(Client):  # type: ignore[misc]
    """The provider's HTTP client, with its connection opened once instead of for every mail."""

    _session = requests.Session()

    def _build_client(self, name: str | None = None) -> "_KeptAlive":
        path = [*self._url_path, name] if name else self._url_path
        return _KeptAlive(self.host, dict(self.request_headers), self._version, path)

    def _make_request(self, opener: Any, request: Any, timeout: float | None = None) -> _Answer:
        try:
            reply = self._session.request(
                request.get_method(),
                request.get_full_url(),
                data=request.data,
                headers=dict(request.header_items()),
                timeout=TIMEOUT,
                allow_redirects=False,
            )
        except requests.RequestException as error:
            raise SendFailed(fault("sendgrid", unanswered(error), type(error).__name__)) from error
        return _Answer(reply)


def _raise_for(answer: Any) -> None:
    if answer.status_code >= 300:
        after = str(answer.headers.get("Retry-After", ""))
        wait = float(after) if after.isdigit() else None
        detail = answer.body.decode("utf-8", "replace")
        raise SendFailed(fault("sendgrid", answer.status_code, detail, wait))
