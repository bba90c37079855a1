"""Polling: who is due, at whom, and when again."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.carriers.polling import catch_up, polling
from app.carriers.polling.asking import AskOutcome, TrackingRequest
from app.carriers.queries import unknown_words
from app.core.errors import ProviderUnavailable
from app.events.models import Firing
from app.tracking import turns
from app.tracking.ingest.record import record_events
from app.tracking.models import TrackingEvent
from app.tracking.states import ShipmentState
from tests.carriers.conftest import shipped
from tests.carriers.sources import MINUTE, NOW, NUMBER, Source, due, poll, report

OLD = NOW - timedelta(days=2)
HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("hours", "service", "expected"),
    [(20, "Standard", False), (27, "Standard", True), (10, "Express 24h", False), (14, "Express 24h", True)],
)
def test_a_shipment_is_asked_about_after_a_day_of_silence_and_express_after_half(
    session: Session, hours: int, service: str, expected: bool
) -> None:
    shipped(session, carrier="ups", number=NUMBER, now=NOW, service=service)
    assert poll(session, Source("ups", report())), "a new shipment is asked about at once"
    assert bool(due(session, now=NOW + timedelta(hours=hours))) is expected


def test_news_by_push_puts_the_question_off(session: Session) -> None:
    shipment = shipped(session, carrier="ups", number=NUMBER, now=NOW)
    poll(session, Source("ups", report()))
    shipment.news_at = NOW + timedelta(hours=20)
    session.flush()
    assert due(session, now=NOW + timedelta(hours=30)) == []
    assert due(session, now=NOW + timedelta(hours=45))


def test_a_question_is_leased_for_minutes_and_not_for_a_day(session: Session) -> None:
    shipment = shipped(session, carrier="ups", number=NUMBER, now=OLD)
    assert due(session) == [TrackingRequest("ups", "ups", (NUMBER,))]
    assert due(session) == []
    assert (shipment.asked_at, shipment.polled_at) == (NOW, None)
    assert due(session, now=NOW + turns.LEASE) == [TrackingRequest("ups", "ups", (NUMBER,))], "its worker died"


def test_turns_are_spread_by_a_tenth(session: Session) -> None:
    shipment = shipped(session, carrier="ups", number=NUMBER, now=OLD)
    pauses = set()
    for _turn in range(5):
        polling.take(session, AskOutcome(TrackingRequest("ups", "ups", (NUMBER,)), (report(),)), now=NOW)
        pauses.add(shipment.next_poll_at and shipment.next_poll_at - NOW)
    assert len(pauses) > 1
    assert all(pause and timedelta(hours=21.6) <= pause <= timedelta(hours=26.4) for pause in pauses)


def test_a_finished_shipment_is_left_alone(session: Session) -> None:
    shipment = shipped(session, carrier="ups", number=NUMBER, now=NOW - timedelta(days=2))
    shipment.finished_at = NOW
    session.flush()
    assert due(session) == []


def test_a_carrier_has_a_budget(session: Session) -> None:
    for at in range(5):
        shipped(session, carrier="ups", number=f"1Z{at:016}", now=NOW - timedelta(days=2), order=f"20{at}")
    assert len(due(session, budget=3)[0].numbers) == 3
    assert len(due(session, budget=3)[0].numbers) == 2


def test_numbers_go_into_calls_as_their_source_takes_them(session: Session) -> None:
    for at in range(5):
        shipped(session, carrier="ups", number=f"1Z{at:016}", now=OLD, order=f"20{at}")
    assert [len(question.numbers) for question in due(session, at_once=2)] == [2, 2, 1]


def test_each_source_is_woken_that_has_something_to_be_asked(session: Session) -> None:
    for at, carrier in enumerate(("ups", "seur", "mrw", "gls")):
        shipped(session, carrier=carrier, number=f"N{at:09}", now=OLD, order=f"20{at}")
    assert polling.due_sources(session, able={"ups", "aftership", "fedex"}, now=NOW) == ["aftership", "ups"]
    assert polling.due_sources(session, able=set(), now=NOW) == []


def test_the_carrier_itself_is_asked_before_an_aggregator() -> None:
    assert polling.source_for("ups", {"ups", "aftership"}) == "ups"
    assert polling.source_for("seur", {"ups", "aftership", "easypost"}) == "aftership"
    assert polling.source_for("dhl_parcel_de", {"dhl_universal", "aftership"}) == "dhl_universal"
    assert polling.source_for("seur", {"ups"}) is None


def test_an_answer_is_recorded_under_the_name_that_we_asked_with(session: Session) -> None:
    shipped(session, carrier="dhl_parcel_de", number=NUMBER, now=NOW - timedelta(days=2))
    source = Source("dhl_universal", report("dhl_universal"), report("dhl_universal", number="SOMEONEELSES"))
    (answer,) = poll(session, source)
    (event,) = session.scalars(select(TrackingEvent)).all()
    assert (event.carrier, event.number, event.sources) == ("dhl_parcel_de", NUMBER, ["poll:dhl_universal"])
    assert polling.take(session, answer, now=NOW) == 0


def test_what_had_no_answer_is_asked_again_in_minutes_with_growing_pauses_and_says_why(session: Session) -> None:
    shipment = shipped(session, carrier="ups", number=NUMBER, now=OLD)
    away = Source("ups", failure=ProviderUnavailable("ups answers 503."))
    at, pauses = NOW, []
    for _failure in range(6):
        poll(session, away, now=at)
        assert shipment.next_poll_at
        pauses.append(shipment.next_poll_at - at)
        at = shipment.next_poll_at
    assert pauses == [2 * MINUTE, 5 * MINUTE, 15 * MINUTE, HOUR, 24 * HOUR, 24 * HOUR]
    assert (shipment.poll_failures, shipment.poll_failing_since, shipment.poll_error) == (6, NOW, "ups answers 503.")
    poll(session, Source("ups", report()), now=at)
    assert (shipment.poll_failures, shipment.poll_failing_since, shipment.poll_error) == (0, None, None)
    assert (shipment.polled_at, shipment.asked_at) == (at, at)


def test_a_source_that_says_how_long_to_wait_is_given_that_time(session: Session) -> None:
    shipment = shipped(session, carrier="ups", number=NUMBER, now=OLD)
    poll(session, Source("ups", failure=ProviderUnavailable("ups answers 429.", retry_after=1800)))
    assert shipment.next_poll_at == NOW + 30 * MINUTE


def test_a_number_that_failed_goes_alone_and_last(session: Session) -> None:
    """Whatever it does to its call, it does to itself."""
    for at in range(3):
        shipment = shipped(session, carrier="ups", number=f"1Z{at:016}", now=OLD, order=f"20{at}")
        shipment.poll_failures = 1 if at == 0 else 0
    session.flush()
    numbers = [question.numbers for question in due(session)]
    assert numbers == [("1Z0000000000000001", "1Z0000000000000002"), ("1Z0000000000000000",)]


def test_news_by_push_puts_off_a_question_that_had_no_answer(session: Session) -> None:
    shipment = shipped(session, carrier="ups", number=NUMBER, now=OLD)
    poll(session, Source("ups", report()))
    poll(session, Source("ups", failure=ProviderUnavailable("away")), now=NOW + 27 * HOUR)
    assert due(session, now=NOW + 27 * HOUR + 3 * MINUTE)
    shipment.news_at, shipment.next_poll_at = NOW + 27 * HOUR, NOW + 27 * HOUR
    session.flush()
    assert due(session, now=NOW + 28 * HOUR) == []


def test_what_was_put_off_is_due_at_once(session: Session) -> None:
    shipped(session, carrier="ups", number=NUMBER, now=OLD)
    (question,) = due(session)
    polling.take(session, AskOutcome(question, put_off=True), now=NOW)
    assert due(session) == [question]


def test_a_hint_makes_a_shipment_due_now(session: Session) -> None:
    shipped(session, carrier="ups", number=NUMBER, now=NOW)
    poll(session, Source("ups", report()))
    assert due(session, now=NOW + HOUR) == []
    assert polling.ask_soon(session, [NUMBER, "unknown"], now=NOW + HOUR) == 1
    assert due(session, now=NOW + HOUR) == [TrackingRequest("ups", "ups", (NUMBER,))]


def test_after_an_outage_every_live_shipment_comes_due_within_half_an_hour(session: Session) -> None:
    shipments = [shipped(session, carrier="ups", number=f"1Z{at:016}", now=NOW, order=f"30{at}") for at in range(4)]
    poll(session, Source("ups", *(report(number=one.number or "") for one in shipments)))
    shipments[0].finished_at = NOW
    session.flush()
    assert catch_up.catch_up(session, now=NOW) is None
    assert sum(len(question.numbers) for question in due(session, now=NOW + 31 * MINUTE)) == 3


def test_an_outage_is_caught_up_with_a_page_at_a_time(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(catch_up, "PAGE", 2)
    shipments = [shipped(session, carrier="ups", number=f"1Z{at:016}", now=NOW, order=f"30{at}") for at in range(3)]
    poll(session, Source("ups", *(report(number=one.number or "") for one in shipments)))
    after = catch_up.catch_up(session, now=NOW)
    assert after == shipments[1].id
    assert catch_up.catch_up(session, now=NOW, after=after) is None
    assert sum(len(question.numbers) for question in due(session, now=NOW + 31 * MINUTE)) == 3


def test_pushes_and_polls_of_the_same_scan_are_one_event(session: Session) -> None:
    shipped(session, carrier="ups", number=NUMBER, now=NOW - timedelta(days=2))
    for source in ("ups", "aftership"):
        polling.take(session, AskOutcome(TrackingRequest("ups", source, (NUMBER,)), (report(),)), now=NOW)
    (event,) = session.scalars(select(TrackingEvent)).all()
    session.refresh(event)
    assert event.sources == ["poll:ups", "poll:aftership"]


def test_the_clock_notices_an_outage_of_more_than_ten_minutes(session: Session) -> None:
    shipped(session, carrier="ups", number=NUMBER, now=NOW)
    answers = []
    for minutes in (0, 5, 20, 25):
        at = NOW + timedelta(minutes=minutes)
        session.add(Firing(job=catch_up.JOB, due_at=at, fired_at=at))
        session.flush()
        answers.append(catch_up.was_away(session))
    assert answers == [False, False, True, False]


def test_a_code_that_nobody_explained_is_shown_to_staff(session: Session) -> None:
    event = replace(report(status=ShipmentState.UNKNOWN).events[0], code="ZZ9")
    record_events(session, [event], source="push:aftership", now=NOW)
    (word,) = unknown_words(session, since=NOW)
    assert (word.carrier, word.code, word.count) == ("ups", "ZZ9", 1)
