"""``flask portal …``: every command, gathered from the domains."""

from typing import Any

import click
from flask import Flask
from flask.cli import AppGroup

from app.core.errors import NotFound
from app.core.parts import SYSTEMS, declared


class PortalCommands(AppGroup):
    """The commands; what one of them cannot find is told in a sentence."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command."""
        try:
            return super().invoke(ctx)
        except NotFound as error:
            raise click.ClickException(str(error)) from error


portal = PortalCommands("portal", help="Run and look after the portal.")


def install(app: Flask) -> None:
    """Register the commands."""
    for command in _commands():
        portal.add_command(command)
    app.cli.add_command(portal)


def _commands() -> list[click.Command]:
    from app.api.commands import api_key
    from app.carriers.commands import carriers
    from app.notify.commands import messages
    from app.oms.ports import System
    from app.returns.points.commands import points, postcodes
    from app.returns.policy.replay import policy
    from app.sandbox.commands import demo_command
    from app.server.commands import migrate_command, web_command, worker_command
    from app.server.doctor import doctor_command
    from app.staff.commands import look_up_command, staff
    from app.tracking.fold.rebuild import tracking

    return [
        *(system.commands() for system in declared(SYSTEMS, System).values() if system.commands),
        api_key,
        carriers,
        demo_command,
        doctor_command,
        look_up_command,
        messages,
        migrate_command,
        points,
        policy,
        postcodes,
        staff,
        tracking,
        web_command,
        worker_command,
    ]
