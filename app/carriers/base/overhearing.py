"""The raw answers of carriers, for whoever listens while one is asked: a test that shows what was said."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

# Of the one thread that asks: others ask at the same time, and nobody may hear their answers.
_listener: ContextVar[list[bytes] | None] = ContextVar("listener", default=None)


@contextmanager
def overhearing() -> Iterator[list[bytes]]:
    """What is answered to this thread while the block runs.

    Sources need not know that somebody listens: they hand every answer to ``overheard``, before it is read.
    """
    answers: list[bytes] = []
    token = _listener.set(answers)
    try:
        yield answers
    finally:
        _listener.reset(token)


def overheard(body: bytes) -> None:
    """An answer came; mostly nobody listens.

    Called with the bytes as they are, so that also what cannot be read is seen.
    """
    answers = _listener.get()
    if answers is not None:
        answers.append(body)
