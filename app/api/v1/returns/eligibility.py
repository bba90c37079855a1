"""What of an order can come back, as the interface tells it: every answer with all its reasons, in words."""

from collections.abc import Iterable
from datetime import date

from pydantic import BaseModel

from app.orders.records import OrderRecord
from app.returns.policy.eligibility import Eligibility, GroupAnswer, LineEligibility
from app.returns.policy.money import OrderPaid
from app.returns.policy.reasons import ReasonList
from app.returns.policy.rules import RuleFinding
from app.returns.words import in_english


class FindingAnswer(BaseModel):
    """One reason of the policy: yes, no or for a person, with a code and its words."""

    answer: str
    code: str
    words: str


class ReasonAnswer(BaseModel):
    """What holds for one line for one reason."""

    reason: str
    allowed: bool
    needs_review: bool
    note_required: bool
    until: date | None
    findings: list[FindingAnswer]
    resolutions: list[str]
    fees: dict[str, int]


class EligibleLine(BaseModel):
    """What holds for one line; ``until`` and ``findings`` are those of a change of mind.

    ``returned_elsewhere`` are units that came back, or are to come back, in the shop's own system.
    """

    line: str
    left: int
    returned_elsewhere: int
    allowed: bool
    needs_review: bool
    until: date | None
    findings: list[FindingAnswer]
    reasons: list[ReasonAnswer]


class EligibilityAnswer(BaseModel):
    """What of an order can come back, how, and what it costs; amounts in minor units.

    ``left_to_refund`` is what was paid and is neither given back nor promised, here or elsewhere;
    ``given_back_elsewhere`` is what the shop's own system gave back of it.
    """

    order: str
    currency: str
    any_allowed: bool
    left_to_refund: int
    given_back_elsewhere: int
    methods: list[str]
    resolutions: list[str]
    lines: list[EligibleLine]


def eligibility_answer(order: OrderRecord, eligibility: Eligibility, paid: OrderPaid) -> EligibilityAnswer:
    """The policy's answer, line by line and reason by reason, and what is left of the order's money."""
    return EligibilityAnswer(
        order=order.number,
        currency=order.currency,
        any_allowed=eligibility.any_allowed,
        left_to_refund=paid.left,
        given_back_elsewhere=paid.elsewhere,
        methods=list(eligibility.methods),
        resolutions=list(eligibility.resolutions),
        lines=[_eligible(line, eligibility.reasons) for line in eligibility.lines],
    )


def _eligible(line: LineEligibility, listed: ReasonList) -> EligibleLine:
    reasons = [
        _reason(
            reason.handle,
            reason.note_required,
            line,
            line.answer_to(reason.handle, reason.group) or line.groups[reason.group],
        )
        for reason in listed.offered(line.category)
    ]
    return EligibleLine(
        line=line.line_id,
        left=line.left,
        returned_elsewhere=line.elsewhere,
        allowed=line.allowed,
        needs_review=line.needs_review,
        until=line.until,
        findings=_findings(line.obstacles),
        reasons=reasons,
    )


def _reason(handle: str, note_required: bool, line: LineEligibility, answer: GroupAnswer) -> ReasonAnswer:
    return ReasonAnswer(
        reason=handle,
        # What a person has to look at may be asked for.
        allowed=line.left > 0 and answer.answer != "no",
        needs_review=answer.answer == "person",
        note_required=note_required,
        until=answer.until,
        findings=_findings(answer.obstacles),
        resolutions=list(answer.resolutions),
        fees={str(method): fee for method, fee in answer.fees.items()},
    )


def _findings(findings: Iterable[RuleFinding]) -> list[FindingAnswer]:
    return [
        FindingAnswer(answer=str(each.answer), code=each.code, words=in_english(each.code, each.params))
        for each in findings
    ]
