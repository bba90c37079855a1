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
    from app.api.commands import api_key
    from app.carriers.commands import carriers
    from app.oms.commands import orders
    from app.returns.points.commands import points, postcodes

    return [api_key, carriers, orders, points, postcodes]
