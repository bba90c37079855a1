"""From the inbox to events: believed sources are recorded, the others only make us ask."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.events import inbox
from app.events.models import InboxRow
from app.tracking.models import Shipment, TrackingEvent
from tests.carriers.conftest import shipped
from tests.rounds import understood_carriers

NOW = datetime.now(UTC).replace(microsecond=0) + timedelta(days=1)  # the inbox has the database's clock
NUMBER = "1Z999AA10123456784"


def aftership(tag: str = "InTransit", slug: str = "ups", **facts: Any) -> dict[str, Any]:
    checkpoint = {"tag": tag, "message": tag, "checkpoint_time": "2026-11-22T08:00:00+01:00", "city": "Madrid"}
    return {"event_id": "e-1", "msg": {"tracking_number": NUMBER, "slug": slug, "checkpoints": [checkpoint], **facts}}


def deliver(session: Session, source: str, body: bytes | dict[str, Any], key: str = "k-1") -> InboxRow:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    assert inbox.store(session, endpoint=f"carriers:{source}", delivery_key=key, headers={}, body=raw, now=NOW)
    return session.scalars(select(InboxRow).where(InboxRow.delivery_key == key)).one()


def events(session: Session) -> list[TrackingEvent]:
    return list(session.scalars(select(TrackingEvent).order_by(TrackingEvent.id)))


def test_a_believed_push_becomes_events_of_the_shipment(session: Session) -> None:
    shipped(session, carrier="ups", number=NUMBER, now=NOW)
    row = deliver(session, "aftership", aftership())
    assert understood_carriers(session, limit=10, now=NOW) == 1
    (event,) = events(session)
    assert (event.carrier, event.number, event.status, event.sources) == (
        "ups",
        NUMBER,
        "in_transit",
        ["push:aftership"],
    )
    assert (row.state, row.error) == ("done", None)


def test_an_aggregators_name_for_the_carrier_becomes_ours(session: Session) -> None:
    shipped(session, carrier="mi_mensajero", number=NUMBER, now=NOW)
    deliver(session, "aftership", aftership(slug="some-slug"))
    understood_carriers(session, limit=10, now=NOW)
    assert [event.carrier for event in events(session)] == ["mi_mensajero"]


def test_signs_that_no_database_keeps_are_left_out(session: Session) -> None:
    body = json.dumps(aftership()).replace(
        '"InTransit", "checkpoint_time"', '"On\\u0000 its\\ud800 way", "checkpoint_time"'
    )
    row = deliver(session, "aftership", body.encode())
    understood_carriers(session, limit=10, now=NOW)
    assert (row.state, [event.description for event in events(session)]) == ("done", ["On its way"])


def test_an_estimate_of_the_carrier_is_kept(session: Session) -> None:
    shipment = shipped(session, carrier="ups", number=NUMBER, now=NOW)
    deliver(session, "aftership", aftership(expected_delivery="2026-11-25"))
    understood_carriers(session, limit=10, now=NOW)
    assert shipment.estimate_until and shipment.estimate_until.isoformat() == "2026-11-25"


def test_a_forged_delivered_of_an_unsigned_source_changes_nothing_but_the_time_to_ask(session: Session) -> None:
    shipment = shipped(session, carrier="ups", number=NUMBER, now=NOW)
    state, version = shipment.state, shipment.version
    status = {"type": "D", "code": "F4", "description": "DELIVERED"}
    deliver(session, "ups", {"trackingNumber": NUMBER, "activityStatus": status})
    deliver(session, "dhl", {"shipments": [{"id": NUMBER, "status": {"statusCode": "delivered"}}]}, key="k-2")
    deliver(session, "karrio", {"data": {"tracking_number": NUMBER, "status": "delivered"}}, key="k-3")
    deliver(session, "dhl", f"<x><AWB number='{NUMBER}'/></x>".encode(), key="k-4")
    assert understood_carriers(session, limit=10, now=NOW) == 4
    session.refresh(shipment)
    assert events(session) == []
    assert (shipment.state, shipment.version, shipment.next_poll_at) == (state, version, NOW)


def test_poison_is_dead_with_its_reason_and_delays_nobody(session: Session) -> None:
    shipped(session, carrier="ups", number=NUMBER, now=NOW)
    poison = [b"\x00\xff", b"{", b'{"a": NaN}', b"<!DOCTYPE x [<!ENTITY a 'b'>]><x>&a;</x>", b"{}", b"[]"]
    rows = [deliver(session, "aftership", body, key=f"p-{at}") for at, body in enumerate(poison)]
    good = deliver(session, "aftership", aftership(), key="good")
    assert understood_carriers(session, limit=50, now=NOW) == len(poison) + 1
    assert {row.state for row in rows} == {"dead"}
    assert all(row.error for row in rows)
    assert good.state == "done"
    assert len(events(session)) == 1


def test_a_delivery_that_fails_is_tried_five_times(session: Session) -> None:
    row = deliver(session, "nobody_knows_this_endpoint", aftership())
    now, waits = NOW, []
    for _ in range(5):
        assert understood_carriers(session, limit=10, now=now) == 1
        waits.append(row.next_try_at - now)
        now = max(row.next_try_at, now)
    assert [wait.total_seconds() for wait in waits[:4]] == [1, 10, 60, 600]
    assert (row.state, row.attempts) == ("dead", 5)
    assert row.error
    assert understood_carriers(session, limit=10, now=now + timedelta(days=1)) == 0


def test_a_dead_delivery_can_be_replayed(session: Session) -> None:
    row = deliver(session, "aftership", b"{")
    understood_carriers(session, limit=10, now=NOW)
    row.body = json.dumps(aftership()).encode()
    assert inbox.replay(session, row_id=row.id) == 1
    session.refresh(row)
    assert understood_carriers(session, limit=10, now=datetime.now(UTC)) == 1
    assert row.state == "done"


def test_an_event_of_a_number_without_order_is_kept(session: Session) -> None:
    deliver(session, "aftership", aftership())
    understood_carriers(session, limit=10, now=NOW)
    assert len(events(session)) == 1
    assert session.scalars(select(Shipment)).all() == []


def test_every_stored_delivery_may_be_told_again_without_a_trace(session: Session) -> None:
    shipped(session, carrier="ups", number=NUMBER, now=NOW)
    for turn in range(4):
        deliver(session, "aftership", aftership(), key=f"turn-{turn}")
        understood_carriers(session, limit=10, now=NOW)
    assert len(events(session)) == 1
