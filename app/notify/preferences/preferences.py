"""What one recipient gets: read and changed behind the link in a message's foot, or from the order page."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.brands.queries import find_brand
from app.core.tokens import digest
from app.notify.kinds import Channel, StageGroup, groups_of
from app.notify.models import PreferenceLink
from app.notify.plan.listener import customer_of
from app.notify.preferences.key_change import follow_key
from app.notify.preferences.suppression import (
    ALL,
    NEWS,
    consents,
    lift,
    recipient_key,
    say_consent,
    stage_purpose,
    stages_off,
    suppress,
    suppressed,
)
from app.notify.render.links import shown_recipient
from app.notify.send.config import MailConfig
from app.orders.records import OrderRecord


@dataclass(frozen=True, slots=True)
class PreferenceOwner:
    """One recipient: an address by what stands for it, and the order that told us of it."""

    channel: str
    recipient_hash: bytes
    shown: str
    order_id: int | None
    locale: str


@dataclass(frozen=True, slots=True)
class ChannelPreference:
    """One channel of a recipient: shown in part, on or off; ``blocked`` when the network itself refuses it.

    ``stages`` are its groups of stages, each with whether it is wanted.
    """

    channel: str
    shown: str
    on: bool
    blocked: bool
    stages: tuple[tuple[StageGroup, bool], ...] = ()


@dataclass(frozen=True, slots=True)
class StageWishes:
    """What a form says of groups of stages, as «email:order»: those it showed and those of them that are wanted.

    ``words`` stood beside the boxes, by group.
    """

    shown: frozenset[str] = frozenset()
    chosen: frozenset[str] = frozenset()
    words: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Preferences:
    """Everything on the page, and the language and shop it is about."""

    lines: tuple[ChannelPreference, ...]
    locale: str
    shop: str

    @property
    def channels(self) -> set[str]:
        """Those that are on."""
        return {line.channel for line in self.lines if line.on}

    @property
    def state(self) -> str:
        """The same as a form carries it."""
        return ",".join(sorted(self.channels | self.stages))

    @property
    def stages(self) -> set[str]:
        """The groups of stages that are wanted, as a form names them."""
        return {f"{line.channel}:{group}" for line in self.lines for group, is_wanted in line.stages if is_wanted}


def find(session: Session, token: str) -> PreferenceOwner | None:
    """The recipient of a mailed link."""
    link = session.scalar(select(PreferenceLink).where(PreferenceLink.token_hash == digest(token)))
    if link is None:
        return None
    return PreferenceOwner(link.channel, link.recipient_hash, link.recipient_shown, link.order_id, link.locale)


def customer(session: Session, order_id: int, *, config: MailConfig) -> PreferenceOwner | None:
    """The customer of an order, for a page that has proved to be theirs; None when no address is on file."""
    order, person = session.get(OrderRecord, order_id, populate_existing=True), customer_of(session, order_id)
    if order is None or person is None:
        return None
    channel = Channel.EMAIL if person.email_folded else Channel.SMS
    address = person.email_folded or person.phone_e164
    if address is None:
        return None
    key = recipient_key(config.key, channel, address)
    follow_key(session, config.key, [(channel, address), (Channel.SMS, person.phone_e164 or "")])
    return PreferenceOwner(channel, key, shown_recipient(channel, address), order_id, order.locale)


def show(session: Session, subject: PreferenceOwner, *, config: MailConfig) -> Preferences:
    """What this recipient gets now."""
    order = session.get(OrderRecord, subject.order_id, populate_existing=True) if subject.order_id else None
    brand = find_brand(session, order.brand_key) if order else None
    lines = tuple(_line(session, way) for way in _ways(session, subject, config))
    return Preferences(lines, subject.locale, brand.name if brand else "")


def change(
    session: Session,
    subject: PreferenceOwner,
    channels: set[str],
    *,
    wording: str,
    stages: StageWishes | None = None,
    now: datetime,
    config: MailConfig,
) -> None:
    """Switch each channel of this recipient on or off, and its stages; ``wording`` stood beside the switch of texts."""
    # Of two presses the second sees what the first has said, or a word would be kept twice.
    session.execute(select(func.pg_advisory_xact_lock(int.from_bytes(subject.recipient_hash[:8], "big", signed=True))))
    for channel, key, _, consent in _ways(session, subject, config):
        on = channel in channels
        _choose_stages(session, channel, key, stages or StageWishes(), now=now)
        # A row only where the word changes: pressing save twice is no second consent.
        if channel == Channel.SMS and on != consent:
            evidence = {"wording": wording, "locale": subject.locale, "source": "preferences"}
            say_consent(session, recipient_hash=key, agreed=on, **evidence, now=now)
        if on:
            # Who turns texts on takes back a STOP. A mail address that bounced stays shut: a wish does not mend it.
            lift(
                session,
                channel=channel,
                recipient_hash=key,
                purposes=(NEWS, ALL) if channel == Channel.SMS else (NEWS,),
            )
        else:
            suppress(session, channel=channel, recipient_hash=key, purpose=NEWS, source="preferences", now=now)


def _choose_stages(session: Session, channel: str, key: bytes, stages: StageWishes, *, now: datetime) -> None:
    for group in groups_of(channel):
        # What the form did not show stays as it was.
        if (name := f"{channel}:{group}") not in stages.shown:
            continue
        if name in stages.chosen:
            lift(session, channel=channel, recipient_hash=key, purposes=(stage_purpose(group),))
        else:
            suppress(
                session,
                channel=channel,
                recipient_hash=key,
                purpose=stage_purpose(group),
                source="preferences",
                wording=stages.words.get(group),
                now=now,
            )


def unsubscribe(session: Session, subject: PreferenceOwner, *, now: datetime) -> None:
    """One click: no more news to this address through this channel."""
    suppress(
        session,
        channel=subject.channel,
        recipient_hash=subject.recipient_hash,
        purpose=NEWS,
        source="one_click",
        now=now,
    )


Way = tuple[str, bytes, str, bool]


def _ways(session: Session, subject: PreferenceOwner, config: MailConfig) -> list[Way]:
    """The recipient's own address, and the order's telephone beside its e-mail."""
    person = customer_of(session, subject.order_id) if subject.order_id else None
    phone = person.phone_e164 if person else None
    key = recipient_key(config.key, Channel.SMS, phone or "")
    consent_by_key = consents(session, [key, subject.recipient_hash])
    by_order = bool(person and person.sms_consent)
    if subject.channel == Channel.SMS:
        return [
            (Channel.SMS, subject.recipient_hash, subject.shown, consent_by_key.get(subject.recipient_hash, by_order))
        ]
    ways: list[Way] = [(Channel.EMAIL, subject.recipient_hash, subject.shown, True)]
    if phone:
        ways.append((Channel.SMS, key, shown_recipient(Channel.SMS, phone), consent_by_key.get(key, by_order)))
    return ways


def _line(session: Session, way: Way) -> ChannelPreference:
    channel, key, shown, consent = way
    off = suppressed(session, [(channel, key)])
    purposes, unwanted = {purpose for _, _, purpose in off}, stages_off(off, channel, key)
    stages = tuple((group, group not in unwanted) for group in groups_of(channel))
    return ChannelPreference(channel, shown, consent and not {ALL, NEWS} & purposes, ALL in purposes, stages)
