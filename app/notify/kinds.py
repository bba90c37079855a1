"""The kinds of message a customer may get: what each is for, how long it stays true, and in which states."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from enum import StrEnum

HOURS = timedelta(hours=1)
EMPTY: frozenset[str] = frozenset()


class Channel(StrEnum):
    """The ways a message can travel."""

    EMAIL = "email"
    SMS = "sms"


class Purpose(StrEnum):
    """What a message is for; decides opt-outs, caps and what happens when its fate is in doubt."""

    NEWS = "news"
    RECEIPT = "receipt"
    CODE = "code"


@dataclass(frozen=True, slots=True)
class MessageKind:
    """One kind: ``current`` names the states of its subject in which the news still holds (empty: in any).

    ``by_fact`` names them more narrowly for what the event says happened; ``delay`` lets a fuller message overtake it.
    ``sms``: news also goes as a text to who wants texts, a receipt goes as a text to who has no e-mail address.
    """

    name: str
    purpose: Purpose
    validity: timedelta
    current: frozenset[str] = EMPTY
    sms: bool = False
    delay: timedelta = timedelta(0)
    by_fact: tuple[tuple[str, frozenset[str]], ...] = ()

    def holds_in(self, fact: str | None) -> frozenset[str]:
        """The states in which the news still holds; ``fact`` is what the event says happened, where it says so."""
        return dict(self.by_fact).get(fact or "", self.current)


def _news(name: str, hours: int, *current: str, sms: bool = False, delay: int = 0) -> MessageKind:
    return MessageKind(name, Purpose.NEWS, hours * HOURS, frozenset(current), sms, timedelta(seconds=delay))


_MOVING = ("pending", "info_received", "picked_up", "in_transit", "delayed", "on_hold", "unknown")
_OPEN_ORDER = ("received", "confirmed", "on_hold", "preparing", "partly_shipped")

_HERE = ("partly_received", "received", "inspected")
# A late parcel that is booked at once is told by its receipt.
_APPROVALS = (("arrived_late", frozenset({"in_transit"})),)
_INCIDENTS = (
    ("held", frozenset({"on_hold", "delayed"})),
    ("lost", frozenset({"lost"})),
    ("damaged", frozenset({"damaged"})),
    ("corrected", frozenset({*_MOVING, "out_for_delivery", "delivery_failed", "ready_for_pickup"})),
)

# Hours after which it is news no more: what is soon over has 10 or 12, what waits for an answer or tells of money stays
# longer.
KINDS: dict[str, MessageKind] = {
    kind.name: kind
    for kind in (
        _news("order.received", 24, *_OPEN_ORDER),
        _news("order.on_hold", 24, "on_hold"),
        _news("order.preparing", 12, "preparing"),
        _news("order.cancelled", 48, "cancelled"),
        _news("shipment.shipped", 24, *_MOVING, sms=True),
        _news("shipment.out_for_delivery", 10, "out_for_delivery", sms=True),
        _news("shipment.ready_for_pickup", 24, "ready_for_pickup", sms=True),
        _news("shipment.delivered", 24, "delivered", sms=True),
        _news("shipment.late", 24, *_MOVING, "delivery_failed", sms=True),
        _news("shipment.estimate_changed", 24, *_MOVING, "delivery_failed"),
        _news("shipment.delivery_failed", 12, "delivery_failed", sms=True),
        _news("shipment.returning", 48, "return_to_sender"),
        _news("shipment.returned", 48, "returned"),
        replace(_news("shipment.incident", 48, *_MOVING, "lost", "damaged"), by_fact=_INCIDENTS),
        _news("return.requested", 48, "requested", "needs_review"),
        _news("return.needs_review", 72, "needs_review"),
        # The label follows within a minute or so, and its mail says both: until then the approval waits.
        replace(_news("return.approved", 48, "awaiting", "in_transit", *_HERE, delay=90), by_fact=_APPROVALS),
        _news("return.rejected", 72, "rejected"),
        _news("return.cancelled", 48, "cancelled"),
        _news("return.expires_soon", 48, "labelled", "awaiting"),
        _news("return.expired", 72, "expired"),
        _news("return.label_ready", 48, "awaiting", "labelled"),
        _news("return.on_its_way", 48, "in_transit"),
        _news("return.received", 72, *_HERE),
        _news("return.missing", 72, "needs_review", *_HERE),
        _news("return.sent_back", 72, "rejected"),
        _news("return.changed", 72, "awaiting", "labelled", "in_transit", *_HERE),
        _news("refund.changed", 72, "due"),
        _news("refund.voided", 72, "void"),
        _news("return.pickup_booked", 72, "awaiting", "labelled"),
        _news("return.pickup_refused", 72, "awaiting", "labelled"),
        MessageKind("refund.paid", Purpose.RECEIPT, 14 * 24 * HOURS),
        MessageKind("case.opened", Purpose.RECEIPT, 14 * 24 * HOURS),
        MessageKind("case.answered", Purpose.RECEIPT, 14 * 24 * HOURS),
        # To the shop's own people: somebody waits for what they do.
        MessageKind("shop.case_opened", Purpose.RECEIPT, 14 * 24 * HOURS),
        MessageKind("shop.case_replied", Purpose.RECEIPT, 14 * 24 * HOURS),
        MessageKind("shop.pickup_asked", Purpose.RECEIPT, 14 * 24 * HOURS),
        MessageKind("shop.pickup_called_off", Purpose.RECEIPT, 14 * 24 * HOURS),
        # A receipt by law (directive 2011/83/EU, 11a) must come, however late.
        MessageKind("withdrawal.received", Purpose.RECEIPT, 30 * 24 * HOURS, sms=True),
        # Somebody waits for it on the page.
        MessageKind("access.link_requested", Purpose.RECEIPT, HOURS, sms=True),
        # It must leave before the address goes, which is some hours later.
        MessageKind("privacy.erasure_asked", Purpose.RECEIPT, 24 * HOURS),
        MessageKind("text.help", Purpose.RECEIPT, HOURS),
    )
}

TO_SHOP = {
    "case.opened": "shop.case_opened",
    "case.replied": "shop.case_replied",
    "return.pickup_asked": "shop.pickup_asked",
    "return.pickup_called_off": "shop.pickup_called_off",
}
"""The events that are told to the shop's own people as well, at its help address, and the kind that does so."""


COURSE = frozenset(
    name
    for name in KINDS
    if name.startswith(("order.", "shipment."))
    or name in ("return.requested", "return.approved", "return.label_ready", "return.expires_soon")
    or name in ("return.on_its_way", "return.received")
)
"""News of how far something is: each says all that the one before it said, and more of what is true now."""


class StageGroup(StrEnum):
    """What a customer may want to hear of, or not, by each channel."""

    ORDER = "order"
    DELIVERY = "delivery"
    PROBLEMS = "problems"
    RETURNS = "returns"


_PROBLEMS = frozenset({
    "order.on_hold", "shipment.late", "shipment.estimate_changed", "shipment.delivery_failed", "shipment.returning",
    "shipment.returned", "shipment.incident",
})  # fmt: skip
_BY_PREFIX = {
    "order": StageGroup.ORDER,
    "shipment": StageGroup.DELIVERY,
    "return": StageGroup.RETURNS,
    "refund": StageGroup.RETURNS,
}


def group_of(kind: str) -> StageGroup | None:
    """The group that a kind is chosen with; None for what nobody can do without: receipts and codes."""
    if kind not in KINDS or KINDS[kind].purpose is not Purpose.NEWS:
        return None
    return StageGroup.PROBLEMS if kind in _PROBLEMS else _BY_PREFIX[kind.partition(".")[0]]


def groups_of(channel: str) -> tuple[StageGroup, ...]:
    """The groups that a channel has news of, in their order."""
    groups = {group_of(kind.name) for kind in KINDS.values() if channel == Channel.EMAIL or kind.sms}
    return tuple(group for group in StageGroup if group in groups)


def is_to_shop(kind: str) -> bool:
    """Whether a kind is for the shop's own people."""
    return kind in TO_SHOP.values()


_BY_ANOTHER: dict[str, tuple[str, frozenset[object]]] = {
    # A request says already that a person looks at it; an empty box is told by what is missing.
    "return.needs_review": ("why", frozenset({"policy", "withdrawal", "unannounced", "nothing_inside"})),
    # What lacks among things that came is told with what came.
    "return.missing": ("empty", frozenset({False})),
    # A rejection and an empty box say what they mean for the money.
    "refund.voided": ("why", frozenset({"rejected", "nothing_inside"})),
}


def said_elsewhere(kind: str, facts: Mapping[str, object]) -> bool:
    """Whether the news of another event of the same moment tells this one, too."""
    name, values = _BY_ANOTHER.get(kind, ("", frozenset()))
    return name in facts and facts[name] in values


SMS_BY_DEFAULT = frozenset(kind.name for kind in KINDS.values() if kind.sms and kind.purpose is Purpose.NEWS)
