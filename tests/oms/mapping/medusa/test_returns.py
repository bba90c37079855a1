"""Of an order of every stage of a Medusa exactly what has arrived and is left can come back, and its page opens."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from app.core.clock import utcnow
from tests.oms.mapping.medusa.orders import document
from tests.oms.mapping.medusa.stages import STAGES, TEE, stage_order
from tests.oms.mapping.medusa.store import StoreOrder
from tests.oms.mapping.taken import put


def returnable(portal: FlaskClient, order: StoreOrder) -> dict[str, int]:
    """Pieces by article that may come back, as the interface answers."""
    mapped = document(order.answer(), exchanges=order.exchanges, claims=order.claims)
    put(portal, mapped)
    answer = portal.post("/api/v1/returns/eligibility", json={"order": mapped["number"]})
    assert answer.status_code == 200, answer.json
    articles = {line["id"]: line["sku"] for line in mapped["lines"]}
    eligible = [line for line in answer.json["lines"] if any(may(one) for one in line["reasons"])]
    return {articles[line["line"]]: line["left"] for line in eligible}


def may(reason: dict[str, Any]) -> bool:
    """Whether a piece may come back because its customer has no more use for it."""
    return bool(reason["reason"] == "no_longer_wanted" and reason["allowed"])


@pytest.fixture
def began() -> datetime:
    """Some hours ago: parcels that are silent for very long are a person's, and windows end."""
    return utcnow() - timedelta(hours=5)


@pytest.mark.parametrize("name", STAGES)
def test_what_has_arrived_and_is_not_spoken_for_can_come_back(portal: FlaskClient, name: str, began: datetime) -> None:
    assert returnable(portal, stage_order(name, 1001, began=began)) == STAGES[name].left


def test_a_line_that_was_never_packed_has_not_arrived_with_the_second_label_of_another(
    portal: FlaskClient, began: datetime
) -> None:
    order = StoreOrder(1001, began=began).buy().capture()
    order.send("00340434000600000001", "00340434000600000002", goods=[(order.line(TEE), 2)])
    assert returnable(portal, order) == {TEE: 2}


def test_what_was_put_as_delivered_with_two_labels_is_returnable_once(portal: FlaskClient, began: datetime) -> None:
    order = StoreOrder(1001, began=began).buy((TEE, 3)).capture()
    order.send("00340434000700000001", "00340434000700000002", goods=[(order.line(TEE), 2)])
    assert returnable(portal, order) == {TEE: 2}


@pytest.mark.parametrize("name", STAGES)
def test_its_customer_finds_it_and_its_pages_open(
    portal: FlaskClient, client: FlaskClient, name: str, began: datetime
) -> None:
    order = stage_order(name, 1001, began=began)
    put(portal, document(order.answer(), exchanges=order.exchanges, claims=order.claims))
    page = client.post("/", data={"number": "1001", "contact": "kunde1001@example.test"}, follow_redirects=True)
    assert page.status_code == 200
    assert page.request.path.startswith("/o/")
    assert "1001" in page.text
    assert "None" not in page.text.replace("If-None-Match", "")
    # Asking to send something back needs a code first; nothing may break on the way there.
    assert client.get(f"{page.request.path}/returns/new", follow_redirects=True).status_code == 200
