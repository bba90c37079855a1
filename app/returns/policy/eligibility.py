"""Asks every rule about every line and group, and returns all of it: answers, quantities, reasons, fees, last days."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from app.returns.policy.facts import LineFacts, PolicyOrder, RuleQuestion
from app.returns.policy.policy import Method, Policy, Resolution
from app.returns.policy.reasons import CUSTOMER_GROUPS, USUAL_REASONS, ReasonGroup, ReasonList
from app.returns.policy.rules import RuleAnswer, RuleFinding, ask_all, fee, legal_end, weigh, window_end
from app.returns.policy.ruleset.holding import ReturnTerms
from app.returns.policy.ruleset.judging import methods_for
from app.returns.policy.ruleset.rule import named_reasons


@dataclass(frozen=True, slots=True)
class GroupAnswer:
    """What holds for one line that comes back for a reason of one group; ``question`` is what was asked, and of whom.

    ``fees`` are those of all units that are left, as far as they hang on nothing that is yet to be chosen.
    """

    answer: RuleAnswer
    findings: tuple[RuleFinding, ...]
    until: date | None
    resolutions: tuple[Resolution, ...]
    fees: Mapping[Method, int]
    methods: tuple[Method, ...]
    question: RuleQuestion

    @property
    def obstacles(self) -> tuple[RuleFinding, ...]:
        """The findings that are not a plain yes."""
        return tuple(finding for finding in self.findings if finding.answer is not RuleAnswer.YES)


@dataclass(frozen=True, slots=True)
class LineEligibility:
    """What holds for one line; ``elsewhere`` units were returned with the shop itself.

    ``reasons`` holds those that a rule names; each other reason is answered as its group is.
    """

    line_id: str
    left: int
    groups: Mapping[ReasonGroup, GroupAnswer]
    legal_until: date | None
    elsewhere: int = 0
    reasons: Mapping[str, GroupAnswer] = field(default_factory=dict)

    @property
    def category(self) -> str | None:
        """The category of the item."""
        return self.groups[ReasonGroup.CHANGED_MIND].question.line.category

    def answer_to(self, reason: str, group: ReasonGroup) -> GroupAnswer | None:
        """What holds for one reason of a group; None for a group that customers are not offered."""
        return self.groups.get(group) and (self.reasons.get(reason) or self.groups[group])

    def best(self, group: ReasonGroup) -> GroupAnswer:
        """The kindest answer that a reason of this group gets: it is open while one of its reasons is."""
        return kindest([self.groups[group], *(one for one in self.reasons.values() if one.question.group is group)])

    @property
    def open_groups(self) -> tuple[ReasonGroup, ...]:
        """The groups of reasons for which this line may come back, perhaps after a person's look."""
        return tuple(group for group in self.groups if self.best(group).answer is not RuleAnswer.NO)

    @property
    def allowed(self) -> bool:
        """True when the customer can choose this line."""
        return self.left > 0 and bool(self.open_groups)

    @property
    def needs_review(self) -> bool:
        """True when no group says a plain yes."""
        return self.allowed and all(self.best(group).answer is RuleAnswer.PERSON for group in self.open_groups)

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
    reasons: ReasonList = USUAL_REASONS

    @property
    def any_allowed(self) -> bool:
        """True when something of this order can come back."""
        return any(line.allowed for line in self.lines)

    def line(self, line_id: str) -> LineEligibility | None:
        """The answer for one line."""
        return next((line for line in self.lines if line.line_id == line_id), None)


def evaluate(
    order: PolicyOrder,
    policy: Policy,
    *,
    now: datetime,
    earlier: Policy | None = None,
    reasons: ReasonList = USUAL_REASONS,
) -> Eligibility:
    """Every line of the order through every group.

    ``earlier`` is the policy under which it was bought, where that is another: for each line and reason the one
    counts that is kinder to the customer.
    """
    policies = (policy,) if earlier is None else (earlier, policy)
    lines = tuple(_line_answer(order, line, policies, reasons, now) for line in order.lines)
    return Eligibility(lines, policy.methods, policy.resolutions, policy, order.currency, reasons)


def _line_answer(
    order: PolicyOrder, line: LineFacts, policies: Sequence[Policy], listed: ReasonList, now: datetime
) -> LineEligibility:
    def ask(group: ReasonGroup, reason: str | None = None) -> GroupAnswer:
        return kindest([_group_answer(RuleQuestion(order, line, group, policy, now, reason)) for policy in policies])

    named = named_reasons([rule for policy in policies for rule in policy.rules])
    reasons = {reason.handle: ask(reason.group, reason.handle) for handle in named if (reason := listed.find(handle))}
    groups = {group: ask(group) for group in CUSTOMER_GROUPS}
    legal_until = legal_end(groups[ReasonGroup.CHANGED_MIND].question)
    return LineEligibility(line.line_id, line.left, groups, legal_until, line.elsewhere, reasons)


def kindest(answers: Sequence[GroupAnswer]) -> GroupAnswer:
    """The lightest answer; of equal ones the cheaper, then the one with the later last day, then the first."""
    return min(answers, key=_weight)


def _weight(answer: GroupAnswer) -> tuple[int, int, int]:
    until = answer.until.toordinal() if answer.until else 0
    return list(RuleAnswer).index(answer.answer), sum(answer.fees.values()), -until


def _group_answer(question: RuleQuestion) -> GroupAnswer:
    findings, policy, methods = ask_all(question), question.policy, methods_for(question)
    worth = question.line.unit_price * question.line.left
    fees = {method: fee(question, ReturnTerms(method), worth=worth) for method in policy.methods}
    return GroupAnswer(weigh(findings), findings, window_end(question), policy.resolutions, fees, methods, question)
