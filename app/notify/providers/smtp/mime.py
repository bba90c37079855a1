"""A mail as MIME, written so that every server on its way carries it unchanged: in ASCII, other letters by RFC 2047."""

import re
from email.header import Header
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import formatdate, quote

from app.core.settings.domains import wire_address
from app.notify.providers.ports import Outgoing, header

# Some servers on the way take no eight-bit bodies, and say so too late.
_POLICY = SMTP.clone(cte_type="7bit")
# RFC 5322: words of these signs need no quotes.
_ATOMS = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~ -]*")


def as_bytes(outgoing: Outgoing, *, mail_from: str, to: str) -> bytes:
    """The mail as it is said after DATA: plain text and HTML as alternatives; headers cannot carry a line break.

    ``mail_from`` and ``to`` are as the envelope has them; only an address beyond ASCII makes bytes beyond it.
    """
    head = [
        ("From", f"{_phrase(header(outgoing.from_name))} <{mail_from}>".strip()),
        ("To", to),
        ("Subject", _encoded("Subject", header(outgoing.subject))),
        ("Date", formatdate()),
    ]
    if answers_to := _ascii_address(outgoing.reply_to):
        head.append(("Reply-To", answers_to))
    # As they are: the library takes a long address for a word to encode, and then no program finds it.
    head += [(header(name), _encoded(name, header(value, 900))) for name, value in outgoing.headers.items()]
    lines = "".join(f"{name}: {value}\r\n" for name, value in head).encode()
    content = lines + _body(outgoing).as_bytes(policy=_POLICY)
    return content if content.endswith(b"\r\n") else content + b"\r\n"


def _body(outgoing: Outgoing) -> EmailMessage:
    body = EmailMessage(policy=_POLICY)
    body.set_content(outgoing.text)
    if outgoing.html:
        body.add_alternative(outgoing.html, subtype="html")
        _enclose(body, outgoing)
    return body


def _enclose(body: EmailMessage, outgoing: Outgoing) -> None:
    """Pictures beside the HTML that shows them (RFC 2387), so that programs list no attachment."""
    html = body.get_body(("html",))
    if html is None:
        return
    for one in outgoing.enclosed:
        html.add_related(one.content, "image", "png", cid=f"<{one.cid}>", disposition="inline", filename=one.name)


def _phrase(name: str) -> str:
    """A name before an address: as it is, in quotes, or encoded."""
    if not name.isascii() or "=?" in name:
        return _encoded("From", name)
    return name if _ATOMS.fullmatch(name) else f'"{quote(name)}"'


def _encoded(name: str, text: str) -> str:
    """A header's text in ASCII: all of it in encoded words or none, since blanks between such words are not shown."""
    # What only looks like an encoded word would be decoded.
    if text.isascii() and "=?" not in text:
        return text
    return Header(text, "utf-8", header_name=name).encode(linesep="\r\n")


def _ascii_address(address: str) -> str:
    """Where answers go; left out when no header can name it, then they go to the sender."""
    written = wire_address(header(address)) or ""
    return written if written.isascii() else ""
