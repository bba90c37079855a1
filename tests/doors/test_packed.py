"""Bodies that come packed: the same meaning as plain ones at every door, and no more room."""

import gzip
import json
import zlib
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.api.models import WebhookSubscription
from app.api.v1.examples import EVENTS, ORDER
from app.core.clock import utcnow
from app.events import inbox
from app.events.models import InboxRow
from app.orders.models import Order
from tests.doors.systems import HOOKS, SIGNED_HOOKS, Systems

BODY = json.dumps(ORDER).encode()
SCAN = json.dumps(
    {
        "event_id": "e-1",
        "id": "evt_1",
        "msg": {"tracking_number": "1Z999AA10123456784", "slug": "ups"},
        "result": {"tracking_code": "1Z999AA10123456784", "carrier": "UPS", "tracking_details": []},
        "tracking_number": "1Z999AA10123456784",
        "parcels": [{"tracking_number": "1Z999AA10123456784", "carrier": "ups", "events": []}],
    }
).encode()
REPORTS = b'[{"event": "delivered", "sg_event_id": "x"}]'
PACKERS = {"gzip": gzip.compress, "x-gzip": gzip.compress, "deflate": zlib.compress}
WRONG = {
    "a bomb": (gzip.compress(b" " * 20_000_000), "gzip", 413),
    "a bomb without a header": (gzip.compress(b" " * 20_000_000), "", 413),
    "cut short": (gzip.compress(BODY)[:-4], "gzip", 400),
    "followed by more": (gzip.compress(BODY) + BODY, "gzip", 400),
    "damaged": (b"\x1f\x8b\x08" + BODY, "gzip", 400),
    "not deflate": (b"\xff" + BODY, "deflate", 400),
    "Brotli": (BODY, "br", 415),
    "Zstandard": (b"\x28\xb5\x2f\xfd" + BODY, "zstd", 415),
}


def body_for(door: str) -> bytes:
    return {"oms": BODY, "sendgrid": REPORTS}.get(door, SCAN)


@pytest.mark.parametrize("coding", PACKERS)
def test_the_interface_takes_packed_documents_batches_and_lines(systems: Systems, coding: str) -> None:
    pack = PACKERS[coding]
    kind = {"Content_Type": "application/json", "Content_Encoding": coding}
    assert systems.call("PUT", "/orders/1001", pack(BODY), **kind).status_code == 201
    assert systems.call("POST", "/orders/batch", pack(b"[" + BODY + b"]"), **kind).json["accepted"] == 1
    assert systems.call("POST", "/tracking-events", pack(json.dumps(EVENTS).encode()), **kind).status_code == 200
    lines = {"Content_Type": "application/x-ndjson", "Content_Encoding": coding}
    assert systems.call("POST", "/orders/batch", pack(BODY + b"\n" + BODY), **lines).json["accepted"] == 2


@pytest.mark.parametrize("packed_before_signing", [True, False])
@pytest.mark.parametrize("coding", [*PACKERS, "no header"])
@pytest.mark.parametrize("door", HOOKS)
def test_a_hook_takes_it_signed_before_or_after_packing(
    systems: Systems, door: str, coding: str, packed_before_signing: bool
) -> None:
    plain = body_for(door)
    packed = PACKERS.get(coding, gzip.compress)(plain)
    more = {} if coding == "no header" else {"Content-Encoding": coding}
    answer = systems.push(door, packed, over=packed if packed_before_signing else plain, more=more)
    assert answer.status_code == 202, answer.data
    row = systems.understood()
    # As it came, byte for byte.
    assert row.body == packed
    plainly = systems.push(door, plain, name="plain")
    assert plainly.status_code == 202
    newest = systems.understood()
    assert (newest.state, newest.error) == (row.state, row.error)
    assert "JSON" not in (row.error or "")
    if door == "oms":
        assert row.state == "done"


@pytest.mark.parametrize("door", SIGNED_HOOKS)
def test_a_signature_over_neither_form_opens_nothing(systems: Systems, door: str) -> None:
    packed = gzip.compress(body_for(door))
    for over in (b"another", gzip.compress(b"another"), body_for(door)[:-1], packed + b"\0"):
        answer = systems.push(door, packed, over=over, more={"Content-Encoding": "gzip"})
        assert (answer.status_code, answer.data) == (401, b"")
    assert systems.stored() == 0


@pytest.mark.parametrize("name", WRONG)
@pytest.mark.parametrize("door", HOOKS)
def test_what_cannot_be_unpacked_is_refused_at_every_hook(systems: Systems, door: str, name: str) -> None:
    body, coding, status = WRONG[name]
    answer = systems.push(door, body, more={"Content-Encoding": coding} if coding else {})
    assert answer.status_code == status
    assert answer.text.strip().endswith(".")
    assert answer.headers.get("Accept-Encoding") == ("gzip, deflate" if status == 415 else None)
    assert systems.stored() == 0


@pytest.mark.parametrize("name", WRONG)
def test_what_cannot_be_unpacked_is_refused_by_the_interface(systems: Systems, name: str) -> None:
    body, coding, status = WRONG[name]
    headers = {"Content_Type": "application/json"} | ({"Content_Encoding": coding} if coding else {})
    for method, path in (("PUT", "/orders/1001"), ("POST", "/orders/batch"), ("POST", "/returns")):
        answer = systems.call(method, path, body, **headers)
        assert (answer.status_code, answer.mimetype) == (status, "application/problem+json")
        assert answer.json["detail"].endswith(".")
        assert answer.headers.get("Accept-Encoding") == ("gzip, deflate" if status == 415 else None)


@pytest.mark.parametrize("door", ["aftership", "easypost", "generic", "ups"])
def test_a_delivery_counts_once_however_it_is_packed(systems: Systems, door: str) -> None:
    for level in (None, 1, 9):
        body = SCAN if level is None else gzip.compress(SCAN, level)
        assert systems.push(door, body, over=SCAN, name="msg_1").status_code == 202
    assert systems.stored() == 1


def test_a_repetition_under_an_idempotency_key_may_be_packed_otherwise(systems: Systems, session: Session) -> None:
    body = b'{"url": "https://shop.example.com/hook"}'
    forms = [
        (body, {}),
        (gzip.compress(body), {"Content_Encoding": "gzip"}),
        (zlib.compress(body), {"Content_Encoding": "deflate"}),
        (b"\xef\xbb\xbf" + body, {}),
        (body.decode().encode("utf-16"), {}),
    ]
    answers = [
        systems.call("POST", "/webhooks", sent, Content_Type="application/json", Idempotency_Key="k", **headers)
        for sent, headers in forms
    ]
    assert {(answer.status_code, answer.data) for answer in answers} == {(201, answers[0].data)}
    assert [answer.headers.get("Idempotent-Replayed") for answer in answers] == [None, *["true"] * 4]
    assert session.scalar(select(func.count()).select_from(WebhookSubscription)) == 1


def test_what_lies_packed_in_the_inbox_without_a_word_is_understood(systems: Systems, session: Session) -> None:
    now = utcnow()
    inbox.store(session, endpoint="oms:generic", delivery_key="old", headers={}, body=gzip.compress(BODY), now=now)
    assert systems.understood().state == "done"
    assert session.scalars(select(Order.number)).all() == ["1001"]


def test_what_died_packed_in_the_inbox_is_understood_when_it_is_replayed(systems: Systems, session: Session) -> None:
    inbox.store(
        session, endpoint="oms:generic", delivery_key="old", headers={}, body=gzip.compress(BODY)[:-1], now=utcnow()
    )
    row = systems.understood()
    assert (row.state, row.error) == ("dead", "The packed body is cut short.")
    row.body = gzip.compress(BODY)
    session.flush()
    inbox.replay(session, row_id=row.id)
    session.refresh(row)
    assert systems.understood().state == "done"


def test_a_form_may_be_packed_as_well(systems: Systems, session: Session) -> None:
    fields = {"MessageSid": "SM1", "MessageStatus": "delivered", "To": "+34600000000"}
    form = urlencode(fields).encode()
    for body, headers in ((form, {}), (gzip.compress(form), {"Content_Encoding": "gzip"})):
        assert systems.text_report(body, fields, **headers).status_code == 202
    assert systems.text_report(gzip.compress(form + b"&a=1"), fields, Content_Encoding="gzip").status_code == 401
    assert session.scalar(select(func.count()).select_from(InboxRow)) == 1
    # Nobody knows the message, which is a word about the message and none about the form.
    assert "SM1" in (systems.understood().error or "")


def write(path: Path, content: bytes) -> str:
    path.write_bytes(content)
    return str(path)


@pytest.mark.parametrize(
    ("name", "pack"),
    [("orders.ndjson.gz", gzip.compress), ("orders.NDJSON.GZ", gzip.compress), ("orders.ndjson", gzip.compress),
     ("orders.jsonl.gz", bytes), ("orders.ndjson", bytes)],
)  # fmt: skip
def test_a_file_of_orders_may_be_packed(app: Flask, session: Session, tmp_path: Path, name: str, pack: Any) -> None:
    lines = b"".join(json.dumps(ORDER | {"number": f"N{at}"}).encode() + b"\n" for at in range(3))
    result = app.test_cli_runner().invoke(args=["portal", "orders", "import", write(tmp_path / name, pack(lines))])
    assert (result.exit_code, "3 created" in result.output) == (0, True), result.output
    assert list(tmp_path.iterdir()) == [tmp_path / name]
    assert session.scalar(select(func.count()).select_from(Order)) == 3


def test_a_packed_file_that_is_cut_short_gives_no_order(app: Flask, session: Session, tmp_path: Path) -> None:
    for content in (gzip.compress(BODY)[:-3], gzip.compress(BODY)[:20], gzip.compress(BODY) + b"more"):
        file = write(tmp_path / "orders.ndjson.gz", content)
        result = app.test_cli_runner().invoke(args=["portal", "orders", "import", file])
        assert result.exit_code == 2
        assert "orders.ndjson.gz: The packed file is damaged or cut short" in result.output
    assert session.scalar(select(func.count()).select_from(Order)) == 0
