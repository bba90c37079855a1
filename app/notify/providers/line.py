"""The kept-alive line to a provider's HTTP API, and a body that says when the call begins."""

from collections.abc import Iterator

import requests
from requests.adapters import HTTPAdapter

from app.notify.providers.ports import Begin

# As many as lanes that send and threads that ask at once (drain.LANES, reconcile.ASKERS), so that none is thrown away.
LINES = 32


def open_session() -> requests.Session:
    """A session whose connections stay open for the next message; nothing is tried twice."""
    session = requests.Session()
    for scheme in ("https://", "http://"):
        session.mount(scheme, HTTPAdapter(pool_connections=2, pool_maxsize=LINES, max_retries=0))
    return session


class LateBody:
    """A request's body that is read only when the line is up and the headers have left.

    The first read says that the call begins: without its body the provider cannot act on a request.
    """

    def __init__(self, body: bytes, begin: Begin) -> None:
        self._body, self._begin, self._at = body, begin, 0

    # By its length requests names the Content-Length, by its iterator it takes it for a stream and leaves it unread.
    def __len__(self) -> int:
        return len(self._body)

    def __iter__(self) -> Iterator[bytes]:
        yield self.read()

    def read(self, size: int = -1) -> bytes:
        """The next piece of at most ``size`` bytes; all that is left when it is negative."""
        if self._at == 0:
            self._begin()
        end = len(self._body) if size < 0 else self._at + size
        piece = self._body[self._at : end]
        self._at += len(piece)
        return piece
