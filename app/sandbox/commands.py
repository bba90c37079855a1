"""``paradero demo`` seeds the demo shop, ``paradero demo remove`` takes its data out again."""

from functools import partial
from typing import Any

import click
from flask import current_app
from flask.cli import with_appcontext

from app.audit import trail as audit
from app.core.clock import utcnow
from app.core.db import Database, in_transaction
from app.core.web import settings
from app.orders.demo import real_and_demo
from app.sandbox import demo
from app.sandbox.removing import removal

STAYS_ON = (
    "The demo shop is on (DEMO=1): new orders would come at once. "
    "Start the portal without it (paradero run --no-demo), then call this again."
)
# Of the tables that a person knows something by; what hangs on them goes along.
NAMES = {
    "order": "orders",
    "shipment": "parcels",
    "tracking_event": "scans",
    "return": "returns",
    "refund": "refunds",
    "message": "messages",
    "support_case": "cases",
    "staff_note": "notes",
    "drop_off_point": "drop-off points",
}


@click.group("demo", invoke_without_command=True)
@click.option("--beside-real-orders", "beside", is_flag=True, help="Although orders of the shop's own are there.")
@click.pass_context
@with_appcontext
def demo_command(context: click.Context, beside: bool) -> None:
    """Seed the demo shop, and say what to open; or remove what is left of it."""
    if context.invoked_subcommand is not None:
        return
    if settings().production:
        raise click.ClickException("The demo shop does not go into production.")
    with _database().sessions() as session:
        has_real, _has_demo = real_and_demo(session)
    if has_real and not beside:
        words = "Orders of your own are here: a demo shop beside them would count in their figures."
        raise click.ClickException(f"{words} Use another database, or say --beside-real-orders.")
    for line in demo.prepare(settings(), say=click.echo, beside_real=beside):
        click.echo(line)


@demo_command.command("remove")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.option(
    "--staff", "staff_too", is_flag=True, help="Deactivate the demo's members, too (admin@almazara.example …)."
)
@with_appcontext
def remove_command(yes: bool, staff_too: bool) -> None:
    """Remove the demo's orders with all that hangs on them, its points and its name. Called again, it goes on."""
    if settings().demo:
        raise click.ClickException(STAYS_ON)
    with _database().sessions() as session:
        there = removal.foreseen(session)
    # Its people are told of though nothing else is left: they may still sign in.
    if there.any:
        for line in _lines(there):
            click.echo(line)
        if not yes:
            click.confirm("Remove all of it? This cannot be undone.", abort=True)
        facts: dict[str, Any] = {
            "key": settings().key,
            "by": audit.operator(),
            "now": utcnow(),
        }
        removal.remove_all(partial(in_transaction, _database().sessions), **facts)
    click.echo("The demo data are gone." if there.any else "There are no demo data.")
    _people(there.people, staff_too)


def _lines(there: removal.DemoData) -> list[str]:
    lines = [f"  {there.rows[table]} {words}" for table, words in NAMES.items() if there.rows.get(table)]
    if there.facts:
        lines.append(f"  of the default brand, as the demo has it: {', '.join(there.facts)}")
    return ["This goes:", *lines]


def _people(emails: tuple[str, ...], staff_too: bool) -> None:
    """Deactivate the demo's members, or say that they are there."""
    if staff_too:
        by, now = audit.operator(), utcnow()
        gone = in_transaction(_database().sessions, lambda session: removal.shut_out(session, by=by, now=now))
        if gone:
            click.echo(f"Deactivated: {', '.join(gone)}.")
        emails = tuple(email for email in emails if email not in gone)
    if emails:
        click.echo(f"The demo's members may still sign in: {', '.join(emails)}.")
        click.echo("Make an admin of your own (paradero staff create), then call: paradero demo remove --staff")


def _database() -> Database:
    database: Database = current_app.extensions["database"]
    return database
