"""``paradero doctor``: what is wrong with this installation, and what to do about it."""

import os
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

import click
from flask import current_app
from flask.cli import with_appcontext
from sqlalchemy import func, select, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from app.brands.queries import all_brands
from app.brands.records import BrandRecord
from app.carriers import registry
from app.carriers.webhooks import endpoints
from app.core import parts
from app.core.clock import utcnow
from app.core.i18n.locale import speaking
from app.core.settings import ROOT, Settings, ways
from app.core.tables import schema
from app.core.web import database, settings
from app.events import clockwork, runs
from app.events.records import InboxRecord, ListenerRecord
from app.notify.kinds import Channel
from app.notify.providers.declaration import Provider
from app.notify.providers.registry import ready
from app.notify.send.rests import resting
from app.notify.texts.faults import faults_lately
from app.oms.ports import System
from app.privacy import restore
from app.privacy.ledger import BrokenLedger
from app.providers import clock_table, live_settings, renew, tracking_sources
from app.returns.labels.ports import Labels
from app.returns.policy.policy import read_policy
from app.server import worker
from app.staff.setup.checklist import StepStanding
from app.staff.setup.page import checklist


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
    # What was set by page counts as well; a command has seen no request yet that would have looked.
    renew(current_app, at_once=True)
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
        yield from _restored(session, config)
        yield from _clock(session, config)
        yield from _jobs(session)
        yield from _brand(session)
        yield from _labels(session)
        yield from _rests(session)
        yield from _own_texts(session)
        yield from _setup(session)
    yield from _parts()
    yield from _connections()
    yield from _systems(config)
    yield from _carriers(config)
    yield from _senders(config)
    yield from _files(config)


def _setup(session: Session) -> Iterator[Checked]:
    """What is missing for the first real order; a demo shop lacks it on purpose."""
    with speaking("en"):
        made = checklist(session)
        missing = [str(row.step.title) for row in made.rows if row.step.standing is StepStanding.MISSING]
    if missing and not made.state.demo:
        what = f"Setting up: {made.done} of {made.needed} done; missing: {', '.join(missing)}."
        yield Checked(CheckVerdict.NOTE, what, "paradero setup says how, step by step.")


def _restored(session: Session, config: Settings) -> Iterator[Checked]:
    """Whether the database is older than what was written down beside it."""
    try:
        reason = restore.older_than_its_papers(session, config)
    except BrokenLedger as error:
        yield Checked(CheckVerdict.BAD, str(error), "Bring the ledger of erasures back from where it is kept.")
        return
    if reason:
        what = f"The database seems to be a backup that was put back. {reason}"
        yield Checked(CheckVerdict.BAD, what, "Run: paradero restored")


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


def _clock(session: Session, config: Settings) -> Iterator[Checked]:
    table, now = clock_table(demo=config.demo), utcnow()
    fired_at = clockwork.last_fired(session)
    if clockwork.stands_still(fired_at, table, now=now):
        since = f"since {fired_at:%Y-%m-%d %H:%M} UTC" if fired_at else "ever"
        yield Checked(CheckVerdict.BAD, f"The clock has not fired {since}.", "Start a worker: paradero worker")
        return
    yield Checked(CheckVerdict.GOOD, "A worker runs and its clock fires.")
    overdue = ", ".join(row.job for row in clockwork.late(clockwork.states(session, table, now=now)))
    if overdue:
        yield Checked(CheckVerdict.NOTE, f"Jobs of the clock are late: {overdue}.", "See: paradero clock list")


def _jobs(session: Session) -> Iterator[Checked]:
    """What a worker gave up in the last week; older ones are forgotten."""
    count = Counter(job.task for job in runs.failed_jobs(session))
    failed = ", ".join(f"{task} ({many})" for task, many in count.most_common())
    if failed:
        remedy = "paradero clock list says why, and the console under Settings, Clock and jobs."
        yield Checked(CheckVerdict.NOTE, f"Jobs failed in the last week: {failed}.", remedy)


def _brand(session: Session) -> Iterator[Checked]:
    """What brands lack that messages, labels and the law's notices show, and where it is given."""
    for brand in all_brands(session):
        lacking = [words for words, value in _shown_of(brand) if not value]
        if lacking and brand.retired_at is None:
            what = f"The brand «{brand.name}» ({brand.key}) lacks {', '.join(lacking)}."
            where = f"Give it under Settings, Brands in the console, or with: paradero brand set {brand.key} --help"
            yield Checked(CheckVerdict.NOTE, what, where)


def _shown_of(brand: BrandRecord) -> tuple[tuple[str, object], ...]:
    return (
        ("a help e-mail address", brand.help_email),
        ("a postal address", brand.postal_address),
        ("an address for returns", brand.return_address),
    )


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
        which = f"The text {one.key.name} of «{one.brand}»"
        what = f"{which} could not be used {one.count} times in a week: {one.last.words()}"
        yield Checked(CheckVerdict.NOTE, what, "The standard text was sent. See paradero messages text check.")


def _systems(config: Settings) -> Iterator[Checked]:
    systems = parts.declared(parts.SYSTEMS, System).values()
    titles = [one.title for one in systems if config.of(one.settings).ready]
    if titles:
        yield Checked(CheckVerdict.GOOD, f"Systems that may deliver orders: {', '.join(titles)}.")


def _connections() -> Iterator[Checked]:
    """What was set by page and cannot be taken: everything else goes on without it."""
    for fault in live_settings(current_app).faults:
        yield Checked(
            CheckVerdict.BAD, f"Set by page, and left out: {fault}.", "Settings, Connections; or: paradero connect"
        )


def _carriers(config: Settings) -> Iterator[Checked]:
    sources = tracking_sources(config)
    able = ", ".join(sorted(sources)) or "none: only webhooks and the API bring tracking"
    yield Checked(CheckVerdict.GOOD if sources else CheckVerdict.NOTE, f"Carriers that can be asked: {able}.")
    pushed = [source for source in sorted(registry.pushing()) if endpoints.secrets_of(source, config)]
    if pushed:
        yield Checked(CheckVerdict.GOOD, f"Carriers that may push to /hooks/carriers/…: {', '.join(pushed)}.")
    for source in endpoints.hints_in_vain(config, set(sources)):
        what = f"What «{source}» pushes is unsigned, a hint to ask; and no carrier can be asked."
        yield Checked(CheckVerdict.NOTE, what, "Connect a carrier: Settings, Connections.")


def _senders(config: Settings) -> Iterator[Checked]:
    for channel in Channel:
        if config.carries(channel):
            yield Checked(CheckVerdict.GOOD, f"{channel.upper()} leaves through a provider.")
        else:
            fate = _FATES[channel] if config.production else "stays in the sandbox"
            needed = config.production and channel is Channel.EMAIL
            remedy = f"Settings, Connections; or set {ways(channel)}."
            yield Checked(CheckVerdict.BAD if needed else CheckVerdict.NOTE, f"{channel.upper()} {fate}.", remedy)
    yield from (_in_doubt(config, channel) for channel in Channel if config.carries(channel))


_FATES = {Channel.EMAIL: "waits until there is a way to send it", Channel.SMS: "is not sent"}
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
