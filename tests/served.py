"""The portal as it is served in earnest: Granian's processes on their own port, and bare sockets to speak to them."""

import http.client
import os
import socket
import subprocess
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from app.core.settings import ROOT, Settings
from app.server.commands import web_words
from tests.conftest import SECRET

PATIENCE_S = 60.0


@dataclass(frozen=True)
class Served:
    """A running web, and where it listens."""

    process: subprocess.Popen[bytes]
    port: int

    def ask(self, method: str, path: str, body: bytes | None = None, **headers: str) -> http.client.HTTPResponse:
        """One request on a connection of its own; the answer's body is read already, and kept in ``said``."""
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE_S)
        try:
            line.request(method, path, body, {name.replace("_", "-"): value for name, value in headers.items()})
            answer = line.getresponse()
            answer.said = answer.read()  # type: ignore[attr-defined]
            return answer
        finally:
            line.close()

    def say(self, raw: bytes) -> socket.socket:
        """A connection on which this much has been said."""
        line = socket.create_connection(("127.0.0.1", self.port), timeout=PATIENCE_S)
        line.sendall(raw)
        return line

    def healthy(self) -> bool:
        """Whether it takes requests."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/healthz", timeout=5) as answer:
                return bool(answer.status == 200)
        except (urllib.error.URLError, OSError):
            return False


@contextmanager
def served(database_url: str, **variables: str) -> Iterator[Served]:
    """Start the web on this database, with two workers of two threads unless told otherwise."""
    port = free_port()
    environ = {
        "DATABASE_URL": database_url, "SECRET_KEY": SECRET, "PORT": str(port), "WEB_WORKERS": "2", "WEB_THREADS": "2",
        "PUBLIC_URL": f"http://127.0.0.1:{port}", **variables,
    }  # fmt: skip
    process = subprocess.Popen(web_words(Settings.from_env(environ)), cwd=ROOT, env={**os.environ, **environ})
    web = Served(process, port)
    try:
        wait_until(web.healthy, "the web does not come up")
        yield web
    finally:
        process.terminate()
        process.wait(PATIENCE_S)


def free_port() -> int:
    """A port on which nobody listens."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def read_all(line: socket.socket) -> bytes:
    """What comes until the other side hangs up."""
    parts = []
    while part := line.recv(65536):
        parts.append(part)
    return b"".join(parts)


def wait_until(true: Callable[[], bool], complaint: str) -> None:
    """Look again until it is so, or for too long."""
    until, pause = time.monotonic() + PATIENCE_S, threading.Event()
    while not true():
        assert time.monotonic() < until, complaint
        pause.wait(0.05)
