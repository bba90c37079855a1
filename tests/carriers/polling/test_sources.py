"""Asking carriers and aggregators over HTTP, against a stand-in; and which can be asked, from the environment."""

import json
from pathlib import Path

import pytest

from app.carriers.aftership.source import AfterShip
from app.carriers.base import karrio
from app.carriers.easypost.source import EasyPost
from app.carriers.polling.credentials import carriers_from_env
from app.carriers.polling.sources import KarrioSource
from app.carriers.registry import carriers
from app.core.errors import ProviderRejected, ProviderUnavailable
from app.tracking.states import ShipmentState
from tests.carriers.corpus import data
from tests.carriers.stand_in import standing_in

TRACKER = {"tracking_code": "EZ1", "carrier": "USPS", "status": "in_transit", "tracking_details": []}


@pytest.fixture
def laposte(monkeypatch: pytest.MonkeyPatch) -> KarrioSource:
    return KarrioSource("laposte", {"api_key": "key-1"})


def at(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    """Point karrio's client of La Poste at a stand-in."""
    settings = karrio._load("karrio.providers.laposte.utils").Settings
    monkeypatch.setattr(settings, "server_url", property(lambda self: url))


def test_a_direct_carrier_is_asked_through_karrio(monkeypatch: pytest.MonkeyPatch, laposte: KarrioSource) -> None:
    body = json.loads(data("carriers", "laposte", "tracking__TrackingResponse.json").read_text(encoding="utf-8"))
    with standing_in({"GET /idships/EW112720413FR": (200, body)}) as carrier:
        at(monkeypatch, carrier.url)
        (report,) = laposte.fetch(["EW112720413FR"])
    assert report.status is ShipmentState.DELIVERED
    assert len(report.events) == 9
    assert carrier.requests[0][2]["x-okapi-key"] == "key-1"


def test_a_carriers_refusal_is_a_report_with_errors(monkeypatch: pytest.MonkeyPatch, laposte: KarrioSource) -> None:
    with standing_in({"GET /": (400, {"returnCode": 400, "returnMessage": "Numéro invalide"})}) as carrier:
        at(monkeypatch, carrier.url)
        (report,) = laposte.fetch(["NOPE"])
    assert [error.code for error in report.errors] == ["400"]


def test_a_carrier_that_answers_nonsense_or_nothing_is_unavailable(
    monkeypatch: pytest.MonkeyPatch, laposte: KarrioSource
) -> None:
    with standing_in({"GET /": (200, b"<html><br>maintenance")}) as carrier:
        at(monkeypatch, carrier.url)
        with pytest.raises(ProviderUnavailable):
            list(laposte.fetch(["EW112720413FR"]))
    with pytest.raises(ProviderUnavailable):
        list(laposte.fetch(["EW112720413FR"]))


def test_aftership_is_told_numbers_that_it_does_not_know() -> None:
    page = {"data": {"trackings": [{"tracking_number": "1", "slug": "ups", "tag": "Delivered", "checkpoints": []}]}}
    made = {"data": {"tracking": {"tracking_number": "2", "slug": "seur", "tag": "Pending", "checkpoints": []}}}
    answers = {"GET /trackings?": (200, page), "POST /trackings": (201, made)}
    with standing_in(answers) as api:
        reports = list(AfterShip("key", url=api.url).fetch(["1", "2"]))
    assert [(report.number, report.carrier, report.status.value) for report in reports] == [
        ("1", "ups", "delivered"),
        ("2", "seur", "pending"),
    ]
    assert [request[0] for request in api.requests] == ["GET", "POST"]
    assert api.requests[0][2]["as-api-key"] == "key"


def test_what_an_aggregator_told_before_it_broke_stays_told() -> None:
    page = {"data": {"trackings": [{"tracking_number": "1", "slug": "ups", "tag": "Delivered", "checkpoints": []}]}}
    numbers = []
    answers = {"GET /trackings?": (200, page), "POST /trackings": (503, {})}
    with standing_in(answers) as api, pytest.raises(ProviderUnavailable):
        numbers.extend(report.number for report in AfterShip("key", url=api.url).fetch(["1", "2"]))
    assert numbers == ["1"]


def test_easypost_gives_the_tracker_that_exists_or_makes_one() -> None:
    with standing_in({"GET /trackers?": (200, {"trackers": [TRACKER]})}) as api:
        (report,) = EasyPost("key", url=api.url).fetch(["EZ1"])
    assert (report.number, report.carrier, report.status.value) == ("EZ1", "usps", "in_transit")
    with standing_in({"GET /trackers?": (200, {"trackers": []}), "POST /trackers": (200, TRACKER)}) as api:
        assert len(list(EasyPost("key", url=api.url).fetch(["EZ1"]))) == 1
    assert api.requests[1][3] == '{"tracker": {"tracking_code": "EZ1"}}'


@pytest.mark.parametrize(
    ("status", "error"),
    [(500, ProviderUnavailable), (429, ProviderUnavailable), (401, ProviderRejected), (302, ProviderRejected)],
)
def test_an_aggregators_answer_says_whether_to_come_again(status: int, error: type[Exception]) -> None:
    with standing_in({"GET /": (status, {})}) as api, pytest.raises(error):
        list(AfterShip("key", url=api.url).fetch(["1"]))


def test_nobody_listening_is_unavailable() -> None:
    with pytest.raises(ProviderUnavailable):
        list(EasyPost("key", url="http://127.0.0.1:9").fetch(["1"]))


def test_carriers_come_from_the_environment(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("from a file\n", encoding="utf-8")
    sources = carriers_from_env(
        {
            "UPS_CLIENT_ID": "id",
            "UPS_CLIENT_SECRET_FILE": str(secret),
            "AFTERSHIP_API_KEY": "key",
            "LAPOSTE_API_KEY": " ",
        }
    )
    assert sorted(sources) == ["aftership", "ups"]
    assert all(source.name == name for name, source in sources.items())
    assert carriers_from_env({}) == {}


def test_half_a_carriers_credentials_are_named() -> None:
    with pytest.raises(ValueError, match="UPS_CLIENT_SECRET") as refused:
        carriers_from_env({"UPS_CLIENT_ID": "top-secret", "GLS_CLIENT_SECRET": "hidden"})
    assert "GLS_CLIENT_ID" in str(refused.value)
    assert "top-secret" not in str(refused.value) and "hidden" not in str(refused.value)


@pytest.mark.parametrize("carrier", [name for name, one in carriers().items() if one.access and one.connector])
def test_every_direct_carrier_has_a_client_that_takes_its_credentials(carrier: str) -> None:
    access = carriers()[carrier].access
    assert access
    fields = dict.fromkeys((*access.needed.values(), *access.optional.values()), "x")
    proxy = karrio.client(carrier, fields)
    assert all(getattr(proxy.settings, name) == "x" for name in fields)
