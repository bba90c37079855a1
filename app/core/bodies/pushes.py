"""What another system delivers to an endpoint: the bytes as sent, and unpacked; its sender has signed either."""

from dataclasses import dataclass

from flask import Response, abort, request

from app.core.bodies.packing import TAKEN, unpack
from app.core.errors import Unreadable

# What a body is read by later; it is stored as it was sent.
READING_HEADERS = ("Content-Type", "Content-Encoding")


@dataclass(frozen=True, slots=True)
class PushedBody:
    """The body of a delivery: as it was ``sent``, and its ``content`` without the packing."""

    sent: bytes
    content: bytes

    @property
    def is_packed(self) -> bool:
        """Whether the two differ."""
        return self.sent != self.content

    @property
    def signable(self) -> tuple[bytes, ...]:
        """The bytes that its sender may have signed: some sign before they pack, others after."""
        return (self.content, self.sent) if self.is_packed else (self.sent,)


def pushed_body() -> PushedBody:
    """This request's body. Answers 400, 413 or 415, with a sentence, to what cannot be unpacked."""
    sent = request.get_data(cache=False)
    try:
        return PushedBody(sent, unpack(sent, request.headers.get("Content-Encoding", "")))
    except Unreadable as error:
        headers = {"Accept-Encoding": TAKEN} if error.status == 415 else None
        return abort(Response(f"{error}\n", error.status, headers, mimetype="text/plain"))
