"""A deadline names its last day, and that day counts to its midnight: «by Friday» is never «before Friday»."""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy.orm import Session

from app.returns.decisions import expire_overdue
from app.returns.policy.facts import LineFacts, PolicyOrder
from app.returns.policy.policy import Policy
from app.returns.policy.reasons import ReasonGroup
from app.returns.policy.rules import RuleAnswer, RuleQuestion, window
from app.returns.policy.rules import window_end as last_day_of
from app.returns.services import request_return
from app.returns.states import Decision
from tests.returns.stage import asking, delivered_order
from tools.words import catalogue_of, forms

MADRID, MEXICO = "Europe/Madrid", "America/Mexico_City"
# What is told of a day that has passed is no deadline.
PAST = "We had no news of the parcel by"


def deadlines() -> Iterator[tuple[str, str]]:
    """Every text that says by which day, with its translation."""
    for message in catalogue_of("es", "messages"):
        for english, spanish in zip(forms(message.id), forms(message.string), strict=False):
            if re.search(r"\bby %\((day|until)\)s", english) and not english.startswith(PAST):
                yield english, spanish


def test_what_is_due_by_a_day_is_so_in_spanish_too_with_the_day_included() -> None:
    dated = list(deadlines())
    assert len(dated) > 20
    assert [pair for pair in dated if not re.search(r"[Aa] más tardar|[Hh]asta el", pair[1])] == []


def test_no_text_says_before_a_day_that_is_included() -> None:
    for message in catalogue_of("es", "messages"):
        for text in (*forms(message.id), *forms(message.string)):
            assert not re.search(r"\b(before|antes del?|prior to) (el )?%\((day|until|by)\)s", text or ""), text


@pytest.mark.parametrize("zone", [MADRID, MEXICO])
@pytest.mark.parametrize(("month", "day"), [(3, 20), (10, 10), (2, 16), (12, 18)])
def test_the_return_period_holds_to_the_midnight_of_its_last_day_where_the_customer_is(
    zone: str, month: int, day: int
) -> None:
    place = ZoneInfo(zone)
    arrived = datetime(2026, month, day, 23, 59, tzinfo=place)
    line = LineFacts("1", 1, delivered=1, delivered_at=arrived, shipped_at=arrived - timedelta(days=1))
    order = PolicyOrder((line,), "ES" if zone == MADRID else "MX", place)

    def asked(moment: datetime) -> RuleAnswer:
        return window(RuleQuestion(order, line, ReasonGroup.CHANGED_MIND, Policy(), moment)).answer

    last = last_day_of(RuleQuestion(order, line, ReasonGroup.CHANGED_MIND, Policy(), arrived))
    assert last is not None
    midnight = datetime.combine(last + timedelta(days=1), datetime.min.time(), place)
    # Seconds are counted in UTC: a clock that is set back says an hour twice.
    just_before = (midnight.astimezone(UTC) - timedelta(seconds=1)).astimezone(place)
    assert (just_before.date(), asked(just_before)) == (last, RuleAnswer.YES)
    assert asked(midnight) is not RuleAnswer.YES


def test_a_label_works_through_its_last_day_wherever_that_day_is(session: Session) -> None:
    now = datetime(2026, 11, 10, 12, tzinfo=UTC)
    order = delivered_order(session, now=now)
    return_ = request_return(session, order.id, asking(("1", 1, "colour")), by="customer", now=now)
    last: date | None = return_.deadline
    assert last is not None
    for zone in ("Pacific/Kiritimati", MADRID, MEXICO, "Pacific/Pago_Pago"):
        end = datetime.combine(last, datetime.max.time(), ZoneInfo(zone))
        assert expire_overdue(session, limit=9, now=end.astimezone(UTC)) == 0, zone
    assert (
        expire_overdue(session, limit=9, now=datetime.combine(last, datetime.min.time(), UTC) + timedelta(days=2)) == 1
    )
    session.refresh(return_)
    assert return_.decision == Decision.EXPIRED
