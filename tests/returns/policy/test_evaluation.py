"""What one request gets: faults to mend, doubts for a person, a fee."""

import pytest

from app.returns.policy.decision import LineRequest, ReturnRequest, evaluate_request, return_fee
from app.returns.policy.eligibility import Eligibility, evaluate
from app.returns.policy.policy import Method, Policy
from app.returns.policy.rules import RuleAnswer
from tests.returns.builders import NOW, a_line, an_order


def the_answer(*lines: object, policy: Policy | None = None) -> Eligibility:
    return evaluate(an_order(*lines), policy or Policy(), now=NOW)  # type: ignore[arg-type]


def asked(*lines: LineRequest, method: Method = Method.DROPOFF) -> ReturnRequest:
    return ReturnRequest(lines, method)


def test_a_plain_request_is_approved() -> None:
    evaluation = evaluate_request(asked(LineRequest("1", 1, "too_small")), the_answer(), total=1990)
    assert evaluation.answer is RuleAnswer.YES


@pytest.mark.parametrize(
    ("request_", "pointer", "code"),
    [
        (asked(), "/lines", "nothing_chosen"),
        (asked(LineRequest("9", 1, "colour")), "/lines/0/line", "unknown_line"),
        (asked(LineRequest("1", 3, "colour")), "/lines/0/quantity", "quantity_too_high"),
        (asked(LineRequest("1", 0, "colour")), "/lines/0/quantity", "quantity_too_low"),
        (asked(LineRequest("1", 1, "dragons")), "/lines/0/reason", "unknown_reason"),
        (asked(LineRequest("1", 1, "withdrawal")), "/lines/0/reason", "unknown_reason"),
        (asked(LineRequest("1", 1, "other", " ")), "/lines/0/note", "note_missing"),
        (asked(LineRequest("1", 1, "colour"), LineRequest("1", 1, "colour")), "/lines", "line_twice"),
        (asked(LineRequest("1", 1, "colour"), method=Method.PICKUP), "/pickup_on", "pickup_day_missing"),
    ],
)
def test_faults_point_at_their_place(request_: ReturnRequest, pointer: str, code: str) -> None:
    evaluation = evaluate_request(request_, the_answer(), total=0)
    assert evaluation.answer is RuleAnswer.NO
    assert (pointer, code) in [(fault.pointer, fault.code) for fault in evaluation.faults]


def test_a_refused_group_is_a_fault_with_its_finding() -> None:
    answer = the_answer(a_line(final_sale=True))
    assert [fault.code for fault in evaluate_request(asked(LineRequest("1", 1, "colour")), answer, total=1).faults] == [
        "final_sale"
    ]
    assert evaluate_request(asked(LineRequest("1", 1, "defective")), answer, total=1).answer is RuleAnswer.YES


def test_a_large_refund_goes_to_a_person() -> None:
    evaluation = evaluate_request(asked(LineRequest("1", 1, "colour")), the_answer(), total=50_001)
    assert evaluation.answer is RuleAnswer.PERSON
    assert [doubt.code for doubt in evaluation.doubts] == ["large_refund"]


def test_one_faulty_item_makes_the_whole_parcel_free() -> None:
    policy = Policy(fees={Method.DROPOFF: 250})
    bored, broken = LineRequest("1", 1, "better_price"), LineRequest("2", 1, "defective")
    answer = the_answer(a_line(), a_line("2"), policy=policy)
    assert return_fee(asked(bored), answer, worth=1000) == 250
    assert return_fee(asked(bored, broken), answer, worth=1000) == 0
    generous = the_answer(policy=policy.model_copy(update={"free_above": 1000}))
    assert return_fee(asked(bored), generous, worth=1000) == 0
