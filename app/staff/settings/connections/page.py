"""The pages of connections: the list by group, and one connection with its form, its state and its trial."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import current_app, render_template, session
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy.orm import Session

from app.brands.queries import shop_zone
from app.connections import health, trials
from app.connections.catalogue import BY_PROVIDER, HANDOVER, Connection, ConnectionGroup
from app.connections.live import LiveSettings
from app.connections.overview import ConnectionStanding, FieldState, SetBy, failing, state, states
from app.connections.trials import KeptTrial
from app.core.clock import utcnow
from app.core.i18n.words import moment
from app.core.tokens import unseal
from app.core.trials import TrialOutcome
from app.core.web import database, db_session, settings
from app.notify.kinds import Channel
from app.notify.send.outcomes import in_words
from app.orders.handover.samples import samples
from app.staff.settings.connections import words
from app.staff.settings.connections.form import ServerParts, parts_of
from app.staff.words import who

# The next page shows a new secret once; a session in which that page is never loaded must not offer it for hours.
SHOWN_SECONDS = 600
SHOWN_KEY = "connection_secret"


@dataclass(frozen=True, slots=True)
class ConnectionRow:
    """One field as the form draws it; ``facts`` say where it is set, by whom and when."""

    state: FieldState
    title: str
    hint: str | None
    value: str
    facts: list[str]
    server: ServerParts | None = None

    @property
    def help(self) -> str:
        """What helps to fill it in, and who did before."""
        return " ".join(filter(None, (self.hint, *self.facts)))


def live() -> LiveSettings:
    """The settings in force in this process."""
    in_force: LiveSettings = current_app.extensions["connections"]
    return in_force


def renew() -> None:
    """Put in force at once what this very process has just set; the others look within seconds."""
    live().look(database().sessions, at_once=True)


def trouble(session: Session) -> tuple[str, str] | None:
    """How all of them stand together, as a badge's kind and words: what does not work; else that no mail leaves yet."""
    # One badge for all: what does not work comes before what is not there yet.
    many = failing(session, live())
    if many:
        return "problem", ngettext("%(num)s not working", "%(num)s not working", many)
    return None if settings().carries(Channel.EMAIL) else ("attention", _("No e-mail yet"))


def list_page() -> str:
    """Every group with its connections; carriers that are not connected stand folded."""
    everything = [(one, words.standing_words(one.standing)) for one in states(db_session(), live())]
    groups = []
    for group, (title, line) in words.GROUPS.items():
        rows = [pair for pair in everything if pair[0].connection.group is group]
        # Some thirty carriers that a shop does not use would hide the three that it does.
        folded = [p for p in rows if group is ConnectionGroup.CARRIERS and p[0].standing is ConnectionStanding.OFF]
        if rows:
            groups.append((group.value, title, line, [pair for pair in rows if pair not in folded], folded))
    return render_template(
        "staff/settings/connections/list.html", groups=groups, title_of=words.connection_title, faults=live().faults
    )


def detail_page(
    one: Connection, *, errors: Sequence[tuple[str | None, str]] = (), values: Mapping[str, str] | None = None
) -> str:
    """One connection; ``values`` are those of a form that was refused, secrets apart."""
    current = state(db_session(), one, live())
    rows = [_field_row(field, values) for field in current.fields]
    made = [row for row in rows if row.state.field.key is not None]
    entered = [row for row in rows if row.state.field.key is None]
    return render_template(
        "staff/settings/connections/show.html",
        one=one,
        title=words.connection_title(one),
        state=current,
        badge=words.standing_words(current.standing),
        usual=[row for row in entered if not words.is_seldom(row.state.field)],
        seldom=[row for row in entered if words.is_seldom(row.state.field)],
        made=made,
        errors=list(errors),
        faults=dict(errors),
        addresses=[f"{settings().public_url}{hook}" for hook in one.hooks],
        at_theirs=words.AT_THEIRS.get(one.name),
        fresh=_fresh(one),
        tried=_results(one),
        can_be_tried=trials.can_be_tried(one) and one.ready(settings()),
        facts=_health(one),
        samples=samples(settings().public_url) if one.name == HANDOVER else [],
        back_address=f"{settings().public_url}/sign-in/shop/back" if one.name == BY_PROVIDER else None,
    )


def _field_row(one: FieldState, values: Mapping[str, str] | None) -> ConnectionRow:
    value = values.get(one.field.variable, "") if values is not None and not one.field.secret else one.value
    server = parts_of(live(), one.field) if one.field.shape == "server" else None
    if server is not None and values is not None:
        sent = {part: values.get(f"{one.field.variable}-{part}", "") for part in ("host", "port", "user")}
        server = ServerParts(sent["host"], sent["port"], values.get(f"{one.field.variable}-tls") == "tls", sent["user"])
    return ConnectionRow(one, words.field_title(one.field), words.field_hint(one.field), value, _facts(one), server)


def _facts(one: FieldState) -> list[str]:
    """Who set which value when, the newest first; of a secret its last four characters."""
    if one.origin is SetBy.ENVIRONMENT:
        return [_("Set by the environment: change it there.")]
    zone, lines = shop_zone(db_session()), []
    for row in one.rows:
        facts = {"who": who(row.set_by), "when": moment(row.set_at, zone=zone)}
        line = _("Set by %(who)s, %(when)s.", **facts)
        if row.ending:
            line = _("Ends in %(end)s. Set by %(who)s, %(when)s.", end=row.ending, **facts)
        if row.used_at:
            line += " " + _("Last used %(when)s.", when=moment(row.used_at, zone=zone))
        lines.append(line)
    return lines


def _results(one: Connection) -> list[tuple[str, str, str]]:
    """What came of the last test and of the last message to oneself: a notice's kind, its words, who tried when."""
    latest = trials.outcomes(db_session())
    tried = (latest.get(one.name), latest.get(one.name + trials.MESSAGE))
    return [_result(trial, trial.result) for trial in tried if trial is not None and trial.result is not None]


def _result(trial: KeptTrial, result: TrialOutcome) -> tuple[str, str, str]:
    answer = result.facts.get("answer")
    sentence = words.trial_words(result) + (" " + _("It said: “%(answer)s”.", answer=answer) if answer else "")
    when = moment(trial.tried_at, zone=shop_zone(db_session()))
    kind = "done" if result.good else "problem"
    return kind, sentence, _("Tested by %(who)s, %(when)s.", who=who(trial.tried_by), when=when)


def _health(one: Connection) -> list[tuple[str, str]]:
    zone, facts = shop_zone(db_session()), list[tuple[str, str]]()
    sent, heard = health.sending(db_session(), one), health.hooks(db_session(), one)
    if sent is not None:
        never = _("Never yet")
        facts.append((_("Last message taken"), moment(sent.succeeded_at, zone=zone) if sent.succeeded_at else never))
        if sent.failed_at and sent.failure:
            reason, code = in_words(sent.failure)
            facts.append((_("Last failure"), f"{moment(sent.failed_at, zone=zone)}: {_(reason)} ({code})"))
        if sent.rest:
            since = moment(sent.rest.since, zone=zone)
            facts.append((_("Takes nothing since"), since))
            # A moment that has passed says «now» to nobody: the probe goes with the next message.
            facts.append((_("Next try"), moment(max(sent.rest.next_probe_at, utcnow()), zone=zone)))
    if heard is not None:
        facts.append(
            (_("Last delivery to us"), moment(heard.heard_at, zone=zone) if heard.heard_at else _("Never yet"))
        )
        if heard.waiting:
            facts.append((_("Waiting"), ngettext("%(num)s delivery", "%(num)s deliveries", heard.waiting)))
        if heard.refused_at:
            facts.append(
                (_("Last one not understood"), f"{moment(heard.refused_at, zone=zone)}: {heard.refused or ''}")
            )
    return facts


def _fresh(one: Connection) -> dict[str, Any] | None:
    """A secret that was just made, this once, with a call that shows how it is used."""
    key = settings().key
    shown = unseal(key, session.get(SHOWN_KEY, ""), max_age=SHOWN_SECONDS)
    name, _blank, secret = (shown or "").partition(" ")
    if name != one.name:
        return None
    # Once: whoever loads the page again, or opens it after a colleague, sees no secret.
    session.pop(SHOWN_KEY)
    return {"secret": secret, "sample": _sample(one, secret), "with_path": bool(one.carrier and not _signs(one))}


def _signs(one: Connection) -> bool:
    return bool(one.carrier and one.carrier.endpoint and one.carrier.endpoint.believed)


def _sample(one: Connection, secret: str) -> str | None:
    # Only systems of a signature that a shell can make have a sample.
    webhook = one.system.webhook if one.system else None
    if webhook is None or webhook.sample is None:
        return None
    headers = trials.sample_headers(secret, webhook.sample, now=utcnow())
    lines = [f"curl -i -X POST {settings().public_url}{one.hooks[0]}"]
    lines += [f"-H '{name}: {value}'" for name, value in headers.items()]
    return " \\\n  ".join([*lines, f"-d '{webhook.sample.decode()}'"])
