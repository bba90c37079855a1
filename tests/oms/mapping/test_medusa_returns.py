"""Of an order of every stage of a Medusa exactly what has arrived and is not spoken for can come back here."""

import pytest
from flask.testing import FlaskClient

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
    allowed = [line for line in answer.json["lines"] if line["left"] and (line["allowed"] or line["needs_review"])]
    return {articles[line["line"]]: line["left"] for line in allowed}


@pytest.mark.parametrize("name", STAGES)
def test_what_has_arrived_and_is_not_spoken_for_can_come_back(portal: FlaskClient, name: str) -> None:
    assert returnable(portal, stage_order(name, 1001)) == STAGES[name].left


def test_a_line_that_was_never_packed_has_not_arrived_with_the_second_label_of_another(portal: FlaskClient) -> None:
    order = StoreOrder(1001).buy().capture()
    order.send("00340434000600000001", "00340434000600000002", goods=[(order.line(TEE), 2)])
    assert returnable(portal, order) == {TEE: 2}


def test_what_was_put_as_delivered_with_two_labels_is_returnable_once(portal: FlaskClient) -> None:
    order = StoreOrder(1001).buy((TEE, 3)).capture()
    order.send("00340434000700000001", "00340434000700000002", goods=[(order.line(TEE), 2)])
    assert returnable(portal, order) == {TEE: 2}
