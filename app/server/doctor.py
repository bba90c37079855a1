"""``paradero doctor``: what is wrong with this installation, and what to do about it."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

import click
from flask.cli import with_appcontext
from sqlalchemy import func, select, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from app import schedule
from app.brands.queries import all_brands, speaking_brand
from app.carriers import registry
from app.carriers.webhooks import endpoints
from app.core import parts
from app.core.clock import utcnow
from app.core.settings import ROOT, Settings
from app.core.tables import schema
from app.core.web import database, settings
from app.events.records import FiringRecord, InboxRecord, ListenerRecord
from app.notify.kinds import Channel
from app.notify.providers.declaration import Provider
from app.notify.providers.registry import ready
from app.notify.send.rests import resting
from app.notify.texts.faults import faults_lately
from app.oms.ports import System
from app.providers import tracking_sources
from app.returns.labels.ports import Labels
from app.returns.policy.policy import read_policy
from app.server import worker


class CheckVerdict(StrEnum):
    """How a finding counts."""

    GOOD = "good"
    NOTE = "note"
    BAD = "bad"


MARKS = {CheckVerdict.GOOD: "✓", CheckVerdict.NOTE: "!", CheckVerdict.BAD: "✗"}
COLOURS = {CheckVerdict.GOOD: "green", CheckVerdict.NOTE: "yellow", CheckVerdict.BAD: "red"}


@dataclass(frozen=True, slots=True)
class Checked:
    """One thing looked at: what was found, and what to do."""

    verdict: CheckVerdict
    what: str
    remedy: str = ""


@click.command("doctor")
@with_appcontext
def doctor_command() -> None:
    """Look at settings, database, providers and clock; exit 1 when something is wrong."""
    worst = CheckVerdict.GOOD
    for finding in findings(settings()):
        worst = CheckVerdict.BAD if finding.verdict is CheckVerdict.BAD else worst
        tell(finding)
    raise SystemExit(1 if worst is CheckVerdict.BAD else 0)


def tell(finding: Checked) -> None:
    """One finding, a line or two."""
    click.secho(f"{MARKS[finding.verdict]} {finding.what}", fg=COLOURS[finding.verdict])
    if finding.remedy:
        click.echo(f"  {finding.remedy}")


def findings(config: Settings) -> Iterator[Checked]:
    """Everything looked at, in the order in which one would repair it."""
    yield Checked(CheckVerdict.GOOD, f"The settings are complete; customers reach the portal at {config.public_url}.")
    try:
        behind = schema.missing(database().engine)
    except SQLAlchemyError as error:
        yield Checked(CheckVerdict.BAD, "The database cannot be reached.", str(error.__cause__ or error).strip())
        return
    if behind:
        yield Checked(CheckVerdict.BAD, f"The schema is not up to date: {behind}.", "Run: paradero migrate")
        return
    yield from _durability()
    with database().sessions() as session:
        yield from _database(session, config)
        yield from _clock(session)
        yield from _jobs(session)
        yield from _brand(session)
        yield from _labels(session)
        yield from _rests(session)
        yield from _own_texts(session)
    yield from _parts()
    yield from _systems(config)
    yield from _carriers(config)
    yield from _senders(config)
    yield from _files(config)


def _database(session: Session, config: Settings) -> Iterator[Checked]:
    version = session.scalar(text("show server_version"))
    yield Checked(CheckVerdict.GOOD, f"PostgreSQL {version} answers and is at the newest migration.")
    most = int(session.scalar(text("show max_connections")) or 0)
    # A pool keeps one connection more than there are threads, and lends as many again.
    web, work = config.web_workers * 2 * (config.web_threads + 1), worker.connections()
    demand = f"One web may want {web} connections and one worker {work}; PostgreSQL has {most}."
    if web + work > most:
        yield Checked(CheckVerdict.BAD, demand, "Raise max_connections, or lower WEB_WORKERS or WEB_THREADS.")
    else:
        yield Checked(CheckVerdict.GOOD, demand)
    dead = session.scalar(select(func.count(InboxRecord.id)).where(InboxRecord.state == "dead")) or 0
    if dead:
        remedy = "The console lists them with the reason, and can replay them."
        yield Checked(CheckVerdict.NOTE, f"{dead} deliveries from outside could not be understood.", remedy)
    unheard = session.scalar(select(func.count()).where(ListenerRecord.dead_at.is_not(None))) or 0
    if unheard:
        remedy = "The console lists them with the reason, and can try them again."
        yield Checked(CheckVerdict.NOTE, f"{unheard} events could not be told to those who hear them.", remedy)


def _durability() -> Iterator[Checked]:
    """Whether what was acknowledged outlives a crash, and whether the audit trail can be tampered with."""
    wrong = schema.forgetful(database().engine)
    if wrong:
        remedy = "Switch it on: alter system set … = on; select pg_reload_conf(); docs/production.md says where else."
        yield Checked(CheckVerdict.BAD, f"{wrong}.", remedy)
    with database().sessions() as session:
        if session.scalar(_OWNS_TRAIL):
            what = "The portal's role owns the audit trail, and could switch off what protects it."
            yield Checked(CheckVerdict.NOTE, what, "See docs/production.md: paradero staff audit-role.")


_OWNS_TRAIL = text("select pg_has_role(current_user, relowner, 'member') from pg_class where oid = 'audit'::regclass")


def _clock(session: Session) -> Iterator[Checked]:
    last = session.scalar(select(func.max(FiringRecord.fired_at)))
    shortest = min(entry.every for entry in schedule.TABLE)
    # Three minutes, so that a worker that is just being restarted is no fault.
    if last is None or utcnow() - last > timedelta(seconds=max(180, 3 * shortest)):
        since = f"since {last:%Y-%m-%d %H:%M} UTC" if last else "ever"
        yield Checked(CheckVerdict.BAD, f"The clock has not fired {since}.", "Start a worker: paradero worker")
    else:
        yield Checked(CheckVerdict.GOOD, "A worker runs and its clock fires.")


def _jobs(session: Session) -> Iterator[Checked]:
    """What a worker gave up in the last week; older ones are forgotten."""
    ended = text(
        "select task_name, count(*) from procrastinate_jobs where status = 'failed' group by 1 order by 2 desc"
    )
    failed = ", ".join(f"{name} ({count})" for name, count in session.execute(ended))
    if failed:
        yield Checked(CheckVerdict.NOTE, f"Jobs failed in the last week: {failed}.", "The worker's log says why.")


def _brand(session: Session) -> Iterator[Checked]:
    brand = speaking_brand(session)
    if brand is None:
        return
    lacking = [name for name in ("help_email", "postal_address", "return_address") if not getattr(brand, name)]
    if lacking:
        what = f"The default brand «{brand.name}» lacks {', '.join(lacking)}."
        yield Checked(CheckVerdict.NOTE, what, "Messages, labels and the law's notices show them.")


def _parts() -> Iterator[Checked]:
    """Installed packages whose parts are left out."""
    kinds = ((parts.PROVIDERS, Provider), (parts.SYSTEMS, System), (parts.LABELS, Labels))
    misfits = [fault for group, kind in kinds for fault in parts.misfits(group, kind)]
    for fault in [*parts.faults(), *registry.faults(), *misfits]:
        yield Checked(CheckVerdict.BAD, fault, "See docs/extend.md; everything else goes on without it.")


def _labels(session: Session) -> Iterator[Checked]:
    """Whether whom each brand's policy names can make its labels."""
    for brand in all_brands(session):
        maker = read_policy(brand.policy).label_maker
        if maker not in parts.declared(parts.LABELS, Labels):
            what = f"The policy of «{brand.name}» names {maker}, which makes no labels here: ours are made instead."
            yield Checked(CheckVerdict.BAD, what, "Install its package, or take label_maker out of the policy.")


def _own_texts(session: Session) -> Iterator[Checked]:
    """Texts of a shop's own that gave way to the standard ones lately."""
    for one in faults_lately(session, now=utcnow()):
        what = f"The text {one.key.name} of «{one.brand}» could not be used {one.count} times in a week: {one.reason}"
        yield Checked(CheckVerdict.NOTE, what, "The standard text was sent. See paradero messages text check.")


def _systems(config: Settings) -> Iterator[Checked]:
    systems = parts.declared(parts.SYSTEMS, System).values()
    titles = [one.title for one in systems if config.of(one.settings).ready]
    if titles:
        yield Checked(CheckVerdict.GOOD, f"Systems that may deliver orders: {', '.join(titles)}.")


def _carriers(config: Settings) -> Iterator[Checked]:
    sources = tracking_sources()
    able = ", ".join(sorted(sources)) or "none: only webhooks and the API bring tracking"
    yield Checked(CheckVerdict.GOOD if sources else CheckVerdict.NOTE, f"Carriers that can be asked: {able}.")
    pushed = [source for source in sorted(registry.pushing()) if endpoints.secrets_of(source, config)]
    if pushed:
        yield Checked(CheckVerdict.GOOD, f"Carriers that may push to /hooks/carriers/…: {', '.join(pushed)}.")
    for source in endpoints.hints_in_vain(config, set(sources)):
        what = f"What «{source}» pushes is unsigned, a hint to ask; and no carrier can be asked."
        yield Checked(CheckVerdict.NOTE, what, "Set a carrier's credentials: see docs/carriers.md.")


def _senders(config: Settings) -> Iterator[Checked]:
    for channel in Channel:
        if config.carries(channel):
            yield Checked(CheckVerdict.GOOD, f"{channel.upper()} leaves through a provider.")
        else:
            fate = "is not sent" if config.production else "stays in the sandbox"
            yield Checked(CheckVerdict.NOTE, f"{channel.upper()} {fate}.", "See docs/configuration.md.")
    yield from (_in_doubt(config, channel) for channel in Channel if config.carries(channel))


_THINGS = {Channel.EMAIL: ("mail", "MAIL_IN_DOUBT"), Channel.SMS: ("text", "TEXT_IN_DOUBT")}


def _in_doubt(config: Settings, channel: Channel) -> Checked:
    """What may happen to a message when the answer to it is lost, as the shop has chosen."""
    thing, setting = _THINGS[channel]
    places = {one.looked_for(config.of(one.settings)) for one in ready(config, channel)}
    if None not in places:
        where = "; or ".join(sorted(place for place in places if place))
        return Checked(CheckVerdict.GOOD, f"A {thing} whose answer is lost is looked for {where}.")
    if getattr(config, setting.lower()) == "leave":
        fate = f"is not sent again: it might not come ({setting}=leave). Staff see it; receipts go again as copies."
        other = f"{setting}=send_again sends it again after a minute: it might come twice."
    else:
        fate = f"is sent again after a minute: it might come twice ({setting}=send_again)."
        other = f"{setting}=leave leaves it instead: it might not come."
    return Checked(CheckVerdict.NOTE, f"A {thing} whose answer is lost {fate}", f"{other} See docs/messages.md.")


def _rests(session: Session) -> Iterator[Checked]:
    for rest in resting(session).values():
        what = f"{rest.provider} has taken no messages since {rest.since:%Y-%m-%d %H:%M} UTC: {rest.reason}."
        remedy = "One message at a time tries it; the others wait and leave when it takes one."
        yield Checked(CheckVerdict.BAD, what, remedy)


def _files(config: Settings) -> Iterator[Checked]:
    folder = config.audit_anchor.parent
    if config.production and not os.access(folder, os.W_OK):
        what = f"Nothing can be written into {folder}, where anchors of the audit trail belong."
        yield Checked(
            CheckVerdict.NOTE, what, "Set AUDIT_ANCHOR, or keep the lines «audit anchor» of the worker's log."
        )
    static = ROOT / "app" / "static" / "vendor"
    if not any(static.glob("htmx-*.js")):
        yield Checked(CheckVerdict.BAD, "The browser's files are not built.", "Run: make install")
    if os.geteuid() == 0:
        yield Checked(CheckVerdict.NOTE, "The portal runs as root.", "A user of its own is safer.")
