"""``paradero messages …``: what was said of an order and what was not, and what a brand sends."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import click
from flask import current_app
from flask.cli import AppGroup
from sqlalchemy import or_, select

from app.audit import trail as audit
from app.brands.records import BrandRecord
from app.brands.services import locked_brand
from app.core.clock import utcnow
from app.core.db import Database, transaction
from app.core.tokens import read_ref
from app.notify.kinds import SMS_BY_DEFAULT
from app.notify.plan.explaining import why
from app.notify.plan.route import COUNTRY_RULES
from app.notify.render.mails.book import MAILS
from app.notify.texts.commands import text
from app.notify.texts.stages import change_stages, stages_of
from app.orders.records import OrderRecord

messages = AppGroup("messages", help="Messages to customers.")
messages.add_command(text)
# From the tables themselves: a new kind or country can be named at once.
_MAIL, _TEXT, _COUNTRY = (click.Choice(sorted(names)) for names in (MAILS, SMS_BY_DEFAULT, COUNTRY_RULES))


@messages.command("why")
@click.argument("order")
def why_command(order: str) -> None:
    """What was sent about ORDER (its number or reference), what was not, and why."""
    database: Database = current_app.extensions["database"]
    with database.sessions() as session:
        named = or_(OrderRecord.number == order.strip(), OrderRecord.ref == read_ref(order))
        matches = session.scalars(select(OrderRecord).where(named)).all()
        if not matches:
            raise click.ClickException(f"There is no order {order}.")
        for match in matches:
            click.echo(
                f"Order {match.number} of {match.brand_key}, reference {match.ref} (times of {match.brand.time_zone})"
            )
            for line in why(session, match):
                click.echo(f"  {line}")


@messages.command("brand")
@click.argument("key")
@click.option("--mail", "mails", multiple=True, type=_MAIL, metavar="KIND", help="Send this kind by mail again.")
@click.option("--no-mail", "no_mails", multiple=True, type=_MAIL, metavar="KIND", help="Send it by mail no longer.")
@click.option("--text", "texts", multiple=True, type=_TEXT, metavar="KIND", help="Send this kind as a text again.")
@click.option("--no-text", "no_texts", multiple=True, type=_TEXT, metavar="KIND", help="Send it as a text no longer.")
@click.option(
    "--note", "notes", multiple=True, metavar="LANGUAGE=TEXT", help="A sentence of the shop's own; no TEXT: none."
)
@click.option("--registered", multiple=True, type=_COUNTRY, metavar="COUNTRY", help="The name may send texts there.")
@click.option("--not-registered", multiple=True, type=_COUNTRY, metavar="COUNTRY", help="It may no longer.")
def brand_command(
    key: str,
    mails: Sequence[str],
    no_mails: Sequence[str],
    texts: Sequence[str],
    no_texts: Sequence[str],
    notes: Sequence[str],
    registered: Sequence[str],
    not_registered: Sequence[str],
) -> None:
    """Show what brand KEY sends by which channel, after changing what is given; all else stays as it was."""
    database: Database = current_app.extensions["database"]
    new_notes = {language: words for language, _, words in (note.partition("=") for note in notes)}
    with database.sessions() as session, transaction(session):
        # Its row is always there to be locked, which that of its messages is not at the first time.
        brand = locked_brand(session, key)
        present, _version = stages_of(session, key)
        changes = {
            "mails_off": _switched(present["mails_off"], no_mails, mails),
            "texts_off": _switched(present["texts_off"], no_texts, texts),
            "registered_countries": _switched(present["registered_countries"], registered, not_registered),
            "notes": present["notes"] | new_notes,
        }
        if any((mails, no_mails, texts, no_texts, new_notes, registered, not_registered)):
            change_stages(session, key, changes, by=audit.operator(), now=utcnow())
        lines = list(shown(brand, stages_of(session, key)[0]))
    click.echo("\n".join(lines))


def shown(brand: BrandRecord, stages: Mapping[str, Any]) -> Iterator[str]:
    """A line a kind: whether it goes by mail and as a text; then notes and papers. «-» where a kind has no text."""
    mails, texts = {*MAILS} - {*stages["mails_off"]}, SMS_BY_DEFAULT - {*stages["texts_off"]}
    yield f"Brand {brand.key}, {brand.name}"
    yield f"  {'kind':<28} mail  text"
    for kind in MAILS:
        text = ("yes" if kind in texts else "no") if kind in SMS_BY_DEFAULT else "-"
        yield f"  {kind:<28} {'yes' if kind in mails else 'no':<5} {text}"
    for language, note in sorted(stages["notes"].items()):
        yield f"  note in {language}: {note}"
    countries = ", ".join(stages["registered_countries"]) or "no country that asks for papers"
    yield f"  its name may send texts to: {countries}"


def _switched(present: Sequence[str], on: Sequence[str], off: Sequence[str]) -> list[str]:
    return sorted({*present, *on} - set(off))
