"""``paradero …`` and ``flask portal …``: every command by its name. A room is loaded when its command is called."""

import os
from importlib import import_module
from pathlib import Path
from pkgutil import resolve_name
from typing import TYPE_CHECKING, Any, NamedTuple

import click

if TYPE_CHECKING:
    from flask import Flask


class CommandPlace(NamedTuple):
    """Where a command is, as ``module:name``, and what its help says of it: to list them, none is loaded."""

    where: str
    help: str


COMMANDS = {
    "api-key": CommandPlace("app.api.commands:api_key", "Keys for the REST API."),
    "brand": CommandPlace("app.staff.settings.brands.commands:brand", "Shop fronts: what they say of themselves."),
    "carriers": CommandPlace(
        "app.carriers.state_commands:carriers", "Carriers: how they do, what they say, what their codes mean."
    ),
    "clock": CommandPlace("app.api.clock_commands:clock", "What the clock fires, and the jobs that failed."),
    "connect": CommandPlace(
        "app.connections.commands:connect", "What the shop is connected to: mail, texts, the order system, carriers."
    ),
    "demo": CommandPlace(
        "app.sandbox.commands:demo_command", "Seed the demo shop, and say what to open; or remove what is left of it."
    ),
    "doctor": CommandPlace("app.server.doctor:doctor_command", "Look at settings, database, providers and clock."),
    "erase": CommandPlace("app.privacy.commands:erase_command", "Erase a customer, or apply erasures again."),
    "export": CommandPlace("app.privacy.commands:export_command", "Write all that is held of a customer to a file."),
    "consents": CommandPlace("app.privacy.commands:consents_command", "Print the proof of every consent to texts."),
    "look-up": CommandPlace(
        "app.staff.commands:look_up_command", "Say what a right order number and address do for BRAND."
    ),
    "messages": CommandPlace("app.notify.commands:messages", "Messages to customers."),
    "migrate": CommandPlace("app.server.commands:migrate_command", "Bring the database to the newest migration."),
    "orders": CommandPlace("app.oms.files.commands:orders", "Orders."),
    "points": CommandPlace("app.returns.points.keeping.commands:points", "Drop-off points."),
    "postcodes": CommandPlace("app.returns.points.commands:postcodes", "Postcodes and where they lie."),
    "replies": CommandPlace("app.support.commands:replies", "Saved replies for answers to customers."),
    "restored": CommandPlace(
        "app.privacy.commands:restored_command", "After a backup was put back: hold old messages, erase again."
    ),
    "retention": CommandPlace("app.privacy.commands:retention", "How long things are kept, and what ends next."),
    "policy": CommandPlace("app.returns.policy.stored.commands:policy", "The returns policy of a brand."),
    "reasons": CommandPlace("app.returns.policy.stored.reason_commands:reasons", "The reasons for returns of a brand."),
    "setup": CommandPlace(
        "app.staff.setup.commands:setup_command",
        "Say what is missing for the first real order: ✓ done, ! missing, · can be left out.",
    ),
    "staff": CommandPlace("app.staff.commands:staff", "Members of staff, and the audit trail."),
    "tracking": CommandPlace("app.tracking.fold.rebuild:tracking", "Shipments and their events."),
    "web": CommandPlace("app.server.commands:web_command", "Serve the portal with Granian."),
    "worker": CommandPlace("app.server.commands:worker_command", "Do the jobs, and keep the clock."),
}


def _brought() -> dict[str, click.Command]:
    """What installed systems add, by name. Ours stand in the table: listing them must load nothing."""
    # Not at the top: a list of commands must load nothing of the portal.
    from app.core import parts

    if set(parts.names(parts.SYSTEMS)) <= parts.ours(parts.SYSTEMS):
        return {}
    from app.oms.ports import System

    systems = parts.declared(parts.SYSTEMS, System).items()
    theirs = [system.commands for name, system in systems if system.commands and name not in parts.ours(parts.SYSTEMS)]
    commands: list[click.Command] = [resolve_name(where) for where in theirs]
    return {command.name or "": command for command in commands}


class Commands(click.Group):
    """A group of all commands of the table, beside those of its own."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Their names."""
        return sorted({*self.commands, *COMMANDS, *_brought()})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command itself, from its room."""
        own = super().get_command(ctx, cmd_name)
        if own is not None:
            return own
        if cmd_name not in COMMANDS:
            return _brought().get(cmd_name)
        # Here and not above: a room brings its libraries along, and «paradero --help» should wait for none of them.
        module, _, name = COMMANDS[cmd_name].where.partition(":")
        command: click.Command = getattr(import_module(module), name)
        return command

    def invoke(self, ctx: click.Context) -> Any:
        """Run one; what keeps it from its work is told in a line each."""
        try:
            return super().invoke(ctx)
        except (click.exceptions.Exit, click.ClickException, click.Abort):
            raise
        # Whoever named what there is not, or whose database is away, needs a sentence; a trace would hide it.
        except Exception as error:
            _end(error)
            raise

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The list in the help."""
        helps = {name: place.help for name, place in COMMANDS.items()}
        helps |= {name: command.get_short_help_str(80) for name, command in self.commands.items()}
        with formatter.section("Commands"):
            formatter.write_dl(sorted(helps.items()))


def _end(error: Exception) -> None:
    """End a command with what is to be said of this error, if anything is."""
    # Not at the top: see ``get_command``.
    from app.server.command_faults import UNFIT, explained

    lines = explained(error)
    if lines is not None:
        for line in lines:
            click.echo(f"✗ {line}", err=True)
        raise SystemExit(UNFIT) from error


portal = Commands("portal", help="Run and look after the portal.")


def install(app: "Flask") -> None:
    """Register the commands."""
    app.cli.add_command(portal)


def _version(ctx: click.Context, _parameter: click.Parameter, is_given: bool) -> None:
    if is_given:
        from paradero import __version__

        click.echo(f"paradero {__version__}")
        ctx.exit()


def _keep_data_in(_ctx: click.Context, _parameter: click.Parameter, folder: Path | None) -> None:
    """Say where the data are; the settings read it when they are loaded, which is after this."""
    if folder is not None:
        os.environ["PARADERO_DATA"] = str(folder)


_DATA = click.option(
    "--data",
    type=click.Path(file_okay=False, resolve_path=True, path_type=Path),
    metavar="FOLDER",
    expose_value=False,
    callback=_keep_data_in,
    help="Where this installation's database and secrets are (PARADERO_DATA).",
)


@click.group(cls=Commands)
@click.option("--version", is_flag=True, is_eager=True, expose_value=False, callback=_version, help="Say the version.")
@_DATA
@click.pass_context
def paradero(context: click.Context) -> None:
    """The portal where a shop's customers see where their order is and send things back.

    «paradero run» is enough to see it. Settings come from the environment: see docs/configuration.md.
    """
    from flask.cli import ScriptInfo

    # Made when a command asks for it: help and version want neither settings nor database.
    context.obj = ScriptInfo(create_app=_application)


def _application() -> "Flask":
    """The application, for a command that needs it."""
    from app.server.start import for_a_command

    return for_a_command()


@paradero.command("run")
@click.option("--port", type=click.IntRange(1, 65535), help="Where the portal listens (PORT; 8000).")
@click.option("--demo/--no-demo", default=None, help="With or without the demo shop (DEMO; with it).")
@_DATA
def run_command(port: int | None, demo: bool | None) -> None:
    """Start all of it: PostgreSQL unless DATABASE_URL is set, demo shop, web, worker."""
    if port is not None:
        os.environ["PORT"] = str(port)
    if demo is not None:
        os.environ["DEMO"] = str(int(demo))
    from app.server.supervisor import main

    raise SystemExit(main())
