"""Returns over HTTP: asked for, decided, received, refunded; the policy advises and says why."""

from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.clock import utcnow
from app.returns.models import Return
from app.tracking.services import fold_dirty
from tests.api.conftest import pointers

Document = dict[str, Any]
WISH: Document = {"order": "1001", "lines": [{"line": "1", "quantity": 1, "reason": "too_small"}], "method": "dropoff"}


@pytest.fixture
def delivered(api: FlaskClient, session: Session, document: Document) -> FlaskClient:
    """An order that arrived an hour ago, and the client that told it."""
    moment = utcnow().replace(microsecond=0)
    document["placed_at"] = document["updated_at"] = document["shipments"][0]["shipped_at"] = moment.isoformat()
    assert api.put("/api/v1/orders/1001", json=document).status_code == 201
    event = {"carrier": "correos_express", "tracking_number": "CX0000012345ES", "status": "delivered"}
    api.post("/api/v1/tracking-events", json=[event | {"occurred_at": moment.isoformat(), "description": "ENTREGADO"}])
    fold_dirty(session, now=moment)
    session.commit()
    return api


def test_eligibility_tells_every_line_with_reasons(delivered: FlaskClient) -> None:
    told = delivered.post("/api/v1/returns/eligibility", json={"order": "1001"})
    assert told.status_code == 200
    assert told.json["any_allowed"]
    line = told.json["lines"][0]
    assert (line["line"], line["left"], line["allowed"]) == ("1", 2, True)
    reason = next(each for each in line["reasons"] if each["reason"] == "too_small")
    assert reason["allowed"] and reason["until"] and "dropoff" in reason["fees"]


def test_eligibility_says_why_not(api: FlaskClient, document: Document) -> None:
    document["lines"][0]["final_sale"] = True
    document["shipments"] = []
    document["status"] = "preparing"
    api.put("/api/v1/orders/1001", json=document)
    line = api.post("/api/v1/returns/eligibility", json={"order": "1001"}).json["lines"][0]
    assert not line["allowed"]
    assert all(finding["words"] for finding in line["findings"])


def test_an_unknown_order_is_pointed_at(api: FlaskClient) -> None:
    assert pointers(api.post("/api/v1/returns/eligibility", json={"order": "none"})) == ["#/order"]
    assert pointers(api.post("/api/v1/returns", json=WISH | {"order": "none"})) == ["#/order"]


def test_a_return_runs_from_wish_to_refund(delivered: FlaskClient) -> None:
    made = delivered.post("/api/v1/returns", json=WISH)
    assert made.status_code == 201, made.json
    assert (made.json["decision"], made.json["goods"]) == ("approved", "awaiting")
    address = made.headers["Location"]
    receipt = {"id": "wms-1", "lines": [{"line": "1", "quantity": 1, "grade": "as_new"}]}
    received = delivered.post(f"{address}/receipts", json=receipt)
    assert received.status_code == 200, received.json
    assert received.json["receipts"][0]["lines"][0]["disposition"] == "restock"
    refund = received.json["refunds"][0]
    assert (refund["state"], refund["currency"]) == ("due", "EUR")
    assert refund["amount"] == made.json["quote"]["total"]
    paid = delivered.post(f"{address}/refunds", json={"reference": "psp-1", "amount": refund["amount"]})
    assert paid.json["refunds"][0]["state"] == "paid"
    again = delivered.post(f"{address}/refunds", json={"reference": "psp-1"})
    assert again.status_code == 200
    assert len(again.json["refunds"]) == 1
    assert delivered.post(f"{address}/refunds", json={"reference": "psp-2"}).status_code == 409
    assert delivered.get(address).json["refunds"] == again.json["refunds"]


def test_a_receipt_told_twice_counts_once(delivered: FlaskClient) -> None:
    address = delivered.post("/api/v1/returns", json=WISH).headers["Location"]
    receipt = {"id": "wms-1", "lines": [{"line": "1", "quantity": 1, "grade": "as_new"}]}
    for _ in range(2):
        told = delivered.post(f"{address}/receipts", json=receipt)
    assert len(told.json["receipts"]) == 1


def test_an_amount_that_is_not_due_is_refused(delivered: FlaskClient) -> None:
    address = delivered.post("/api/v1/returns", json=WISH).headers["Location"]
    assert delivered.post(f"{address}/refunds", json={"reference": "psp-1"}).status_code == 409
    delivered.post(f"{address}/receipts", json={"id": "w", "lines": [{"line": "1", "quantity": 1, "grade": "worn"}]})
    assert pointers(delivered.post(f"{address}/refunds", json={"reference": "x", "amount": 1})) == ["#/amount"]
    assert pointers(delivered.post(f"{address}/refunds", json={"reference": "x", "refund": "no"})) == ["#/refund"]


def test_what_does_not_fit_is_refused_with_pointers(delivered: FlaskClient) -> None:
    line = {"line": "1", "quantity": 3, "reason": "too_small"}
    assert pointers(delivered.post("/api/v1/returns", json=WISH | {"lines": [line]})) == ["#/lines/0/quantity"]
    assert pointers(delivered.post("/api/v1/returns", json=WISH | {"method": "drone"})) == ["#/method"]
    assert pointers(delivered.post("/api/v1/returns", json=WISH | {"point": {"network": "x", "id": "1"}})) == [
        "#/point"
    ]


def test_an_override_with_a_reason_takes_what_the_policy_refuses(api: FlaskClient, document: Document) -> None:
    document["lines"][0]["final_sale"] = True
    document["status"] = "completed"
    document["shipments"] = []
    api.put("/api/v1/orders/1001", json=document)
    assert api.post("/api/v1/returns", json=WISH).status_code == 422
    made = api.post("/api/v1/returns", json=WISH | {"override": "Long-standing customer"})
    assert made.status_code == 201
    assert (made.json["decision"], made.json["decision_reason"]) == ("approved", "Long-standing customer")
    assert made.json["decided_by"] == "api:tests"


def test_a_return_is_rejected_with_a_reason_or_cancelled(delivered: FlaskClient) -> None:
    address = delivered.post("/api/v1/returns", json=WISH).headers["Location"]
    assert pointers(delivered.post(f"{address}/rejection", json={})) == ["#/reason"]
    assert delivered.post(f"{address}/rejection", json={"reason": "Worn"}).json["decision"] == "rejected"
    assert delivered.post(f"{address}/cancellation").status_code == 409
    assert delivered.post(f"{address}/approval", json={}).json["decision"] == "approved"
    assert delivered.post(f"{address}/cancellation").json["decision"] == "cancelled"
    assert delivered.post(f"{address}/cancellation", json={}).json["decision"] == "cancelled"


def test_returns_are_listed_and_chosen(delivered: FlaskClient) -> None:
    ref = delivered.post("/api/v1/returns", json=WISH).json["ref"]
    for query in ("", "?order=1001", "?decision=approved", "?goods=awaiting&limit=1"):
        assert [each["ref"] for each in delivered.get(f"/api/v1/returns{query}").json["returns"]] == [ref]
    assert delivered.get("/api/v1/returns?decision=rejected").json["returns"] == []
    assert delivered.get("/api/v1/returns?decision=perhaps").status_code == 422


def test_an_idempotent_return_is_made_once(delivered: FlaskClient, session: Session) -> None:
    for _ in range(2):
        made = delivered.post("/api/v1/returns", json=WISH, headers={"Idempotency-Key": "r1"})
    assert made.status_code == 201
    assert session.scalar(select(func.count()).select_from(Return)) == 1
