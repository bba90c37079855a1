"""``paradero carriers state|ask|words|map|unmap``: how carriers do, what one says now, and what their codes mean."""

import json
from datetime import timedelta

import click
from flask import current_app
from sqlalchemy.orm import Session

from app.audit import trail as audit
from app.carriers import trials
from app.carriers.commands import carriers
from app.carriers.health import CarrierHealth, health
from app.carriers.queries import unknown_words
from app.core.clock import utcnow
from app.core.db import Database, transaction
from app.core.errors import Conflict, Invalid
from app.tracking.meanings.replay import left
from app.tracking.meanings.table import MEANINGS, CarrierWord, in_force, say

SINCE = timedelta(days=90)


@carriers.command("state")
def state_command() -> None:
    """Every carrier in use or connected: asked or pushing, parcels on their way, silent and failing ones, lag."""
    able = current_app.extensions["askable_carriers"]()
    with _database().sessions() as session:
        for row in health(session, current_app.config["SETTINGS"], able=able, now=utcnow()):
            click.echo(_line(row))
            for reason, parcels in row.reasons:
                click.echo(f"  {parcels}: {reason}")


@carriers.command("ask")
@click.argument("carrier")
@click.argument("number")
def ask_command(carrier: str, number: str) -> None:
    """Ask CARRIER about NUMBER now and print what it said and what was read; no parcel is changed."""
    able = current_app.extensions["askable_carriers"]()
    with _database().sessions() as session, transaction(session):
        try:
            trial = trials.request(session, carrier, number, able=able, by=audit.operator(), now=utcnow())
        except (Invalid, Conflict) as error:
            raise click.ClickException(str(error)) from error
        _record(session, "carrier.asked", f"{carrier}/{trial.number}", {})
    # Between two transactions: a carrier may take half a minute to answer.
    outcome = trials.ask(trial, current_app.extensions["tracking_sources"]())
    with _database().sessions() as session, transaction(session):
        trials.keep(session, trial.id, outcome, now=utcnow())
    click.echo(json.dumps(outcome, ensure_ascii=False, indent=2))
    if "error" in outcome:
        raise click.exceptions.Exit(1)


@carriers.command("words")
def words_command() -> None:
    """Codes of the last 90 days that nobody has explained, the most frequent first, and those that are explained."""
    with _database().sessions() as session:
        for word in unknown_words(session, since=utcnow() - SINCE):
            click.echo(f"{word.carrier}  {word.code or '(no code)'}  {word.count} ×  {word.description}")
        for explained, meaning in in_force(session).items():
            if meaning.state is not None:
                name = explained.code or explained.words
                done = "" if meaning.done_at else f", {left(session, explained)} scans to go"
                click.echo(f"{explained.carrier}  {name}  = {meaning.state} ({meaning.made_by}{done})")


@carriers.command("map")
@click.argument("carrier")
@click.argument("word")
@click.argument("state", type=click.Choice(MEANINGS))
@click.option("--sentence", is_flag=True, help="WORD is the sentence of scans that bear no code.")
def map_command(carrier: str, word: str, state: str, sentence: bool) -> None:
    """Say that CARRIER's code WORD means STATE (unknown: it says nothing); old scans follow by a job."""
    _say(_word(carrier, word, sentence), state)
    click.echo(f"{word} of {carrier} means {state}. Scans that came before follow by a job.")


@carriers.command("unmap")
@click.argument("carrier")
@click.argument("word")
@click.option("--sentence", is_flag=True, help="WORD is the sentence of scans that bear no code.")
def unmap_command(carrier: str, word: str, sentence: bool) -> None:
    """Take back what was said of CARRIER's code WORD."""
    _say(_word(carrier, word, sentence), None)
    click.echo(f"{word} of {carrier} has no meaning of yours any more.")


def _say(word: CarrierWord, state: str | None) -> None:
    with _database().sessions() as session, transaction(session):
        try:
            say(session, word, state, by=audit.operator(), now=utcnow())
        except Invalid as error:
            raise click.ClickException(str(error)) from error
        action = "carrier_word.explained" if state else "carrier_word.unexplained"
        _record(session, action, f"{word.carrier}/{word.code or word.words}", {"to": state} if state else {})


def _word(carrier: str, word: str, sentence: bool) -> CarrierWord:
    return CarrierWord(carrier, None, word) if sentence else CarrierWord(carrier, word, None)


def _record(session: Session, action: str, subject: str, detail: dict[str, str]) -> None:
    audit.record(session, actor=audit.operator(), action=action, subject=subject, detail=detail, now=utcnow())


def _line(row: CarrierHealth) -> str:
    how = f"asked at {row.source}" if row.source else "not asked"
    pushes = "pushes" if row.push_open else "doesn't push"
    lag = f"{row.lag.total_seconds() / 60:.0f} min" if row.lag is not None else "not known"
    parcels = f"{row.live} on their way, {row.silent} silent, {row.failing} failing"
    return f"{row.carrier}: {how}, {pushes}; {parcels}; half of the scans within {lag}; {row.unknown} unknown words"


def _database() -> Database:
    database: Database = current_app.extensions["database"]
    return database
