"""``paradero run``: database, web and worker together, started in order, restarted when they die, stopped as one."""

import contextlib
import os
import secrets
import socket
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import NoReturn, TextIO

from app.core.settings import VAR, BadSettings, Settings
from app.server import start as local
from app.server.embedded import Embedded, NoServer
from app.server.processes import Child, Keeper, Make, Signals, Stopped

START_LIMIT = 60.0
STOP_LIMIT = 20.0


class NotStarted(Exception):
    """The web or the worker ended before the first answer; what it printed says why."""


class Hindered(Exception):
    """Something outside the portal is in the way; the text says what, and what to do."""


def main() -> int:
    """Run everything until Ctrl-C; 0 when it stopped as asked."""
    keeper = Keeper(VAR / "postgres")
    signals = Signals()
    Make().watch()
    run = RunningParts(signals, keeper)
    try:
        return _run(run)
    except Stopped:
        _say("Stopping.")
        return 0
    except NotStarted:
        _say("The portal did not start; the lines above say why.")
        return 1
    except (Hindered, NoServer) as hindrance:
        _say(str(hindrance))
        return 2
    except BadSettings as error:
        _say(f"The settings are not complete:\n{error}")
        return 2
    finally:
        signals.ignore()
        run.end()


@dataclass
class RunningParts:
    """What is running, to be ended as one."""

    signals: Signals
    keeper: Keeper
    embedded: Embedded | None = None
    children: list[Child] = field(default_factory=list)

    def start(self, child: Child, environ: Mapping[str, str]) -> None:
        """Start a child, or start it again, and let the keeper know."""
        if child.process is not None:
            child.clear()
            self.keeper.tell(f"-{child.process.pid}")
        child.start(environ)
        if child.process is not None:
            self.keeper.tell(f"+{child.process.pid}")

    def end(self) -> None:
        """Stop the children, then the database that they use."""
        for child in self.children:
            child.stop()
        until = time.monotonic() + STOP_LIMIT
        for child in self.children:
            child.wait(until)
        if self.embedded is not None:
            self.embedded.stop()
        self.keeper.dismiss()


def keep_alive(run: RunningParts, settings: Settings, environ: Mapping[str, str], news: list[str]) -> NoReturn:
    """Start the children, say when the first answer comes, and start again what dies."""
    for child in run.children:
        run.start(child, environ)
    if not _answers(run, settings.port):
        raise NotStarted
    _say("\n".join([f"Ready: {settings.public_url}", *news]), sys.stdout)
    while True:
        with run.signals.heard():
            time.sleep(0.5)
        for child in run.children:
            if child.died() and child.process is not None:
                _say(f"The {child.name} process ended ({child.process.returncode}); starting it again.")
                with run.signals.heard():
                    time.sleep(child.pause())
                run.start(child, environ)


def _make_folder(folder: Path) -> None:
    """Make the folder of the data, and see whether something can be written into it."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        remedy = "Choose another folder with --data or PARADERO_DATA."
        raise Hindered(f"The data cannot be kept in {folder}: {error.strerror}. {remedy}") from error


def _run(run: RunningParts) -> NoReturn:
    _make_folder(VAR)
    port = os.environ.get("PORT") or "8000"
    if port.isdecimal() and _taken(int(port)):
        other = "make run PORT=8001" if "MAKELEVEL" in os.environ else "paradero run --port 8001"
        raise Hindered(f"Port {port} is in use. Stop what uses it, or choose another: {other}")
    environ = _environment(run)
    settings = Settings.from_env(environ)
    local.keep(environ, inherited=os.environ)
    try:
        with run.signals.heard():
            news = _prepare(settings)
        run.children = _children(settings)
        keep_alive(run, settings, environ, news)
    finally:
        local.forget()


def laptops(variables: Mapping[str, str]) -> dict[str, str]:
    """An environment with what a laptop does not set, and with whole paths: the children work in another folder."""
    # Its terminal is for who runs it: there is nothing to say while all goes well.
    environ = {"DEMO": "1", "PORT": "8000", "WEB_WORKERS": "1", "LOG_LEVEL": "WARNING", **variables}
    environ.setdefault("PUBLIC_URL", f"http://127.0.0.1:{environ['PORT']}")
    files = [name for name, value in environ.items() if value and (name.endswith("_FILE") or name == "AUDIT_ANCHOR")]
    return environ | {name: str(Path(environ[name]).absolute()) for name in files} | {"PARADERO_DATA": str(VAR)}


def _environment(run: RunningParts) -> dict[str, str]:
    """The children's environment, with a secret made once and a database of this installation's own."""
    environ = laptops(os.environ)
    if not (environ.get("SECRET_KEY") or environ.get("SECRET_KEY_FILE")):
        environ["SECRET_KEY_FILE"] = str(_kept_secret())
    if not (environ.get("DATABASE_URL") or environ.get("DATABASE_URL_FILE")):
        _say("Starting PostgreSQL …")
        run.embedded = Embedded(VAR / "postgres")
        environ["DATABASE_URL"] = run.embedded.database()
    return environ


def _kept_secret() -> Path:
    """A secret of this installation, made at its first start and readable by its owner only."""
    path = VAR / "secret_key"
    if not path.exists():
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(48))
    return path


def _prepare(settings: Settings) -> list[str]:
    """Migrate, and seed the demo shop on the first start; gives the lines to print with ``Ready``."""
    from app.core.tables import schema

    _say("Bringing the database up to date …")
    schema.upgrade(settings.database_url)
    if not settings.demo:
        from app.staff.setup import welcome

        return welcome.news(settings)
    from app.sandbox import demo

    return demo.prepare(settings, say=_say)


def _children(settings: Settings) -> list[Child]:
    from app.server.commands import web_words, worker_words

    return [Child("web", web_words(settings)), Child("worker", worker_words())]


def _taken(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _answers(run: RunningParts, port: int) -> bool:
    """Whether the web answers within the limit."""
    until = time.monotonic() + START_LIMIT
    while time.monotonic() < until and not any(child.died() for child in run.children):
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=2):
                return True
        except (urllib.error.URLError, OSError):
            with run.signals.heard():
                time.sleep(0.1)
    return False


def _say(text: str, to: TextIO = sys.stderr) -> None:
    """Say it, if there is still a terminal that shows it."""
    with contextlib.suppress(OSError):
        print(text, file=to, flush=True)


if __name__ == "__main__":
    sys.exit(main())
