"""Returns over HTTP: asked for, decided, received, refunded; the policy advises and says why."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.brands.models import Brand
from app.core.clock import utcnow
from app.returns import services
from app.returns.models import Refund, Return
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
    response = delivered.post("/api/v1/returns/eligibility", json={"order": "1001"})
    assert response.status_code == 200
    assert response.json["any_allowed"]
    line = response.json["lines"][0]
    assert (line["line"], line["left"], line["allowed"]) == ("1", 2, True)
    reason = next(each for each in line["reasons"] if each["reason"] == "too_small")
    assert reason["allowed"] and reason["until"] and "dropoff" in reason["fees"]


def test_eligibility_tells_what_the_shops_own_system_gave_back(
    delivered: FlaskClient, session: Session, document: Document
) -> None:
    before = delivered.post("/api/v1/returns/eligibility", json={"order": "1001"}).json
    assert (before["given_back_elsewhere"], before["lines"][0]["returned_elsewhere"]) == (0, 0)
    made_there = {"id": "rt_1", "status": "received", "lines": [{"line": "1", "quantity": 2}]}
    later = (utcnow() + timedelta(seconds=5)).isoformat()
    later_document = document | {
        "updated_at": later,
        "refunds": [{"id": "re_1", "amount": 500}],
        "returns": [made_there],
    }
    assert delivered.put("/api/v1/orders/1001", json=later_document).status_code == 200
    after = delivered.post("/api/v1/returns/eligibility", json={"order": "1001"}).json
    assert (after["given_back_elsewhere"], after["left_to_refund"]) == (500, before["left_to_refund"] - 500)
    line = after["lines"][0]
    assert (line["left"], line["returned_elsewhere"], line["allowed"]) == (0, 2, False)
    assert [finding["words"] for finding in line["findings"]] == [
        "It was returned through the shop, or is being returned there."
    ]
    refused = delivered.post("/api/v1/returns", json=WISH)
    assert refused.status_code == 422
    assert "It was returned through the shop, or is being returned there." in refused.text


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
        response = delivered.post(f"{address}/receipts", json=receipt)
    assert len(response.json["receipts"]) == 1


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


def a_return(api: FlaskClient, quantity: int = 1, line: str = "1") -> str:
    wish = WISH | {"lines": [{"line": line, "quantity": quantity, "reason": "too_small"}]}
    made = api.post("/api/v1/returns", json=wish)
    assert made.status_code == 201, made.json
    return str(made.json["ref"])


def receive(api: FlaskClient, ref: str, quantity: int, **more: Any) -> Document:
    receipt = {"id": "w1", "lines": [{"line": "1", "quantity": quantity, "grade": "as_new"}]} | more
    response = api.post(f"/api/v1/returns/{ref}/receipts", json=receipt)
    assert response.status_code == 200, response.json
    return dict(response.json)


def refunds(return_: Document) -> list[tuple[str, str, int]]:
    return [(refund["id"][-2:], refund["state"], refund["amount"]) for refund in return_["refunds"]]


@pytest.fixture
def dropped(delivered: FlaskClient, document: Document) -> Document:
    """Ask for the return of a line, then take the line out of the order."""
    mug = document["lines"][0] | {"id": "2", "title": "Taza"}
    later = (utcnow() + timedelta(minutes=1)).isoformat()
    made = a_return(delivered, 2)
    order = document | {"lines": [mug], "shipments": [], "updated_at": later}
    assert delivered.put("/api/v1/orders/1001", json=order).status_code == 200
    return {"ref": made}


def test_a_line_that_is_gone_breaks_neither_the_list_nor_any_action(delivered: FlaskClient, dropped: Document) -> None:
    ref = dropped["ref"]
    for response in (
        delivered.get(f"/api/v1/returns/{ref}"),
        delivered.post(f"/api/v1/returns/{ref}/approval", json={}),
    ):
        assert (response.status_code, response.json["lines"][0]["line"]) == (200, "1")
    assert delivered.get("/api/v1/returns").json["returns"][0]["lines"][0]["line"] == "1"
    response = receive(delivered, ref, 2)
    assert (refunds(response), response["receipts"][0]["lines"][0]["line"]) == ([("-1", "due", 4475)], "1")
    assert response["receipts"][0]["odd"] == ["line_gone"]


def test_a_return_of_a_line_that_is_gone_can_be_cancelled(delivered: FlaskClient, dropped: Document) -> None:
    response = delivered.post(f"/api/v1/returns/{dropped['ref']}/cancellation", json={})
    assert (response.status_code, response.json["decision"]) == (200, "cancelled")


def test_a_word_that_nobody_knows_any_more_does_not_take_the_list_with_it(
    delivered: FlaskClient, session: Session
) -> None:
    a_return(delivered)
    return_ = session.scalars(select(Return)).one()
    return_.verdict = {
        "answer": "no",
        "findings": [{"answer": "no", "code": "from_another_time"}, {"code": "window_over"}],
    }
    session.commit()
    response = delivered.get("/api/v1/returns")
    assert [one["words"] for one in response.json["returns"][0]["findings"]] == ["from_another_time", "window_over"]


def test_too_many_pieces_are_booked_and_set_aside(delivered: FlaskClient) -> None:
    return_ = receive(delivered, a_return(delivered), 50)
    lines = [(line["quantity"], line["disposition"]) for line in return_["receipts"][0]["lines"]]
    assert (lines, return_["receipts"][0]["odd"]) == ([(1, "restock"), (49, "set_aside")], ["more_than_announced"])
    assert refunds(return_) == [("-1", "due", 1990)]


def test_a_receipt_is_corrected_by_one_that_names_it(delivered: FlaskClient) -> None:
    ref = a_return(delivered, 2)
    receive(delivered, ref, 2)
    return_ = receive(delivered, ref, 1, id="w2", corrects="w1")
    assert [(one["id"], one["voided"]) for one in return_["receipts"]] == [("w1", True), ("w2", False)]
    assert refunds(return_) == [("-1", "void", 4475), ("-2", "due", 1990)]
    assert return_["refunds"][1]["replaces"] == return_["refunds"][0]["id"]
    lines = [{"line": "1", "quantity": 1, "grade": "as_new"}]
    unknown = {"id": "w3", "corrects": "w9", "lines": lines}
    assert pointers(delivered.post(f"/api/v1/returns/{ref}/receipts", json=unknown)) == ["#/corrects"]


def test_a_person_pays_another_amount_inside_what_was_paid(delivered: FlaskClient) -> None:
    ref = a_return(delivered, 2)
    receive(delivered, ref, 2)
    path, why = f"/api/v1/returns/{ref}/amount", {"reason": "Una venía usada."}
    assert pointers(delivered.post(path, json=why | {"amount": 10**9})) == ["#/amount"]
    assert pointers(delivered.post(path, json=why | {"amount": 1, "refund": "X-1"})) == ["#/refund"]
    return_ = delivered.post(path, json=why | {"amount": 1500, "refund": f"{ref}-1"}).json
    assert refunds(return_) == [("-1", "void", 4475), ("-2", "due", 1500)]
    assert (return_["refunds"][0]["void_reason"], return_["refunds"][0]["replaces"]) == ("Una venía usada.", None)
    assert return_["refunds"][1]["breakdown"]["parts"][-1] == {
        "kind": "by_hand", "amount": -2975, "line": None, "quantity": None,
    }  # fmt: skip
    assert refunds(delivered.post(path, json=why | {"amount": 2000}).json)[1:] == [
        ("-2", "due", 1500),
        ("-3", "due", 500),
    ]


def test_a_void_refund_is_neither_paid_nor_due_again(delivered: FlaskClient) -> None:
    ref = a_return(delivered, 2)
    receive(delivered, ref, 2)
    path, void = f"/api/v1/returns/{ref}/amount", {"refund": f"{ref}-1", "amount": 0, "reason": "Pagado en tienda."}
    assert refunds(delivered.post(path, json=void).json) == [("-1", "void", 4475)]
    assert delivered.post(path, json=void).status_code == 409
    pay = {"refund": f"{ref}-1", "reference": "TR-1"}
    assert delivered.post(f"/api/v1/returns/{ref}/refunds", json=pay).status_code == 409
    assert delivered.post(f"/api/v1/returns/{ref}/refunds", json={"reference": "TR-1"}).status_code == 409
    assert refunds(receive(delivered, ref, 1, id="w2")) == [("-1", "void", 4475)]


def test_a_large_refund_is_booked_by_no_key_before_staff_agreed_to_it(
    delivered: FlaskClient, key_with: Callable[..., FlaskClient], session: Session
) -> None:
    ref = a_return(delivered, 2)
    receive(delivered, ref, 2)
    session.query(Brand).one().policy = {"second_person_above": 1000}
    session.commit()
    path, pay = f"/api/v1/returns/{ref}/refunds", {"reference": "psp-1"}
    assert delivered.post(f"/api/v1/returns/{ref}/approval", json={}).status_code == 200
    for system in (delivered, key_with("returns:write")):
        refused = system.post(path, json=pay)
        assert refused.status_code == 409
        assert "by staff with the role support or admin, in the console" in refused.json["detail"]
    assert refunds(delivered.get(f"/api/v1/returns/{ref}").json) == [("-1", "due", 4475)]
    services.approve_refund(session, session.query(Refund).one().id, by="ana@shop.example", now=utcnow())
    session.commit()
    assert refunds(delivered.post(path, json=pay).json) == [("-1", "paid", 4475)]


def test_lines_are_added_up_to_what_was_sold(delivered: FlaskClient) -> None:
    ref = a_return(delivered)
    path, why = f"/api/v1/returns/{ref}/lines", {"reason": "Venían dos."}
    assert pointers(delivered.post(path, json=why | {"lines": [{"line": "1", "quantity": 2}]})) == [
        "#/lines/0/quantity"
    ]
    twice = [{"line": "1", "quantity": 1}, {"line": "1", "quantity": 1}]
    assert pointers(delivered.post(path, json=why | {"lines": twice})) == ["#/lines/1/line"]
    return_ = delivered.post(path, json=why | {"lines": [{"line": "1", "quantity": 1}]}).json
    assert ([line["quantity"] for line in return_["lines"]], return_["quote"]["total"]) == ([2], 3980)


def test_rejected_goods_go_back(delivered: FlaskClient) -> None:
    ref = a_return(delivered)
    assert delivered.post(f"/api/v1/returns/{ref}/sending-back", json={}).status_code == 409
    missing = [{"line": "1", "quantity": 1, "grade": "none"}]
    receive(delivered, ref, 1, lines=missing)
    receive(delivered, ref, 1, id="w2", lines=[{"description": "Ladrillo", "quantity": 1, "grade": "worn"}])
    delivered.post(f"/api/v1/returns/{ref}/rejection", json={"reason": "Venía un ladrillo."})
    return_ = delivered.post(f"/api/v1/returns/{ref}/sending-back", json={}).json
    assert (return_["decision"], return_["goods"], all(one["voided"] for one in return_["receipts"])) == (
        "rejected", "sent_back", True,
    )  # fmt: skip
