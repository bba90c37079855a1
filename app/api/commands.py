"""Commands of the interface: ``paradero api-key …``."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import click
from flask import current_app
from flask.cli import AppGroup
from sqlalchemy.orm import Session, sessionmaker

from app.api import keys
from app.api.keys import SCOPES
from app.api.records import ApiKeyRecord
from app.audit import trail as audit
from app.core.clock import utcnow
from app.core.db import transaction
from app.core.errors import Conflict, Invalid

api_key = AppGroup("api-key", help="Keys for the REST API.")


@api_key.command("create")
@click.argument("name")
@click.option("--scope", "scopes", multiple=True, required=True, help=f"One or more of: {', '.join(SCOPES)}.")
def create(name: str, scopes: tuple[str, ...]) -> None:
    """Make a key called NAME and print it, this once."""
    # --scope a,b is what the list in the help invites to, beside --scope a --scope b.
    chosen = [scope for option in scopes for scope in option.replace(",", " ").split()]
    with _working() as session:
        key, secret = keys.create_key(session, name=name, scopes=chosen, by=audit.operator(), now=utcnow())
        _record(session, "api_key.created", name, keys.facts_of(key))
    click.echo(secret)


@api_key.command("list")
def list_keys() -> None:
    """List the keys: number, how each begins, its name, scopes, who made it, and its last use."""
    now = utcnow()
    with _sessions()() as session:
        for key in sorted(keys.all_keys(session, now=now), key=lambda one: one.id):
            maker = f"  by {key.made_by}" if key.made_by else ""
            click.echo(f"{key.id}  {key.shown}…  {key.name}  {' '.join(key.scopes)}  {_state(key)}{maker}")


@api_key.command("rotate")
@click.argument("number", type=int)
def rotate(number: int) -> None:
    """Make another key like NUMBER (of the list) and print it; the old one opens for a day more."""
    with _working() as session:
        key, secret = keys.rotate_key(session, number, by=audit.operator(), now=utcnow())
        _record(session, "api_key.rotated", key.name, keys.facts_of(key))
    click.echo(secret)
    click.echo(f"The old key of «{key.name}» ends in 24 hours.", err=True)


@api_key.command("revoke")
@click.argument("name")
def revoke(name: str) -> None:
    """End every key called NAME, at once."""
    with _working() as session:
        ended = keys.revoke_named(session, name, now=utcnow())
        if not ended:
            raise click.ClickException(f"There is no live key called {name!r}.")
        _record(session, "api_key.revoked", name, {"shown": ended})
    click.echo(f"{len(ended)} revoked")


def _state(key: ApiKeyRecord) -> str:
    if key.revoked_at:
        return "revoked"
    ends = f", ends {key.ends_at:%Y-%m-%d %H:%M} UTC" if key.ends_at else ""
    place = f" from {key.used_from}" if key.used_from else ""
    return (f"used {key.used_at:%Y-%m-%d %H:%M} UTC{place}" if key.used_at else "never used") + ends


def _record(session: Session, action: str, name: str, detail: dict[str, Any]) -> None:
    audit.record(session, actor=audit.operator(), action=action, subject=name, detail=detail, now=utcnow())


@contextmanager
def _working() -> Iterator[Session]:
    """A transaction; what cannot be is said in a line."""
    try:
        with _sessions()() as session, transaction(session):
            yield session
    except Invalid as error:
        raise click.ClickException("; ".join(fault.detail for fault in error.faults)) from error
    except Conflict as error:
        raise click.ClickException(str(error)) from error


def _sessions() -> sessionmaker[Session]:
    sessions: sessionmaker[Session] = current_app.extensions["database"].sessions
    return sessions
