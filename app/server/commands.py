"""Commands that run a process or make it ready: ``paradero web``, ``worker``, ``migrate``."""

import os
import sys

import click
from flask.cli import with_appcontext

from app.core.settings import ROOT, Settings
from app.core.web import settings

CONNECTIONS = 512  # of one process, most of them idle: half of the files that a process may open by default


def web_words(config: Settings) -> list[str]:
    """The command line that serves the portal; it needs nothing of the application, so it starts at once."""
    host = "0.0.0.0" if config.production else "127.0.0.1"  # noqa: S104 (a container's port is mapped by its owner)
    options = {
        "interface": "asginl",
        "http": "1",  # where it may be 2 as well, a connection that says nothing is never given up
        "host": host,
        "port": config.port,
        "workers": config.web_workers,
        "runtime-mode": "mt",
        "backpressure": CONNECTIONS,
        "workers-kill-timeout": 15 if config.production else 5,
        "log-level": "warning",
        "log-config": ROOT / "app" / "server" / "granian_logs.json",
        "working-dir": ROOT,  # from where it imports; it does not go there
    }
    flags = [word for name, value in options.items() for word in (f"--{name}", str(value))]
    # No access log: addresses hold what opens an order.
    switches = ("--respawn-failed-workers", "--no-ws", "--no-access-log")
    # -P: where it is started from, a file may bear the name of a module.
    return [sys.executable, "-P", "-m", "granian", *flags, *switches, f"{ROOT / 'wsgi.py'}:gateway"]


def worker_words() -> list[str]:
    """The command line of the worker."""
    return [sys.executable, "-m", "app.server.worker"]


@click.command("web")
@with_appcontext
def web_command() -> None:
    """Serve the portal with Granian."""
    os.environ.pop("FLASK_RUN_FROM_CLI", None)  # what follows is a server, and no command any more
    os.execv(sys.executable, web_words(settings()))  # noqa: S606


@click.command("worker")
@with_appcontext
def worker_command() -> None:
    """Do the jobs, and keep the clock."""
    from app.server.worker import run

    run()


@click.command("migrate")
@with_appcontext
def migrate_command() -> None:
    """Bring the database to the newest migration."""
    from app.core.tables.schema import upgrade

    upgrade(settings().database_url)
    click.echo("The database is up to date.")
