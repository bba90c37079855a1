"""Polling: who is due, who is asked, and that one carrier's trouble is its own."""

import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.carriers import polling, recovery
from app.carriers.queries import unknown_words
from app.errors import ProviderUnavailable
from app.events.models import Firing
from app.tracking.models import TrackingEvent
from app.tracking.ports import ReportedEvent, TrackingReport
from app.tracking.recording import record_events
from app.tracking.states import ShipmentState, TimeQuality
from tests.carriers.conftest import shipped

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
NUMBER = "1Z999AA10123456784"


class Source:
    """A carrier that answers what it was given, or fails."""

    def __init__(self, name: str, *reports: TrackingReport, failure: Exception | None = None) -> None:
        self.name, self.reports, self.failure = name, list(reports), failure
        self.asked: list[list[str]] = []

    def fetch(self, numbers: list[str]) -> list[TrackingReport]:
        self.asked.append(numbers)
        if self.failure:
            raise self.failure
        return self.reports


def report(
    carrier: str = "ups", number: str = NUMBER, status: ShipmentState = ShipmentState.DELIVERED
) -> TrackingReport:
    event = ReportedEvent(
        carrier=carrier,
        number=number,
        status=status,
        description="DELIVERED",
        occurred_raw="2026-11-22T08:00:00+01:00",
        occurred_at=NOW - timedelta(hours=2),
        zone="Europe/Madrid",
        time_quality=TimeQuality.OFFSET,
        code="D",
    )
    return TrackingReport(carrier=carrier, number=number, status=status, events=(event,))


def due(session: Session, *sources: str, now: datetime = NOW, **more: int) -> list[polling.Asked]:
    return polling.claim_due(session, sources=sources, now=now, chance=random.Random(1), **more)


@pytest.mark.parametrize(
    ("hours", "service", "asked"),
    [(20, "Standard", False), (27, "Standard", True), (10, "Express 24h", False), (14, "Express 24h", True)],
)
def test_a_shipment_is_asked_about_after_a_day_of_silence_and_express_after_half(
    session: Session, hours: int, service: str, asked: bool
) -> None:
    shipped(session, carrier="ups", number=NUMBER, now=NOW, service=service)
    assert due(session, "ups"), "a new shipment is asked about at once"
    assert bool(due(session, "ups", now=NOW + timedelta(hours=hours))) is asked


def test_news_by_push_puts_the_question_off(session: Session) -> None:
    shipment = shipped(session, carrier="ups", number=NUMBER, now=NOW)
    due(session, "ups")
    shipment.news_at = NOW + timedelta(hours=20)
    session.flush()
    assert due(session, "ups", now=NOW + timedelta(hours=30)) == []
    assert due(session, "ups", now=NOW + timedelta(hours=45))


def test_the_next_turn_is_set_at_once_and_spread(session: Session) -> None:
    shipment = shipped(session, carrier="ups", number=NUMBER, now=NOW - timedelta(days=2))
    assert due(session, "ups") == [polling.Asked("ups", "ups", (NUMBER,))]
    assert due(session, "ups") == []
    assert shipment.next_poll_at is not None
    assert timedelta(hours=21) < shipment.next_poll_at - NOW < timedelta(hours=27)
    assert due(session, "ups", now=NOW + timedelta(hours=28))


def test_a_finished_shipment_is_left_alone(session: Session) -> None:
    shipment = shipped(session, carrier="ups", number=NUMBER, now=NOW - timedelta(days=2))
    shipment.finished_at = NOW
    session.flush()
    assert due(session, "ups") == []


def test_a_carrier_has_a_budget(session: Session) -> None:
    for at in range(5):
        shipped(session, carrier="ups", number=f"1Z{at:016}", now=NOW - timedelta(days=2), order=f"20{at}")
    assert len(due(session, "ups", budget=3)[0].numbers) == 3
    assert len(due(session, "ups", budget=3)[0].numbers) == 2


def test_the_carrier_itself_is_asked_before_an_aggregator() -> None:
    assert polling.source_for("ups", {"ups", "aftership"}) == "ups"
    assert polling.source_for("seur", {"ups", "aftership", "easypost"}) == "aftership"
    assert polling.source_for("dhl_parcel_de", {"dhl_universal", "aftership"}) == "dhl_universal"
    assert polling.source_for("seur", {"ups"}) is None


def test_an_answer_is_recorded_under_the_name_that_we_asked_with(session: Session) -> None:
    shipped(session, carrier="dhl_parcel_de", number=NUMBER, now=NOW - timedelta(days=2))
    source = Source("dhl_universal", report("dhl_universal"), report("dhl_universal", number="SOMEONEELSES"))
    answers = polling.ask({"dhl_universal": source}, due(session, "dhl_universal"))
    assert polling.take_answers(session, answers, now=NOW) == 1
    (event,) = session.scalars(select(TrackingEvent)).all()
    assert (event.carrier, event.number, event.sources) == ("dhl_parcel_de", NUMBER, ["poll:dhl_universal"])
    assert polling.take_answers(session, answers, now=NOW) == 0


def test_one_carriers_trouble_is_its_own() -> None:
    sources = {"ups": Source("ups", failure=ProviderUnavailable("down")), "gls": Source("gls", report("gls"))}
    asked = [polling.Asked("ups", "ups", ("1",)), polling.Asked("gls", "gls", (NUMBER,))]
    failed, good = polling.ask(sources, asked)
    assert isinstance(failed.failure, ProviderUnavailable)
    assert good.reports


def test_a_hint_makes_a_shipment_due_now(session: Session) -> None:
    shipped(session, carrier="ups", number=NUMBER, now=NOW)
    assert due(session, "ups")
    assert due(session, "ups") == []
    assert polling.ask_soon(session, [NUMBER, "unknown"], now=NOW) == 1
    assert due(session, "ups") == [polling.Asked("ups", "ups", (NUMBER,))]


def test_after_an_outage_every_live_shipment_comes_due_within_half_an_hour(session: Session) -> None:
    shipments = [shipped(session, carrier="ups", number=f"1Z{at:016}", now=NOW, order=f"30{at}") for at in range(4)]
    due(session, "ups")
    shipments[0].finished_at = NOW
    session.flush()
    assert recovery.catch_up(session, now=NOW) == 3
    assert sum(len(asked.numbers) for asked in due(session, "ups", now=NOW + timedelta(minutes=31))) == 3


def test_pushes_and_polls_of_the_same_scan_are_one_event(session: Session) -> None:
    shipped(session, carrier="ups", number=NUMBER, now=NOW - timedelta(days=2))
    for source in ("ups", "aftership"):
        answer = polling.Answer(polling.Asked("ups", source, (NUMBER,)), reports=(replace(report()),))
        polling.take_answers(session, [answer], now=NOW)
    (event,) = session.scalars(select(TrackingEvent)).all()
    session.refresh(event)
    assert event.sources == ["poll:ups", "poll:aftership"]


def test_the_clock_notices_an_outage_of_more_than_ten_minutes(session: Session) -> None:
    shipped(session, carrier="ups", number=NUMBER, now=NOW)
    found = []
    for minutes in (0, 5, 20, 25):
        at = NOW + timedelta(minutes=minutes)
        session.add(Firing(job=recovery.JOB, due_at=at, fired_at=at))
        session.flush()
        found.append(recovery.after_outage(session, now=at))
    assert found == [0, 0, 1, 0]


def test_a_code_that_nobody_explained_is_shown_to_staff(session: Session) -> None:
    event = replace(report(status=ShipmentState.UNKNOWN).events[0], code="ZZ9")
    record_events(session, [event], source="push:aftership", now=NOW)
    (word,) = unknown_words(session, since=NOW)
    assert (word.carrier, word.code, word.count) == ("ups", "ZZ9", 1)
