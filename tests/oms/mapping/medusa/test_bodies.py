"""What comes of Medusa's answers and events: of our own making here, of real ones where they lie beside the project."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from tests.oms.mapping.medusa.bodies import event_outcome, outcomes
from tests.oms.mapping.medusa.stages import stage_order
from tests.oms.mapping.outcome import Hint, Mapped, NoOrder
from tests.oms.mapping.taken import ends_well


@pytest.mark.parametrize(
    ("event", "facts", "part"),
    [
        ("order.placed", {"id": "order_1"}, "order"),
        ("order.fulfillment_created", {"order_id": "order_1", "fulfillment_id": "ful_1"}, "order"),
        ("order-edit.confirmed", {"order_id": "order_1", "actions": []}, "order"),
        ("shipment.created", {"id": "ful_1"}, "fulfilment"),
        ("payment.refunded", {"id": "pay_1"}, "payment"),
        ("payment.refund.created", {"id": "ref_1"}, "refund"),
        ("order.return.updated", {"id": "return_1"}, "return"),
    ],
)
def test_an_event_is_a_hint_to_an_order_or_to_the_part_by_which_it_is_asked_for(
    event: str, facts: dict[str, Any], part: str
) -> None:
    hint = event_outcome({"event": event, "data": facts})
    assert isinstance(hint, Hint)
    assert hint.part == part


@pytest.mark.parametrize(
    "body",
    [
        {"event": "inventory-level.updated", "data": {"id": "ilev_1", "order_id": "order_1"}},
        {"event": "order.placed", "data": {}},
        {"event": "order.placed"},
        {"event": "product.created", "data": {"id": "prod_1"}},
        [],
        None,
    ],
)
def test_an_event_of_no_order_ends_in_a_reason(body: Any) -> None:
    assert ends_well(event_outcome(body)) == "reason"


def test_an_answer_that_tells_too_little_is_a_hint_and_says_what_was_not_read() -> None:
    whole = stage_order("delivered", 7).answer()
    assert isinstance(outcomes({"order": whole})[0], Mapped)
    for name in ("currency_code", "fulfillments", "created_at"):
        hint = outcomes({"order": {key: value for key, value in whole.items() if key != name}})[0]
        assert isinstance(hint, Hint)
        assert name in hint.why


def test_a_change_that_nobody_confirmed_is_not_how_the_order_stands() -> None:
    preview = stage_order("delivered", 7).answer() | {"order_change": {"id": "ordch_1"}}
    assert isinstance(outcomes({"order_preview": preview})[0], Hint)


@pytest.mark.parametrize(
    "body",
    [
        {"type": "invalid_data", "message": "You are not allowed to refund more than the captured amount"},
        {"stock_locations": []},
        {"orders": []},
        {"what": "else"},
        {},
        "<html>",
    ],
)
def test_an_answer_of_no_order_ends_in_a_reason(body: Any) -> None:
    assert [ends_well(one) for one in outcomes(body)] == ["reason"]


def test_a_draft_is_no_order_yet() -> None:
    draft = stage_order("placed", 7).answer() | {"is_draft_order": True}
    hint = outcomes({"order": draft})[0]
    assert isinstance(hint, Hint)
    assert "draft" in hint.why


def test_every_real_answer_ends_in_a_document_a_hint_or_a_reason(real: Path) -> None:
    lines = (real / "medusa" / "exchanges" / "wire-samples.jsonl").read_text("utf-8").splitlines()
    ends = Counter(ends_well(one) for line in lines for one in outcomes(json.loads(line)["j"]))
    assert len(lines) == 86
    assert ends["document"] >= 7
    assert ends["hint"] >= 50


def test_every_real_event_is_a_hint_but_those_of_stock(real: Path) -> None:
    lines = (real / "medusa" / "exchanges" / "hooks.jsonl").read_text("utf-8").splitlines()
    bodies = [json.loads(line)["body"] for line in lines]
    ends = [(body["event"], event_outcome(body)) for body in bodies]
    assert len(ends) == 161
    no_orders = {event.partition(".")[0] for event, one in ends if isinstance(one, NoOrder)}
    assert no_orders == {"inventory-level", "reservation-item"}
