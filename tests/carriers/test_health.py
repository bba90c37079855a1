"""How carriers do, and a test that asks one about a number without touching a parcel."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.carriers import trials
from app.carriers.easypost.source import EasyPost
from app.carriers.health import CarrierHealth, health, health_of
from app.core.clock import utcnow
from app.core.errors import Conflict, Invalid, ProviderUnavailable
from app.core.settings import Settings
from app.events.models import InboxRow
from app.oms.intake import receive_order
from app.tracking.models import Shipment, TrackingEvent
from app.tracking.services import record_events
from tests.carriers.sources import Source
from tests.carriers.stand_in import standing_in
from tests.staff.browsers import audited
from tests.tracking.documents import CARRIER, PLACED, document, event

NOBODY: frozenset[str] = frozenset()
ABLE = frozenset({CARRIER})
HOUR = timedelta(hours=1)


@pytest.fixture
def config(app: Flask) -> Settings:
    made: Settings = app.config["SETTINGS"]
    return made


@pytest.fixture
def parcel(session: Session) -> Shipment:
    receive_order(session, document(), now=PLACED)
    return session.scalars(select(Shipment)).one()


def _one(session: Session, config: Settings, able: frozenset[str] = ABLE) -> CarrierHealth:
    return health_of(session, config, CARRIER, able=able, now=PLACED + 90 * HOUR)


def test_a_carrier_in_use_is_told_with_its_parcels(session: Session, config: Settings, parcel: Shipment) -> None:
    row = _one(session, config)
    assert (row.live, row.silent, row.failing, row.source, row.push_open) == (1, 1, 0, CARRIER, False)
    assert _one(session, config, NOBODY).source is None


def test_failures_are_told_with_their_reasons(session: Session, config: Settings, parcel: Shipment) -> None:
    facts = {"poll_failures": 3, "poll_error": "gls answers 401.", "poll_failing_since": PLACED, "asked_at": PLACED}
    session.execute(update(Shipment).values(facts))
    row = _one(session, config)
    assert (row.failing, row.failing_since, row.reasons) == (1, PLACED, (("gls answers 401.", 1),))


def test_the_lag_is_from_the_scan_to_us(session: Session, config: Settings, parcel: Shipment) -> None:
    for hours in (1, 2, 3):
        scan = event("in_transit", PLACED + 9 * HOUR, code=f"X{hours}")
        record_events(session, [scan], source="poll:x", now=PLACED + (9 + hours) * HOUR)
    record_events(session, [event("unknown", PLACED, code="??")], source="poll:x", now=PLACED + 30 * 24 * HOUR)
    row = _one(session, config)
    assert (row.lag, row.unknown, row.scan_at) == (2 * HOUR, 1, PLACED + 30 * 24 * HOUR)
    assert row.lag_95 is not None
    assert 2 * HOUR < row.lag_95 <= 3 * HOUR


def test_pushes_that_could_not_be_read_are_counted(session: Session, config: Settings) -> None:
    common = {"endpoint": "carriers:ups", "headers": {}, "body": b"", "received_at": PLACED}
    session.add_all(
        [InboxRow(delivery_key=str(at), state=state, **common) for at, state in enumerate(("dead", "done"))]
    )
    session.flush()
    row = health_of(session, config, "ups", able=frozenset({"ups"}), now=PLACED)
    assert (row.pushes, row.push_dead, row.pushed_at) == ("ups", 1, PLACED)
    assert "ups" in [one.carrier for one in health(session, config, able=frozenset({"ups"}), now=PLACED)]


def _begun(session: Session, carrier: str = CARRIER) -> trials.Trial:
    made = trials.request(session, carrier, " 1z999 aa1 ", able=frozenset({carrier}), by="eva", now=utcnow())
    assert (made.number, made.done_at) == ("1Z999AA1", None)
    return made


def test_a_test_shows_what_was_said_raw_and_as_read(session: Session) -> None:
    tracker = {
        "object": "Tracker", "tracking_code": "1Z999AA1", "carrier": "UPS", "status": "in_transit",
        "tracking_details": [
            {"object": "TrackingDetail", "message": "Departed", "status": "in_transit",
             "datetime": "2026-11-21T08:00:00Z", "tracking_location": {"city": "Madrid", "country": "ES"}}
        ],
    }  # fmt: skip
    with standing_in({"GET /trackers": (200, {"trackers": [tracker]})}) as stand_in:
        outcome = trials.ask(_begun(session, "easypost"), {"easypost": EasyPost("key", url=stand_in.url)})
    assert '"Departed"' in outcome["raw"][0]
    assert [event["description"] for event in outcome["reports"][0]["events"]] == ["Departed"]
    assert session.scalars(select(TrackingEvent)).all() == []


@pytest.mark.parametrize(
    ("failure", "sentence"),
    [
        (ProviderUnavailable("gls answers 503."), "gls answers 503."),
        (TypeError("x"), "Its answer cannot be taken (TypeError)."),
    ],
)
def test_a_test_that_fails_says_why(session: Session, failure: Exception, sentence: str) -> None:
    trial = _begun(session)
    outcome = trials.ask(trial, {CARRIER: Source(CARRIER, failure=failure)})
    trials.keep(session, trial.id, outcome, now=PLACED)
    session.flush()
    kept_trial = trials.one(session, trial.id)
    assert kept_trial is not None
    assert (kept_trial.error, kept_trial.source, kept_trial.done_at) == (sentence, CARRIER, PLACED)
    assert trials.waiting(session, trial.id) is None


def test_credentials_that_went_meanwhile_are_told(session: Session) -> None:
    assert "no credentials" in trials.ask(_begun(session), {})["error"]


@pytest.mark.parametrize("number", ["", " - ", "9" * 61])
def test_what_is_no_number_is_refused(session: Session, number: str) -> None:
    with pytest.raises(Invalid):
        trials.request(session, CARRIER, number, able=ABLE, by="eva", now=utcnow())


def test_whom_nobody_can_ask_is_not_asked(session: Session) -> None:
    with pytest.raises(Conflict):
        trials.request(session, CARRIER, "1Z999AA1", able=NOBODY, by="eva", now=utcnow())


def test_tests_are_forgotten(session: Session) -> None:
    trial = _begun(session)
    trials.forget(session, before=utcnow() + HOUR)
    assert trials.one(session, trial.id) is None


def test_the_commands_tell_ask_and_explain(
    app: Flask, session: Session, parcel: Shipment, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.extensions, "askable_carriers", lambda: ABLE)
    monkeypatch.setitem(app.extensions, "tracking_sources", lambda: {CARRIER: Source(CARRIER)})
    record_events(session, [event("unknown", PLACED, code="??")], source="poll:x", now=utcnow())
    session.commit()

    def run(*words: str) -> SimpleNamespace:
        done = app.test_cli_runner().invoke(args=["portal", "carriers", *words])
        return SimpleNamespace(code=done.exit_code, output=done.output)

    assert f"{CARRIER}: asked at {CARRIER}" in run("state").output
    assert '"reports": []' in run("ask", CARRIER, "1Z999AA1").output
    assert run("ask", CARRIER, " ").code == 1
    assert [(action, about) for _who, action, about in audited(session)] == [("carrier.asked", f"{CARRIER}/1Z999AA1")]
    assert f"{CARRIER}  ??  1 ×" in run("words").output
    assert run("map", CARRIER, "??", "delivered").code == 0
    assert f"{CARRIER}  ??  = delivered" in run("words").output
    assert run("unmap", CARRIER, "??").code == 0
    assert (run("unmap", CARRIER, "??").code, run("map", CARRIER, "??", "flying").code) == (2, 2)
