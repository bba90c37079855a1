"""How a process begins: from its environment to an application, or to plain words about what is wrong with it."""

import os
from typing import NoReturn

import click
import structlog
from flask import Flask

from app import create_app, local, logs
from app.carriers.credentials import half_set
from app.settings import BadSettings, Settings


def application() -> Flask:
    """The portal as whoever loads ``wsgi`` needs it: a server, or ``flask`` for a command."""
    logs.configure()
    logs.watch_process()
    by_hand = os.environ.get("FLASK_RUN_FROM_CLI") == "true"
    if by_hand:
        os.environ.update(local.completed(os.environ))
    try:
        return create_app(settings())
    except BadSettings as error:
        if by_hand:
            return _unfit(error)
        refuse(error)
    except Exception:
        structlog.get_logger("app.start").critical("the portal cannot start", exc_info=True)
    raise SystemExit(1)


def settings() -> Settings:
    """The settings, with those of carriers looked at too. Raises BadSettings with every fault."""
    faults = half_set(os.environ)
    try:
        found = Settings.from_env()
    except BadSettings as error:
        faults += str(error).splitlines()
    if faults:
        raise BadSettings("\n".join(sorted(faults)))
    return found


def refuse(error: BadSettings) -> NoReturn:
    """Say in the log what keeps this process from starting, and end it."""
    structlog.get_logger("app.start").critical("the settings are not complete", faults=str(error).splitlines())
    raise SystemExit(2)


class _Portal(click.Group):
    """``flask portal …`` where the settings are wrong: every command says so, and does nothing."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("portal")
        self._faults = faults

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command:
        """Whatever was asked for: what is wrong."""

        def say(words: tuple[str, ...]) -> None:
            from app.doctor import Checked, CheckVerdict, tell

            for fault in self._faults:
                variable, _, what = fault.partition(": ")
                tell(Checked(CheckVerdict.BAD, f"{variable} {what}.", "See docs/configuration.md."))
            raise SystemExit(1)

        words = click.Argument(["words"], nargs=-1, type=click.UNPROCESSED)
        return click.Command(cmd_name, callback=say, params=[words], context_settings={"ignore_unknown_options": True})


def _unfit(error: BadSettings) -> Flask:
    app = Flask("app")
    app.cli.add_command(_Portal(str(error).splitlines()))
    return app
