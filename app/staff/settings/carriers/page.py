"""Carriers in words: whether they are asked or push, what is heard, what is wrong and what to do; tests of one."""

import json
from dataclasses import dataclass
from datetime import datetime

from flask import current_app
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy.orm import Session

from app.carriers.health import CarrierHealth, health
from app.carriers.trials import Trial
from app.core.clock import utcnow
from app.core.i18n.words import moment, number, percent
from app.core.web import settings
from app.staff.settings.clock.words import span_words
from app.staff.settings.state import SectionState
from app.tracking.carrier_pages import distinct_carrier_title
from app.tracking.page.words import state_words
from app.tracking.states import ShipmentState

# Below that a carrier's silence says little: three parcels may be three that nobody has handed over.
FEW = 10
MUCH_SILENCE = 0.3


@dataclass(frozen=True, slots=True)
class CarrierRow:
    """One carrier in the list: ``badge`` its kind and words, ``how`` whether it is asked or pushes."""

    carrier: str
    title: str
    badge: tuple[str, str]
    remedy: str
    how: str
    live: int
    silent: str
    lag: str
    unknown: int
    heard: str


@dataclass(frozen=True, slots=True)
class TrialRow:
    """One test: what was said, raw and as read; ``scans`` as (our word, the carrier's words, when)."""

    id: int
    number: str
    when: str
    waits: bool
    source: str
    error: str
    raw: tuple[str, ...]
    status: str
    scans: tuple[tuple[str, str, str], ...]
    notes: tuple[str, ...]


def carrier_rows(session: Session, zone: str, *, now: datetime) -> list[CarrierRow]:
    """Every carrier in use or connected, those with trouble first, then by how many parcels are on their way."""
    rows = health(session, settings(), able=current_app.extensions["askable_carriers"](), now=now)
    # What somebody must see to stands above what goes well.
    order = {"problem": 0, "attention": 1}
    made = [carrier_row(row, zone) for row in rows]
    return sorted(made, key=lambda row: (order.get(row.badge[0], 2), -row.live, row.title.casefold()))


def carriers_state(session: Session) -> SectionState | None:
    """How many carriers don't answer, for the list of sections."""
    rows = health(session, settings(), able=current_app.extensions["askable_carriers"](), now=utcnow())
    wrong = sum(1 for row in rows if _standing(row)[0][0] == "problem")
    return SectionState("problem", ngettext("%(num)s with trouble", "%(num)s with trouble", wrong)) if wrong else None


def carrier_row(row: CarrierHealth, zone: str) -> CarrierRow:
    """One carrier in words."""
    badge, remedy = _standing(row)
    return CarrierRow(
        row.carrier,
        title_of(row.carrier),
        badge,
        remedy,
        how_words(row),
        row.live,
        percent(row.silent / row.live) if row.live else "—",
        span_words(row.lag) if row.lag is not None else "—",
        row.unknown,
        moment(row.scan_at, zone=zone) if row.scan_at else "—",
    )


def title_of(carrier: str) -> str:
    """A carrier's name, told apart from another of the same name."""
    return distinct_carrier_title(carrier) or carrier


def how_words(row: CarrierHealth) -> str:
    """Whether it is asked, and at whom; whether it pushes."""
    parts = []
    if row.source is not None:
        own = row.source == row.carrier
        parts.append(_("is asked") if own else _("is asked at %(who)s", who=title_of(row.source)))
    if row.push_open:
        parts.append(_("pushes"))
    return ", ".join(parts) or _("neither asked nor pushing")


def carrier_facts(row: CarrierHealth, zone: str) -> list[tuple[str, str]]:
    """All that is known of how one carrier does."""
    facts = [
        (_("How"), how_words(row)),
        (_("Parcels on their way"), number(row.live)),
        (_("Silent for 3 days"), f"{number(row.silent)} ({percent(row.silent / row.live)})" if row.live else "—"),
        (_("Last scan"), moment(row.scan_at, zone=zone) if row.scan_at else "—"),
    ]
    if row.lag is not None and row.lag_95 is not None:
        half, most = span_words(row.lag), span_words(row.lag_95)
        facts.append((_("From scan to us"), _("half within %(half)s, 95 in 100 within %(most)s", half=half, most=most)))
    if row.source is not None:
        facts += _asked_facts(row, zone)
    if row.pushes is not None:
        facts += _push_facts(row, zone)
    return facts


def trial_row(trial: Trial, zone: str) -> TrialRow:
    """One test in words."""
    # One number was asked about; what else an answer brings stands in the raw text.
    report = trial.reports[0] if trial.reports else {}
    return TrialRow(
        trial.id,
        trial.number,
        moment(trial.made_at, zone=zone),
        trial.done_at is None,
        title_of(trial.source) if trial.source else "—",
        trial.error or "",
        tuple(_laid_out(text) for text in trial.raw),
        _state(report.get("status")),
        tuple(
            (_state(event["status"]), event["description"], event["occurred_raw"]) for event in report.get("events", ())
        ),
        tuple(f"{error['code']}: {error['message']}" for error in report.get("errors", ())),
    )


def _standing(row: CarrierHealth) -> tuple[tuple[str, str], str]:
    """The badge, and what to do."""
    # Never once answered is a matter of credentials; now and then is one of the carrier.
    if row.source is not None and row.failing and row.answered_at is None:
        return ("problem", _("Doesn't answer")), _(
            "Ask about a number below, read what it says, check its credentials."
        )
    if row.failing > max(FEW, row.live * MUCH_SILENCE):
        return ("problem", _("Often fails")), _("Read the reasons below. Each parcel is asked about again by itself.")
    if row.live and row.source is None and not row.push_open and not row.scan_at:
        return ("attention", _("Unheard")), _("Nobody tells of its parcels. Set its credentials, or have it push.")
    if row.live >= FEW and row.silent > row.live * MUCH_SILENCE:
        return ("attention", _("Much silence")), _("Many parcels had no news for 3 days. Ask about one of them below.")
    if row.unknown:
        return ("attention", _("Unknown codes")), _("Say what its codes mean; scans that came before follow.")
    return ("plain", _("Not in use")) if not row.live and not row.scan_at else ("done", _("Works")), ""


def _asked_facts(row: CarrierHealth, zone: str) -> list[tuple[str, str]]:
    facts = [
        (_("Last asked"), moment(row.asked_at, zone=zone) if row.asked_at else _("never")),
        (_("Last answer"), moment(row.answered_at, zone=zone) if row.answered_at else _("never")),
    ]
    if row.failing and row.failing_since:
        since = moment(row.failing_since, zone=zone)
        parcels = ngettext("%(num)s parcel", "%(num)s parcels", row.failing)
        facts.append((_("Without an answer"), _("%(parcels)s, the first %(when)s", parcels=parcels, when=since)))
    if row.next_at:
        facts.append((_("Next question"), moment(row.next_at, zone=zone)))
    return facts


def _push_facts(row: CarrierHealth, zone: str) -> list[tuple[str, str]]:
    facts = [
        (_("Pushes to"), f"{settings().public_url}/hooks/carriers/{row.pushes}" if row.push_open else _("not set up"))
    ]
    if row.push_open:
        facts.append((_("Last push"), moment(row.pushed_at, zone=zone) if row.pushed_at else _("never")))
    if row.push_dead:
        facts.append((_("Pushes not read"), number(row.push_dead)))
    return facts


def _state(status: str | None) -> str:
    # Kept as text, maybe by another release with other states.
    state = next((one for one in ShipmentState if one == status), ShipmentState.UNKNOWN)
    return _("not known") if state is ShipmentState.UNKNOWN else state_words(state)


def _laid_out(text: str) -> str:
    """JSON on lines of its own; anything else as it came."""
    try:
        return json.dumps(json.loads(text), ensure_ascii=False, indent=2)
    except ValueError:
        return text
