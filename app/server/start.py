"""How a process begins: from its environment to an application, or to plain words about what is wrong with it."""

import json
import os
from collections.abc import Mapping
from typing import NoReturn

import click
import structlog
from flask import Flask

from app import create_app
from app.carriers.polling.credentials import half_set
from app.core import logging
from app.core.settings import VAR, BadSettings, Settings

FILE = VAR / "running.json"
# As for a word on the command line that is wrong: who waits for such a process should not try again, but mend it.
UNFIT = 2
CHOSEN = ("DATABASE_URL", "SECRET_KEY_FILE", "PUBLIC_URL", "PORT", "DEMO")


def keep(environ: Mapping[str, str], *, inherited: Mapping[str, str]) -> None:
    """Write down what was chosen beyond what was ``inherited``, for its owner's eyes only."""
    chosen = {name: environ[name] for name in CHOSEN if name in environ and name not in inherited}
    FILE.unlink(missing_ok=True)
    # Made anew with its rights: a file that lay there before might be readable by others.
    with os.fdopen(os.open(FILE, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        json.dump(chosen, file)


def forget() -> None:
    """Nothing runs here any more."""
    FILE.unlink(missing_ok=True)


def completed(environ: Mapping[str, str]) -> dict[str, str]:
    """The environment, and for what it does not set the portal that ``make run`` keeps running in this checkout.

    One that names its database, or is a production's, is left as it is.
    """
    if any(environ.get(name) for name in ("DATABASE_URL", "DATABASE_URL_FILE", "PRODUCTION")):
        return dict(environ)
    try:
        stored = json.loads(FILE.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return dict(environ)
    # A file goes before a variable, and would win over the secret that was set here on purpose.
    secret = {"SECRET_KEY_FILE"} if environ.get("SECRET_KEY") else set()
    chosen = {name: str(stored[name]) for name in CHOSEN if name in stored and name not in secret}
    return {**chosen, **{name: value for name, value in environ.items() if value or name not in chosen}}


def application() -> Flask:
    """The portal as whoever loads ``wsgi`` needs it: a server, or ``flask`` for a command."""
    by_hand = os.environ.get("FLASK_RUN_FROM_CLI") == "true"
    try:
        return _application(by_hand=by_hand)
    except BadSettings as error:
        if by_hand:
            return _unfit(error)
        refuse(error)
    except Exception:
        structlog.get_logger("app.server.start").critical("the portal cannot start", exc_info=True)
    raise SystemExit(1)


def for_a_command() -> Flask:
    """The portal for a command of ``paradero``. Where the settings are wrong it says every fault, and ends."""
    try:
        return _application(by_hand=True)
    except BadSettings as error:
        _say(str(error).splitlines())
        raise SystemExit(UNFIT) from error


def _application(*, by_hand: bool) -> Flask:
    logging.configure()
    logging.watch_process()
    if by_hand:
        os.environ.update(completed(os.environ))
    return create_app(settings())


def settings() -> Settings:
    """The settings, with those of carriers looked at too. Raises BadSettings with every fault."""
    faults = half_set(os.environ)
    try:
        loaded = Settings.from_env()
    except BadSettings as error:
        faults += str(error).splitlines()
    if faults:
        raise BadSettings("\n".join(sorted(faults)))
    return loaded


def refuse(error: BadSettings) -> NoReturn:
    """Say in the log what keeps this process from starting, and end it."""
    structlog.get_logger("app.server.start").critical("the settings are not complete", faults=str(error).splitlines())
    raise SystemExit(UNFIT)


class _Portal(click.Group):
    """``paradero …`` where the settings are wrong: every command says so, and does nothing."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("portal")
        self._faults = faults

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command:
        """Whatever was asked for: what is wrong."""

        def say(words: tuple[str, ...]) -> None:
            _say(self._faults)
            raise SystemExit(UNFIT)

        words = click.Argument(["words"], nargs=-1, type=click.UNPROCESSED)
        return click.Command(cmd_name, callback=say, params=[words], context_settings={"ignore_unknown_options": True})


def _unfit(error: BadSettings) -> Flask:
    app = Flask("app")
    app.cli.add_command(_Portal(str(error).splitlines()))
    return app


def _say(faults: list[str]) -> None:
    from app.server.doctor import Checked, CheckVerdict, tell

    for fault in faults:
        variable, _, what = fault.partition(": ")
        tell(Checked(CheckVerdict.BAD, f"{variable} {what}. See docs/configuration.md."))
    if "DATABASE_URL: is not set" in faults:
        tell(
            Checked(
                CheckVerdict.NOTE,
                "No portal runs here either: beside «make run» a command finds its database by itself.",
            )
        )
