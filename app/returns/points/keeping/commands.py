"""``paradero points networks|near|remove|restore``: what is there, a search, and the shop's own points."""

import click
from flask import current_app

from app.audit import trail as audit
from app.core.clock import utcnow
from app.core.db import Database, transaction
from app.returns.points.commands import points
from app.returns.points.keeping import networks, own
from app.returns.points.keeping.trying import near
from app.returns.points.place_text import network_name


@points.command("networks")
def networks_command() -> None:
    """Every network by country: points in use, retired, without hours or place, and the last import."""
    with _database().sessions() as session:
        for row in networks.networks(session):
            click.echo(
                f"{row.network}  {row.country}  {row.active} in use, {row.retired} retired, {row.own} own, "
                f"{row.without_hours} without hours, {row.waiting} without a place; "
                f"{row.imported_at:%Y-%m-%d %H:%M} UTC"
            )


@points.command("near")
@click.argument("network")
@click.argument("place")
@click.option("--country", default="ES", show_default=True, help="Two letters.")
def near_command(network: str, place: str, country: str) -> None:
    """The points of NETWORK nearest to PLACE, a postcode or a town, as customers would find them."""
    with _database().sessions() as session:
        trial = near(session, network_name(network), place, country.upper(), now=utcnow())
    if trial.origin is None:
        raise click.ClickException(f"No place in {country} is called «{place}».")
    for point in trial.points:
        click.echo(f"{point.metres / 1000:6.1f} km  {point.name}, {point.line1}, {point.postcode} {point.city}")
    if not trial.points:
        raise click.ClickException("No point within 100 km.")


@points.command("remove")
@click.argument("network")
@click.argument("point")
def remove_command(network: str, point: str) -> None:
    """Take the shop's own POINT of NETWORK out of use."""
    _set_active(network, point, active=False)
    click.echo(f"{network}/{point} is out of use.")


@points.command("restore")
@click.argument("network")
@click.argument("point")
def restore_command(network: str, point: str) -> None:
    """Bring the shop's own POINT of NETWORK back."""
    _set_active(network, point, active=True)
    click.echo(f"{network}/{point} is in use.")


def _set_active(network: str, point: str, *, active: bool) -> None:
    action = "point.restored" if active else "point.removed"
    with _database().sessions() as session, transaction(session):
        own.set_active(session, own.by_key(session, network, point).id, active)
        audit.record(session, actor=audit.operator(), action=action, subject=f"{network}/{point}", now=utcnow())


def _database() -> Database:
    database: Database = current_app.extensions["database"]
    return database
