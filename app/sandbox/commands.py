"""``flask portal demo``: fill an empty portal with the demo shop."""

import click
from flask.cli import with_appcontext

from app.core.web import settings
from app.sandbox import demo


@click.command("demo")
@with_appcontext
def demo_command() -> None:
    """Seed the demo shop, unless orders are there already, and say what to open."""
    if settings().production:
        raise click.ClickException("The demo shop does not go into production.")
    for line in demo.prepare(settings(), say=click.echo):
        click.echo(line)
