"""``make run`` as a user meets it: ready, alive again after a kill, gone without a trace after Ctrl-C."""

import fcntl
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import termios
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from app.core.settings import ROOT
from app.server.embedded import Embedded
from app.server.embedded import running as running_server
from tests.browser.everyone.walks import ALL_WALKS
from tests.served import free_port

pytestmark = [
    pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="looks for processes under /proc"),
]

OURS = {"VAR_DIR", "PORT", "DATABASE_URL", "SECRET_KEY", "TEST_DATABASE_URL", "PUBLIC_URL"}
PATIENCE_S = 120.0
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGKILL)


@dataclass
class Running:
    """The supervisor with what it printed when it was ready."""

    process: subprocess.Popen[str]
    url: str
    output: str
    var: Path

    def everyone(self) -> set[int]:
        """The supervisor with all that it started, the database with its own."""
        return {*family(self.process.pid), *family(server_of(self.var))}

    def answers(self) -> bool:
        try:
            with urllib.request.urlopen(self.url, timeout=5) as answer:  # noqa: S310 (an address of our own)
                return bool(answer.status == 200)
        except (urllib.error.URLError, OSError):
            return False


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    """A folder for ``var`` that the database's own user may enter; each start finds what the last one left."""
    made = Path(tempfile.mkdtemp(prefix="paradero-run-"))
    made.chmod(0o755)
    yield made
    shutil.rmtree(made, ignore_errors=True)


SUPERVISOR = (sys.executable, "-m", "app.server.supervisor")
MAKE = ("make", "-o", "install", "run", f"PY={sys.executable}")


@contextmanager
def started(
    folder: Path, command: Sequence[str] = SUPERVISOR, *, ready: bool = True, **variables: str
) -> Iterator[Running]:
    """The supervisor in a session of its own, with this folder and a port; ready unless it is told not to wait."""
    port = free_port()
    environ = {name: value for name, value in os.environ.items() if name not in OURS}
    environ |= {"VAR_DIR": str(folder / "var"), "PORT": str(port), **variables}
    # Under nohup, or behind an «&», signals are ignored by all that is started, make too.
    heeding = ("env", "--default-signal=HUP,INT", *command)
    process = subprocess.Popen(
        heeding, cwd=ROOT, env=environ, stdout=subprocess.PIPE, text=True, start_new_session=True
    )
    try:
        output = until_ready(process, variables) if ready else ""
        yield Running(process, f"http://127.0.0.1:{port}/", output, folder / "var")
    finally:
        if process.poll() is None:
            process.terminate()
            process.wait(PATIENCE_S)
        if process.stdout is not None:
            process.stdout.close()


def test_it_comes_up_is_quiet_survives_a_kill_and_leaves_nothing_behind(
    folder: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """Once it is ready the terminal is quiet: the worker's upkeep, done at once, speaks of nothing that is in order."""
    with started(folder / "shop") as running:
        capfd.readouterr()
        wait_until((running.var / "audit.anchors").exists)
        assert capfd.readouterr().err == ""
        assert f"Ready: {running.url.rstrip('/')}" in running.output
        assert "A-10462" in running.output
        assert "admin@almazara.example" in running.output
        assert running.answers()
        assert beside(running, "api-key", "create", "erp", "--scope", "orders:write").startswith("pk_")
        assert "✓ The settings are complete" in beside(running, "doctor")
        first = web_of(running)
        everyone = running.everyone()
        assert len(everyone) > 5
        os.kill(first, signal.SIGKILL)
        wait_until(lambda: web_of(running) not in (0, first) and running.answers())
        everyone |= running.everyone()
        running.process.send_signal(signal.SIGINT)
        assert running.process.wait(PATIENCE_S) == 0
        wait_until(lambda: not any(alive(pid) for pid in everyone))
        assert not running.answers()
    # On a machine that stands still for seconds the server ends its own process by force, and does well to say so.
    by_force = "after it refused to gracefully stop"
    spoken = [line for line in capfd.readouterr().err.splitlines() if by_force not in line]
    assert spoken == ["The web process ended (-9); starting it again.", "Stopping."]


def to_itself(number: int) -> Callable[[Running], None]:
    return lambda running: running.process.send_signal(number)


def to_its_group(number: int) -> Callable[[Running], None]:
    return lambda running: os.killpg(running.process.pid, number)


def twice(running: Running) -> None:
    to_itself(signal.SIGINT)(running)
    to_itself(signal.SIGTERM)(running)


# What a terminal tells the whole group is told to make's below, which holds the same processes and make besides.
ENDS: dict[str, Callable[[Running], None]] = {
    **{f"{number.name} to itself": to_itself(number) for number in SIGNALS},
    **{f"{number.name} to its group": to_its_group(number) for number in (signal.SIGTERM, signal.SIGKILL)},
    "two signals": twice,
}


def chosen(ends: dict[str, Callable[[Running], None]], usual: set[str]) -> dict[str, Callable[[Running], None]]:
    """The usual ends; in `make chaos`, where a start of ten seconds is nothing, all of them."""
    assert usual <= ends.keys()
    return {name: end for name, end in ends.items() if ALL_WALKS or name in usual}


def test_however_it_ends_nothing_is_left_and_it_starts_again_at_once(folder: Path) -> None:
    for name, end in chosen(ENDS, {"SIGTERM to itself", "SIGKILL to its group", "two signals"}).items():
        with started(folder, DEMO="0") as running:
            assert running.answers(), name
            ended(running, end, name)


# Make hands on nothing but SIGTERM: with any other it takes it that the terminal has told everybody. To make SIGHUP is
# what SIGINT is; it is sent before all is ready.
MAKES_ENDS = {
    **{f"{number.name} to make": to_itself(number) for number in SIGNALS if number != signal.SIGHUP},
    **{f"{number.name} to its group": to_its_group(number) for number in (signal.SIGINT, signal.SIGHUP)},
}


@pytest.mark.skipif(shutil.which("make") is None, reason="make is missing")
def test_it_ends_with_make(folder: Path) -> None:
    for name, end in chosen(MAKES_ENDS, {"SIGTERM to make", "SIGINT to its group"}).items():
        with started(folder, MAKE, DEMO="0") as running:
            ended(running, end, name)


@pytest.mark.skipif(shutil.which("make") is None, reason="make is missing")
def test_it_ends_with_make_before_it_is_ready(folder: Path) -> None:
    for number in SIGNALS:
        with started(folder, MAKE, ready=False, DEMO="0") as running:
            pid_file = running.var / "postgres" / "postmaster.pid"
            wait_until(pid_file.exists)
            everyone = family(running.process.pid)
            assert len(everyone) > 1
            to_itself(number)(running)
            running.process.wait(PATIENCE_S)
            wait_until(lambda everyone=everyone: not any(map(alive, everyone)))
            assert not pid_file.exists(), number


def test_a_closed_terminal_ends_it(folder: Path) -> None:
    ours, its = os.openpty()
    environ = {name: value for name, value in os.environ.items() if name not in OURS}
    port = free_port()
    environ |= {"VAR_DIR": str(folder / "var"), "PORT": str(port), "DEMO": "0"}
    process = subprocess.Popen(
        SUPERVISOR, cwd=ROOT, env=environ, stdin=its, stdout=its, stderr=its, start_new_session=True,
        preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),  # noqa: PLW1509 (nothing else takes the terminal)
    )  # fmt: skip
    os.close(its)
    running = Running(process, f"http://127.0.0.1:{port}/", "", folder / "var")
    output = b""
    while b"Ready" not in output:
        output += os.read(ours, 4096)
    ended(running, lambda _running: os.close(ours), "the terminal")


def with_its_database(running: Running) -> None:
    os.kill(server_of(running.var), signal.SIGKILL)
    to_itself(signal.SIGKILL)(running)


def test_a_pid_file_of_long_ago_stops_no_start(folder: Path) -> None:
    with started(folder, DEMO="0") as running:
        data = running.var / "postgres"
        ended(running, with_its_database, "killed with its database", pid_file_stays=True)
    with started(folder, DEMO="0") as running:
        assert running.answers()
        ended(running, to_itself(signal.SIGTERM), "after that")
    for left in (f"{os.getpid()}\n{data}\n1\n5432\n{data}\n\n1 1\nready\n", "999999999\n", ""):
        (data / "postmaster.pid").write_text(left)
        server = Embedded(data)
        its = running_server(data)
        assert its is not None and its.pid == server_of(running.var), left
        server.stop()
        assert not (data / "postmaster.pid").exists(), left


def ended(running: Running, end: Callable[[Running], object], how: str, *, pid_file_stays: bool = False) -> None:
    """Bring the end about, and wait until nothing is left."""
    everyone = running.everyone()
    assert len(everyone) > 4, how
    end(running)
    running.process.wait(PATIENCE_S)
    wait_until(lambda: not any(alive(pid) for pid in everyone))
    assert not running.answers(), how
    assert (running.var / "postgres" / "postmaster.pid").exists() == pid_file_stays, how


def beside(running: Running, *words: str) -> str:
    """What a command says in a shell that knows nothing but where the checkout is."""
    environ = {name: value for name, value in os.environ.items() if name not in OURS}
    environ |= {"VAR_DIR": str(running.var)}
    command = [sys.executable, "-m", "flask", "portal", *words]
    done = subprocess.run(command, cwd=ROOT, env=environ, capture_output=True, text=True, check=False)
    assert "Traceback" not in done.stderr, done.stderr
    return done.stdout


def until_ready(process: subprocess.Popen[str], variables: Mapping[str, str]) -> str:
    """What it prints up to the end of its news; a process that dies first ends the waiting."""
    lines: list[str] = []
    last = "Ready" if variables.get("DEMO") == "0" else "same password"
    for line in process.stdout or ():
        lines.append(line)
        if last in line:
            break
    return "".join(lines)


def server_of(var: Path) -> int:
    """The database's main process."""
    return int((var / "postgres" / "postmaster.pid").read_text().split()[0])


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
