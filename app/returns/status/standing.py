"""Where a return stands, as facts: stage, days, money, what came and what did not; pages and messages say these."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from app.core.i18n.words import local_day
from app.returns.policy.policy import Method
from app.returns.queries import ReturnView
from app.returns.receiving.facts import Disposition
from app.returns.records import ReturnRecord
from app.returns.refunds.reckoning import arrived, handed_on, owed, paid, refund_by, standing_refunds, told_amount
from app.returns.states import HERE, Decision, GoodsState
from app.returns.status.stops import ReturnStage, ReturnStop, stage_of, stops
from app.returns.withdrawal.period import add_working_days

REVIEW_DAYS = 2
"""Working days within which a person answers, as the customer is told when asking."""


class Situation(StrEnum):
    """What a return is waiting for, or how it ended."""

    IN_REVIEW = "in_review"
    REJECTED = "rejected"
    SENT_BACK = "sent_back"
    CANCELLED = "cancelled"
    EXPIRED = "expired"
    TO_DROP_OFF = "to_drop_off"
    TO_COLLECT = "to_collect"
    ON_ITS_WAY = "on_its_way"
    PARTLY_HERE = "partly_here"
    HERE = "here"
    OWED = "owed"
    REFUNDED = "refunded"
    NOTHING = "nothing"


PROMISING = frozenset({
    Situation.TO_DROP_OFF, Situation.TO_COLLECT, Situation.ON_ITS_WAY, Situation.PARTLY_HERE, Situation.HERE,
    Situation.OWED,
})  # fmt: skip
"""Situations in which money is to come on a day that is named."""


@dataclass(frozen=True, slots=True)
class ReturnStanding:
    """The facts; days in the shop's zone, amounts in minor units, units by order line.

    ``amount`` is what the return gives in all as things stand, of which ``owed`` is due and ``sent`` paid; None where
    nothing may be promised. ``is_booked``: a person has booked the collection for its day; ``not_collected`` says why
    nobody can. ``awaited`` units are still to come, ``lacking`` ones were said not to be in the parcel.
    """

    situation: Situation
    stage: ReturnStage
    stops: tuple[ReturnStop, ...]
    collected: bool
    amount: int | None = None
    owed: int = 0
    sent: int = 0
    refund_by: date | None = None
    refunded_on: date | None = None
    deadline: date | None = None
    handed_on: date | None = None
    collected_on: date | None = None
    is_booked: bool = False
    not_collected: str | None = None
    answer_by: date | None = None
    arrived: Mapping[int, int] | None = None
    awaited: Mapping[int, int] | None = None
    lacking: Mapping[int, int] | None = None

    @property
    def nobody_came(self) -> bool:
        """Whether the day on which it was to be collected is over."""
        return self.collected_on is not None and self.handed_on is not None and self.collected_on < self.handed_on


def standing_of(view: ReturnView, *, now: datetime) -> ReturnStanding:
    """Where the return stands at this moment."""
    return_, situation = view.return_, _situation(view)
    today, waits = _day(view, now), situation in (Situation.TO_DROP_OFF, Situation.TO_COLLECT)
    here, missing = dict(arrived(return_)), lacking(return_)
    refunded_at = view.journey.refunded_at
    return ReturnStanding(
        situation=situation,
        stage=stage_of(view.journey),
        stops=_stops(view, situation),
        collected=return_.method == Method.PICKUP,
        amount=told_amount(return_) or None if situation in PROMISING or refunded_at else None,
        owed=owed(return_),
        sent=paid(return_),
        refund_by=promised_day(view, today=today) if _is_promised(return_, situation) else None,
        refunded_on=_day(view, refunded_at) if refunded_at else None,
        deadline=return_.deadline if situation is Situation.TO_DROP_OFF else None,
        handed_on=handed_on(return_, today=today) if waits else None,
        collected_on=collection_day(return_) if situation is Situation.TO_COLLECT else None,
        is_booked=is_booked(return_),
        not_collected=(return_.pickup or {}).get("reason") if situation is Situation.TO_COLLECT else None,
        answer_by=_answer_by(view) if situation is Situation.IN_REVIEW else None,
        arrived=here,
        awaited=_awaited(return_, here, missing),
        lacking=missing,
    )


def _is_promised(return_: ReturnRecord, situation: Situation) -> bool:
    """Whether money is to come: of what came in part, only what is due by now."""
    return situation in PROMISING and (situation is not Situation.PARTLY_HERE or owed(return_) > 0)


def _stops(view: ReturnView, situation: Situation) -> tuple[ReturnStop, ...]:
    """The stages; where nothing is to be refunded, the last of them never comes."""
    every = stops(view.journey)
    return tuple(stop for stop in every if situation is not Situation.NOTHING or stop.stage is not ReturnStage.REFUNDED)


def promised_day(view: ReturnView, *, today: date) -> date:
    """The working day by which the money of a return is sent."""
    return refund_by(view.order, view.return_, today=today, delivered_at=view.journey.parcel_delivered_at)


def collection_day(return_: ReturnRecord) -> date | None:
    """The day on which it is to be collected; None where it is not, or the day cannot be read."""
    try:
        return date.fromisoformat(return_.pickup["on"]) if return_.pickup else None
    except (KeyError, TypeError, ValueError):
        return None


def is_booked(return_: ReturnRecord) -> bool:
    """Whether somebody has booked the collection; until then its day is only what the customer asked for."""
    return "booked_at" in (return_.pickup or {})


def lacking(return_: ReturnRecord) -> dict[int, int]:
    """Units by order line that were announced and said to be missing, and have not come since."""
    here, missing = arrived(return_), Counter[int]()
    for receipt in return_.receipts:
        for line in receipt.lines if receipt.voided_at is None else ():
            if line.order_line_id is not None and line.disposition == Disposition.MISSING:
                missing[line.order_line_id] += line.quantity
    # What came in a later parcel lacks no more.
    left = {line.order_line_id: line.quantity - here.get(line.order_line_id, 0) for line in return_.lines}
    return {line: min(missing[line], count) for line, count in left.items() if count > 0 and missing[line]}


def _situation(view: ReturnView) -> Situation:
    return_ = view.return_
    decision, goods = Decision(return_.decision), GoodsState(return_.goods)
    if goods is GoodsState.SENT_BACK and decision is not Decision.APPROVED:
        return Situation.SENT_BACK
    if decision is not Decision.APPROVED:
        ended = {
            Decision.REJECTED: Situation.REJECTED,
            Decision.CANCELLED: Situation.CANCELLED,
            Decision.EXPIRED: Situation.EXPIRED,
        }
        return ended.get(decision, Situation.IN_REVIEW)
    if view.journey.refunded_at:
        return Situation.REFUNDED
    # What is still to come is news before the money for what has come.
    if goods is GoodsState.PARTLY_RECEIVED:
        return Situation.PARTLY_HERE
    if standing_refunds(return_.refunds):
        return Situation.OWED
    return Situation.NOTHING if goods is GoodsState.INSPECTED else _under_way(view, goods)


def _under_way(view: ReturnView, goods: GoodsState) -> Situation:
    if goods in HERE or view.journey.parcel_delivered_at:
        return Situation.HERE
    if goods is GoodsState.IN_TRANSIT:
        return Situation.ON_ITS_WAY
    return Situation.TO_COLLECT if collection_day(view.return_) else Situation.TO_DROP_OFF


def _awaited(return_: ReturnRecord, here: Mapping[int, int], missing: Mapping[int, int]) -> dict[int, int]:
    """What of the announced units has not come and was not said to be missing either."""
    left = {
        line.order_line_id: line.quantity - here.get(line.order_line_id, 0) - missing.get(line.order_line_id, 0)
        for line in return_.lines
    }
    return {line: units for line, units in left.items() if units > 0}


def _answer_by(view: ReturnView) -> date:
    country = (view.order.ship_to or {}).get("country")
    since = view.return_.received_at or view.return_.requested_at
    return add_working_days(_day(view, since), REVIEW_DAYS, country)


def _day(view: ReturnView, moment: datetime) -> date:
    return local_day(moment, view.order.brand.time_zone)
