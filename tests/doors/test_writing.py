"""How bodies are written: marks, charsets and types that clients name, names that stand twice, what is no number."""

import json
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.api.v1.examples import EVENTS, ORDER
from app.orders.models import Order
from tests.doors.systems import HOOKS, Systems

BOM = b"\xef\xbb\xbf"
TEXT = json.dumps(ORDER | {"purchase_order": "Zoë Muñoz"}, ensure_ascii=False)
BODY = TEXT.encode()
# A body and the charset that its sender names.
WRITINGS = {
    "UTF-8": (BODY, "utf-8"),
    "UTF-8 with a mark": (BOM + BODY, "utf-8"),
    "a mark and a charset that is wrong": (BOM + BODY, "iso-8859-1"),
    "UTF-16 with a mark": (TEXT.encode("utf-16"), ""),
    "UTF-16, the other order": (b"\xfe\xff" + TEXT.encode("utf-16-be"), "utf-16"),
    "UTF-16 by its name": (TEXT.encode("utf-16-le"), "utf-16le"),
    "Latin 1": (TEXT.encode("latin-1"), "ISO-8859-1"),
    "Windows": (TEXT.encode("cp1252"), "windows-1252"),
    "Latin 9": (TEXT.encode("iso-8859-15"), "iso8859-15"),
}
CASE = Path(__file__).parents[3] / "shared" / "cases" / "19-json-with-bom" / "bom.json"


def kind_of(charset: str) -> str:
    return "application/json" + (f"; charset={charset}" if charset else "")


def names(session: Session) -> list[str | None]:
    return list(session.scalars(select(Order.purchase_order)))


@pytest.mark.parametrize("writing", WRITINGS)
def test_the_interface_reads_one_text_however_it_is_written(systems: Systems, session: Session, writing: str) -> None:
    body, charset = WRITINGS[writing]
    assert systems.call("PUT", "/orders/1001", body, Content_Type=kind_of(charset)).status_code == 201
    assert names(session) == ["Zoë Muñoz"]


@pytest.mark.parametrize("writing", WRITINGS)
def test_the_signed_webhook_reads_one_text_however_it_is_written(
    systems: Systems, session: Session, writing: str
) -> None:
    body, charset = WRITINGS[writing]
    assert systems.push("oms", body, more={"Content-Type": kind_of(charset)}).status_code == 202
    row = systems.understood()
    assert (row.state, row.body) == ("done", body)
    assert names(session) == ["Zoë Muñoz"]


@pytest.mark.skipif(not CASE.is_file(), reason="the shared cases are not here")
def test_a_document_of_a_real_system_with_a_mark_comes_in_by_both_ways(systems: Systems, session: Session) -> None:
    body = CASE.read_bytes()
    assert body.startswith(BOM)
    number = json.loads(body)["number"]
    assert systems.call("PUT", f"/orders/{number}", body, Content_Type="application/json").status_code == 201
    assert systems.push("oms", body).status_code == 202
    assert systems.understood().state == "done"


@pytest.mark.parametrize("door", HOOKS)
def test_a_mark_before_the_json_of_a_hook_changes_nothing(systems: Systems, door: str) -> None:
    for at, body in enumerate((b'{"a": 1}', BOM + b'{"a": 1}', '{"a": 1}'.encode("utf-16"))):
        systems.push(door, body, name=f"m{at}")
    reasons = set()
    for _ in range(3):
        row = systems.understood()
        reasons.add(row.error)
        systems.session.delete(row)
        systems.session.flush()
    assert len(reasons) == 1
    assert "not JSON" not in str(reasons)


def test_each_line_may_have_a_mark_before_it(systems: Systems, app: Flask, session: Session, tmp_path: Path) -> None:
    lines = [json.dumps(ORDER | {"number": f"N{at}"}).encode() for at in range(3)]
    body = BOM + (b"\n" + BOM).join(lines) + b"\n" + BOM + b"\n"
    answer = systems.call("POST", "/orders/batch", body, Content_Type="application/x-ndjson")
    assert answer.json["accepted"] == 3
    file = tmp_path / "o.ndjson"
    file.write_bytes(body)
    result = app.test_cli_runner().invoke(args=["portal", "orders", "import", str(file)])
    assert "0 created, 0 updated, 3 unchanged, 0 refused" in result.output


@pytest.mark.parametrize(
    ("kind", "status"),
    [
        ("application/json", 201), ("APPLICATION/JSON", 201), ("application/json; charset=utf-8", 201),
        ("application/json;charset=UTF8", 201), ('application/json; charset="UTF-8"', 201), ("text/json", 201),
        ("application/vnd.shop.order+json", 201), ("application/ld+json; profile=x", 201), ("text/plain", 201),
        ("text/plain; charset=utf-8", 201), ("application/x-www-form-urlencoded", 201), ("", 201), ("*/*", 201),
        ("application/octet-stream", 201), ("application/json, application/json", 201),
        ("application/json; charset=klingon", 201),
        ("multipart/form-data; boundary=x", 415), ("application/xml", 415), ("text/xml", 415), ("text/html", 415),
        ("text/csv", 415), ("application/x-ndjson", 415), ("image/png", 415), ("application/pdf", 415),
    ],
)  # fmt: skip
def test_what_is_surely_json_is_read_whatever_type_a_client_names(systems: Systems, kind: str, status: int) -> None:
    assert systems.call("PUT", "/orders/1001", BODY, Content_Type=kind).status_code == status


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "application/octet-stream", ""])
@pytest.mark.parametrize("body", [b"a=1", b"{", b'"x"', b"<a/>", b"number=1001&status=shipped", b"\xef\xbb\xbfa"])
def test_what_is_not_surely_json_needs_its_type(systems: Systems, kind: str, body: bytes) -> None:
    status = 400 if body == b"{" else 415
    assert systems.call("PUT", "/orders/1001", body, Content_Type=kind).status_code == status


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"])
def test_what_a_page_of_a_browser_can_send_opens_nothing_without_a_key(client: FlaskClient, kind: str) -> None:
    for headers in ({}, {"Sec-Fetch-Site": "cross-site", "Cookie": "session=x"}):
        for path in ("/api/v1/orders/batch", "/api/v1/returns", "/api/v1/webhooks"):
            answer = client.post(path, data=BODY, content_type=kind, headers=headers)
            assert answer.status_code == 401
            assert not any(name.lower().startswith("access-control") for name, _ in answer.headers)


@pytest.mark.parametrize(
    ("charset", "status"),
    [("", 400), ("utf-8", 400), ("klingon", 415), ("ebcdic-cp-es", 415), ("shift_jis", 415), ("iso-8859-1", 201)],
)
def test_bytes_that_are_no_utf_8_need_a_charset_that_is_taken(systems: Systems, charset: str, status: int) -> None:
    answer = systems.call("PUT", "/orders/1001", TEXT.encode("latin-1"), Content_Type=kind_of(charset))
    assert answer.status_code == status
    if status >= 400:
        assert "UTF-8" in answer.json["detail"]


@pytest.mark.parametrize("kind", ["application/xml", "text/html", "application/x-www-form-urlencoded", "nonsense", ""])
def test_a_hook_does_not_care_about_the_type(systems: Systems, kind: str) -> None:
    assert systems.push("oms", BODY, more={"Content-Type": kind}).status_code == 202
    assert systems.understood().state == "done"


def twice(document: Any, name: str, value: Any) -> bytes:
    """The document with one more member at the end of its outermost object."""
    return (json.dumps(document)[:-1] + f", {json.dumps(name)}: {json.dumps(value)}}}").encode()


def test_a_name_that_stands_twice_is_refused_at_every_door_in_the_same_words(
    systems: Systems, app: Flask, tmp_path: Path
) -> None:
    body = twice(ORDER, "status", "cancelled")
    words = "The name «status» stands twice in the same object, and two readers would each take another of the two"
    alone = systems.call("PUT", "/orders/1001", body, Content_Type="application/json")
    assert (alone.status_code, alone.json["errors"]) == (422, [{"pointer": "#/status", "detail": words}])
    assert systems.push("oms", body).status_code == 202
    row = systems.understood()
    assert (row.state, row.error) == ("dead", f"#/status: {words}")
    event = b'{"type": "order.updated", "timestamp": "x", "data": ' + body + b"}"
    systems.push("oms", event)
    assert systems.understood().error == f"#/data/status: {words}"
    for door in ("aftership", "sendgrid"):
        systems.push(door, body)
        assert systems.understood().error == f"#/status: {words}"
    (tmp_path / "o.ndjson").write_bytes(b"\n" + body)
    result = app.test_cli_runner().invoke(args=["portal", "orders", "import", str(tmp_path / "o.ndjson")])
    assert f"line 2: #/status: {words}" in result.output.splitlines()


def test_one_document_of_a_batch_with_a_name_twice_is_refused_alone(systems: Systems) -> None:
    good, bad = json.dumps(ORDER | {"number": "good"}).encode(), twice(ORDER | {"number": "bad"}, "status", "shipped")
    for body, kind, place in (
        (b"[" + good + b"," + bad + b"]", "application/json", "#/1/status"),
        (b'{"orders": [' + good + b"," + bad + b"]}", "application/json", "#/orders/1/status"),
        (good + b"\n" + bad, "application/x-ndjson", "#/1/status"),
    ):
        answer = systems.call("POST", "/orders/batch", body, Content_Type=kind)
        assert [result["status"] // 100 for result in answer.json["results"]] == [2, 4]
        assert [error["pointer"] for error in answer.json["results"][1]["errors"]] == [place]
    for body in (b'{"orders": [' + good + b'], "orders": [' + bad + b"]}", b'{"orders": [], "orders": 3}'):
        assert systems.call("POST", "/orders/batch", body, Content_Type="application/json").status_code == 422


def test_five_hundred_documents_with_a_name_twice_are_all_refused(systems: Systems) -> None:
    orders = [twice({"number": f"N{at}"}, "number", "x") for at in range(500)]
    answer = systems.call("POST", "/orders/batch", b"[" + b",".join(orders) + b"]", Content_Type="application/json")
    assert (answer.status_code, answer.json["accepted"]) == (422, 0)


def test_one_scan_of_a_batch_with_a_name_twice_is_refused_alone(systems: Systems) -> None:
    good, bad = json.dumps(EVENTS[0]).encode(), twice(EVENTS[0], "status", "delivered")
    answer = systems.call("POST", "/tracking-events", b"[" + bad + b"," + good + b"]", Content_Type="application/json")
    assert [result["status"] for result in answer.json["results"]] == [422, 201]
    assert [error["pointer"] for error in answer.json["results"][0]["errors"]] == ["#/0/status"]


def test_everything_wrong_with_a_document_is_told_with_the_name_that_stands_twice(systems: Systems) -> None:
    body = twice(ORDER | {"colour": 1, "status": "gone"}, "status", "nowhere")
    answer = systems.call("PUT", "/orders/1001", body, Content_Type="application/json")
    assert sorted(error["pointer"] for error in answer.json["errors"]) == ["#/colour", "#/status"]
    systems.push("oms", body)
    assert all(place in (systems.understood().error or "") for place in ("#/status: ", "; #/colour: "))
