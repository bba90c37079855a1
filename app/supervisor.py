"""``make run``: database, web and worker together, started in order, restarted when they die, stopped as one."""

import contextlib
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

from app.embedded import Embedded
from app.settings import ROOT, VAR, BadSettings, Settings

START_LIMIT = 60.0
STOP_LIMIT = 20.0


@dataclass
class Child:
    """One process that is kept alive."""

    name: str
    command: list[str]
    process: subprocess.Popen[bytes] | None = None
    starts: list[float] = field(default_factory=list)

    def start(self, environ: Mapping[str, str]) -> None:
        """Start it in a group of its own, so that only the supervisor hears Ctrl-C."""
        self.starts = [*self.starts[-9:], time.monotonic()]
        self.process = subprocess.Popen(self.command, cwd=ROOT, env=dict(environ), start_new_session=True)

    def died(self) -> bool:
        """Whether it ended by itself."""
        return self.process is not None and self.process.poll() is not None

    def pause(self) -> float:
        """Seconds to wait before the next start: more when it dies again and again."""
        recent = [moment for moment in self.starts if time.monotonic() - moment < 60]
        return float(min(10.0, 0.5 * 2 ** max(0, len(recent) - 2)))

    def stop(self) -> None:
        """Ask it to stop."""
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()

    def wait(self, until: float) -> None:
        """Wait for its end, and force it at ``until``."""
        if self.process is None:
            return
        try:
            self.process.wait(max(0.1, until - time.monotonic()))
        except subprocess.TimeoutExpired:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()


class Stopped(Exception):
    """Somebody asked the whole to stop."""


class NotStarted(Exception):
    """The web or the worker ended before the first answer; what it printed says why."""


def main() -> int:
    """Run everything until Ctrl-C; 0 when it stopped as asked."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _stop)
    embedded: Embedded | None = None
    children: list[Child] = []
    code = 0
    try:
        if _taken(int(os.environ.get("PORT") or 8000)):
            _say("The port is in use. Stop what uses it, or choose another: make run PORT=8001")
            return 2
        environ, embedded = _environment()
        settings = Settings.from_env(environ)
        news = _prepare(settings)
        children = _children(settings)
        _keep_alive(settings, environ, children, news)
    except Stopped:
        _say("Stopping.")
    except NotStarted:
        _say("The portal did not start; the lines above say why.")
        code = 1
    except BadSettings as error:
        _say(f"The settings are not complete:\n{error}")
        code = 2
    finally:
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, signal.SIG_IGN)
        _stop_all(children)
        if embedded is not None:
            embedded.stop()
    return code


def _stop(_number: int, _frame: FrameType | None) -> None:
    raise Stopped


def _environment() -> tuple[dict[str, str], Embedded | None]:
    """This environment with what a laptop does not set: a database of its own, a secret made once, an address."""
    VAR.mkdir(exist_ok=True)
    environ = {"DEMO": "1", "PORT": "8000", "WEB_WORKERS": "1", **os.environ}
    environ.setdefault("PUBLIC_URL", f"http://127.0.0.1:{environ['PORT']}")
    if not (environ.get("SECRET_KEY") or environ.get("SECRET_KEY_FILE")):
        environ["SECRET_KEY_FILE"] = str(_kept_secret())
    if environ.get("DATABASE_URL") or environ.get("DATABASE_URL_FILE"):
        return environ, None
    _say("Starting PostgreSQL …")
    embedded = Embedded(VAR / "postgres")
    environ["DATABASE_URL"] = embedded.database()
    return environ, embedded


def _kept_secret() -> Path:
    """A secret of this installation, made at its first start and readable by its owner only."""
    path = VAR / "secret_key"
    if not path.exists():
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(48))
    return path


def _prepare(settings: Settings) -> list[str]:
    """Migrate, and seed the demo shop on the first start; gives the lines to print with ``Ready``."""
    from app import schema

    _say("Bringing the database up to date …")
    schema.upgrade(settings.database_url)
    if not settings.demo:
        return []
    from app.sandbox import demo

    return demo.prepare(settings, say=_say)


def _children(settings: Settings) -> list[Child]:
    from app.server_commands import web_words, worker_words

    return [Child("web", web_words(settings)), Child("worker", worker_words())]


def _keep_alive(settings: Settings, environ: Mapping[str, str], children: list[Child], news: list[str]) -> None:
    """Start the children, say when the first answer comes, and start again what dies."""
    for child in children:
        child.start(environ)
    if not _answers(settings.port, children):
        raise NotStarted
    print("\n".join([f"Ready: {settings.public_url}", *news]), flush=True)  # noqa: T201
    while True:
        time.sleep(0.5)
        for child in children:
            if child.died() and child.process is not None:
                _say(f"The {child.name} process ended ({child.process.returncode}); starting it again.")
                time.sleep(child.pause())
                child.start(environ)


def _taken(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _answers(port: int, children: list[Child]) -> bool:
    """Whether the web answers within the limit."""
    until = time.monotonic() + START_LIMIT
    while time.monotonic() < until and not any(child.died() for child in children):
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=2):
                return True
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    return False


def _stop_all(children: list[Child]) -> None:
    for child in children:
        child.stop()
    until = time.monotonic() + STOP_LIMIT
    for child in children:
        child.wait(until)


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)  # noqa: T201


if __name__ == "__main__":
    sys.exit(main())
