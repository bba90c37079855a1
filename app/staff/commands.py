"""``paradero staff …``: members of staff from the command line."""

import click
from flask import current_app
from flask.cli import AppGroup, with_appcontext
from sqlalchemy import select

from app.audit import trail as audit
from app.brands import house
from app.brands.queries import named_brand
from app.brands.services import locked_brand
from app.core.clock import utcnow
from app.core.db import Database, transaction
from app.core.errors import Conflict, Invalid
from app.staff.audit.commands import audit_role, export_audit, verify_audit
from app.staff.auth import passwords, services
from app.staff.auth.factors import second_factor
from app.staff.models import StaffUser
from app.staff.people import people
from app.staff.people.desk import MemberDesk
from app.staff.sso.commands import sign_in_commands

staff = AppGroup("staff", help="Members of staff, and the audit trail.")
for _command in (verify_audit, export_audit, audit_role, sign_in_commands):
    staff.add_command(_command)


role_option = click.option("--role", required=True, help="support, warehouse, marketing, admin, or one of your own.")


@staff.command("invite")
@click.argument("email")
@role_option
@click.option("--name", default="", help="How the console greets them.")
@click.option("--language", default="", help="Of the mail; without it, the shop's own.")
def invite(email: str, role: str, name: str, language: str) -> None:
    """Mail somebody a link by which they choose their own password; invite again whoever has not joined."""
    database: Database = current_app.extensions["database"]
    facts = {"email": email, "role": role, "name": name, "language": language}
    try:
        with database.sessions() as session, transaction(session):
            MemberDesk(lambda: current_app.config["SETTINGS"]).invite(session, **facts, by=audit.operator())
    except (Conflict, Invalid) as error:
        raise click.ClickException(f"{error}") from error
    click.echo(f"{email} is invited as {role}. The link in the mail works for 72 hours.")


@staff.command("create")
@click.argument("email")
@role_option
@click.option("--name", default="", help="How the console greets them.")
@click.option("--password", default=None, help="At least 12 characters; without it one is made and printed once.")
def create(email: str, role: str, name: str, password: str | None) -> None:
    """Make a member of staff and print their password once."""
    database: Database = current_app.extensions["database"]
    new_password = password or passwords.generated()
    try:
        with database.sessions() as session, transaction(session):
            services.create(session, email=email, role=role, password=new_password, name=name, now=utcnow())
    except (Conflict, Invalid) as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"{email} may sign in as {role}." + ("" if password else f" Password: {new_password}"))


@staff.command("reset")
@click.argument("email")
def reset(email: str) -> None:
    """A new password for a member who cannot get in any more, printed once; their second factor and sessions go."""
    database: Database = current_app.extensions["database"]
    new_password = passwords.generated()
    with database.sessions() as session, transaction(session):
        # Locked, so that a sign-in with the old password does not end after the new one is set.
        statement = select(StaffUser).where(StaffUser.email == email.strip().lower()).with_for_update()
        user = session.scalar(statement)
        if user is None:
            raise click.ClickException(f"{email} is no member of staff.")
        people.set_password(session, user, new_password, by=audit.operator(), now=utcnow())
        # Who asks for this has often lost the device too, and an only admin has nobody else to take the factor off.
        if user.has_second_factor:
            second_factor.remove(session, user, by=audit.operator(), now=utcnow())
    click.echo(f"{email} may sign in with {new_password}")


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
        # Locked before it is read: what the trail says it was before is what this command changed.
        shop_front = locked_brand(session, named_brand(session, brand).key)
        links_only_before = shop_front.links_only
        if links_only is not None and links_only != links_only_before:
            house.change(session, brand, {"links_only": links_only}, by=audit.operator(), now=utcnow())
        click.echo(f"{brand}: {_look_up_words(links_only_before if links_only is None else links_only)}")


def _look_up_words(links_only: bool) -> str:
    return "only a link is sent" if links_only else "the order opens at once"
