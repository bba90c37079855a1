"""``paradero staff …`` for the audit trail: check it, take it out, and a role that can only add to it."""

import re
import sys
from datetime import datetime
from pathlib import Path

import click
from flask.cli import with_appcontext

from app.audit import anchor, reading, trail
from app.audit.reading import FORMS, AuditQuery
from app.brands.queries import shop_zone
from app.core.clock import utcnow
from app.core.db import transaction
from app.core.web import database, settings

DAY = click.DateTime(["%Y-%m-%d"])
# It goes into the SQL as it is: only names that need no quotes.
ROLE = re.compile(r"[a-z_][a-z0-9_]{0,62}")
# What the portal's own role may do once migrations run as another one, the tables' owner.
GRANTS = """\
-- As the owner of the tables, who also runs the migrations. {role} is then the user of DATABASE_URL.
grant usage on schema public to {role};
grant select, insert, update, delete on all tables in schema public to {role};
grant usage, select on all sequences in schema public to {role};
grant execute on all functions in schema public to {role};
alter default privileges in schema public grant select, insert, update, delete on tables to {role};
alter default privileges in schema public grant usage, select on sequences to {role};
alter default privileges in schema public grant execute on functions to {role};
revoke update, delete, truncate, references, trigger on audit from {role};
revoke insert, update, delete on alembic_version from {role};"""


@click.command("verify-audit")
@click.option(
    "--anchor", "anchor_lines", multiple=True, metavar="LINE", help="An anchor from the log, as it stands there."
)
@click.option("--anchors", "file", type=click.Path(path_type=Path), help="Their file, if not that of AUDIT_ANCHOR.")
@with_appcontext
def verify_audit(anchor_lines: tuple[str, ...], file: Path | None) -> None:
    """Check that no row of the audit trail was changed or removed, the newest neither."""
    path = file or settings().audit_anchor
    lines = [*anchor_lines, *(path.read_text(encoding="utf-8").splitlines() if path.exists() else [])]
    with database().sessions() as session:
        broken = trail.first_broken(session)
        wrong = anchor.faults(session, lines, key=settings().key)
    # First, since anchors behind the break fail with it.
    if broken is not None:
        wrong.insert(0, f"The chain breaks at row {broken}.")
    if wrong:
        raise click.ClickException("\n".join(wrong))
    click.echo("The chain holds." if lines else f"The chain holds. No anchor is kept in {path}, so that rows may be "
               "missing at its end: the worker writes one every hour.")  # fmt: skip


@click.command("audit")
@click.option("--who", "actor", default="", metavar="ADDRESS", help="A member's address, api:KEY or cli:USER.")
@click.option("--what", "action", default="", metavar="ACTION", help="One kind of action, such as refund.paid.")
@click.option("--from", "first", type=DAY, help="The first day, by the shop's clock.")
@click.option("--until", "last", type=DAY, help="The last day.")
@click.option("--form", type=click.Choice(FORMS), default="csv", show_default=True)
@with_appcontext
def export_audit(actor: str, action: str, first: datetime | None, last: datetime | None, form: str) -> None:
    """Write the audit trail, or the part that is asked for, to the standard output."""
    with database().sessions() as session, transaction(session):
        days = (first.date() if first else None, last.date() if last else None)
        query = AuditQuery(actor, action, *days, zone=shop_zone(session))
        for line in reading.export(session, query, form):
            sys.stdout.write(line)
        detail = {**query.facts(), "form": form}
        # After the rows: the row about the export is not in the file.
        trail.record(session, actor=trail.operator(), action="audit.exported", detail=detail, now=utcnow())


@click.command("audit-role")
@click.argument("role")
def audit_role(role: str) -> None:
    """Print the SQL that lets ROLE do all that the portal does, and only add to the audit trail."""
    if not ROLE.fullmatch(role):
        raise click.ClickException("A role's name has small letters, figures and _ only.")
    click.echo(GRANTS.format(role=role))
