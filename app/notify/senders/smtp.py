"""E-mail through any mail server: SMTP with TLS, one connection a mail, the answer to DATA decides."""

import smtplib
import ssl
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import formataddr, formatdate
from urllib.parse import unquote, urlsplit

from app.notify.outcomes import fault
from app.notify.senders.clean import header
from app.notify.senders.ports import Accepted, Lost, Outgoing, SendFailed

TIMEOUT = 9.0


@dataclass(frozen=True, slots=True)
class Server:
    """A mail server: ``smtps`` speaks TLS from the first byte, ``smtp`` upgrades where the server offers it."""

    host: str
    port: int
    user: str
    password: str
    tls: bool

    @classmethod
    def of(cls, url: str) -> "Server":
        """Read ``smtp(s)://user:pass@host:port``."""
        parts = urlsplit(url)
        tls = parts.scheme == "smtps"
        port = parts.port or (465 if tls else 587)
        return cls(parts.hostname or "", port, unquote(parts.username or ""), unquote(parts.password or ""), tls)


class SmtpSender:
    """Mail by SMTP. A mail server cannot be asked afterwards."""

    name = "smtp"
    lag_seconds: int | None = None

    def __init__(self, url: str, mail_from: str, *, host_name: str = "localhost") -> None:
        self._server, self._mail_from, self._host_name = Server.of(url), mail_from, host_name

    def send(self, outgoing: Outgoing) -> Accepted:
        """Hand the mail over; once its text is under way, a lost answer is in doubt."""
        message = as_message(outgoing, self._mail_from)
        link = self._connected()
        try:
            link.send_message(message, self._mail_from, [outgoing.to])
        except smtplib.SMTPResponseException as error:
            raise SendFailed(fault(self.name, error.smtp_code, _words(error.smtp_error))) from error
        except smtplib.SMTPRecipientsRefused as error:
            code, words = next(iter(error.recipients.values()))
            raise SendFailed(fault(self.name, code, _words(words))) from error
        except (OSError, smtplib.SMTPException) as error:
            raise SendFailed(fault(self.name, "no_answer", type(error).__name__)) from error
        finally:
            link.close()
        return Accepted(self.name, str(message["Message-ID"]))

    def find(self, lost: Lost) -> Accepted | None:
        """A mail server keeps no list."""
        raise SendFailed(fault(self.name, "not_connected"))

    def _connected(self) -> smtplib.SMTP:
        server, context = self._server, ssl.create_default_context()
        try:
            if server.tls:
                link: smtplib.SMTP = smtplib.SMTP_SSL(
                    server.host, server.port, self._host_name, timeout=TIMEOUT, context=context
                )
            else:
                link = smtplib.SMTP(server.host, server.port, self._host_name, timeout=TIMEOUT)
                link.ehlo()
                if link.has_extn("starttls"):
                    link.starttls(context=context)
                    link.ehlo()
            if server.user:
                link.login(server.user, server.password)
        except smtplib.SMTPResponseException as error:
            raise SendFailed(fault(self.name, error.smtp_code, _words(error.smtp_error))) from error
        except (OSError, smtplib.SMTPException) as error:
            raise SendFailed(fault(self.name, "not_connected", type(error).__name__)) from error
        return link


def as_message(outgoing: Outgoing, mail_from: str) -> EmailMessage:
    """The mail as MIME: plain text and HTML as alternatives; headers cannot carry a line break."""
    message = EmailMessage(policy=SMTP)
    message["From"] = formataddr((header(outgoing.from_name), mail_from))
    message["To"] = outgoing.to
    message["Subject"] = header(outgoing.subject)
    message["Date"] = formatdate()
    if outgoing.reply_to:
        message["Reply-To"] = header(outgoing.reply_to)
    for name, value in outgoing.headers.items():
        message[header(name)] = header(value, 900)
    message.set_content(outgoing.text)
    if outgoing.html:
        message.add_alternative(outgoing.html, subtype="html")
    return message


def _words(said: bytes | str) -> str:
    return said.decode("utf-8", "replace") if isinstance(said, bytes) else said
