"""Acknowledged is stored: while web processes are killed, every delivery that got its 202 is in the inbox (E-01)."""

import http.client
import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Event, Thread

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session, sessionmaker

from app.core import standard_webhooks
from app.core.clock import utcnow
from app.core.settings import ROOT, Settings
from app.server.commands import web_words
from tests.carriers.endpoints import NEW_KEY
from tests.conftest import SECRET

pytestmark = pytest.mark.xdist_group("acknowledged")

KILLS = 4
BETWEEN = 25
PATIENCE_S = 90.0


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


@pytest.fixture
def web(database_url: str) -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    """The portal as it is served, and its port."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environ = {
        "DATABASE_URL": database_url, "SECRET_KEY": SECRET, "PORT": str(port), "GENERIC_WEBHOOK_SECRET": NEW_KEY,
        "PUBLIC_URL": f"http://127.0.0.1:{port}",
    }  # fmt: skip
    process = subprocess.Popen(
        web_words(Settings.from_env(environ)), cwd=ROOT, env={**os.environ, **environ}, stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )  # fmt: skip
    yield process, port
    process.terminate()
    process.wait(PATIENCE_S)


def workers(process: subprocess.Popen[bytes]) -> list[int]:
    """The processes that serve."""
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
    return [int(child) for child in children if "granian" in Path(f"/proc/{child}/cmdline").read_text()]


def wait_for(condition: Callable[[], bool], what: str) -> None:
    """Until it is so, or for too long."""
    until, pause = time.monotonic() + PATIENCE_S, Event()
    while not condition():
        assert time.monotonic() < until, what
        pause.wait(0.05)


def wait_for_more(senders: list[Sender], what: str) -> None:
    """Until some more deliveries are acknowledged."""

    def total() -> int:
        return sum(len(sender.acknowledged) for sender in senders)

    before = total()
    wait_for(lambda: total() >= before + BETWEEN, what)


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="the serving processes are found in /proc")
def test_every_acknowledged_delivery_is_kept(
    web: tuple[subprocess.Popen[bytes], int], committed: sessionmaker[Session]
) -> None:
    process, port = web
    enough = Event()
    senders = [Sender(port, f"sender{number}", enough) for number in range(4)]
    for sender in senders:
        sender.start()

    try:
        for turn in range(KILLS):
            wait_for_more(senders, f"nothing is taken before kill {turn}")
            wait_for(lambda: bool(workers(process)), "nobody serves")
            os.kill(workers(process)[0], signal.SIGKILL)
        wait_for_more(senders, "nothing is taken after the last kill")
    finally:
        enough.set()
        for sender in senders:
            sender.join()
    with committed() as session:
        inbox = set(session.scalars(text("select delivery_key from inbox")))
    acknowledged = {mark for sender in senders for mark in sender.acknowledged}
    assert len(acknowledged) >= KILLS * BETWEEN
    assert acknowledged - inbox == set()
    assert set().union(*(sender.other for sender in senders)) <= {503}
