"""Webhooks and their deliveries in words: how each does, what to do about it, and what was sent and answered."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from sqlalchemy.orm import Session

from app.api.records import WebhookDeliveryRecord, WebhookRecord
from app.api.webhooks_out import subscriptions
from app.api.webhooks_out.deliveries import PING
from app.api.webhooks_out.health import SubscriptionHealth, health_of, with_trouble
from app.brands.queries import shop_zone
from app.core.i18n.words import moment
from app.staff.messages.words import kind_words
from app.staff.settings.clock.words import span_words
from app.staff.settings.state import SectionState

STATES = {
    "waiting": ("info", _l("waiting")),
    "delivered": ("done", _l("delivered")),
    "failed": ("problem", _l("failed")),
}
# What of a body names a place where a person lives: an order's page shows it to those who may, and notes who did.
MASKED = "collect_from"


@dataclass(frozen=True, slots=True)
class WebhookRow:
    """One subscription: ``badge`` is its kind and words, ``remedy`` what to do where something is wrong."""

    public_id: str
    host: str
    url: str
    kinds: tuple[str, ...]
    badge: tuple[str, str]
    remedy: str
    facts: tuple[tuple[str, str], ...]
    stopped: bool
    failed: int


@dataclass(frozen=True, slots=True)
class ShownDelivery:
    """One delivery: what it tells, its state, what was answered, and when it was tried."""

    public_id: str
    kind: str
    badge: tuple[str, str]
    answered: str
    created: str
    tried: str


def webhook_rows(session: Session, rows: Sequence[WebhookRecord], *, now: datetime) -> list[WebhookRow]:
    """The subscriptions in their order."""
    zone, healths = shop_zone(session), health_of(session, rows)
    return [_webhook_row(row, healths[row.id], zone, now=now) for row in rows]


def webhooks_state(session: Session) -> SectionState | None:
    """How many are off or fail, for the list of sections."""
    wrong = with_trouble(session)
    return SectionState("problem", ngettext("%(num)s with trouble", "%(num)s with trouble", wrong)) if wrong else None


def delivery_row(row: WebhookDeliveryRecord, zone: str) -> ShownDelivery:
    """One delivery in words."""
    kind, words = STATES[row.state]
    return ShownDelivery(
        row.public_id,
        delivery_kind(row.kind),
        (kind, str(words)),
        row.error or (str(row.status) if row.status else "—"),
        moment(row.created_at, zone=zone),
        moment(row.tried_at, zone=zone) if row.tried_at else "—",
    )


def delivery_kind(kind: str) -> str:
    """What a delivery tells."""
    return _("Test") if kind == PING else kind_words(kind)


def delivery_facts(row: WebhookDeliveryRecord, zone: str) -> list[tuple[str, str]]:
    """What is known of one delivery."""
    facts = [
        (_("Made"), moment(row.created_at, zone=zone, relative=False)),
        (_("Attempts"), str(row.attempts)),
        (_("Last try"), moment(row.tried_at, zone=zone, relative=False) if row.tried_at else "—"),
        (_("Answer"), str(row.status) if row.status else _("none")),
    ]
    if row.error:
        facts.append((_("Reason"), row.error))
    # The column is never empty; elsewhere it would promise a try that nobody makes.
    if row.state == "waiting":
        facts.append((_("Next try"), moment(row.next_try_at, zone=zone)))
    return facts


def shown_body(body: str) -> str:
    """What was sent, laid out to be read, without where somebody lives."""
    document = json.loads(body)
    data = document.get("data")
    # A body is ours, but an older release may have shaped it otherwise.
    if isinstance(data, dict) and data.get(MASKED):
        data[MASKED] = "•••"
    return json.dumps(document, ensure_ascii=False, indent=2)


def kind_choices(chosen: Sequence[str]) -> list[tuple[str, str, bool]]:
    """Each kind with its words, and whether it is ticked."""
    return sorted(((kind, kind_words(kind), kind in chosen) for kind in subscriptions.KINDS), key=lambda one: one[1])


def _webhook_row(row: WebhookRecord, health: SubscriptionHealth, zone: str, *, now: datetime) -> WebhookRow:
    badge, remedy = _standing(row, health)
    return WebhookRow(
        row.public_id,
        webhook_host(row.url),
        row.url,
        tuple(kind_words(kind) for kind in row.kinds) or (_("everything"),),
        badge,
        remedy,
        tuple(_facts(health, zone, now=now)),
        row.disabled_at is not None,
        health.failed,
    )


def _standing(row: WebhookRecord, health: SubscriptionHealth) -> tuple[tuple[str, str], str]:
    """The badge, and what to do."""
    # What is off comes first: its failures are of before.
    if row.disabled_at is not None and row.disabled_reason == subscriptions.STOPPED:
        return ("attention", _("Stopped")), _("Somebody stopped it. Resume it to deliver what waits.")
    if row.disabled_at is not None:
        return ("problem", _("Switched off")), _("The receiver answered 410, “gone”. Resume it once it is back.")
    if health.failures:
        remedy = _("Look at the reason, mend the receiver, then send a test. What failed can be sent again.")
        return ("problem", _("Failing")), remedy
    if health.delivered_at is None:
        return ("info", _("Nothing sent yet")), _("Send a test to see that the receiver takes it.")
    return ("done", _("Works")), ""


def _facts(health: SubscriptionHealth, zone: str, *, now: datetime) -> list[tuple[str, str]]:
    facts = [(_("Last success"), moment(health.delivered_at, zone=zone) if health.delivered_at else _("never"))]
    if health.failures:
        tries = ngettext("%(num)s try since then", "%(num)s tries since then", health.failures)
        facts += [(_("Failed"), tries), (_("Reason"), health.reason or "—")]
    if health.next_try_at is not None and health.oldest is not None:
        waits = ngettext("%(num)s delivery", "%(num)s deliveries", health.waiting)
        oldest = span_words(now - health.oldest)
        facts.append((_("Waiting"), _("%(many)s, the oldest for %(time)s", many=waits, time=oldest)))
        facts.append((_("Next try"), moment(health.next_try_at, zone=zone)))
    if health.lag is not None:
        facts.append((_("Half arrive within"), span_words(health.lag)))
    return facts


def webhook_host(url: str) -> str:
    """Where it goes, without what may be a secret of the receiver's."""
    return urlsplit(url).hostname or url
