"""UPS subscriptions: asked for when a shipment is new and every thirteen days, a hundred numbers at a time."""

import json
import time
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from app.carriers import karrio_bridge, ups_alerts
from app.carriers.sources import KarrioSource
from app.errors import ProviderRejected, ProviderUnavailable
from tests.carriers.conftest import shipped
from tests.carriers.stand_in import StandIn, standing_in

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
TOKEN = {"access_token": "t-1", "issued_at": str(int(time.time() * 1000)), "expires_in": "14399"}
SUBSCRIBE = "POST /api/track/v1/subscription/standard/package"


@pytest.fixture
def ups(monkeypatch: pytest.MonkeyPatch) -> KarrioSource:
    return KarrioSource("ups", {"client_id": "id", "client_secret": "secret"})


def at(monkeypatch: pytest.MonkeyPatch, carrier: StandIn) -> None:
    settings = karrio_bridge._load("karrio.providers.ups.utils").Settings
    monkeypatch.setattr(settings, "server_url", property(lambda self: carrier.url))


@pytest.mark.parametrize(
    ("hours", "due"), [(0.5, True), (1.5, False), (311.5, False), (312.5, True), (313.5, False), (624.5, True)]
)
def test_a_number_is_due_when_it_is_new_and_every_thirteen_days(session: Session, hours: float, due: bool) -> None:
    shipped(session, carrier="ups", number="1Z1", now=NOW - timedelta(hours=hours))
    shipped(session, carrier="gls", number="G1", now=NOW - timedelta(hours=hours), order="2")
    assert ups_alerts.due_numbers(session, now=NOW) == (["1Z1"] if due else [])


def test_numbers_go_a_hundred_at_a_time_with_our_address_and_credential(
    monkeypatch: pytest.MonkeyPatch, ups: KarrioSource
) -> None:
    with standing_in({"POST /security/v1/oauth/token": (200, TOKEN), SUBSCRIBE: (200, {})}) as carrier:
        at(monkeypatch, carrier)
        numbers = [f"1Z{number:016}" for number in range(150)]
        assert ups_alerts.subscribe(ups, numbers, url="https://shop.example/hooks/carriers/ups", credential="c") == 150
    calls = [json.loads(body) for method, path, _, body in carrier.asked if path.startswith("/api/track")]
    assert [len(call["trackingNumberList"]) for call in calls] == [100, 50]
    assert calls[0]["destination"] == {
        "url": "https://shop.example/hooks/carriers/ups",
        "credentialType": "Bearer",
        "credential": "c",
    }
    assert all(headers["authorization"] == "Bearer t-1" for _, path, headers, _ in carrier.asked if "/api/" in path)


@pytest.mark.parametrize(("status", "error"), [(503, ProviderUnavailable), (400, ProviderRejected)])
def test_a_refusal_says_whether_to_come_again(
    monkeypatch: pytest.MonkeyPatch, ups: KarrioSource, status: int, error: type[Exception]
) -> None:
    with standing_in({"POST /security/v1/oauth/token": (200, TOKEN), SUBSCRIBE: (status, {})}) as carrier:
        at(monkeypatch, carrier)
        with pytest.raises(error):
            ups_alerts.subscribe(ups, ["1Z1"], url="https://shop.example", credential="c")
