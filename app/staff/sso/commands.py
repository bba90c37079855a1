"""``paradero staff sign-in …``: the provider with which staff sign in, from the command line."""

from typing import Any

import click
from flask import current_app
from flask.cli import AppGroup

from app.audit import trail as audit
from app.core.clock import utcnow
from app.core.db import Database, transaction
from app.core.errors import Conflict, Invalid, NotFound
from app.core.http import Rules
from app.core.oidc.provider import OidcError, Providers
from app.core.settings import Settings
from app.staff.auth.provider_rules import ADMINS, EVERYONE, provider_of_staff
from app.staff.sso import settings
from app.staff.sso.settings import ProviderWish

sign_in_commands = AppGroup("sign-in", help="The provider of OpenID Connect with which staff sign in.")


@sign_in_commands.command("show")
def show() -> None:
    """Say what is set; the secret is not told."""
    with _database().sessions() as session:
        row = provider_of_staff(session)
        if row is None:
            click.echo("No provider is set up: members sign in by password or passkey.")
            return
        click.echo(f"{row.title}: {row.issuer}, client {row.client_id}, domains {', '.join(row.domains) or 'all'}")
        click.echo(f"Its second factor {'counts' if row.trusts_factor else 'does not count'} here.")
        click.echo(f"Passwords: {row.local_for}.")
        for mapped in settings.roles(session):
            click.echo(f"{row.claim} = {mapped.value}: {mapped.role}")


@sign_in_commands.command("set")
@click.argument("issuer")
@click.option("--title", required=True, help="The name on the button.")
@click.option("--client-id", required=True)
@click.option("--secret", type=click.File("r"), help="A file with the client secret, - for the standard input.")
@click.option("--domain", "domains", multiple=True, help="Whose addresses are taken; without it, all.")
@click.option("--claim", default="groups", show_default=True, help="The claim by which roles are mapped.")
@click.option("--trust-second-factor", "trusts_factor", is_flag=True, help="What the provider says in amr counts here.")
@click.option("--passwords", "local_for", type=click.Choice([EVERYONE, ADMINS]), default=EVERYONE, show_default=True)
def set_provider(secret: Any, **facts: Any) -> None:
    """Set the provider at ISSUER, once it has answered; without --secret the one that is set stays."""
    wish = ProviderWish(secret=secret.read().strip() if secret else "", **facts)
    configured: Settings = current_app.config["SETTINGS"]
    key, rules = configured.key, Rules(private_hosts=configured.webhook_private_hosts)
    try:
        with _database().sessions() as session:
            settings.check(session, wish)
        # Between two sessions: no connection is held while the provider answers.
        Providers().discover(wish.issuer, rules, now=utcnow())
        with _database().sessions() as session, transaction(session):
            settings.save(session, wish, by=audit.operator(), key=key, now=utcnow())
    except (OidcError, Conflict, Invalid) as error:
        raise click.ClickException(str(error)) from error
    click.echo(
        f"Members sign in with {wish.title}. It comes back to {configured.public_url}/staff/sign-in/provider/back"
    )


@sign_in_commands.command("role")
@click.argument("value")
@click.argument("role", required=False)
def role(value: str, role: str | None) -> None:
    """Give those with VALUE in the claim a ROLE; without one, none."""
    try:
        with _database().sessions() as session, transaction(session):
            if role is None:
                settings.unmap_role(session, value, by=audit.operator(), now=utcnow())
            else:
                settings.map_role(session, value, role, by=audit.operator(), now=utcnow())
    except (Invalid, NotFound) as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"{value}: {role or 'no role'}")


@sign_in_commands.command("off")
def off() -> None:
    """Take the provider away; whoever has no password then needs «staff reset»."""
    with _database().sessions() as session, transaction(session):
        settings.remove(session, by=audit.operator(), now=utcnow())
    click.echo("Nobody signs in by the provider any more.")


def _database() -> Database:
    database: Database = current_app.extensions["database"]
    return database
