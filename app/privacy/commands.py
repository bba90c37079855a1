"""``paradero erase``, ``export``, ``consents``, ``retention`` and ``restored``: privacy from the command line."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
from flask import current_app
from flask.cli import AppGroup, with_appcontext
from sqlalchemy.orm import Session

from app.audit import trail as audit
from app.brands import versions
from app.core.clock import utcnow
from app.core.db import Database, in_transaction, transaction
from app.core.errors import Invalid
from app.core.settings import Settings
from app.personal.terms import TERMS
from app.privacy import expiry, ledger, requests, restore, terms
from app.privacy.copies import consents
from app.privacy.copies import making as copies
from app.privacy.erase import Erased, foreseen
from app.privacy.ledger import BrokenLedger
from app.privacy.people import Subject, find, subject_by

_WHO = (
    click.argument("email", required=False),
    click.option("--phone", help="By phone number instead, with its prefix."),
    click.option("--customer", metavar="ID", help="By the customer's id in the shop's system instead."),
)


def _who(function: Callable[..., None]) -> Callable[..., None]:
    for decorate in reversed(_WHO):
        function = decorate(function)
    return function


def _subject(email: str | None, phone: str | None, customer: str | None) -> Subject:
    try:
        return subject_by(email=email, phone=phone, customer=customer)
    except Invalid as error:
        raise click.ClickException("; ".join(fault.detail for fault in error.faults)) from error


@click.command("erase")
@_who
@click.option("--again", "anew", is_flag=True, help="Apply all erasures of the ledger anew, as after a restore.")
@click.option("--yes", is_flag=True, help="Do not ask. Without it, what would go is shown first.")
@with_appcontext
def erase_command(email: str | None, phone: str | None, customer: str | None, anew: bool, yes: bool) -> None:
    """Erase a customer, or apply erasures again: everywhere at once; figures and what the law wants kept stay."""
    # After a restore there is nobody to name: the ledger knows them by digests.
    if anew:
        _erase_again()
        return
    subject = _subject(email, phone, customer)
    with _database().sessions() as session:
        would = foreseen(session, find(session, subject, key=_key()))
    _tell(would, "would go", "would stay, sealed, since the law asks for it")
    if not yes:
        click.confirm("Erase this customer? It cannot be undone.", abort=True)
    with _database().sessions() as session, transaction(session):
        by, now = audit.operator(), utcnow()
        erasure = requests.ask(session, subject, by=by, key=_key(), at_once=True, now=now)
        ref = erasure.ref
    requests.perform(_unit, ref, key=_key(), path=ledger.path_of(_settings()), by=by, now=utcnow())
    with _database().sessions() as session:
        done = requests.find_request(session, ref)
        click.echo(f"Erased. {sum(done.counts.values())} rows; reference {ref}.")


def _erase_again() -> None:
    try:
        done = restore.again(_unit, ledger.path_of(_settings()), key=_key(), by=audit.operator(), now=utcnow())
    except BrokenLedger as error:
        raise click.ClickException(str(error)) from error
    click.echo(
        f"{done.entries} erasures in the ledger, {len(done.missing)} of them unknown to this database; "
        f"{done.orders} orders erased anew."
    )


@click.command("restored")
@with_appcontext
def restored_command() -> None:
    """After a backup was put back: hold old messages, erase again; what is held waits for a person."""
    with _database().sessions() as session, transaction(session):
        counts = restore.hold(session, by=audit.operator(), now=utcnow())
    click.echo("Held: " + ", ".join(f"{count} of {room}" for room, count in sorted(counts.items())))
    _erase_again()


@click.command("export")
@_who
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), required=True, help="The archive to write.")
@with_appcontext
def export_command(email: str | None, phone: str | None, customer: str | None, out: Path) -> None:
    """Write all that is held of a customer to a file: an archive, as JSON and as a page."""
    subject = _subject(email, phone, customer)
    with _database().sessions() as session, transaction(session):
        packed = copies.archive(session, subject, key=_key(), now=utcnow())
        copies.note(session, by=audit.operator(), now=utcnow())
    # Nobody else on this machine may read it.
    out.touch(mode=0o600)
    out.write_bytes(packed)
    click.echo(f"{out}: {len(packed)} bytes. Delete it once it was handed over.")


@click.command("consents")
@with_appcontext
def consents_command() -> None:
    """Print the proof of every consent to texts as CSV: wording, language, source and time."""
    with _database().sessions() as session:
        for line in consents.every(session):
            click.echo(line, nl=False)


retention = AppGroup("retention", help="How long things are kept, and what ends next.")


@retention.command("show")
def show() -> None:
    """Tell for how many days each kind is kept, how many rows end now and within a week, and when the next one does."""
    with _database().sessions() as session:
        for ending in expiry.upcoming(session, now=utcnow()):
            days = "stays" if ending.days is None else f"{ending.days} d"
            after = f"next {ending.next_at:%Y-%m-%d}" if ending.next_at else "nothing"
            click.echo(f"{ending.term:12} {days:>7}  {ending.due:>6} now  {ending.soon:>6} within a week  {after}")


@retention.command("set")
@click.argument("kind", type=click.Choice(sorted(terms.usual_days())))
@click.argument("days", type=int)
def set_days(kind: str, days: int) -> None:
    """Keep this KIND for so many DAYS. What ends by that, ends within an hour."""
    with _database().sessions() as session, transaction(session):
        chosen = {name: terms.days_of(session, name) for name in terms.usual_days()} | {kind: days}
        try:
            version = terms.set_days(session, chosen, by=audit.operator(), now=utcnow())
        except Invalid as error:
            raise click.ClickException("; ".join(fault.detail for fault in error.faults)) from error
    click.echo(f"{TERMS[kind].title}: {days} days (version {version.number}).")


@retention.command("undo")
@click.argument("number", type=int)
def undo(number: int) -> None:
    """Bring back version NUMBER of the days; 0 is the usual."""
    with _database().sessions() as session, transaction(session):
        versions.restore(session, terms.place(session), number, by=audit.operator(), now=utcnow())
    click.echo("Done.")


def _tell(would: Erased, go: str, stay: str) -> None:
    for words, counts in ((go, would.counts), (stay, would.staying)):
        for table, count in counts.items():
            click.echo(f"  {count:>6} {table} {words}")


def _unit(work: Callable[[Session], Any]) -> Any:
    return in_transaction(_database().sessions, work)


def _database() -> Database:
    database: Database = current_app.extensions["database"]
    return database


def _settings() -> Settings:
    settings: Settings = current_app.config["SETTINGS"]
    return settings


def _key() -> str:
    return _settings().key
