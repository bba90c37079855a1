"""E-mail by SendGrid: its own classes for the mail, one kept-alive session, with all tracking switched off."""

import base64
import json
import threading
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import requests
from sendgrid.helpers.mail import (
    Attachment,
    ClickTracking,
    Content,
    ContentId,
    CustomArg,
    Disposition,
    FileContent,
    FileName,
    FileType,
    From,
    Header,
    Mail,
    OpenTracking,
    ReplyTo,
    SubscriptionTracking,
    To,
    TrackingSettings,
)

from app.core.settings.domains import wire_address
from app.notify.providers.line import LateBody, open_session
from app.notify.providers.ports import Accepted, Begin, Lost, Outgoing, SendFailed, header, recipient_of
from app.notify.send.outcomes import fault

# Together under the ten seconds of a call (ports.py); to connect, once over TCP's first retransmission.
TIMEOUT = (3.05, 6.5)
# The activity feed allows six questions a minute (Email Activity, «Rate limits»), so one stands for many messages.
ASK_EVERY_S = 10.0
ASKED_AT_ONCE = 40


class SendGridSender:
    """Mail by SendGrid; the only thing of ours in its records is the random reference."""

    name = "sendgrid"
    asked_at_once = ASKED_AT_ONCE

    def __init__(
        self, api_key: str, mail_from: str, *, host: str = "https://api.sendgrid.com", feed_lag: int | None = None
    ):
        """``feed_lag``: how many seconds the activity feed runs behind, for a shop that has bought it."""
        self._host, self._session = host.rstrip("/"), open_session()
        self._mail_from = wire_address(mail_from) or mail_from
        self._headers = {"Authorization": f"Bearer {api_key}", "Content-Type": "application/json"}
        self.lag_seconds = feed_lag
        self._lock, self._next_question = threading.Lock(), 0.0

    def send(self, outgoing: Outgoing, begin: Begin) -> Accepted:
        """Post the mail once; a lost answer is in doubt."""
        to = recipient_of(outgoing, self.name, any_letters=False)
        body = json.dumps(as_mail(outgoing, self._mail_from, to).get()).encode()
        response = self._call("POST", "/v3/mail/send", data=LateBody(body, begin))
        return Accepted(self.name, response.headers.get("X-Message-Id", ""))

    def find(self, lost: Sequence[Lost]) -> Mapping[str, Accepted | None]:
        """Ask the activity feed for all of them at once."""
        self._take_turn()
        query = " OR ".join(f"unique_args['message']=\"{message.reference}\"" for message in lost)
        # The feed's most.
        question = {"query": f"({query})" if len(lost) > 1 else query, "limit": "1000"}
        response = self._call("GET", "/v3/messages", params=question)
        return matched(self.name, lost, response.json().get("messages", []))

    def _call(self, method: str, path: str, **parts: Any) -> requests.Response:
        try:
            # A redirect would take the key to another host.
            response = self._session.request(
                method, self._host + path, headers=self._headers, timeout=TIMEOUT, allow_redirects=False, **parts
            )
        except requests.RequestException as error:
            raise SendFailed(fault(self.name, "no_answer", type(error).__name__)) from error
        if response.status_code >= 300:
            after = response.headers.get("Retry-After", "")
            wait = float(after) if after.isdigit() else None
            raise SendFailed(fault(self.name, response.status_code, response.text, wait))
        return response

    def _take_turn(self) -> None:
        with self._lock:
            if time.monotonic() < self._next_question:
                raise SendFailed(fault(self.name, 429, "asked a moment ago"))
            self._next_question = time.monotonic() + ASK_EVERY_S


def matched(name: str, lost: Sequence[Lost], listed: Sequence[Mapping[str, Any]]) -> dict[str, Accepted | None]:
    """Which of ``lost`` are in the answer, which names the recipient and the subject but not our reference.

    Of several to one person with one subject all are there or none is; else they are left out, to be asked alone.
    """
    rows = {str(row["msg_id"]): (str(row["to_email"]).casefold(), str(row["subject"])) for row in listed}
    in_feed, in_question = Counter(rows.values()), Counter(_seen_as(message) for message in lost)
    if len(lost) == 1:
        return {lost[0].reference: _first(name, rows, None)}
    return {
        message.reference: _first(name, rows, _seen_as(message)) if in_feed[_seen_as(message)] else None
        for message in lost
        if in_feed[_seen_as(message)] in (0, in_question[_seen_as(message)])
    }


def _seen_as(message: Lost) -> tuple[str, str]:
    return (wire_address(message.to) or message.to).casefold(), header(message.subject)


def _first(name: str, rows: Mapping[str, tuple[str, str]], seen: tuple[str, str] | None) -> Accepted | None:
    """The provider's name for it, where it is the only one that looks so."""
    names = [key for key, row in rows.items() if seen in (None, row)]
    return Accepted(name, names[0] if len(names) == 1 else "") if names else None


def as_mail(outgoing: Outgoing, mail_from: str, to: str) -> Mail:
    """The request body, in the provider's own classes; addresses as the wire takes them."""
    mail = Mail(
        from_email=From(mail_from, header(outgoing.from_name) or None),
        to_emails=To(to),
        subject=header(outgoing.subject),
    )
    mail.add_content(Content("text/plain", outgoing.text))
    if outgoing.html:
        mail.add_content(Content("text/html", outgoing.html))
    for one in outgoing.enclosed:
        mail.add_attachment(
            Attachment(
                FileContent(base64.b64encode(one.content).decode()),
                FileName(one.name),
                FileType("image/png"),
                Disposition("inline"),
                ContentId(one.cid),
            )
        )
    answers_to = wire_address(outgoing.reply_to) or ""
    # One that cannot be said is left out: better no way to answer than no mail.
    if answers_to and answers_to.isascii():
        mail.reply_to = ReplyTo(answers_to)
    for name, value in outgoing.headers.items():
        # A line of a mail has at most 998 octets (RFC 5322).
        mail.add_header(Header(header(name), header(value, 900)))
    # They rest at SendGrid for long and cannot be erased there: nothing of a person stands in them.
    if outgoing.tracked:
        mail.add_custom_arg(CustomArg("message", outgoing.reference, p=0))
    # Said in every request: the account's own switches may stand otherwise, and no mail of ours follows its reader.
    mail.tracking_settings = TrackingSettings(
        click_tracking=ClickTracking(False, False),
        open_tracking=OpenTracking(False),
        subscription_tracking=SubscriptionTracking(False),
    )
    return mail
