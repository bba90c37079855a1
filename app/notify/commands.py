"""``flask portal messages …``: what was said of an order, what was not, and why."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

import click
from flask import current_app
from flask.cli import AppGroup
from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from app.db import Database, transaction
from app.events.models import DomainEvent
from app.notify.addressing import people_of
from app.notify.letters.book import LETTERS
from app.notify.letters.texts import TEXTS
from app.notify.links import shown_recipient
from app.notify.models import Attempt, BrandMessages, Message
from app.notify.office import Office
from app.notify.routing import COUNTRY_RULES
from app.notify.services import history, planned
from app.notify.shop_text import BadShopText, check
from app.orders.models import Brand, Order
from app.tokens import read_ref

messages = AppGroup("messages", help="Messages to customers.")


@messages.command("why")
@click.argument("order")
def why_command(order: str) -> None:
    """What was sent about ORDER (its number or reference), what was not, and why."""
    database: Database = current_app.extensions["database"]
    office: Office = current_app.extensions["office"]
    with database.sessions() as session:
        named = or_(Order.number == order.strip(), Order.ref == read_ref(order))
        found = session.scalars(select(Order).where(named)).all()
        if not found:
            raise click.ClickException(f"There is no order {order}.")
        for one in found:
            click.echo(f"Order {one.number} of {one.brand_key}, reference {one.ref} (times of {one.brand.time_zone})")
            for line in why(session, one, office):
                click.echo(f"  {line}")


@messages.command("brand")
@click.argument("key")
@click.option(
    "--mail", "mails", multiple=True, metavar="KIND", help="Send these by mail; give none for the usual ones."
)
@click.option(
    "--text", "texts", multiple=True, metavar="KIND", help="Send these as texts; give none for the usual ones."
)
@click.option(
    "--note", "notes", multiple=True, metavar="LANGUAGE=TEXT", help="A sentence of the shop's own in its mails."
)
@click.option("--registered", multiple=True, metavar="COUNTRY", help="Where the sender's name is registered for texts.")
def brand_command(
    key: str, mails: tuple[str, ...], texts: tuple[str, ...], notes: tuple[str, ...], registered: tuple[str, ...]
) -> None:
    """Say what brand KEY sends by which channel; what is not given becomes usual again."""
    database: Database = current_app.extensions["database"]
    try:
        said = {language: check(text) for language, _, text in (note.partition("=") for note in notes)}
        settings = voice(mails, texts, registered)
    except (BadShopText, ValueError) as error:
        raise click.ClickException(str(error)) from error
    with database.sessions() as session, transaction(session):
        if session.get(Brand, key) is None:
            raise click.ClickException(f"There is no brand {key}.")
        session.merge(BrandMessages(brand_key=key, notes=said, **settings))
    click.echo(f"Brand {key} is set.")


def voice(mails: Sequence[str], texts: Sequence[str], registered: Sequence[str]) -> dict[str, list[str] | None]:
    """The columns of a brand's messages. Raises ValueError for a kind or country that nobody knows."""
    for kind in mails:
        if kind not in LETTERS:
            raise ValueError(f"no mail is of kind {kind}")
    for kind in texts:
        if kind not in TEXTS:
            raise ValueError(f"no text is of kind {kind}")
    for country in registered:
        if country not in COUNTRY_RULES:
            raise ValueError(f"no rule for texts to {country}")
    return {
        "email_kinds": list(mails) or None,
        "sms_kinds": list(texts) or None,
        "registered_countries": list(registered),
    }


def why(session: Session, order: Order, office: Office) -> Iterator[str]:
    """A line for each message, and for each that was never written."""
    zone = order.brand.time_zone
    for message in history(session, order.id):
        shown = shown_recipient(message.channel, message.recipient) if message.recipient else "(forgotten)"
        state = f"{message.state} ({message.reason})" if message.reason else message.state
        yield f"{_at(message.created_at, zone)} {message.kind} by {message.channel} to {shown}: {state}"
        yield from _attempts(session, message, zone)
    events = select(DomainEvent).where(DomainEvent.order_id == order.id).order_by(DomainEvent.id)
    happened = session.scalars(events).all()
    people = people_of(session, happened, office)
    for event in happened:
        for _, plan in planned(session, event, people, now=event.happened_at, office=office):
            for one in plan.withheld:
                yield f"{_at(event.happened_at, zone)} {one.kind} by {one.channel}: not sent, {one.reason}"


def _at(moment: datetime, zone: str) -> str:
    return f"{moment.astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M:%S}"


def _attempts(session: Session, message: Message, zone: str) -> Iterator[str]:
    for one in session.scalars(select(Attempt).where(Attempt.message_id == message.id).order_by(Attempt.id)):
        code = f" {one.code} {one.detail or ''}".rstrip() if one.code else ""
        yield f"    {_at(one.started_at, zone)} {one.provider}: {one.outcome or 'no outcome'}{code}"
