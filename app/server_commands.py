"""Commands that run a process: ``flask portal web``, ``worker``, ``migrate``."""

import os
import sys
from pathlib import Path

import click
from flask import current_app

from app.web import settings


@click.command("web")
def web_command() -> None:
    """Serve the portal with Granian."""
    config = settings()
    host = "0.0.0.0" if config.production else "127.0.0.1"  # noqa: S104 (a container's port is mapped by its owner)
    options = {
        "interface": "wsgi",
        "host": host,
        "port": config.port,
        "workers": config.web_workers,
        "blocking-threads": config.web_threads,
        "runtime-mode": "mt",
        "backpressure": 64,
        "workers-kill-timeout": 15,
        "static-path-route": "/static",
        "static-path-mount": Path(current_app.static_folder or "static"),
        "static-path-expires": 31536000,
        "log-level": "warning",
    }
    given = [word for name, value in options.items() for word in (f"--{name}", str(value))]
    command = [sys.executable, "-m", "granian", *given, "--respawn-failed-workers", "--no-ws", "wsgi:app"]
    os.execv(sys.executable, command)  # noqa: S606


@click.command("worker")
def worker_command() -> None:
    """Do the jobs, and keep the clock."""
    from app.worker import run

    run()


@click.command("migrate")
def migrate_command() -> None:
    """Bring the database to the newest migration."""
    from app.schema import upgrade

    upgrade(settings().database_url)
    click.echo("The database is up to date.")
