"""Asks every rule about every line and group, and returns all of it: answers, quantities, reasons, fees, last days."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from app.returns.policy.facts import LineFacts, PolicyOrder, RuleQuestion
from app.returns.policy.policy import Method, Policy, Resolution
from app.returns.policy.reasons import CUSTOMER_GROUPS, ReasonGroup
from app.returns.policy.rules import RULES, RuleAnswer, RuleFinding, legal_end, weigh, window_end


@dataclass(frozen=True, slots=True)
class GroupAnswer:
    """What holds for one line that comes back for a reason of one group."""

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
    """What holds for one line; ``elsewhere`` units were returned with the shop itself."""

    line_id: str
    left: int
    groups: Mapping[ReasonGroup, GroupAnswer]
    legal_until: date | None
    elsewhere: int = 0

    @property
    def open_groups(self) -> tuple[ReasonGroup, ...]:
        """The groups of reasons for which this line may come back, perhaps after a person's look."""
        return tuple(group for group, answer in self.groups.items() if answer.answer is not RuleAnswer.NO)

    @property
    def allowed(self) -> bool:
        """True when the customer can choose this line."""
        return self.left > 0 and bool(self.open_groups)

    @property
    def needs_review(self) -> bool:
        """True when no group says a plain yes."""
        return self.allowed and all(self.groups[group].answer is RuleAnswer.PERSON for group in self.open_groups)

    @property
    def until(self) -> date | None:
        """The last day for a change of mind, the date people ask for."""
        return self.groups[ReasonGroup.CHANGED_MIND].until

    @property
    def obstacles(self) -> tuple[RuleFinding, ...]:
        """Why a change of mind is refused or looked at, all of it."""
        return self.groups[ReasonGroup.CHANGED_MIND].obstacles


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
    """Every line of the order through every group."""
    lines = tuple(_line_answer(order, line, policy, now) for line in order.lines)
    return Eligibility(lines, policy.methods, policy.resolutions, policy, order.currency)


def _line_answer(order: PolicyOrder, line: LineFacts, policy: Policy, now: datetime) -> LineEligibility:
    groups = {group: _group_answer(RuleQuestion(order, line, group, policy, now)) for group in CUSTOMER_GROUPS}
    legal_until = legal_end(RuleQuestion(order, line, ReasonGroup.CHANGED_MIND, policy, now))
    return LineEligibility(line.line_id, line.left, groups, legal_until, line.elsewhere)


def _group_answer(question: RuleQuestion) -> GroupAnswer:
    # All rules, also after a no: people and systems read every reason at once.
    findings = tuple(rule(question) for rule in RULES)
    policy = question.policy
    fees = {method: policy.fee_for(question.group, method, question.order.currency) for method in policy.methods}
    return GroupAnswer(weigh(findings), findings, window_end(question), policy.resolutions, fees)
