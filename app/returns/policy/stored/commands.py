"""``paradero policy …``: show, try, put in force, propose, approve, and bring back the returns policy of a brand."""

import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import click
from flask.cli import AppGroup

from app.audit.trail import operator
from app.brands import versions
from app.brands.differences import differences
from app.brands.queries import named_brand
from app.brands.records import SettingVersionRecord
from app.core.clock import utcnow
from app.core.db import transaction
from app.core.errors import Fault, Invalid
from app.core.i18n.locale import speaking
from app.core.web import database
from app.returns.policy.policy import Policy, read_policy
from app.returns.policy.replay import Replayed, replay
from app.returns.policy.ruleset.whole import as_rules
from app.returns.policy.stored.kind import bring_back, checked_policy, place_of, put_policy
from app.returns.policy.words.sentences import rule_sentence

policy = AppGroup("policy", help="The returns policy of a brand.")
DRAFT = click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
NUMBER = click.argument("number", type=click.IntRange(min=0))
BRAND = click.option("--brand", default="demo", show_default=True, help="Key of the brand.")
NOTE = click.option("--note", default="", help="Why, for whoever reads the versions.")


@policy.command("show")
@BRAND
@click.option("--words", is_flag=True, help="As sentences, one a rule, in the order in which they are read.")
def show_command(brand: str, words: bool) -> None:
    """Print the policy in force, with the defaults filled in."""
    with database().sessions() as session:
        current = read_policy(named_brand(session, brand).policy)
    if not words:
        click.echo(current.model_dump_json(indent=2, by_alias=True))
        return
    with speaking("en"):
        for number, rule in enumerate(as_rules(current), 1):
            click.echo(f"{number}. {rule_sentence(rule)} [{rule.name}]")


@policy.command("set")
@DRAFT
@BRAND
@NOTE
def set_command(file: Path, brand: str, note: str) -> None:
    """Put the policy in FILE (JSON) in force. What it leaves out is as the default says.

    Where the policy in force wants a second person for what may cost money, it is proposed.
    """
    document = _read(file)
    with database().sessions() as session, transaction(session):
        version = put_policy(session, brand, document, by=operator(), note=note, now=utcnow())
    _say(brand, version)


@policy.command("propose")
@DRAFT
@BRAND
@NOTE
def propose_command(file: Path, brand: str, note: str) -> None:
    """Keep the policy in FILE (JSON) until a second person approves it."""
    document = _read(file)
    with database().sessions() as session, transaction(session):
        version = versions.propose(session, place_of(brand), document, by=operator(), note=note, now=utcnow())
    _say(brand, version)


@policy.command("approve")
@NUMBER
@BRAND
def approve_command(number: int, brand: str) -> None:
    """Put the proposed version NUMBER in force; whoever proposed it cannot."""
    with database().sessions() as session, transaction(session):
        version = versions.approve(session, place_of(brand), number, by=operator(), now=utcnow())
    _say(brand, version)


@policy.command("restore")
@NUMBER
@BRAND
def restore_command(number: int, brand: str) -> None:
    """Bring version NUMBER back, as a new version; 0 brings back the usual."""
    with database().sessions() as session, transaction(session):
        version = bring_back(session, brand, number, by=operator(), now=utcnow())
    _say(brand, version)


@policy.command("history")
@BRAND
def history_command(brand: str) -> None:
    """List the newest versions: who made each, when, and what it changed."""
    with database().sessions() as session:
        zone = named_brand(session, brand).time_zone
        rows = versions.history(session, place_of(brand))
        for row, older in zip(rows, [*rows[1:], None], strict=True):
            click.echo(_version_line(row, older, zone))


@policy.command("replay")
@DRAFT
@BRAND
@click.option("--days", default=365, show_default=True, help="How far back.")
def replay_command(file: Path, brand: str, days: int) -> None:
    """Judge past returns by the draft policy in FILE (JSON) and print what would change."""
    draft = Policy.model_validate(_read(file))
    with database().sessions() as session:
        answers = list(replay(session, draft, brand=brand, since=utcnow() - timedelta(days=days)))
    for answer in answers:
        if answer.changed:
            click.echo(_line(answer))
    changed = [answer for answer in answers if answer.changed]
    money = sum(answer.total_after - answer.total_before for answer in changed)
    click.echo(f"{len(answers)} returns, {len(changed)} would change; refunds {money:+d} in minor units.")


def _say(brand: str, version: SettingVersionRecord) -> None:
    if version.state == versions.PROPOSED:
        click.echo(f"Version {version.number} of the policy of {brand} waits for a second person to approve it.")
    else:
        click.echo(f"The policy of {brand} is in force.")


def _version_line(row: SettingVersionRecord, older: SettingVersionRecord | None, zone: str) -> str:
    changes = [one.path for one in differences(older.document if older else {}, row.document or {})]
    note = f" «{row.note}»" if row.note else ""
    head = f"{row.number} {row.state} {_when(row.made_at, zone)} {row.made_by}{note}"
    return f"{head}: {', '.join(changes) or 'the usual'}"


def _when(at: datetime, zone: str) -> str:
    """By the shop's clock, to the minute."""
    return at.astimezone(ZoneInfo(zone)).isoformat(sep=" ", timespec="minutes")[:16]


def _line(answer: Replayed) -> str:
    why = f" ({', '.join(answer.codes)})" if answer.codes else ""
    return f"{answer.ref}: {answer.before} -> {answer.after}{why}, {answer.total_before} -> {answer.total_after}"


def _read(file: Path) -> dict[str, Any]:
    """The draft. Every fault is named with its place."""
    try:
        document = json.loads(file.read_text(encoding="utf-8"))
        if not isinstance(document, dict):
            raise Invalid([Fault("", "a policy is a JSON object")])
        return checked_policy(document)
    except (json.JSONDecodeError, UnicodeDecodeError) as error:
        raise click.ClickException(f"{file}: not JSON: {error}") from error
    except Invalid as error:
        faults = [f"  {fault.pointer.strip('/').replace('/', '.')}: {fault.detail}" for fault in error.faults]
        raise click.ClickException("\n".join([f"{file}: not a policy:", *faults])) from error
