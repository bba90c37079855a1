"""Asks every rule about every line and door, and returns all of it: answers, quantities, reasons, fees, last days."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from app.returns.policy.facts import LineFacts, PolicyOrder, RuleQuestion
from app.returns.policy.policy import Method, Policy, Resolution
from app.returns.policy.reasons import CUSTOMER_DOORS, ReasonGroup
from app.returns.policy.rules import RULES, RuleAnswer, RuleFinding, legal_end, weigh, window_end


@dataclass(frozen=True, slots=True)
class DoorAnswer:
    """What holds for one line through one door."""

    answer: RuleAnswer
    findings: tuple[RuleFinding, ...]
    until: date | None
    resolutions: tuple[Resolution, ...]
    fees: Mapping[Method, int]

    @property
    def obstacles(self) -> tuple[RuleFinding, ...]:
        """The findings that are not a plain yes."""
        return tuple(finding for finding in self.findings if finding.answer is not RuleAnswer.YES)


@dataclass(frozen=True, slots=True)
class LineEligibility:
    """What holds for one line."""

    line_id: str
    left: int
    doors: Mapping[ReasonGroup, DoorAnswer]
    legal_until: date | None

    @property
    def open_doors(self) -> tuple[ReasonGroup, ...]:
        """The doors through which this line may come back, perhaps after a person's look."""
        return tuple(door for door, answer in self.doors.items() if answer.answer is not RuleAnswer.NO)

    @property
    def allowed(self) -> bool:
        """True when the customer can choose this line."""
        return self.left > 0 and bool(self.open_doors)

    @property
    def needs_review(self) -> bool:
        """True when no door says a plain yes."""
        return self.allowed and all(self.doors[door].answer is RuleAnswer.PERSON for door in self.open_doors)

    @property
    def until(self) -> date | None:
        """The last day for a change of mind, the date people ask for."""
        return self.doors[ReasonGroup.CHANGED_MIND].until

    @property
    def obstacles(self) -> tuple[RuleFinding, ...]:
        """Why a change of mind is refused or looked at, all of it."""
        return self.doors[ReasonGroup.CHANGED_MIND].obstacles


@dataclass(frozen=True, slots=True)
class Eligibility:
    """The whole answer for an order."""

    lines: tuple[LineEligibility, ...]
    methods: tuple[Method, ...]
    resolutions: tuple[Resolution, ...]
    policy: Policy
    currency: str

    @property
    def any_allowed(self) -> bool:
        """True when something of this order can come back."""
        return any(line.allowed for line in self.lines)

    def line(self, line_id: str) -> LineEligibility | None:
        """The answer for one line."""
        return next((line for line in self.lines if line.line_id == line_id), None)


def evaluate(order: PolicyOrder, policy: Policy, *, now: datetime) -> Eligibility:
    """Every line of the order through every door."""
    lines = tuple(_line_answer(order, line, policy, now) for line in order.lines)
    return Eligibility(lines, policy.methods, policy.resolutions, policy, order.currency)


def _line_answer(order: PolicyOrder, line: LineFacts, policy: Policy, now: datetime) -> LineEligibility:
    doors = {door: _door_answer(RuleQuestion(order, line, door, policy, now)) for door in CUSTOMER_DOORS}
    return LineEligibility(
        line.line_id, line.left, doors, legal_end(RuleQuestion(order, line, ReasonGroup.CHANGED_MIND, policy, now))
    )


def _door_answer(question: RuleQuestion) -> DoorAnswer:
    # All rules, also after a no: people and systems read every reason at once.
    findings = tuple(rule(question) for rule in RULES)
    policy = question.policy
    fees = {method: policy.fee_for(question.door, method, question.order.currency) for method in policy.methods}
    return DoorAnswer(weigh(findings), findings, window_end(question), policy.resolutions, fees)
