"""``paradero reasons …``: list, set and retire the reasons for returns of a brand."""

import json
from pathlib import Path

import click
from flask.cli import AppGroup

from app.audit.trail import operator
from app.brands.queries import named_brand
from app.core.clock import utcnow
from app.core.db import transaction
from app.core.errors import Fault, Invalid, NotFound
from app.core.i18n.locale import speaking
from app.core.web import database
from app.returns.policy.stored.reason_list import put_reasons, reasons_of, usual_document
from app.returns.policy.words.names import reason_words

reasons = AppGroup("reasons", help="The reasons for returns of a brand.")
BRAND = click.option("--brand", default="demo", show_default=True, help="Key of the brand.")


@reasons.command("list")
@BRAND
@click.option("--json", "as_json", is_flag=True, help="As the document that «set» takes.")
def list_command(brand: str, as_json: bool) -> None:
    """Print the reasons in the order in which they are offered, retired ones too."""
    with database().sessions() as session:
        row = named_brand(session, brand)
        listed, document = reasons_of(row), row.reasons or usual_document()
    if as_json:
        click.echo(json.dumps(document, ensure_ascii=False, indent=2))
        return
    handles = {row["handle"] for row in document["reasons"]}
    with speaking("en"):
        for reason in listed.reasons:
            if reason.handle in handles:
                retired = " (retired)" if reason.retired else ""
                click.echo(f"{reason.handle}: {reason_words(reason.handle, listed)} [{reason.group}]{retired}")


@reasons.command("set")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@BRAND
def set_command(file: Path, brand: str) -> None:
    """Put the list in FILE (JSON) in force; it holds every reason that stood on the one before, retired or not."""
    try:
        document = json.loads(file.read_text(encoding="utf-8"))
        if not isinstance(document, dict):
            raise Invalid([Fault("", "a list of reasons is a JSON object")])
        with database().sessions() as session, transaction(session):
            put_reasons(session, brand, document, by=operator(), now=utcnow())
    except (json.JSONDecodeError, UnicodeDecodeError) as error:
        raise click.ClickException(f"{file}: not JSON: {error}") from error
    except Invalid as error:
        raise _refused(error, f"{file}: not a list of reasons:") from error
    click.echo(f"The reasons of {brand} are in force.")


@reasons.command("retire")
@click.argument("handle")
@BRAND
def retire_command(handle: str, brand: str) -> None:
    """Offer the reason HANDLE no more; old returns go on naming it."""
    with database().sessions() as session, transaction(session):
        document = named_brand(session, brand).reasons or usual_document()
        rows = document["reasons"]
        if all(row["handle"] != handle for row in rows):
            raise NotFound(f"There is no reason {handle}; there are {', '.join(row['handle'] for row in rows)}.")
        rows = [row | {"retired": True} if row["handle"] == handle else row for row in rows]
        try:
            put_reasons(session, brand, {"reasons": rows}, by=operator(), now=utcnow())
        except Invalid as error:
            raise _refused(error, f"{handle} cannot be retired:") from error
    click.echo(f"{handle} is retired.")


def _refused(error: Invalid, head: str) -> click.ClickException:
    faults = [f"  {fault.pointer.strip('/').replace('/', '.')}: {fault.detail}" for fault in error.faults]
    return click.ClickException("\n".join([head, *faults]))
