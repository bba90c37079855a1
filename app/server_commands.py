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
    static = Path(current_app.static_folder or "static")
    os.execv(  # noqa: S606
        sys.executable,
        [
            sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1" if not config.production else "0.0.0.0",
            "--port", str(config.port), "--workers", str(config.web_workers), "--blocking-threads", str(config.web_threads),
            "--runtime-mode", "mt", "--backpressure", "64", "--workers-kill-timeout", "15", "--respawn-failed-workers",
            "--static-path-route", "/static", "--static-path-mount", str(static), "--static-path-expires", "31536000",
            "--log-level", "warning", "--no-ws", "wsgi:app",
        ],
    )  # fmt: skip


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
