"""Orders are edited after a return was asked for: lines leave, parcels come again, the order goes; nothing breaks."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.clock import utcnow
from app.oms.intake import receive_order
from app.orders.models import Order
from app.orders.services import whole_order
from app.returns.policy.order_facts import order_facts
from app.returns.services import eligibility
from app.tracking.models import Shipment
from app.tracking.services import fold_dirty
from app.tracking.states import ShipmentState
from tests.orders.build import GOOD, document
from tests.returns.elsewhere.sale import line, totals
from tests.returns.stage import scan, sign_in

Document = dict[str, Any]
TWO_LINES = [line("1", 1, 1000), line("2", 1, 500)]


@pytest.fixture
def edited(api: FlaskClient, session: Session) -> Document:
    """An order of two things that arrived; tells itself anew with changes."""
    moment = utcnow().replace(microsecond=0)
    parcel = GOOD["shipments"][0] | {"tracking_number": "CX0000012345ES", "lines": []}
    parcel |= {"label_created_at": (moment - timedelta(days=3)).isoformat()}
    times = {
        "placed_at": (moment - timedelta(days=4)).isoformat(),
        "updated_at": (moment - timedelta(days=1)).isoformat(),
    }
    first = GOOD | times | {"status": "shipped", "lines": TWO_LINES, "totals": totals(1500, 1500), "payments": []}
    first |= {"shipments": [parcel]}
    assert api.put("/api/v1/orders/1001", json=first).status_code == 201
    event = {"carrier": "correos_express", "tracking_number": "CX0000012345ES", "status": "delivered"}
    api.post("/api/v1/tracking-events", json=[event | {"occurred_at": (moment - timedelta(hours=5)).isoformat()}])
    fold_dirty(session, now=moment)
    session.commit()
    return first | {"updated_at": moment.isoformat()}


def standing(api: FlaskClient) -> str:
    """A return of the first line, approved."""
    wish = {"order": "1001", "lines": [{"line": "1", "quantity": 1, "reason": "too_small"}], "method": "dropoff"}
    made = api.post("/api/v1/returns", json=wish)
    assert made.status_code == 201, made.json
    return str(made.headers["Location"])


EDITS: dict[str, Document] = {
    "dropped": {"lines": TWO_LINES[1:], "totals": totals(500, 1500)},
    "set to none": {"lines": [TWO_LINES[0] | {"quantity": 0}, TWO_LINES[1]], "totals": totals(500, 1500)},
    "cancelled": {"lines": [TWO_LINES[0] | {"cancelled": 1}, TWO_LINES[1]]},
    "counted as returned": {"lines": [TWO_LINES[0] | {"returned": 1}, TWO_LINES[1]]},
    "all dropped": {"lines": [], "totals": totals(0, 1500)},
    "the order cancelled": {"status": "cancelled"},
    "the order removed": {"removed": True, "status": "cancelled"},
}


@pytest.mark.parametrize("edit", EDITS)
def test_a_return_of_what_the_shop_takes_out_goes_on_to_its_refund(
    api: FlaskClient, edited: Document, edit: str
) -> None:
    address = standing(api)
    answer = api.put("/api/v1/orders/1001", json=edited | EDITS[edit])
    assert answer.status_code == 200, answer.json
    assert api.get("/api/v1/returns").json["returns"][0]["lines"][0]["line"] == "1"
    assert api.get(address).json["lines"][0]["quantity"] == 1
    assert api.post("/api/v1/returns/eligibility", json={"order": "1001"}).status_code == 200
    receipt = {"id": "w1", "lines": [{"line": "1", "quantity": 1, "grade": "as_new"}]}
    received = api.post(f"{address}/receipts", json=receipt)
    assert (received.status_code, received.json["goods"]) == (200, "inspected"), received.json
    assert [(one["state"], one["amount"]) for one in received.json["refunds"]] == [("due", 1000)]
    assert api.post(f"{address}/refunds", json={"reference": "psp-1"}).json["refunds"][0]["state"] == "paid"


@pytest.mark.parametrize("edit", EDITS)
@pytest.mark.parametrize("end", ["rejection", "cancellation"])
def test_a_return_of_what_the_shop_takes_out_can_be_ended(
    api: FlaskClient, edited: Document, edit: str, end: str
) -> None:
    address = standing(api)
    assert api.put("/api/v1/orders/1001", json=edited | EDITS[edit]).status_code == 200
    ended = api.post(f"{address}/{end}", json={"reason": "no"} if end == "rejection" else {})
    assert (ended.status_code, ended.json["decision"]) == (200, "rejected" if end == "rejection" else "cancelled")


@pytest.mark.parametrize("edit", [name for name in EDITS if name != "the order removed"])
def test_the_customers_pages_go_on_to_show_it(
    api: FlaskClient, client: FlaskClient, session: Session, edited: Document, edit: str
) -> None:
    ref = standing(api).rpartition("/")[2]
    assert api.put("/api/v1/orders/1001", json=edited | EDITS[edit]).status_code == 200
    order = session.scalars(select(Order)).one()
    sign_in(client, order)
    page = client.get(f"/returns/{ref}")
    assert page.status_code == 200
    assert "Cosa 1" in page.text
    assert client.get(f"/o/{order.ref}").status_code == 200


def sent_again(session: Session, now: datetime, *parcels: Document, **changes: Any) -> Order:
    """An order of two shirts in these parcels."""
    shirts = [line("1", 2, 1000)]
    bought = document(lines=shirts, totals=totals(2000, 2000), payments=[], shipments=list(parcels), **changes)
    return session.get_one(Order, receive_order(session, bought, now=now - timedelta(days=3)).order.id)


def parcel(name: str, quantity: int, **more: Any) -> Document:
    units = [{"line": "1", "quantity": quantity}] if quantity else []
    return GOOD["shipments"][0] | {"id": name, "tracking_number": f"32300076554{name:0>5}", "lines": units} | more


def arrive(session: Session, order: Order, *positions: int, now: datetime) -> None:
    for shipment in session.scalars(select(Shipment).where(Shipment.order_id == order.id)):
        if shipment.position in positions:
            scan(session, shipment, ShipmentState.DELIVERED, now - timedelta(days=1))


@pytest.mark.parametrize("arrived", [(1,), (0, 1)])
def test_what_is_sent_again_is_returnable_once(session: Session, now: datetime, arrived: tuple[int, ...]) -> None:
    order = sent_again(session, now, parcel("1", 2), parcel("2", 2))
    arrive(session, order, *arrived, now=now)
    (answer,) = eligibility(session, order.id, now=now).lines
    assert answer.left == 2


def test_one_of_two_that_is_sent_again_waits_for_its_parcel(session: Session, now: datetime) -> None:
    order = sent_again(session, now, parcel("1", 2), parcel("2", 1))
    arrive(session, order, 1, now=now)
    assert eligibility(session, order.id, now=now).lines[0].left == 1


def test_parcels_of_one_group_are_there_once_the_last_of_them_is(session: Session, now: datetime) -> None:
    order = sent_again(session, now, parcel("1", 2, group="f1"), parcel("2", 0, group="f1"))
    arrive(session, order, 0, now=now)
    (facts,) = order_facts(session, whole_order(session, order.id)).lines
    assert (facts.delivered, facts.delivered_at) == (0, None)
    arrive(session, order, 1, now=now)
    (facts,) = order_facts(session, whole_order(session, order.id)).lines
    assert (facts.delivered, facts.delivered_at) == (2, now - timedelta(days=1))


def test_a_group_beside_a_parcel_of_its_own_counts_each_by_itself(session: Session, now: datetime) -> None:
    order = sent_again(session, now, parcel("1", 1, group="f1"), parcel("2", 0, group="f1"), parcel("3", 1))
    arrive(session, order, 2, now=now)
    (facts,) = order_facts(session, whole_order(session, order.id)).lines
    assert facts.delivered == 1
