"""Stays when the supervisor does not: ends the processes and the database that it leaves behind.

The supervisor holds the other end of the standard input. It writes ``+PID`` and ``-PID`` for the groups of processes
that it starts and sees end, and ``done`` when nothing is left to do. An input that ends without that: it was killed.
"""

import contextlib
import os
import signal
import sys
import time
from collections.abc import Iterable
from pathlib import Path

from app.server.embedded import stop_unused

STOP_LIMIT = 20.0  # what the supervisor gives them too
APPEARS = 3.0  # seconds in which a server that was just being started writes its pid file


def main() -> int:
    """Wait for the supervisor's end, then clean up after it."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        # It must outlive the one that it cleans up after, however that one is ended.
        signal.signal(number, signal.SIG_IGN)
    groups = left(sys.stdin)
    if groups is None:
        return 0
    end(groups)
    if len(sys.argv) > 1:
        until = time.monotonic() + APPEARS
        while not stop_unused(Path(sys.argv[1])) and time.monotonic() < until:
            time.sleep(0.2)
    return 0


def left(lines: Iterable[str]) -> set[int] | None:
    """The groups of processes that were left behind; None when the supervisor had done everything itself."""
    groups: set[int] = set()
    for line in lines:
        word = line.strip()
        if word == "done":
            return None
        if word.startswith("+"):
            groups.add(int(word))
        elif word.startswith("-"):
            groups.discard(-int(word))
    return groups


def end(groups: set[int]) -> None:
    """Ask each group's first process to stop, which lets its work be finished; force what stays."""
    for group in groups:
        with contextlib.suppress(ProcessLookupError):
            os.kill(group, signal.SIGTERM)
    until = time.monotonic() + STOP_LIMIT
    while any(_lives(group) for group in groups) and time.monotonic() < until:
        time.sleep(0.1)
    for group in groups:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(group, signal.SIGKILL)


def _lives(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True


if __name__ == "__main__":
    sys.exit(main())
