"""What the adapters make of payloads, point by point."""

import json
from datetime import UTC, datetime
from typing import Any

from app.carriers.base.parsing import parse
from app.tracking.ports import TrackingReport
from app.tracking.states import Blame, ShipmentState, TimeQuality
from tests.carriers.corpus import data

S = ShipmentState


def read(carrier: str, document: Any, **more: Any) -> list[TrackingReport]:
    return parse(carrier, json.dumps(document).encode(), **more)


def ups_alert(**facts: Any) -> dict[str, Any]:
    return {
        "trackingNumber": " 1Z023E2X0214323462",
        "localActivityDate": "20231118",
        "localActivityTime": "091230",
        "activityLocation": {"city": "Wayne", "stateProvince": "NJ", "country": "US"},
        "activityStatus": {"type": "D", "code": "F4", "description": "DELIVERED"},
        "gmtActivityDate": "2023-11-18",
        "gmtActivityTime": "14:12:30",
        **facts,
    }


def test_a_ups_alert_gives_its_scan_and_a_trimmed_number() -> None:
    (report,) = read("ups", ups_alert())
    (event,) = report.events
    assert report.number == "1Z023E2X0214323462"
    assert event.status is S.DELIVERED
    assert event.occurred_at == datetime(2023, 11, 18, 14, 12, 30, tzinfo=UTC)
    assert event.time_quality is TimeQuality.OFFSET


def test_a_ups_alert_with_gmt_before_local_time_is_flagged() -> None:
    (report,) = read("ups", ups_alert(gmtActivityDate="20231118", gmtActivityTime="041230"))
    assert report.events[0].time_quality is TimeQuality.GUESSED
    assert [error.code for error in report.errors] == ["time_contradiction"]


def test_a_ups_exception_says_what_and_by_whom() -> None:
    status = {"type": "X", "code": "48", "description": "The receiver was not available."}
    (report,) = read("ups", ups_alert(activityStatus=status))
    event = report.events[0]
    assert (event.status, event.incident, event.blame) == (S.DELIVERY_FAILED, "not_home", Blame.CONSIGNEE)


def test_the_type_of_a_ups_scan_wins_over_a_code_of_the_same_letters() -> None:
    status = {"type": "I", "code": "D", "description": "Departed"}
    (report,) = read("ups", ups_alert(activityStatus=status))
    assert report.events[0].status is S.IN_TRANSIT


def test_the_same_scan_told_twice_in_a_payload_counts_once() -> None:
    body = data("carriers", "australiapost", "tracking__TrackingResponseJSON__legacy.json").read_bytes()
    report = next(report for report in parse("australiapost", body) if report.events)
    assert len(report.events) == 6


def test_every_event_of_a_parcel_has_its_own_status() -> None:
    body = data("carriers", "australiapost", "tracking__TrackingResponse.json").read_bytes()
    delivered = parse("australiapost", body)[1]
    assert [event.status for event in delivered.events].count(S.DELIVERED) == 1


def test_aftership_messages_and_answers_are_read_alike() -> None:
    answer = json.loads(data("apis", "aftership", "trackings__TestGetTracking_5.json").read_text(encoding="utf-8"))
    (report,) = read("aftership", answer)
    (pushed,) = read("aftership", {"event": "tracking_update", "msg": answer["data"]["tracking"]})
    assert report == pushed
    assert (report.carrier, report.number, report.status) == ("fedex", "111111111111", S.DELIVERED)
    event = report.events[0]
    assert (event.status, event.occurred_at) == (S.INFO_RECEIVED, datetime(2018, 7, 23, 6, 21, 39, tzinfo=UTC))


def test_every_aftership_answer_is_read_or_refused() -> None:
    for path in sorted(data("apis", "aftership").glob("*.json")):
        for report in parse("aftership", path.read_bytes()):
            assert report.number or report.errors


def test_easypost_events_trackers_and_lists_are_read() -> None:
    (report,) = parse("easypost", data("apis", "easypost", "event-body.json").read_bytes())
    assert (report.carrier, report.number, report.status) == ("fedex", "1", S.IN_TRANSIT)
    assert report.estimate_until and report.estimate_until.isoformat() == "2024-08-05"
    assert [event.status for event in report.events][:2] == [S.INFO_RECEIVED, S.IN_TRANSIT]
    for path in sorted(data("apis", "easypost", "doc_responses").glob("trackers-*.json")):
        assert parse("easypost", path.read_bytes())


def test_an_unknown_easypost_status_is_unknown() -> None:
    tracker = {"tracking_code": "1", "carrier": "USPS", "status": "teleported", "tracking_details": []}
    assert read("easypost", tracker)[0].status is S.UNKNOWN


def test_generic_events_may_speak_for_several_carriers() -> None:
    events = [
        {"carrier": "seur", "tracking_number": "1", "occurred_at": "2026-11-20T10:00:00+01:00", "code": "LI522"},
        {"carrier": "tipsa", "tracking_number": "2", "occurred_at": "2026-11-20T10:00:00+01:00", "status": "delivered"},
        {"carrier": "nobody", "tracking_number": "3", "occurred_at": "yesterday", "status": "whatever"},
    ]
    reports = {report.carrier: report.events[0] for report in read("generic", {"events": events})}
    assert (reports["seur"].status, reports["seur"].incident) == (S.DELIVERY_FAILED, "not_home")
    assert reports["tipsa"].status is S.DELIVERED
    assert (reports["nobody"].status, reports["nobody"].occurred_at) == (S.UNKNOWN, None)
