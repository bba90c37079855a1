"""E-mail through any mail server: SMTP with TLS, one connection a mail; in doubt only between last dot and answer."""

import re
import smtplib
import ssl
from collections.abc import Mapping, Sequence

from app.core.settings.domains import wire_address
from app.core.settings.mail_server import MailServer
from app.notify.providers.ports import Accepted, Begin, Lost, Outgoing, SendFailed, recipient_of
from app.notify.providers.smtp.mime import as_bytes
from app.notify.send.outcomes import FailureVerdict, SendFailure, fault

# For each answer: under the ten seconds of a call (ports.py).
TIMEOUT = 9.0
# RFC 5321, 4.5.2: a line that begins with a dot would end the mail.
_DOT = re.compile(rb"(?m)^\.")


class SmtpSender:
    """Mail by SMTP. A mail server cannot be asked afterwards."""

    name = "smtp"
    lag_seconds: int | None = None
    asked_at_once = 1

    def __init__(self, url: str, mail_from: str, *, host_name: str = "localhost", timeout: float = TIMEOUT) -> None:
        self._server, self._host_name, self._timeout = MailServer.of(url), host_name, timeout
        self._mail_from = wire_address(mail_from) or mail_from

    def send(self, outgoing: Outgoing, begin: Begin) -> Accepted:
        """Hand the mail over. A server acts on the last dot: all that goes wrong before may be done again."""
        link = self._connected()
        try:
            to = recipient_of(outgoing, self.name, any_letters=link.has_extn("smtputf8"))
            self._envelope(link, to)
            self._say(link, "data", 354)
            link.send(_DOT.sub(b"..", as_bytes(outgoing, mail_from=self._mail_from, to=to)))
            begin()
            link.send(b".\r\n")
            self._expect(link.getreply(), 250)
        except (OSError, smtplib.SMTPException) as error:
            raise SendFailed(fault(self.name, "no_answer", type(error).__name__)) from error
        finally:
            # Without QUIT: its answer changes nothing, and may not come.
            link.close()
        return Accepted(self.name, outgoing.headers.get("Message-ID", ""))

    def find(self, lost: Sequence[Lost]) -> Mapping[str, Accepted | None]:
        """A mail server keeps no list."""
        raise SendFailed(fault(self.name, "not_connected"))

    def greet(self) -> bool:
        """Sign in, name our sender and take it back; whether the line was encrypted. Raises SendFailed."""
        link = self._connected()
        try:
            code, words = link.mail(self._mail_from)
            if code != 250:
                raise SendFailed(fault(self.name, "sender_refused", f"{code} {_words(words)}"))
            link.rset()
            return isinstance(link.sock, ssl.SSLSocket)
        except (OSError, smtplib.SMTPException) as error:
            raise SendFailed(fault(self.name, "no_answer", type(error).__name__)) from error
        finally:
            link.close()

    def _connected(self) -> smtplib.SMTP:
        """A link that takes mails; what a server refuses before it has heard of one is refused to all."""
        try:
            return self._opened()
        except smtplib.SMTPResponseException as error:
            code, words = str(error.smtp_code), _words(error.smtp_error)
            raise SendFailed(SendFailure(FailureVerdict.CLOSED, self.name, code, words[:500])) from error
        except (OSError, smtplib.SMTPException) as error:
            raise SendFailed(fault(self.name, "not_connected", type(error).__name__)) from error

    def _opened(self) -> smtplib.SMTP:
        server, context = self._server, ssl.create_default_context()
        if server.tls:
            link: smtplib.SMTP = smtplib.SMTP_SSL(
                server.host, server.port, self._host_name, timeout=self._timeout, context=context
            )
        else:
            link = smtplib.SMTP(server.host, server.port, self._host_name, timeout=self._timeout)
            link.ehlo()
            if link.has_extn("starttls"):
                link.starttls(context=context)
        link.ehlo_or_helo_if_needed()
        if server.user:
            link.login(server.user, server.password)
        return link

    def _envelope(self, link: smtplib.SMTP, to: str) -> None:
        # RFC 6531: an address beyond ASCII must not be written in another way.
        options = [] if to.isascii() and self._mail_from.isascii() else ["SMTPUTF8", "BODY=8BITMIME"]
        code, words = link.mail(self._mail_from, options)
        if code != 250:
            raise SendFailed(fault(self.name, "sender_refused", f"{code} {_words(words)}"))
        self._expect(link.rcpt(to), 250, 251)

    def _say(self, link: smtplib.SMTP, command: str, expected: int) -> None:
        self._expect(link.docmd(command), expected)

    def _expect(self, reply: tuple[int, bytes], *expected: int) -> None:
        code, words = reply
        # What smtplib makes of a reply without a number.
        if code == -1:
            raise smtplib.SMTPServerDisconnected("no reply")
        if code not in expected:
            raise SendFailed(fault(self.name, code, _words(words)))


def _words(reply: bytes | str) -> str:
    return reply.decode("utf-8", "replace") if isinstance(reply, bytes) else reply
