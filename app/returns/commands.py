"""``flask portal policy …``: see a brand's returns policy, try a draft over past returns, put it in force."""

import json
from datetime import timedelta
from pathlib import Path

import click
from flask.cli import AppGroup
from pydantic import ValidationError

from app.audit import trail as audit
from app.core.clock import utcnow
from app.core.db import transaction
from app.core.web import database
from app.orders.models import Brand
from app.returns.policy import Policy, read_policy
from app.returns.replay import Replayed, replay

policy = AppGroup("policy", help="The returns policy of a brand.")
DRAFT = click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
BRAND = click.option("--brand", default="demo", show_default=True, help="Key of the brand.")


@policy.command("show")
@BRAND
def show_command(brand: str) -> None:
    """Print the policy in force, with the defaults filled in."""
    with database().sessions() as session:
        found = session.get(Brand, brand)
        if found is None:
            raise click.ClickException(f"There is no brand {brand}.")
        click.echo(read_policy(found.policy).model_dump_json(indent=2))


@policy.command("set")
@DRAFT
@BRAND
def set_command(file: Path, brand: str) -> None:
    """Put the policy in FILE (JSON) in force. What it leaves out is as the default says."""
    draft = _read(file)
    with database().sessions() as session, transaction(session):
        # Two who put a policy in force at once do so one after the other, and the trail says what each changed.
        found = session.get(Brand, brand, with_for_update=True)
        if found is None:
            raise click.ClickException(f"There is no brand {brand}.")
        kept = found.policy
        found.policy = draft.model_dump(mode="json", exclude_unset=True)
        changed = sorted(name for name in {*kept, *found.policy} if kept.get(name) != found.policy.get(name))
        audit.record(
            session,
            actor=audit.operator(),
            action="brand.policy_set",
            subject=brand,
            detail={"changed": changed},
            now=utcnow(),
        )
    click.echo(f"The policy of {brand} is in force.")


@policy.command("replay")
@DRAFT
@BRAND
@click.option("--days", default=365, show_default=True, help="How far back.")
def replay_command(file: Path, brand: str, days: int) -> None:
    """Judge past returns by the draft policy in FILE (JSON) and print what would change."""
    draft = _read(file)
    with database().sessions() as session:
        found = list(replay(session, draft, brand=brand, since=utcnow() - timedelta(days=days)))
    for one in found:
        if one.changed:
            click.echo(_line(one))
    changed = [one for one in found if one.changed]
    money = sum(one.total_after - one.total_before for one in changed)
    click.echo(f"{len(found)} returns, {len(changed)} would change; refunds {money:+d} in minor units.")


def _line(one: Replayed) -> str:
    why = f" ({', '.join(one.codes)})" if one.codes else ""
    return f"{one.ref}: {one.before} -> {one.after}{why}, {one.total_before} -> {one.total_after}"


def _read(file: Path) -> Policy:
    """The draft. Every fault is named with its place."""
    try:
        return Policy.model_validate(json.loads(file.read_text(encoding="utf-8")))
    except json.JSONDecodeError as error:
        raise click.ClickException(f"{file}: not JSON: {error}") from error
    except ValidationError as error:
        faults = [f"  {'.'.join(map(str, fault['loc']))}: {fault['msg']}" for fault in error.errors()]
        raise click.ClickException("\n".join([f"{file}: not a policy:", *faults])) from error
