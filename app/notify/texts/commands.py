"""``paradero messages text …``: a brand's own texts: which there are, what they say, and whether they may be sent."""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import click
from flask.cli import AppGroup

from app.audit import trail as audit
from app.brands import versions
from app.core.clock import utcnow
from app.core.db import transaction
from app.core.errors import ProviderError
from app.notify.kinds import Channel
from app.notify.send.codes import send_now
from app.notify.texts import documents
from app.notify.texts.here import config_here, languages_of_texts, mailer_here, session_here
from app.notify.texts.lint import TextRemark, remarks
from app.notify.texts.shelf import TextKey, texts_in_force
from app.notify.texts.trying.preview import preview
from app.notify.texts.trying.trial import TrialRequest, trial
from app.notify.texts.usual import STANDARD
from app.notify.texts.variables import editable, variables_of

text = AppGroup("text", help="What messages say, in a brand's own words.")


def _of_a_text(command: Any) -> Any:
    """Brand, kind, channel and language, in the order in which they are kept."""
    for name in ("language", "channel", "kind", "brand"):
        command = click.argument(name)(command)
    return command


def _writing(command: Any) -> Any:
    """What a text is to say: fields one by one, or a JSON file with them; the rest is as it is in force."""
    command = click.option("--from", "source", type=click.File("r", encoding="utf-8"), help="JSON; - reads it here.")(
        command
    )
    words = "A field (subject, preheader, headline, lead, after, button; body and segments of a text)."
    return click.option("--field", "fields", multiple=True, metavar="NAME=TEXT", help=words)(command)


@text.command("list")
@click.argument("brand")
def list_command(brand: str) -> None:
    """Every text of BRAND, and whether it is the brand's own."""
    with session_here() as session:
        own = {name for _, name in texts_in_force(session, [brand])}
        for channel in Channel:
            for kind in editable(channel):
                for language in languages_of_texts():
                    key = TextKey(kind, channel, language)
                    click.echo(f"{key.name:<44} {'own' if key.name in own else 'standard'}")


@text.command("show")
@_of_a_text
def show_command(brand: str, kind: str, channel: str, language: str) -> None:
    """What is in force, as JSON, and the names that it may use."""
    key = TextKey(kind, channel, language)
    with session_here() as session:
        shown = documents.shown(session, brand, key, config_here())
    click.echo(json.dumps(shown.document, ensure_ascii=False, indent=2))
    origin = f"version {shown.number}, the brand's own" if shown.is_own else "the standard text"
    click.echo(f"({origin})", err=True)
    for variable in variables_of(kind, channel).values():
        lacking = " (may be lacking)" if variable.without and not variable.is_flag else ""
        click.echo(f"  {variable.name:<16} {variable.title}{lacking}", err=True)
    for name, title in STANDARD.items() if channel == Channel.EMAIL else ():
        click.echo(f"  {name:<16} {title}", err=True)


@text.command("set")
@_of_a_text
@_writing
def set_command(brand: str, kind: str, channel: str, language: str, fields: Sequence[str], source: Any) -> None:
    """Put a text in force, if nothing refuses it."""
    key = TextKey(kind, channel, language)
    with session_here() as session, transaction(session):
        document = _document(session, brand, key, fields, source)
        version = documents.save(session, brand, key, document, by=audit.operator(), config=config_here(), now=utcnow())
        notes = documents.shown(session, brand, key, config_here()).remarks
        number = version.number if version else 0
    click.echo("\n".join(_lines(notes)) or "Nothing to remark.")
    click.echo(f"In force: {f'version {number}' if number else 'the standard text'} of {brand}/{key.name}.")


@text.command("check")
@_of_a_text
@_writing
def check_command(brand: str, kind: str, channel: str, language: str, fields: Sequence[str], source: Any) -> None:
    """What is wrong with a text, or to be looked at; exit 1 if anything refuses it."""
    key = TextKey(kind, channel, language)
    with session_here() as session:
        scene = documents.scene_of(session, brand, key, config_here())
        notes = remarks(_document(session, brand, key, fields, source), scene)
    click.echo("\n".join(_lines(notes)) or "Nothing to remark.")
    raise SystemExit(1 if any(note.refuses for note in notes) else 0)


@text.command("preview")
@_of_a_text
@_writing
@click.option("--order", default="", metavar="NUMBER", help="A real order; without it everything is made up.")
@click.option("--html", type=click.Path(dir_okay=False, path_type=Path), help="Write the mail's HTML into this file.")
def preview_command(
    brand: str, kind: str, channel: str, language: str, order: str, html: Path | None, **written: Any
) -> None:
    """How it would look; nothing is sent."""
    key = TextKey(kind, channel, language)
    with session_here() as session:
        document = _document(session, brand, key, written["fields"], written["source"])
        shown = preview(session, brand, key, document, order=order, config=config_here(), now=utcnow())
    if shown.outgoing.subject:
        click.echo(f"Subject: {shown.outgoing.subject}\n")
    click.echo(shown.outgoing.text)
    if channel == Channel.SMS:
        click.echo(f"({shown.signs} of {shown.room} signs, {shown.segments} to pay for)", err=True)
    if shown.misfit:
        click.echo(f"For this order the standard text is sent: {shown.misfit.words()}", err=True)
    if html:
        html.write_text(shown.outgoing.html, encoding="utf-8")


@text.command("test")
@_of_a_text
@click.option("--to", required=True, help="Your own address or number.")
@click.option("--order", default="", metavar="NUMBER", help="A real order; without it everything is made up.")
def test_command(brand: str, kind: str, channel: str, language: str, to: str, order: str) -> None:
    """Send what is in force to yourself, marked as a test."""
    key = TextKey(kind, channel, language)
    with session_here() as session, transaction(session):
        document = documents.shown(session, brand, key, config_here()).document
        request = TrialRequest(to, by=audit.operator(), order=order)
        outgoing = trial(session, brand, key, document, request, config=config_here(), now=utcnow())
    try:
        send_now(outgoing, mailer_here())
    except ProviderError as error:
        raise click.ClickException(f"It did not leave: {error}") from error
    click.echo(f"Sent to {outgoing.to}.")


@text.command("history")
@_of_a_text
def history_command(brand: str, kind: str, channel: str, language: str) -> None:
    """The versions of a text, the newest first."""
    key = TextKey(kind, channel, language)
    with session_here() as session:
        place = documents.place_of(brand, key, documents.scene_of(session, brand, key, config_here()))
        for version in versions.history(session, place):
            again = "" if version.restores is None else f", brings back {version.restores or 'the standard text'}"
            at = version.made_at.isoformat(timespec="minutes")
            click.echo(f"{version.number:>4} {at} {version.made_by} {version.state}{again}")


@text.command("restore")
@_of_a_text
@click.argument("number", type=click.IntRange(0, 2**31 - 1))
def restore_command(brand: str, kind: str, channel: str, language: str, number: int) -> None:
    """Bring version NUMBER back; 0 is the standard text."""
    key = TextKey(kind, channel, language)
    with session_here() as session, transaction(session):
        documents.restore(session, brand, key, number, by=audit.operator(), config=config_here(), now=utcnow())
        is_own = documents.shown(session, brand, key, config_here()).is_own
    click.echo(f"In force: {'the text of version ' + str(number) if is_own else 'the standard text'}.")


def _document(session: Any, brand: str, key: TextKey, fields: Sequence[str], source: Any) -> dict[str, Any]:
    """What is in force, with the fields that were named changed."""
    document: dict[str, Any] = dict(documents.shown(session, brand, key, config_here()).document)
    if source is not None:
        try:
            loaded = json.load(source)
        except ValueError as error:
            raise click.ClickException(f"This is no JSON: {error}") from error
        if not isinstance(loaded, dict):
            raise click.ClickException("The JSON must be an object of fields.")
        document |= loaded
    for one in fields:
        name, _, words = one.partition("=")
        document[name] = int(words) if name == "segments" and words.isdigit() else words.replace("\\n", "\n")
    return document


def _lines(notes: Sequence[TextRemark]) -> Iterator[str]:
    for note in notes:
        yield f"{'refused' if note.refuses else 'note'}: {note.field}: {note.words()}"
