"""Commands of the interface: ``paradero api-key …``."""

from typing import Any

import click
from flask import current_app
from flask.cli import AppGroup
from sqlalchemy import select, update
from sqlalchemy.orm import Session, sessionmaker

from app.api.keys import SCOPES, create_key
from app.api.models import ApiKey
from app.audit import trail as audit
from app.core.clock import utcnow
from app.core.db import transaction
from app.core.errors import Invalid

api_key = AppGroup("api-key", help="Keys for the REST API.")


@api_key.command("create")
@click.argument("name")
@click.option("--scope", "scopes", multiple=True, required=True, help=f"One or more of: {', '.join(SCOPES)}.")
def create(name: str, scopes: tuple[str, ...]) -> None:
    """Make a key called NAME and print it, this once."""
    # --scope a,b is what the list in the help invites to, beside --scope a --scope b.
    chosen = [scope for option in scopes for scope in option.replace(",", " ").split()]
    try:
        with _sessions()() as session, transaction(session):
            key, secret = create_key(session, name=name, scopes=chosen, now=utcnow())
            # By how the key begins: whoever reads the trail must not be able to use it.
            _record(session, "api_key.created", name, {"shown": key.shown, "scopes": key.scopes})
    except Invalid as error:
        raise click.ClickException("; ".join(fault.detail for fault in error.faults)) from error
    click.echo(secret)


@api_key.command("list")
def list_keys() -> None:
    """List the keys: how each begins, its name, scopes and last use."""
    with _sessions()() as session:
        for key in session.scalars(select(ApiKey).order_by(ApiKey.id)):
            used = f"used {key.used_at:%Y-%m-%d %H:%M} UTC" if key.used_at else "never used"
            state = "revoked" if key.revoked_at else used
            click.echo(f"{key.shown}…  {key.name}  {' '.join(key.scopes)}  {state}")


@api_key.command("revoke")
@click.argument("name")
def revoke(name: str) -> None:
    """End every key called NAME, at once."""
    with _sessions()() as session, transaction(session):
        live = update(ApiKey).where(ApiKey.name == name, ApiKey.revoked_at.is_(None))
        # A name may be that of several keys, while a system changes over from one to the next: all of them end.
        ended = session.scalars(live.values(revoked_at=utcnow()).returning(ApiKey.shown)).all()
        if not ended:
            raise click.ClickException(f"There is no live key called {name!r}.")
        _record(session, "api_key.revoked", name, {"shown": sorted(ended)})
    click.echo(f"{len(ended)} revoked")


def _record(session: Session, action: str, name: str, detail: dict[str, Any]) -> None:
    audit.record(session, actor=audit.operator(), action=action, subject=name, detail=detail, now=utcnow())


def _sessions() -> sessionmaker[Session]:
    sessions: sessionmaker[Session] = current_app.extensions["database"].sessions
    return sessions
