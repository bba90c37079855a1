"""What counts as delivered, on time and how long: each definition on orders one can count."""

from datetime import date

import pytest
from sqlalchemy.orm import Session

from app.metrics.delivery import DeliveryRow, delivery
from app.metrics.period import FiguresQuestion, GroupBy
from tests.metrics.build import parcel

NOVEMBER = FiguresQuestion(date(2026, 11, 1), date(2026, 11, 30))


def only(session: Session, question: FiguresQuestion = NOVEMBER) -> DeliveryRow:
    (row,) = delivery(session, question)
    return row


def test_without_a_delivery_there_is_no_row(session: Session) -> None:
    parcel(session, "1", None, promised="2026-11-05")
    assert delivery(session, NOVEMBER) == []


def test_the_promised_day_counts_to_its_end_where_the_parcel_arrives(session: Session) -> None:
    # 22:30 UTC is 23:30 in Madrid and still the day before in Madrid's past; in the Canaries 22:30.
    parcel(session, "1", "2026-11-05 22:30", promised="2026-11-05")
    parcel(session, "2", "2026-11-05 23:30", promised="2026-11-05")
    parcel(session, "3", "2026-11-05 23:30", promised="2026-11-05", zone="Atlantic/Canary")
    row = only(session)
    assert (row.delivered, row.promised, row.on_time) == (3, 3, 2)
    assert row.on_time_share == pytest.approx(2 / 3)


def test_to_the_instant_the_day_of_the_promise_is_already_late(session: Session) -> None:
    parcel(session, "1", "2026-11-04 22:59", promised="2026-11-05")
    parcel(session, "2", "2026-11-05 08:00", promised="2026-11-05")
    row = only(session)
    assert (row.on_time, row.on_time_to_the_instant) == (2, 1)


def test_an_attempt_in_time_counts_as_one_and_the_delivery_does_not(session: Session) -> None:
    parcel(session, "1", "2026-11-07 10:00", promised="2026-11-05", attempted="2026-11-05 17:00")
    parcel(session, "2", "2026-11-05 10:00", promised="2026-11-05")
    row = only(session)
    assert (row.on_time, row.on_time_first_attempt) == (1, 2)


def test_what_was_promised_for_no_day_is_delivered_but_in_no_share(session: Session) -> None:
    parcel(session, "1", "2026-11-05 10:00")
    row = only(session)
    assert (row.delivered, row.promised, row.on_time_share) == (1, 0, None)


def test_days_are_of_twenty_four_hours_and_quantiles_lie_between_neighbours(session: Session) -> None:
    for number, day in enumerate(range(3, 14), start=1):
        parcel(session, str(number), f"2026-11-{day:02} 09:00", picked_up="2026-11-02 21:00")
    row = only(session)
    assert row.order_to_door == pytest.approx((2.0, 6.0, 10.0))
    assert row.carrier_to_door == pytest.approx((1.5, 5.5, 9.5))


def test_dates_that_contradict_each_other_are_counted_and_never_make_a_negative_duration(session: Session) -> None:
    parcel(session, "1", "2026-11-01 09:00")
    parcel(session, "2", "2026-11-04 09:00", picked_up="2026-11-05 09:00")
    parcel(session, "3", "2026-11-04 09:00", flags=("late_pickup",))
    parcel(session, "4", "2026-11-03 09:00", picked_up="2026-11-02 09:00")
    row = only(session)
    assert (row.delivered, row.odd) == (4, 3)
    assert row.order_to_door == pytest.approx((1.2, 2.0, 2.0))
    assert row.carrier_to_door == (1.0, 1.0, 1.0)


def test_nothing_that_can_be_measured_is_none(session: Session) -> None:
    parcel(session, "1", "2026-11-01 09:00")
    row = only(session)
    assert row.order_to_door == row.carrier_to_door == (None, None, None)


def test_the_day_is_the_destinations_also_at_the_edges_of_the_period(session: Session) -> None:
    parcel(session, "1", "2026-11-04 23:30")
    parcel(session, "2", "2026-11-05 22:59")
    parcel(session, "3", "2026-11-05 23:30")
    parcel(session, "4", "2026-11-06 02:00", zone="America/New_York")
    parcel(session, "5", "2026-11-04 12:00", zone="Pacific/Auckland")
    assert only(session, FiguresQuestion(date(2026, 11, 5), date(2026, 11, 5))).delivered == 4


@pytest.mark.parametrize(
    ("by", "groups"),
    [
        (GroupBy.DAY, {"2026-11-05": 1, "2026-11-09": 1}),
        (GroupBy.WEEK, {"2026-W45": 1, "2026-W46": 1}),
        (GroupBy.MONTH, {"2026-11": 2}),
        (GroupBy.CARRIER, {"seur": 1, "ups": 1}),
        (GroupBy.REGION, {"ES Jaén": 1, "ES Madrid": 1}),
        (GroupBy.CHANNEL, {"store": 1, "web": 1}),
        (GroupBy.COUNTRY, {"ES": 2}),
    ],
)
def test_figures_are_cut_by(session: Session, by: GroupBy, groups: dict[str, int]) -> None:
    parcel(session, "1", "2026-11-05 10:00")
    parcel(session, "2", "2026-11-09 10:00", carrier="ups", channel="store", **{"ship_to.region": "Jaén"})
    assert {row.group: row.delivered for row in delivery(session, NOVEMBER.cut(by))} == groups


def test_a_filter_leaves_out_what_does_not_fit(session: Session) -> None:
    parcel(session, "1", "2026-11-05 10:00")
    parcel(session, "2", "2026-11-09 10:00", carrier="ups", channel="store")
    for narrowed in ({"carrier": "ups"}, {"channel": "store"}):
        question = FiguresQuestion(NOVEMBER.first, NOVEMBER.last, **narrowed)
        assert only(session, question).delivered == 1
    assert delivery(session, FiguresQuestion(NOVEMBER.first, NOVEMBER.last, country="FR")) == []


def test_a_parcel_on_its_way_back_is_no_delivery(session: Session) -> None:
    made = parcel(session, "1", "2026-11-05 10:00")
    made.direction = "return"
    session.flush()
    assert delivery(session, NOVEMBER) == []
