"""What the rules may know of an order, as frozen facts: no rule reads a database."""

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from app.returns.policy.policy import Policy
from app.returns.policy.reasons import ReasonGroup

GOODS = "goods"


@dataclass(frozen=True, slots=True)
class LineFacts:
    """One order line: what was bought, what has arrived, what is already on its way back.

    ``returned`` are units that nobody can return any more; ``elsewhere`` of them were given back with the shop itself.
    ``kind`` is goods, or what travels in no parcel: digital, gift_card, service.
    """

    line_id: str
    quantity: int
    category: str | None = None
    final_sale: bool = False
    personalised: bool = False
    delivered: int = 0
    delivered_at: datetime | None = None
    shipped_at: datetime | None = None
    returned: int = 0
    elsewhere: int = 0
    kind: str = GOODS
    sku: str = ""
    title: str = ""
    unit_price: int = 0

    @property
    def left(self) -> int:
        """Units that can still come back."""
        # Without news of a delivery what was sent counts: it may well have arrived.
        out = self.delivered or (self.quantity if self.shipped_at else 0)
        return max(0, out - self.returned)


@dataclass(frozen=True, slots=True)
class OrderUnits:
    """How many units of one order of a customer were bought, and how many of them were sent back."""

    placed_at: datetime
    units: int
    sent_back: int = 0


@dataclass(frozen=True, slots=True)
class CustomerHistory:
    """What a customer ordered and sent back before: ``returns`` are the moments at which they were asked for."""

    first_order: bool
    returns: tuple[datetime, ...] = ()
    orders: tuple[OrderUnits, ...] = ()


@dataclass(frozen=True, slots=True)
class PolicyOrder:
    """The order around the lines; ``zone`` is the consumer's own, in which days are counted.

    ``returned_here``: the shop takes returns of the order's channel here, and not where it was bought.
    ``value`` is what its goods cost; ``history`` is None where no rule asks for it, or nobody knows the customer.
    """

    lines: tuple[LineFacts, ...]
    country: str | None
    zone: ZoneInfo
    consumer: bool = True
    cancelled: bool = False
    region: str | None = None
    currency: str = "EUR"
    returned_here: bool = True
    channel: str | None = None
    value: int | None = None
    placed_at: datetime | None = None
    history: CustomerHistory | None = None

    def day(self, moment: datetime) -> date:
        """The calendar day of an instant where the consumer lives."""
        return moment.astimezone(self.zone).date()

    @property
    def all_received_on(self) -> date | None:
        """The day the last unit arrived, from which the law counts; None while something is still to come."""
        # The law counts from the last item of the order (Directive 2011/83, article 9).
        days = [self.day(line.delivered_at) for line in self.lines if line.delivered_at is not None]
        complete = all(line.delivered >= line.quantity for line in self.lines)
        return max(days) if days and complete else None


@dataclass(frozen=True, slots=True)
class RuleQuestion:
    """What one rule is asked: may this line come back for a reason of this group, now?

    ``reason`` is its handle; None is any that no rule names.
    """

    order: PolicyOrder
    line: LineFacts
    group: ReasonGroup
    policy: Policy
    now: datetime
    reason: str | None = None

    @property
    def today(self) -> date:
        """Today where the consumer lives."""
        return self.order.day(self.now)
