"""``flask portal …``: every command, gathered from the domains."""

from flask import Flask
from flask.cli import AppGroup

portal = AppGroup("portal", help="Run and look after the portal.")


def install(app: Flask) -> None:
    """Register the commands."""
    for command in _commands():
        portal.add_command(command)
    app.cli.add_command(portal)


def _commands() -> list[object]:
    return []
