"""UPS subscriptions: asked for when a shipment is new and every thirteen days, a hundred numbers at a time."""

import json
import time
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import insert
from sqlalchemy.orm import Session, sessionmaker

from app.carriers.base import karrio
from app.carriers.polling.sources import KarrioSource
from app.carriers.ups import alerts
from app.core.errors import ProviderUnavailable
from app.tracking.models import Shipment
from app.tracking.turns import due_for_alerts, note_alerts
from tests.carriers.conftest import shipped
from tests.carriers.stand_in import StandIn, standing_in

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
TOKEN = {"access_token": "t-1", "issued_at": str(int(time.time() * 1000)), "expires_in": "14399"}
SUBSCRIBE = "POST /api/track/v1/subscription/standard/package"


@pytest.fixture
def ups(monkeypatch: pytest.MonkeyPatch) -> KarrioSource:
    return KarrioSource("ups", {"client_id": "id", "client_secret": "secret"})


def at(monkeypatch: pytest.MonkeyPatch, carrier: StandIn) -> None:
    settings = karrio._load("karrio.providers.ups.utils").Settings
    monkeypatch.setattr(settings, "server_url", property(lambda self: carrier.url))


def due(session: Session, hours: float = 0) -> list[str]:
    return due_for_alerts(session, "ups", limit=alerts.AT_ONCE, now=NOW + timedelta(hours=hours))


def test_a_number_is_due_until_ups_was_told_and_again_thirteen_days_later(session: Session) -> None:
    shipped(session, carrier="ups", number="1Z1", now=NOW)
    shipped(session, carrier="gls", number="G1", now=NOW, order="2")
    assert due(session) == due(session, hours=300) == ["1Z1"]
    note_alerts(session, "ups", ["1Z1"], due_at=NOW + alerts.RENEWED_AFTER)
    assert (due(session), due(session, hours=13 * 24 - 1)) == ([], [])
    assert due(session, hours=13 * 24) == due(session, hours=500) == ["1Z1"]


def test_a_number_in_two_parcels_is_told_once_and_one_that_has_arrived_no_more(session: Session) -> None:
    shipped(session, carrier="ups", number="1Z1", now=NOW)
    shipped(session, carrier="ups", number="1Z0", now=NOW, order="2").number = "1Z1"
    arrived = shipped(session, carrier="ups", number="1Z2", now=NOW, order="3")
    arrived.finished_at = NOW
    session.flush()
    assert due(session) == ["1Z1"]
    note_alerts(session, "ups", ["1Z1"], due_at=NOW + timedelta(days=1))
    assert due(session) == []


def test_another_number_for_a_parcel_is_due_at_once(session: Session) -> None:
    shipped(session, carrier="ups", number="1Z1", now=NOW)
    note_alerts(session, "ups", ["1Z1"], due_at=NOW + timedelta(days=13))
    shipped(session, carrier="ups", number="1Z9", now=NOW + timedelta(hours=1))
    assert due(session) == ["1Z9"]


TOLD = {"url": "https://shop.example/hooks/carriers/ups", "credential": "c"}


def many(committed: sessionmaker[Session], count: int) -> None:
    with committed() as session, session.begin():
        first = shipped(session, carrier="ups", number="1Z0", now=NOW)
        facts = {name: getattr(first, name) for name in ("order_id", "direction", "carrier", "zone", "method")}
        row = {**facts, "created_at": NOW, "position": 1}
        more = [row | {"number": f"1Z{at}", "external_id": f"more-{at}"} for at in range(1, count)]
        session.execute(insert(Shipment), more)


def left(committed: sessionmaker[Session], hours: float = 0) -> int:
    with committed() as session:
        return len(due(session, hours))


def test_numbers_go_a_hundred_at_a_time_with_our_address_and_credential(
    monkeypatch: pytest.MonkeyPatch, ups: KarrioSource, committed: sessionmaker[Session]
) -> None:
    many(committed, 150)
    with standing_in({"POST /security/v1/oauth/token": (200, TOKEN), SUBSCRIBE: (200, {})}) as carrier:
        at(monkeypatch, carrier)
        assert [alerts.renew(committed, ups, **TOLD, now=NOW) for _ in range(2)] == [150, 0]
        missed = NOW + timedelta(days=13, hours=5)
        assert alerts.renew(committed, ups, **TOLD, now=missed) == 150, "an hour that was missed is caught up"
    calls = [json.loads(body) for method, path, _, body in carrier.requests if path.startswith("/api/track")]
    assert [len(call["trackingNumberList"]) for call in calls] == [100, 50, 100, 50]
    assert len({number for call in calls[:2] for number in call["trackingNumberList"]}) == 150
    assert calls[0]["destination"] == {**TOLD, "credentialType": "Bearer"}
    assert all(headers["authorization"] == "Bearer t-1" for _, path, headers, _ in carrier.requests if "/api/" in path)


def test_while_ups_is_away_all_stays_due(
    monkeypatch: pytest.MonkeyPatch, ups: KarrioSource, committed: sessionmaker[Session]
) -> None:
    many(committed, 3)
    with standing_in({"POST /security/v1/oauth/token": (200, TOKEN), SUBSCRIBE: (503, {})}) as carrier:
        at(monkeypatch, carrier)
        with pytest.raises(ProviderUnavailable):
            alerts.renew(committed, ups, **TOLD, now=NOW)
    assert left(committed) == 3


def test_what_ups_refuses_holds_up_no_other_and_is_told_again_the_next_day(
    monkeypatch: pytest.MonkeyPatch, ups: KarrioSource, committed: sessionmaker[Session]
) -> None:
    many(committed, 150)
    with standing_in({"POST /security/v1/oauth/token": (200, TOKEN), SUBSCRIBE: (400, {})}) as carrier:
        at(monkeypatch, carrier)
        assert alerts.renew(committed, ups, **TOLD, now=NOW) == 150
    assert sum(path.startswith("/api/track") for _method, path, _headers, _body in carrier.requests) == 2
    assert (left(committed), left(committed, hours=23), left(committed, hours=24)) == (0, 0, 100)
