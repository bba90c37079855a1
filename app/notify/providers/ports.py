"""The port of every sender: what goes in, what comes out, and the one way to fail."""

import base64
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from app.core.errors import ProviderError
from app.core.settings.domains import wire_address
from app.notify.kinds import Channel
from app.notify.send.outcomes import SendFailure, fault


@dataclass(frozen=True, slots=True)
class Enclosed:
    """A picture that travels inside a mail, whose HTML shows it as ``cid:`` and its ``cid``; a PNG."""

    cid: str
    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A rendered message; ``reference`` is our random id and the only thing a provider keeps of ours.

    ``tracked``: its fate matters later, so the provider shall report it by the reference. ``enclosed`` are pictures
    that ``html`` shows.
    """

    reference: str
    channel: Channel
    to: str
    text: str
    subject: str = ""
    html: str = ""
    from_name: str = ""
    reply_to: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    valid_seconds: int = 36_000
    tracked: bool = True
    enclosed: tuple[Enclosed, ...] = ()

    @property
    def html_whole(self) -> str:
        """The HTML with what is enclosed inside it: a browser finds no part of a mail."""
        html = self.html
        for one in self.enclosed:
            html = html.replace(f"cid:{one.cid}", f"data:image/png;base64,{base64.b64encode(one.content).decode()}")
        return html


@dataclass(frozen=True, slots=True)
class Accepted:
    """The provider took it; ``provider_id`` is the provider's name for it, empty where it has told none."""

    provider: str
    provider_id: str


@dataclass(frozen=True, slots=True)
class Lost:
    """A message whose answer was lost, as it can be recognised at the provider."""

    reference: str
    to: str
    since: datetime
    body_hash: bytes
    subject: str = ""


class SendFailed(ProviderError):
    """The provider did not take it, or we cannot know: ``fault`` says which."""

    def __init__(self, fault: SendFailure) -> None:
        super().__init__(f"{fault.provider} {fault.code}: {fault.verdict}", code=fault.code)
        self.fault = fault


class NotBegun(Exception):
    """The beginning could not be written down in time, so nobody calls."""


Begin = Callable[[], None]


class Sender(Protocol):
    """One provider for one channel. ``lag_seconds``: how far its list lags behind; None: it cannot be asked.

    ``asked_at_once``: for how many lost messages one question stands.
    """

    name: str
    lag_seconds: int | None
    asked_at_once: int

    def send(self, outgoing: Outgoing, begin: Begin) -> Accepted:
        """Hand the message over once, within ten seconds, or raise ``SendFailed``.

        ``begin`` is called once, at the last moment at which the provider cannot have acted: when the line is up and
        all but the end is said. Whatever goes wrong before has not happened. ``NotBegun`` out of it passes through.
        """

    def find(self, lost: Sequence[Lost]) -> Mapping[str, Accepted | None]:
        """By reference: what the provider has (None: has not); who is left out must be asked for once more, alone.

        Raises ``SendFailed`` when it cannot be asked now.
        """


# What a reader cannot see in a name or a subject may hide another, or break a header.
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


def header(value: str, limit: int = 200) -> str:
    """One printable line of at most ``limit`` characters; breaks become blanks, unseen characters go."""
    shown = (" " if c in "\r\n\t\v\f\u2028\u2029\x85" else c for c in value)
    line = "".join(c for c in shown if unicodedata.category(c) not in _UNSEEN)
    return " ".join(line.split())[:limit].rstrip()


def recipient_of(outgoing: Outgoing, provider: str, *, any_letters: bool) -> str:
    """The mail address as the wire takes it: its domain in ASCII. Raises SendFailed, with a reason that staff read.

    ``any_letters``: the provider takes letters beyond ASCII before the «@», which nothing can stand for (RFC 6531).
    """
    written = wire_address(outgoing.to)
    if written is None or not (any_letters or written.isascii()):
        raise SendFailed(fault(provider, "other_letters", "no such address can be handed over"))
    return written
