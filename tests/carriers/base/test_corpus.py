"""Every real payload is read or refused with a reason, and says what the index says, save where it is explained."""

import pytest

from app.carriers.base.parsing import parse
from app.core.errors import Unreadable
from app.tracking.ports import TrackingReport
from app.tracking.states import ShipmentState, TimeQuality
from tests.carriers.corpus import DATA, data, ours, parcels_of, table

INDEX = table("carriers", "index.csv")
# The headlines that differ; docs/carriers.md says why.
DIFFERS = {
    "7023210039414604": "out_for_delivery",
    "7777777770": "info_received",
    "05308801410058": "delivery_failed",
}
# Not a tracking answer at all, though the index lists one for it.
NOT_TRACKING = {"fedex/tracking__ProofOfDeliveryResponse.json"}
FINAL = {ShipmentState.DELIVERED, ShipmentState.RETURNED, ShipmentState.LOST}

pytestmark = pytest.mark.skipif(not DATA.exists(), reason="the shared data are not here")
tracking = [row for row in INDEX if row["topic"] == "tracking" and row["file"] not in NOT_TRACKING]


def reports_of(row: dict[str, str]) -> list[TrackingReport]:
    number = row["tracking_numbers"].split(";")[0] or None
    return parse(row["carrier"], data("carriers", row["file"]).read_bytes(), number=number)


@pytest.mark.parametrize("row", INDEX, ids=lambda row: row["file"])
def test_a_payload_is_read_or_refused_with_a_reason(row: dict[str, str]) -> None:
    reports = reports_of(row)
    assert reports
    for report in reports:
        assert report.events or (report.errors and all(error.code and error.message for error in report.errors))


@pytest.mark.parametrize("row", tracking, ids=lambda row: row["file"])
def test_a_parcel_has_the_status_that_the_index_states(row: dict[str, str]) -> None:
    statuses = {report.number: report.status.value for report in reports_of(row)}
    for parcel in parcels_of(row):
        if parcel["status"]:
            number = parcel["number"].upper()
            assert statuses[number] == DIFFERS.get(number, ours(parcel["status"]))


@pytest.mark.parametrize("row", tracking, ids=lambda row: row["file"])
def test_a_carriers_refusal_keeps_its_code(row: dict[str, str]) -> None:
    codes = {error.code for report in reports_of(row) for error in report.errors}
    assert {code for code in row["expected_error_codes"].split(";") if code} <= codes


@pytest.mark.parametrize(
    "row", [r for r in tracking if r["estimated_delivery"].strip(";")], ids=lambda row: row["file"]
)
def test_the_carriers_estimate_is_within_the_range(row: dict[str, str]) -> None:
    first = reports_of(row)[0]
    begin = first.estimate_from or first.estimate_until
    assert begin and first.estimate_until
    assert begin.isoformat() <= row["estimated_delivery"].split(";")[0] <= first.estimate_until.isoformat()


def test_no_event_is_delivered_where_the_index_says_otherwise() -> None:
    for row in tracking:
        for report in reports_of(row):
            if row["expected_delivered"] == "False" and row["carrier"] != "canadapost":
                assert report.status not in FINAL
                assert not any(event.status in FINAL for event in report.events)


def test_every_time_says_how_it_is_known() -> None:
    for row in tracking:
        for report in reports_of(row):
            for event in report.events:
                assert event.occurred_at is None or (event.occurred_at.utcoffset() is not None and event.zone)
                assert event.occurred_raw or event.time_quality is TimeQuality.GUESSED


@pytest.mark.parametrize("carrier", sorted({row["carrier"] for row in INDEX}))
def test_any_payload_given_to_the_wrong_carrier_is_no_accident(carrier: str) -> None:
    for row in INDEX:
        try:
            reports = parse(carrier, data("carriers", row["file"]).read_bytes())
        except Unreadable as error:
            assert str(error)
        else:
            assert reports


@pytest.mark.parametrize("row", tracking, ids=lambda row: row["file"])
def test_a_payload_cut_short_is_refused_in_words(row: dict[str, str]) -> None:
    body = data("carriers", row["file"]).read_bytes()
    for share in (0.2, 0.5, 0.9):
        with pytest.raises(Unreadable, match=r"\w"):
            parse(row["carrier"], body[: int(len(body.rstrip()) * share)])
