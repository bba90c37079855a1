"""``paradero brand …``: what brands say of themselves, from the command line."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click
from flask.cli import AppGroup
from sqlalchemy.orm import Session

from app.audit import trail as audit
from app.brands import house, versions
from app.brands.files.pictures import MOST_BYTES, USES, keep, redraw
from app.brands.queries import all_brands
from app.core.clock import utcnow
from app.core.db import transaction
from app.core.errors import Conflict, Invalid, NotFound
from app.core.web import database
from app.orders.retiring import set_retired

brand = AppGroup("brand", help="Shop fronts: what they say of themselves, and how they look.")
KEY = click.argument("key")
# What is asked for most has an option of its own; --set reaches every other place.
OPTIONS = {
    "name": "name",
    "postal-address": "postal_address",
    "registered-name": "legal.registered_name",
    "help-email": "help.email",
    "help-phone": "help.phone",
    "help-page": "help.page",
    "time-zone": "time_zone",
    "mail-name": "senders.mail_name",
    "sms-name": "senders.sms_name",
    "host": "host",
    "accent": "look.accent",
}
LISTS = {"languages": "languages", "currencies": "currencies"}


def said_by_options(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command an option for each of these places, and for a file and any place."""
    for name, place in reversed([*OPTIONS.items(), *LISTS.items()]):
        command = click.option(f"--{name}", default=None, help=f"{place} of the document.")(command)
    places = click.option(
        "--set",
        "places",
        multiple=True,
        metavar="PLACE=VALUE",
        help="Any other place: returns_to.usual.city=Getafe. A VALUE that is JSON is read as JSON.",
    )
    file = click.option(
        "--file",
        type=click.Path(exists=True, dir_okay=False, path_type=Path),
        help="A document, or a part of one, as JSON.",
    )
    return file(places(command))


@brand.command("list")
def list_command() -> None:
    """List the brands: key, name, host, and which is the default one."""
    with database().sessions() as session:
        for each in all_brands(session):
            state = "default" if each.is_default else "retired" if each.retired_at else ""
            click.echo("  ".join(filter(None, (each.key, each.name, each.host, state))))


@brand.command("show")
@KEY
def show_command(key: str) -> None:
    """Print what KEY says of itself, as JSON."""
    with database().sessions() as session:
        click.echo(json.dumps(house.state_of(session, key).document, ensure_ascii=False, indent=2))


@brand.command("add")
@KEY
@said_by_options
def add_command(key: str, places: tuple[str, ...], file: Path | None, **options: str | None) -> None:
    """Add a brand called KEY; --name says what customers read."""
    with _deed() as session:
        house.add(session, key, house.merged({"name": key}, _said(places, file, options)), by=_me(), now=utcnow())
    click.echo(f"{key} is added.")


@brand.command("set")
@KEY
@said_by_options
def set_command(key: str, places: tuple[str, ...], file: Path | None, **options: str | None) -> None:
    """Change what KEY says of itself; what is not named stays as it is. An empty value takes a thing away."""
    changes = _said(places, file, options)
    if not changes:
        raise click.UsageError("Name something to change: see --help.")
    with _deed() as session:
        number = house.change(session, key, changes, by=_me(), now=utcnow()).number
    click.echo(f"{key}: version {number} is in force.")


@brand.command("history")
@KEY
def history_command(key: str) -> None:
    """List the versions of KEY, the newest first."""
    with database().sessions() as session:
        place = house.place_of(house.state_of(session, key).brand.key)
        for row in versions.history(session, place):
            note = f"brings back {row.restores}" if row.restores is not None else row.note
            words = (str(row.number), row.state, f"{row.made_at:%Y-%m-%d %H:%M} UTC", row.made_by, note)
            click.echo("  ".join(filter(None, words)))


@brand.command("restore")
@KEY
@click.argument("number", type=int)
def restore_command(key: str, number: int) -> None:
    """Bring version NUMBER of KEY back."""
    with _deed() as session:
        made = house.restore(session, key, number, by=_me(), now=utcnow())
    click.echo(f"{key}: version {made.number} is in force.")


@brand.command("file")
@KEY
@click.argument("use", type=click.Choice(USES))
@click.argument("picture", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def file_command(key: str, use: str, picture: Path) -> None:
    """Set a picture of KEY from a JPEG, PNG or WebP file."""
    with _deed() as session:
        brand_key = house.state_of(session, key).brand.key
        with picture.open("rb") as opened:
            drawn = redraw(opened.read(MOST_BYTES + 1), use)
        name = keep(session, brand_key, drawn, by=_me(), now=utcnow())
        house.change(session, brand_key, {"look": {use: name}}, by=_me(), now=utcnow())
    click.echo(f"{key}: {use} is {drawn.width} × {drawn.height}.")


@brand.command("default")
@KEY
def default_command(key: str) -> None:
    """Make KEY the brand that speaks where no order says another."""
    with _deed() as session:
        house.make_default(session, key, by=_me(), now=utcnow())
    click.echo(f"{key} is the default brand.")


@brand.command("rename")
@KEY
@click.argument("new_key")
def rename_command(key: str, new_key: str) -> None:
    """Call KEY by NEW_KEY; orders follow, and the old key goes on leading to it."""
    with _deed() as session:
        house.rename(session, key, new_key, by=_me(), now=utcnow())
    click.echo(f"{key} is called {new_key} now.")


@brand.command("retire")
@KEY
@click.option("--undo", is_flag=True, help="Take it up again.")
def retire_command(key: str, undo: bool) -> None:
    """Retire KEY, which must have no open orders and then takes none."""
    with _deed() as session:
        set_retired(session, key, not undo, by=_me(), now=utcnow())
    click.echo(f"{key} {'takes orders again' if undo else 'is retired'}.")


@contextmanager
def _deed() -> Iterator[Session]:
    """A transaction; what is wrong is told a line a fault, and ends with 2."""
    try:
        with database().sessions() as session, transaction(session):
            yield session
    except Invalid as error:
        lines = [f"{fault.pointer.strip('/').replace('/', '.')}: {fault.detail}" for fault in error.faults]
    except (Conflict, NotFound) as error:
        lines = [str(error)]
    else:
        return
    for line in lines:
        click.echo(line, err=True)
    raise SystemExit(2)


def _me() -> str:
    return audit.operator()


def _said(places: tuple[str, ...], file: Path | None, options: dict[str, str | None]) -> dict[str, Any]:
    """What file and options say together; options stand above the file."""
    document = _read(file) if file is not None else {}
    for place, value in (*_of_options(options), *map(_of_pair, places)):
        document = house.merged(document, _nested(place, value))
    return document


def _read(file: Path) -> dict[str, Any]:
    try:
        document = json.loads(file.read_text(encoding="utf-8"))
    except ValueError as error:
        raise click.UsageError(f"{file}: not JSON: {error}") from error
    if not isinstance(document, dict):
        raise click.UsageError(f"{file}: a document is a JSON object.")
    return document


def _of_options(options: dict[str, str | None]) -> Iterator[tuple[str, Any]]:
    for name, place in OPTIONS.items():
        value = options.get(name.replace("-", "_"))
        if value is not None:
            yield place, value or ("" if place in NAMED else None)
    for name, place in LISTS.items():
        value = options.get(name)
        if value is not None:
            yield place, value.replace(",", " ").split()


def _of_pair(pair: str) -> tuple[str, Any]:
    place, equals, text = pair.partition("=")
    if not equals:
        raise click.UsageError(f"{pair}: write PLACE=VALUE.")
    try:
        return place, json.loads(text)
    except ValueError:
        return place, text


# Texts that are empty where nothing is said, and never null.
NAMED = frozenset({"name", "postal_address", "legal.registered_name", "time_zone"})


def _nested(place: str, value: Any) -> dict[str, Any]:
    first, _, rest = place.partition(".")
    return {first: _nested(rest, value) if rest else value}
