"""Other systems that deliver to a served portal as fast as it answers, and keep what it acknowledged."""

import http.client
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Thread

from sqlalchemy import text
from sqlalchemy.orm import Session, sessionmaker

from app.core import standard_webhooks
from app.core.clock import utcnow
from tests.carriers.endpoints import NEW_KEY
from tests.served import wait_until

BETWEEN = 25
SENDERS = 4


class Sender(Thread):
    """Another system that delivers as fast as it is answered, and keeps what was acknowledged."""

    def __init__(self, port: int, name: str, enough: Event) -> None:
        super().__init__(name=name, daemon=True)
        self.port, self.enough = port, enough
        self.acknowledged: list[str] = []
        self.given_up: list[str] = []
        self.other: set[int] = set()

    def run(self) -> None:
        number = 0
        while not self.enough.is_set():
            number += 1
            self._deliver(f"{self.name}-{number}")

    def _deliver(self, mark: str) -> None:
        body = f'{{"id": "{mark}"}}'.encode()
        headers = standard_webhooks.sign([NEW_KEY], message_id=mark, at=utcnow(), body=body)
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            line.request("POST", "/hooks/carriers/generic", body, headers)
            status = line.getresponse().status
        except TimeoutError:
            self.given_up.append(mark)
            return
        except (OSError, http.client.HTTPException):
            self.enough.wait(0.02)
            return
        finally:
            line.close()
        if status == 202:
            self.acknowledged.append(mark)
        else:
            self.other.add(status)


@contextmanager
def delivering(port: int) -> Iterator[list[Sender]]:
    """Some of them at once, until the end of the block."""
    enough = Event()
    senders = [Sender(port, f"sender{number}", enough) for number in range(SENDERS)]
    for sender in senders:
        sender.start()
    try:
        yield senders
    finally:
        enough.set()
        for sender in senders:
            sender.join()


def wait_for_more(senders: Sequence[Sender], what: str) -> None:
    """Until some more deliveries are acknowledged."""

    def total() -> int:
        return sum(len(sender.acknowledged) for sender in senders)

    before = total()
    wait_until(lambda: total() >= before + BETWEEN, what)


def differences(senders: Sequence[Sender], sessions: sessionmaker[Session]) -> tuple[set[str], set[str]]:
    """What was acknowledged and is not stored; what is stored although its sender neither heard so nor gave it up."""
    with sessions() as session:
        inbox = set(session.scalars(text("select delivery_key from inbox")))
    acknowledged = {mark for sender in senders for mark in sender.acknowledged}
    given_up = {mark for sender in senders for mark in sender.given_up}
    return acknowledged - inbox, inbox - acknowledged - given_up


def workers(process: subprocess.Popen[bytes]) -> list[int]:
    """The processes that serve."""
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
    return [int(child) for child in children if "granian" in Path(f"/proc/{child}/cmdline").read_text()]
