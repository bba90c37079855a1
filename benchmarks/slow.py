"""The pages beside eight senders that never finish: twice as many as two workers of two threads have threads."""

import socket
import time
import urllib.request

from benchmarks.report import Row
from benchmarks.stage import Stage

SENDERS, PAGES = 8, 200
STALLED = b"POST / HTTP/1.1\r\nHost: portal\r\nContent-Length: 100000\r\n\r\nn"


def slow_senders(stage: Stage) -> Row:
    """The slowest page while they stall; one that is given up is followed by the next."""
    senders = [_stall(stage) for _ in range(SENDERS)]
    slowest = 0.0
    for number in range(PAGES):
        at = number % SENDERS
        senders[at].close()
        senders[at] = _stall(stage)
        began = time.monotonic()
        with urllib.request.urlopen(f"{stage.url}/help", timeout=60) as answer:  # noqa: S310 (an address of our own)
            answer.read()
        slowest = max(slowest, time.monotonic() - began)
    for sender in senders:
        sender.close()
    how = f"the slowest of {PAGES} pages, one after the other"
    return Row("—", f"page beside {SENDERS} stalled senders", f"{slowest * 1000:.0f} ms", "≤ 1000 ms", how)


def _stall(stage: Stage) -> socket.socket:
    host, _, port = stage.url.removeprefix("http://").partition(":")
    line = socket.create_connection((host, int(port)), timeout=60)
    line.sendall(STALLED)
    return line
