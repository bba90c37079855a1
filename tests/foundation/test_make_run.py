"""``make run`` as a user meets it: ready, alive again after a kill, gone without a trace after Ctrl-C."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from app.settings import ROOT

pytestmark = [
    pytest.mark.xdist_group("run"),
    pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="looks for processes under /proc"),
]

OURS = {"VAR_DIR", "PORT", "DATABASE_URL", "SECRET_KEY", "TEST_DATABASE_URL", "PUBLIC_URL"}
PATIENCE_S = 120.0


@dataclass
class Running:
    """The supervisor with what it printed when it was ready."""

    process: subprocess.Popen[str]
    url: str
    said: str
    var: Path

    def answers(self) -> bool:
        try:
            with urllib.request.urlopen(self.url, timeout=5) as answer:  # noqa: S310 (an address of our own)
                return bool(answer.status == 200)
        except (urllib.error.URLError, OSError):
            return False


@pytest.fixture
def running() -> Iterator[Running]:
    """``python -m app.supervisor`` with a folder and a port of its own."""
    folder = Path(tempfile.mkdtemp(prefix="paradero-run-"))
    folder.chmod(0o755)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environ = {name: value for name, value in os.environ.items() if name not in OURS}
    environ |= {"VAR_DIR": str(folder / "var"), "PORT": str(port)}
    command = [sys.executable, "-m", "app.supervisor"]
    process = subprocess.Popen(
        command, cwd=ROOT, env=environ, stdout=subprocess.PIPE, text=True, start_new_session=True
    )
    try:
        yield Running(process, f"http://127.0.0.1:{port}/", until_ready(process), folder / "var")
    finally:
        if process.poll() is None:
            process.terminate()
            process.wait(PATIENCE_S)
        shutil.rmtree(folder, ignore_errors=True)


def test_it_comes_up_survives_a_kill_and_leaves_nothing_behind(running: Running) -> None:
    assert f"Ready: {running.url.rstrip('/')}" in running.said
    assert "A-10462" in running.said
    assert "admin@almazara.example" in running.said
    assert running.answers()
    first = web_of(running)
    os.killpg(first, signal.SIGKILL)
    wait_until(lambda: web_of(running) not in (0, first) and running.answers())
    server = int((running.var / "postgres" / "postmaster.pid").read_text().split()[0])
    everyone = [*family(running.process.pid), server]
    assert len(everyone) > 4
    running.process.send_signal(signal.SIGINT)
    assert running.process.wait(PATIENCE_S) == 0
    wait_until(lambda: not any(alive(pid) for pid in everyone))
    assert not running.answers()


def until_ready(process: subprocess.Popen[str]) -> str:
    """What it prints up to the end of its news; a process that dies first ends the waiting."""
    lines: list[str] = []
    for line in process.stdout or ():
        lines.append(line)
        if "same password" in line:
            break
    return "".join(lines)


def web_of(running: Running) -> int:
    """The web's main process among the supervisor's children; 0 while there is none."""
    return next((pid for pid in children(running.process.pid) if "granian" in command_of(pid)), 0)


def children(pid: int) -> list[int]:
    path = Path(f"/proc/{pid}/task/{pid}/children")
    return [int(child) for child in path.read_text().split()] if path.exists() else []


def family(pid: int) -> list[int]:
    return [pid, *(further for child in children(pid) for further in family(child))]


def command_of(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_text()
    except OSError:
        return ""


def alive(pid: int) -> bool:
    return bool(command_of(pid))


def wait_until(true: Callable[[], bool]) -> None:
    """Look again until it is so."""
    until, pause = time.monotonic() + PATIENCE_S, threading.Event()
    while not true():
        assert time.monotonic() < until, "it took too long"
        pause.wait(0.1)
