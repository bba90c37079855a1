"""Orders over HTTP: taken in whole, once, never backwards, and told again."""

import json
from collections.abc import Callable
from typing import Any

from flask.testing import FlaskClient

from tests.api.conftest import pointers

Document = dict[str, Any]


def test_an_order_is_created_and_told_again(api: FlaskClient, document: Document) -> None:
    made = api.put("/api/v1/orders/1001", json=document)
    assert made.status_code == 201
    assert made.json["applied"] and made.json["created"]
    assert made.headers["Location"] == "/api/v1/orders/1001"
    order = api.get("/api/v1/orders/1001").json
    assert order["ref"] == made.json["ref"]
    assert order["customer"]["email"] == "lucia@example.com"
    assert order["customer"]["id"] == "c-9"
    assert order["lines"][0]["unit_price"] == 1990
    assert order["promise"] == {"from": "2026-11-04", "until": "2026-11-06", "source": None}
    shipment = order["shipments"][0]
    assert (shipment["id"], shipment["tracking_number"]) == ("s1", "CX0000012345ES")
    assert shipment["lines"] == [{"line": "1", "quantity": 2}]
    assert order["state"] == shipment["state"]


def test_the_same_document_again_is_no_news(api: FlaskClient, document: Document) -> None:
    api.put("/api/v1/orders/1001", json=document)
    again = api.put("/api/v1/orders/1001", json=document)
    assert again.status_code == 200
    assert not again.json["created"]


def test_an_older_document_changes_nothing(api: FlaskClient, document: Document) -> None:
    api.put("/api/v1/orders/1001", json=document)
    document |= {"updated_at": "2026-11-01T12:00:00+01:00", "status": "cancelled"}
    older = api.put("/api/v1/orders/1001", json=document)
    assert older.status_code == 200
    assert older.json["applied"] is False
    assert api.get("/api/v1/orders/1001").json["status"] == "shipped"


def test_the_number_in_the_address_must_be_the_documents(api: FlaskClient, document: Document) -> None:
    refused = api.put("/api/v1/orders/1002", json=document)
    assert refused.status_code == 422
    assert pointers(refused) == ["#/number"]


def test_a_number_with_a_slash_has_an_address(api: FlaskClient, document: Document) -> None:
    document["number"] = "2026/11-7"
    assert api.put("/api/v1/orders/2026/11-7", json=document).status_code == 201
    assert api.get("/api/v1/orders/2026/11-7").json["number"] == "2026/11-7"


def test_every_fault_has_a_pointer(api: FlaskClient, document: Document) -> None:
    document["colour"] = "blue"
    document["lines"][0]["quantity"] = -1
    document["shipments"][0]["weight"] = 3
    refused = api.put("/api/v1/orders/1001", json=document)
    assert refused.status_code == 422
    assert set(pointers(refused)) == {"#/colour", "#/lines/0/quantity", "#/shipments/0/weight"}
    assert api.get("/api/v1/orders/1001").status_code == 404


def test_an_unknown_brand_is_refused_with_a_pointer(api: FlaskClient, document: Document) -> None:
    document["brand"] = "nobody"
    assert pointers(api.put("/api/v1/orders/1001", json=document)) == ["#/brand"]


def test_no_brand_is_the_default_brand(api: FlaskClient, document: Document) -> None:
    api.put("/api/v1/orders/1001", json=document)
    assert api.get("/api/v1/orders/1001?brand=demo").json["brand"] == "demo"
    assert api.get("/api/v1/orders/1001?brand=other").status_code == 404


def _many(document: Document, count: int) -> list[Document]:
    return [document | {"number": f"B{at}"} for at in range(count)]


def test_a_batch_keeps_the_good_ones(api: FlaskClient, document: Document) -> None:
    batch = _many(document, 3)
    batch[1] = batch[1] | {"currency": "EURO"}
    answer = api.post("/api/v1/orders/batch", json=batch)
    assert answer.status_code == 200
    assert (answer.json["accepted"], answer.json["refused"]) == (2, 1)
    assert [result["status"] for result in answer.json["results"]] == [201, 422, 201]
    assert answer.json["results"][1]["errors"][0]["pointer"] == "#/1/currency"
    assert api.get("/api/v1/orders/B0").status_code == 200
    assert api.get("/api/v1/orders/B1").status_code == 404


def test_a_batch_may_be_ndjson_or_an_object(api: FlaskClient, document: Document) -> None:
    lines = "\n".join(json.dumps(each) for each in _many(document, 2)) + "\n"
    response = api.post("/api/v1/orders/batch", data=lines, content_type="application/x-ndjson")
    assert response.json["accepted"] == 2
    wrapped = api.post("/api/v1/orders/batch", json={"orders": [document | {"currency": "?"}, document]})
    assert wrapped.json["results"][0]["errors"][0]["pointer"] == "#/orders/0/currency"


def test_a_batch_without_one_good_document_is_refused_as_a_whole(api: FlaskClient, document: Document) -> None:
    refused = api.post("/api/v1/orders/batch", json=[document | {"status": "gone"}])
    assert refused.status_code == 422
    assert pointers(refused) == ["#/0/status"]
    assert refused.json["results"][0]["status"] == 422


def test_a_batch_has_one_to_five_hundred_documents(api: FlaskClient) -> None:
    assert api.post("/api/v1/orders/batch", json=[]).status_code == 422
    assert api.post("/api/v1/orders/batch", json=[{}] * 501).status_code == 422
    assert api.post("/api/v1/orders/batch", json={"number": "1"}).status_code == 422


def test_pages_lead_through_all_orders_once(api: FlaskClient, document: Document) -> None:
    api.post("/api/v1/orders/batch", json=_many(document, 5))
    seen: list[str] = []
    address: str | None = "/api/v1/orders?limit=2"
    while address:
        page = api.get(address)
        seen += [order["number"] for order in page.json["orders"]]
        link = page.headers.get("Link")
        assert bool(link) == bool(page.json["next"])
        address = link[1 : link.index(">")] if link else None
    assert seen == ["B0", "B1", "B2", "B3", "B4"]


def test_a_page_holds_fifty_unless_another_number_is_asked_for(api: FlaskClient, document: Document) -> None:
    api.post("/api/v1/orders/batch", json=_many(document, 51))
    sizes = {ask: len(api.get(f"/api/v1/orders{ask}").json["orders"]) for ask in ("", "?limit=51", "?limit=1")}
    assert sizes == {"": 50, "?limit=51": 51, "?limit=1": 1}


def test_only_what_changed_since_is_listed(api: FlaskClient, document: Document) -> None:
    api.put("/api/v1/orders/1001", json=document)
    assert len(api.get("/api/v1/orders?updated_since=2020-01-01T00:00:00Z").json["orders"]) == 1
    assert api.get("/api/v1/orders?updated_since=2090-01-01T00:00:00Z").json["orders"] == []


def test_an_unchanged_order_is_not_sent_again(api: FlaskClient, document: Document) -> None:
    api.put("/api/v1/orders/1001", json=document)
    etag = api.get("/api/v1/orders/1001").headers["ETag"]
    unchanged = api.get("/api/v1/orders/1001", headers={"If-None-Match": etag})
    assert (unchanged.status_code, unchanged.data) == (304, b"")
    document |= {"updated_at": "2026-11-03T08:00:00+01:00", "status": "completed"}
    api.put("/api/v1/orders/1001", json=document)
    assert api.get("/api/v1/orders/1001", headers={"If-None-Match": etag}).status_code == 200


def test_reading_needs_its_own_scope(key_with: Callable[..., FlaskClient], document: Document) -> None:
    writer = key_with("orders:write")
    assert writer.put("/api/v1/orders/1001", json=document).status_code == 201
    refused = writer.get("/api/v1/orders/1001")
    assert refused.status_code == 403
    assert "orders:read" in refused.json["detail"]
