"""Questions of exercises, with what is right today: read from the same figures and rows as the pages show."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.brands.queries import shop_zone
from app.core.i18n.words import local_day
from app.metrics import delivery, returns
from app.metrics.period import FiguresQuestion, GroupBy
from app.orders.demo import is_demos
from app.orders.records import OrderContactRecord, OrderRecord
from app.tracking.carrier_pages import distinct_carrier_title

PERIOD = timedelta(days=29)
"""With today the thirty days that the page of figures shows at first."""


@dataclass(frozen=True, slots=True)
class Question:
    """``right`` are the answers that count now; ``choices`` are those to choose from, else one is typed."""

    label: LazyString
    right: Callable[[Session, datetime], set[str]]
    choices: tuple[tuple[str, LazyString], ...] = ()
    carriers: bool = False

    def is_right(self, session: Session, answer: str, *, now: datetime) -> bool:
        """Whether this answer counts; capitals, blanks and dashes are all one."""
        return _bare(answer) in {_bare(one) for one in self.right(session, now)} and bool(_bare(answer))

    def options(self) -> list[tuple[str, str]]:
        """What can be chosen, in the reader's language."""
        if self.carriers:
            return [(name, distinct_carrier_title(name) or name) for name in DEMOS]
        return [(value, str(words)) for value, words in self.choices]


DEMOS = ("correos_express", "seur", "dhl_universal", "gls")
"""The carriers of the demo's parcels."""


def _bare(text: str) -> str:
    return "".join(sign for sign in text.casefold() if sign.isalnum())


def _month(session: Session, now: datetime, group_by: GroupBy) -> FiguresQuestion:
    today = local_day(now, shop_zone(session))
    return FiguresQuestion(today - PERIOD, today, group_by)


def _ximenas(session: Session, _now: datetime) -> set[str]:
    hers = (OrderContactRecord.email_folded == "ximena@example.com", is_demos())
    numbers = select(OrderRecord.number).join(OrderContactRecord, OrderContactRecord.order_id == OrderRecord.id)
    return set(session.scalars(numbers.where(*hers)))


def _latest(session: Session, now: datetime) -> set[str]:
    rows = [row for row in delivery.delivery(session, _month(session, now, GroupBy.CARRIER)) if row.promised]
    # Several may be equally late: any of them is right.
    shares = {row.group: row.on_time / row.promised for row in rows}
    return {carrier for carrier, share in shares.items() if share == min(shares.values())}


def _delivered(session: Session, now: datetime) -> set[str]:
    return {str(sum(row.delivered for row in delivery.delivery(session, _month(session, now, GroupBy.NONE))))}


def _returns(session: Session, now: datetime) -> set[str]:
    rows = returns.returns(session, _month(session, now, GroupBy.NONE), zone=shop_zone(session))
    return {str(sum(row.returns for row in rows))}


XIMENAS_ORDER = Question(_l("Order number"), _ximenas)
WHERE_IS_IT = Question(
    _l("Your answer"),
    lambda _session, _now: {"late"},
    (
        ("late", _l("It's on its way, and late")),
        ("delivered", _l("It was delivered")),
        ("waiting", _l("It waits in a locker")),
        ("back", _l("It's going back to the sender")),
    ),
)
LATEST_CARRIER = Question(_l("Carrier"), _latest, carriers=True)
DELIVERED = Question(_l("Parcels"), _delivered)
RETURNS = Question(_l("Returns"), _returns)
ON_TIME = Question(
    _l("Your answer"),
    lambda _session, _now: {"yes"},
    (
        ("yes", _l("Yes: the day counts, to its midnight")),
        ("no", _l("No: it came after the shops had closed")),
        ("attempt", _l("Only if it was the first attempt")),
    ),
)
