"""The last look before a message leaves: is it still true, still wanted, and may it go now? Pure."""

from dataclasses import dataclass
from datetime import datetime

from app.notify.kinds import KINDS, Channel, Purpose
from app.notify.quiet import next_ring


@dataclass(frozen=True, slots=True)
class SendContext:
    """What is known of a message and its subject at the moment of sending.

    ``refused`` says why its country does; ``what`` is what the event says happened, where it does.
    """

    kind: str
    channel: Channel
    purpose: Purpose
    expires_at: datetime
    state: str | None
    recipient_is_current: bool = True
    consent: bool = True
    suppressed: bool = False
    opted_out: bool = False
    erased: bool = False
    refused: str | None = None
    zones: tuple[str, ...] = ("UTC",)
    what: str | None = None


@dataclass(frozen=True, slots=True)
class Go:
    """Send it."""


@dataclass(frozen=True, slots=True)
class Drop:
    """Never send it, for this reason."""

    reason: str


@dataclass(frozen=True, slots=True)
class Wait:
    """Look again then."""

    until: datetime


def look(standing: SendContext, *, now: datetime) -> Go | Drop | Wait:
    """The verdict; the first reason in the order of their weight."""
    if reason := _refused(standing) or _stale(standing, now):
        return Drop(reason)
    if standing.channel is Channel.SMS and standing.purpose is Purpose.NEWS:
        ring = next_ring(now, standing.zones)
        if ring > standing.expires_at:
            return Drop("expired")
        if ring > now:
            return Wait(ring)
    return Go()


def _refused(standing: SendContext) -> str | None:
    news = standing.purpose is Purpose.NEWS
    checks = (
        ("erased", standing.erased),
        ("suppressed", standing.suppressed),
        ("opted_out", news and standing.opted_out),
        ("no_consent", news and standing.channel is Channel.SMS and not standing.consent),
        ("address_changed", news and not standing.recipient_is_current),
    )
    return next((reason for reason, holds in checks if holds), standing.refused)


def _stale(standing: SendContext, now: datetime) -> str | None:
    if now >= standing.expires_at:
        return "expired"
    current = KINDS[standing.kind].holds_in(standing.what) if standing.kind in KINDS else frozenset()
    return "overtaken" if current and standing.state not in current else None
