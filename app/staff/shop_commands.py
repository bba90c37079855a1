"""``flask portal look-up``: whether a brand opens an order to its number and an address, or only has a link sent."""

import click
from flask import current_app
from flask.cli import with_appcontext

from app.audit import trail as audit
from app.core.clock import utcnow
from app.core.db import Database, transaction
from app.orders.models import Brand


@click.command("look-up")
@click.argument("brand")
@click.option(
    "--links-only/--at-once", "links_only", default=None, help="Have a link sent to who is on file, or open the order."
)
@with_appcontext
def look_up_command(brand: str, links_only: bool | None) -> None:
    """Say what a right order number and address do for BRAND; without an option, tell what they do now."""
    database: Database = current_app.extensions["database"]
    with database.sessions() as session, transaction(session):
        found = session.get(Brand, brand, with_for_update=True)
        if found is None:
            raise click.ClickException(f"There is no brand {brand}.")
        if links_only is not None and links_only != found.links_only:
            found.links_only = links_only
            detail = {"to": _said(links_only)}
            audit.record(
                session, actor=audit.operator(), action="brand.look_up_set", subject=brand, detail=detail, now=utcnow()
            )
        click.echo(f"{brand}: {_said(found.links_only)}")


def _said(links_only: bool) -> str:
    return "only a link is sent" if links_only else "the order opens at once"
