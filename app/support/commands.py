"""``paradero replies …``: saved replies from the command line."""

import json
from typing import IO

import click
from flask import current_app
from flask.cli import AppGroup

from app.audit import trail as audit
from app.brands.queries import named_brand
from app.core.clock import utcnow
from app.core.db import Database, transaction
from app.core.errors import Invalid
from app.support.replies.replies import place, replies_of, retire_reply, save_reply

replies = AppGroup("replies", help="Saved replies for answers to customers.")


@replies.command("list")
@click.argument("brand")
def list_replies(brand: str) -> None:
    """Tell the replies of BRAND, a line each."""
    database: Database = current_app.extensions["database"]
    with database.sessions() as session:
        for reply in replies_of(session, named_brand(session, brand).key):
            state = " (retired)" if reply.retired else ""
            click.echo(f"{reply.name}: {reply.title} [{', '.join(sorted(reply.texts))}]{state}")


@replies.command("set")
@click.argument("brand")
@click.argument("name")
@click.argument("file", type=click.File("r", encoding="utf-8"))
def set_reply(brand: str, name: str, file: IO[str]) -> None:
    """Put the reply NAME of BRAND in force from FILE, a JSON object with title and texts by language."""
    try:
        document = json.load(file)
    except ValueError as error:
        raise click.ClickException(f"The file is not JSON: {error}") from error
    # A list or a bare text is JSON, too.
    if not isinstance(document, dict):
        raise click.ClickException("The file holds no JSON object.")
    database: Database = current_app.extensions["database"]
    try:
        with database.sessions() as session, transaction(session):
            save_reply(session, place(brand, name), document, by=audit.operator(), now=utcnow())
    except Invalid as error:
        raise click.ClickException("\n".join(f"{fault.pointer}: {fault.detail}" for fault in error.faults)) from error
    click.echo(f"The reply {name} of {brand} is in force.")


@replies.command("retire")
@click.argument("brand")
@click.argument("name")
def retire(brand: str, name: str) -> None:
    """Offer the reply NAME of BRAND no more."""
    database: Database = current_app.extensions["database"]
    with database.sessions() as session, transaction(session):
        retire_reply(session, place(brand, name), True, by=audit.operator(), now=utcnow())
    click.echo(f"The reply {name} of {brand} is retired.")
