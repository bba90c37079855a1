"""What a message may speak of: the shop, the order, the parcel, the return, the money; nothing beyond what is shown."""

from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any

from app.brands.look import PLAIN, BrandLook
from app.returns.status.stops import ReturnStop
from app.tracking.summary.stages import Stage
from app.tracking.summary.trail import TrailStop


@dataclass(frozen=True, slots=True)
class MailShop:
    """How the shop calls itself and can be reached; ``imprint`` is where its legal notice is."""

    name: str
    sms_name: str
    origin: str
    help_email: str | None = None
    help_phone: str | None = None
    postal_address: str = ""
    country: str | None = None
    look: BrandLook = PLAIN
    mail_name: str = ""
    reply_to: str | None = None
    legal_lines: tuple[str, ...] = ()
    imprint: str = ""

    @property
    def answered_at(self) -> str | None:
        """Where an answer to a mail goes."""
        return self.reply_to or self.help_email


@dataclass(frozen=True, slots=True)
class MailItem:
    """So many of one thing; ``measure`` is how much where that is no number of pieces, such as 2.5.

    ``picture`` is its address as the order names it; a mail shows ours of it, or none.
    """

    title: str
    quantity: int
    variant: str | None = None
    measure: str | None = None
    picture: str | None = None


@dataclass(frozen=True, slots=True)
class Ordered:
    """The order; ``number`` is the shop's own and stands in texts, never in addresses.

    ``title`` and ``why`` stand on top of its page, in the language of the message; ``expected_*`` are its page's days.
    """

    number: str
    ref: str
    status: str
    placed_on: date
    items: tuple[MailItem, ...] = ()
    hold: str | None = None
    total: int | None = None
    currency: str = "EUR"
    expected_from: date | None = None
    expected_until: date | None = None
    stage: Stage | None = None
    trail: tuple[TrailStop, ...] = ()
    title: str = ""
    why: str = ""


@dataclass(frozen=True, slots=True)
class OtherParcel:
    """Another parcel of the same order that has not arrived yet: its place, its stage in words, and its days."""

    position: int
    stage: str
    expected_from: date | None = None
    expected_until: date | None = None


@dataclass(frozen=True, slots=True)
class MailParcel:
    """One shipment: where it stands and when it comes.

    ``delivered_at`` is told in ``delivered_zone``; ``delivered_on`` has the day alone, where no more is known of it.
    ``followed``: its carrier's news reach us. ``items`` are in ``together`` parcels, where only that is told.
    ``trail`` and ``next_step`` are its page's, in the language of the message; ``rest`` are parcels still to come.
    ``point_code`` is the code that opens it, or what the shop says of that.
    """

    state: str
    position: int = 1
    total: int = 1
    carrier: str | None = None
    number: str | None = None
    method: str = "delivery"
    items: tuple[MailItem, ...] = ()
    expected_from: date | None = None
    expected_until: date | None = None
    expected_before: date | None = None
    window: tuple[time, time] | None = None
    point_name: str | None = None
    point_address: str | None = None
    keep_until: date | None = None
    delivered_at: datetime | None = None
    delivered_zone: str | None = None
    delivered_on: date | None = None
    followed: bool = True
    together: int = 1
    stage: Stage | None = None
    trail: tuple[TrailStop, ...] = ()
    next_step: str = ""
    rest: tuple[OtherParcel, ...] = ()
    point_hours: str | None = None
    point_directions: str | None = None
    point_code: str | None = None

    @property
    def is_collected(self) -> bool:
        """Whether whoever gets it has fetched it."""
        return self.stage is Stage.COLLECTED


@dataclass(frozen=True, slots=True)
class Back:
    """A return and its money as they stand now, amounts in minor units.

    ``items`` are announced, ``arrived`` and ``lacking`` what came of them and what was said not to be inside.
    ``awaited`` units are still to come. ``amount`` is what to name to the customer: what is owed or paid once something
    came, the promise before; of it ``owed`` is due and ``sent`` is paid. ``paid`` is the amount of the one refund that
    the news is about. ``stops`` are the stages as far as they were reached. ``handing`` says with what it is dropped
    off: a ``code``, a code at a ``locker``, or ``paper`` alone; ``code`` is that code, for who may have it.
    ``point_hours`` is the point's usual week in words, ``point_directions`` a link that leads there. ``collected_at``
    is where a collection is, a line each. ``goes_to`` says how the money comes back, after a verb: «to your card».
    """

    ref: str
    state: str
    method: str
    items: tuple[MailItem, ...] = ()
    deadline: date | None = None
    amount: int | None = None
    currency: str = "EUR"
    refund_by: date | None = None
    reason: str | None = None
    point_name: str | None = None
    point_address: str | None = None
    point_hours: str | None = None
    point_directions: str | None = None
    paid: int | None = None
    paid_on: date | None = None
    paid_reference: str | None = None
    arrived: tuple[MailItem, ...] = ()
    lacking: tuple[MailItem, ...] = ()
    owed: int = 0
    sent: int = 0
    goods: str = "awaiting"
    collected_on: date | None = None
    is_booked: bool = False
    changed_why: str | None = None
    stops: tuple[ReturnStop, ...] = ()
    awaited: tuple[MailItem, ...] = ()
    handing: str = "code"
    withdrawn: bool = False
    code: str | None = None
    collected_at: tuple[str, ...] = ()
    goes_to: str = ""


@dataclass(frozen=True, slots=True)
class MailStatement:
    """A withdrawal as it was stated; what was typed only with an address that the order has.

    ``by_reader``: who reads this stated it, as far as their address tells. ``law`` is the one it was stated under;
    ``returns`` are references of returns made for it with their pages.
    """

    ref: str
    name: str | None
    order_text: str | None
    items_text: str | None
    stated_at: datetime
    by_reader: bool = True
    law: str | None = None
    returns: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class MailCase:
    """A case of support: what was written by one side, line by line, and where it can be read and answered.

    ``words`` are empty for who must not read them. ``reply_to`` is where the customer asked to be answered.
    """

    ref: str
    about: str
    words: tuple[str, ...]
    href: str
    console: str
    answer_by: str = "email"
    reply_to: str = ""


@dataclass(frozen=True, slots=True)
class MailPickup:
    """A collection of a return: the day, where it is, and ``name`` for who books it; ``note`` is a person's word."""

    on: date | None
    console: str
    name: str = ""
    address: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Links:
    """Addresses of the portal, with tokens where they open something; ``orders`` are numbers and their links.

    ``law`` says in whose words ``withdraw`` is offered; empty where there is no such right.
    """

    order: str
    preferences: str
    withdraw: str
    orders: tuple[tuple[str, str], ...] = ()
    law: str | None = None


@dataclass(frozen=True, slots=True)
class Facts:
    """All that one message can be made from."""

    shop: MailShop
    links: Links
    happened_at: datetime
    ordered: Ordered | None = None
    parcel: MailParcel | None = None
    back: Back | None = None
    statement: MailStatement | None = None
    case: MailCase | None = None
    pickup: MailPickup | None = None
    payload: dict[str, Any] = field(default_factory=dict)

    def order(self) -> Ordered:
        """The order; a message of an order always has one."""
        if self.ordered is None:
            raise ValueError("no order to speak of")
        return self.ordered

    def box(self) -> MailParcel:
        """The parcel; a message of a shipment always has one."""
        if self.parcel is None:
            raise ValueError("no parcel to speak of")
        return self.parcel

    def matter(self) -> MailCase:
        """The case; a message of a case always has one."""
        if self.case is None:
            raise ValueError("no case to speak of")
        return self.case

    def collection(self) -> MailPickup:
        """The collection; a message of one always has it."""
        if self.pickup is None:
            raise ValueError("no collection to speak of")
        return self.pickup

    def returned(self) -> Back:
        """The return; a message of a return always has one."""
        if self.back is None:
            raise ValueError("no return to speak of")
        return self.back
