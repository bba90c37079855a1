"""The dates a return promises: until when to hand it over, when the money is back."""

from dataclasses import dataclass
from datetime import date, timedelta

from app.returns.policy import Policy
from app.returns.withdrawal_period import add_working_days


@dataclass(frozen=True, slots=True)
class RefundPromise:
    """``refund_on`` counts from handing over on ``handed_on``; later hand-over moves it by as much."""

    hand_over_until: date
    handed_on: date
    refund_on: date


def promise(policy: Policy, *, today: date, country: str | None, handed_on: date | None = None) -> RefundPromise:
    """What to tell a customer today; without a date for the hand-over it is taken to be tomorrow."""
    handed = handed_on or add_working_days(today + timedelta(days=1), 0, country)
    until = add_working_days(today + timedelta(days=policy.hand_over_days), 0, country)
    return RefundPromise(until, handed, refund_date(policy, handed, country))


def refund_date(policy: Policy, handed_on: date, country: str | None) -> date:
    """The working day by which the money is sent back when the parcel is handed over on this day."""
    return add_working_days(handed_on, policy.transit_days + policy.inspection_days, country)


def pickup_days(today: date, country: str | None, count: int = 5) -> tuple[date, ...]:
    """The next working days on which a carrier can call, from tomorrow on."""
    days = [add_working_days(today + timedelta(days=1), 0, country)]
    while len(days) < count:
        days.append(add_working_days(days[-1], 1, country))
    return tuple(days)
