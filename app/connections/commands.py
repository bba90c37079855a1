"""Commands of connections: ``paradero connect …``. Secrets come from standard input or a file, never as arguments."""

from typing import TextIO

import click
from flask import current_app
from flask.cli import AppGroup
from sqlalchemy.orm import Session, sessionmaker

from app.audit.trail import operator
from app.connections import store, trials
from app.connections.catalogue import Connection, connection
from app.connections.live import LiveSettings
from app.connections.overview import ConnectionState, SetBy, states
from app.connections.store import Changing
from app.core.clock import utcnow
from app.core.db import transaction
from app.core.errors import Conflict
from app.core.trials import TrialOutcome, TrialWord
from app.orders.handover.samples import samples

connect = AppGroup("connect", help="What the shop is connected to: mail, texts, the order system, carriers.")

SENTENCES = {
    TrialWord.WORKS: "It works.",
    TrialWord.WORKS_IN_CLEAR: "It works, but the server offers no encryption.",
    TrialWord.ANSWERS: "It works: the carrier let us in, and does not know our test number ({answer}).",
    TrialWord.REFUSED: "The key or the password was refused ({answer}).",
    TrialWord.LACKS_RIGHT: "The key is right, but lacks the right {right}.",
    TrialWord.SENDER_REFUSED: "The from address was refused ({answer}).",
    TrialWord.CLOSED: "The account is {answer}.",
    TrialWord.NOT_REACHED: "There was no answer ({answer}).",
    TrialWord.PRIVATE: "{variable} leads into a private network: see WEBHOOK_PRIVATE_HOSTS.",
    TrialWord.ODD_ANSWER: "The answer was not what was expected ({answer}).",
    TrialWord.WRONG_SIGNATURE: "The signature was not taken: try again in a few seconds.",
    TrialWord.NOT_SET: "It is not connected.",
}


@connect.command("list")
def list_command() -> None:
    """List every connection: how it stands, and where each variable is set."""
    with _sessions()() as session:
        for one in states(session, _live()):
            click.echo(f"{one.connection.name:<16} {one.standing:<8} {one.connection.title}")
            _tell_fields(one)


@connect.command("set")
@click.argument("name")
@click.option(
    "--file", "source", type=click.File(encoding="utf-8"), default="-", help="Where the lines are (-: input)."
)
def set_command(name: str, source: TextIO) -> None:
    """Set variables of the connection NAME from lines VARIABLE=value; an empty value takes one out.

    The lines are read from standard input or from a file: an argument would stand in the list of processes.
    """
    values = _lines(source)
    with _sessions()() as session, transaction(session):
        changed = store.set_values(session, name, values, _changing())
    click.echo(f"Set: {', '.join(changed)}. In force within seconds." if changed else "Nothing has changed.")


@connect.command("remove")
@click.argument("name")
def remove_command(name: str) -> None:
    """Take out all that was set of the connection NAME."""
    with _sessions()() as session, transaction(session):
        gone = store.remove(session, name, _changing())
    click.echo(f"Taken out: {', '.join(gone)}.")


@connect.command("rotate")
@click.argument("name")
@click.argument("variable", required=False)
@click.option("--end-older", is_flag=True, help="End the older of two secrets instead.")
def rotate_command(name: str, variable: str | None, end_older: bool) -> None:
    """Make a secret of the connection NAME beside the one that there is, and print it, this once."""
    chosen = variable or _only_made(connection(name))
    with _sessions()() as session, transaction(session):
        if end_older:
            store.end_older(session, name, chosen, _changing())
            return
        secret = store.rotate(session, name, chosen, _changing())
    click.echo(secret)


@connect.command("test")
@click.argument("name")
def test_command(name: str) -> None:
    """Make a real, harmless call through the connection NAME; exit 1: it does not work, 2: tried a moment ago."""
    one, live = connection(name), _live()
    try:
        with _sessions()() as session, transaction(session):
            trials.take_turn(session, name, by=operator(), now=utcnow())
    except Conflict as error:
        # Not 1, which would say that the connection does not work: it was not asked.
        click.echo(f"✗ {error}", err=True)
        raise SystemExit(2) from error
    outcome = trials.call(one, live.settings, live.base, _sessions())
    with _sessions()() as session, transaction(session):
        trials.keep(session, name, outcome)
    click.echo(outcome_words(outcome))
    raise SystemExit(0 if outcome.good else 1)


@connect.command("sample")
def sample_command() -> None:
    """Print how the shop's account pages let a customer in who is signed in there, in three languages."""
    for name, text in samples(_live().settings.public_url):
        click.echo(f"# {name}\n{text}")


@connect.command("reseal")
def reseal_command() -> None:
    """Seal everything that rests in the database with the SECRET_KEY of today.

    What is only signed or hashed with the one before still needs SECRET_KEY_PREVIOUS: opt-outs, and who was erased.
    """
    with _sessions()() as session, transaction(session):
        done = store.reseal(session, _changing())
    click.echo(f"{done} sealed again")


def outcome_words(outcome: TrialOutcome) -> str:
    """What came of a trial, in English."""
    return SENTENCES[outcome.word].format(**{"answer": "", "right": "", "variable": "", **outcome.facts})


def _tell_fields(one: ConnectionState) -> None:
    for row in one.fields:
        if row.origin is SetBy.NOWHERE:
            continue
        facts = [row.value] if row.value else []
        facts += [
            f"…{stored.ending} " * bool(stored.ending) + f"by {stored.set_by}, {stored.set_at:%Y-%m-%d %H:%M} UTC"
            for stored in row.rows
        ]
        click.echo(f"  {row.field.variable}: set by the environment" if row.origin is SetBy.ENVIRONMENT else
                   f"  {row.field.variable}: {'; '.join(facts)}")  # fmt: skip
    for fault in one.faults:
        click.echo(f"  ✗ {fault}")


def _lines(source: TextIO) -> dict[str, str | None]:
    values: dict[str, str | None] = {}
    for number, line in enumerate(source.read().splitlines(), 1):
        variable, sign, value = line.partition("=")
        if not line.strip() or line.startswith("#"):
            continue
        if not sign:
            # Never the line itself: it may be a secret without its name.
            raise click.ClickException(f"Line {number} is not VARIABLE=value.")
        values[variable.strip()] = value.strip() or None
    return values


def _only_made(one: Connection) -> str:
    made = [field.variable for field in one.fields if field.key is not None]
    if len(made) != 1:
        raise click.ClickException(f"No secret of {one.title} is made here.")
    return made[0]


def _changing() -> Changing:
    return Changing(_live().base, operator(), utcnow())


def _live() -> LiveSettings:
    live: LiveSettings = current_app.extensions["connections"]
    # A command has seen no request that would have looked.
    live.look(_sessions(), at_once=True)
    return live


def _sessions() -> sessionmaker[Session]:
    sessions: sessionmaker[Session] = current_app.extensions["database"].sessions
    return sessions
