"""Whether one request fits what the policy allows: faults the customer must mend, and doubts for a person."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from app.returns.policy.eligibility import Eligibility, GroupAnswer, LineEligibility
from app.returns.policy.policy import Method, Policy, Resolution
from app.returns.policy.rules import RuleAnswer, RuleFinding, ask_of_the_return, fee, weigh
from app.returns.policy.ruleset.holding import ReturnTerms
from app.returns.withdrawal.period import add_working_days


@dataclass(frozen=True, slots=True)
class LineRequest:
    """Some units of a line and why."""

    line_id: str
    quantity: int
    reason: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class ReturnRequest:
    """What a customer, or staff for them, asks for. ``shown_total`` is the amount they saw before they agreed."""

    lines: tuple[LineRequest, ...]
    method: Method
    resolution: Resolution = Resolution.REFUND
    point_id: int | None = None
    pickup_on: date | None = None
    shown_total: int | None = None

    @property
    def quantities(self) -> dict[str, int]:
        """Units by line."""
        return {line.line_id: line.quantity for line in self.lines}


@dataclass(frozen=True, slots=True)
class RequestFault:
    """What cannot be accepted: a JSON pointer into the request, a code, and what its words need.

    ``choices`` are what could stand there instead.
    """

    pointer: str
    code: str
    finding: RuleFinding | None = None
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RequestEvaluation:
    """Faults refuse the request; otherwise the answer is yes or a person, with all the doubts."""

    faults: tuple[RequestFault, ...]
    doubts: tuple[RuleFinding, ...]

    @property
    def answer(self) -> RuleAnswer:
        """No with any fault; else what the doubts weigh."""
        return RuleAnswer.NO if self.faults else weigh(self.doubts)


def evaluate_request(
    request: ReturnRequest, eligibility: Eligibility, *, total: int, worth: int | None = None
) -> RequestEvaluation:
    """Weigh a request; ``total`` is the refund it would lead to, ``worth`` what its goods are worth before any fee."""
    terms = ReturnTerms(request.method, worth, total)
    faults = [*_shape_faults(request, eligibility)]
    doubts: list[RuleFinding] = []
    for index, line in enumerate(request.lines):
        line_faults, line_doubts = _evaluate_line(f"/lines/{index}", line, eligibility, terms)
        faults += line_faults
        doubts += line_doubts
    # A doubt, no fault: a large sum is looked at by a person, not refused.
    limit = eligibility.policy.review_limit(eligibility.currency)
    if limit is not None and total > limit:
        doubts.append(RuleFinding(RuleAnswer.PERSON, "large_refund", {"limit": limit}))
    return RequestEvaluation(tuple(faults), tuple(doubts))


def return_fee(request: ReturnRequest, eligibility: Eligibility, *, worth: int) -> int:
    """What the way back costs: once a parcel, as little as one of its lines costs; nothing where one is faulty."""
    terms = ReturnTerms(request.method, worth)
    answers = _answers(request.lines, eligibility)
    return min((fee(answer.question, terms, worth=worth) for answer in answers), default=0)


def offered_methods(lines: Iterable[LineRequest], eligibility: Eligibility) -> tuple[Method, ...]:
    """How these lines can go back in one parcel; where rules leave no common way, each one of the policy."""
    # Rules that only name ways back must not leave a customer without any.
    allowed = [set(answer.methods) for answer in _answers(lines, eligibility)]
    common = tuple(method for method in eligibility.methods if all(method in methods for methods in allowed))
    return common or eligibility.methods


def _answers(lines: Iterable[LineRequest], eligibility: Eligibility) -> list[GroupAnswer]:
    """The policy's answer to each line that is there and has a reason of the list."""
    pairs = ((eligibility.line(line.line_id), line) for line in lines)
    answers = (answer and _answer_to(answer, line.reason, eligibility) for answer, line in pairs)
    return [answer for answer in answers if answer]


def _answer_to(line: LineEligibility, handle: str, eligibility: Eligibility) -> GroupAnswer | None:
    group = eligibility.reasons.group_of(handle)
    return line.answer_to(handle, group) if group else None


def _shape_faults(request: ReturnRequest, eligibility: Eligibility) -> Iterator[RequestFault]:
    if not request.lines:
        yield RequestFault("/lines", "nothing_chosen")
    # The table holds each line of an order once a return, with one reason.
    if len({line.line_id for line in request.lines}) < len(request.lines):
        yield RequestFault("/lines", "line_twice")
    if request.method not in offered_methods(request.lines, eligibility):
        yield RequestFault("/method", "method_not_offered")
    if request.resolution not in eligibility.resolutions:
        yield RequestFault("/resolution", "resolution_not_offered")
    if request.method is Method.PICKUP and request.pickup_on is None:
        yield RequestFault("/pickup_on", "pickup_day_missing")


def _evaluate_line(
    pointer: str, line: LineRequest, eligibility: Eligibility, terms: ReturnTerms
) -> tuple[list[RequestFault], list[RuleFinding]]:
    answer = eligibility.line(line.line_id)
    if answer is None:
        return [RequestFault(f"{pointer}/line", "unknown_line")], []
    reason, verdict = eligibility.reasons.find(line.reason), _answer_to(answer, line.reason, eligibility)
    if reason is None or verdict is None or not reason.suits(answer.category):
        return [RequestFault(f"{pointer}/reason", "unknown_reason", choices=eligibility.reasons.handles)], []
    faults = []
    if not 1 <= line.quantity <= answer.left:
        faults.append(
            RequestFault(f"{pointer}/quantity", "quantity_too_high" if line.quantity > 0 else "quantity_too_low")
        )
    if reason.note_required and not line.note.strip():
        faults.append(RequestFault(f"{pointer}/note", "note_missing"))
    chosen = ask_of_the_return(verdict.question, terms)
    obstacles = [*verdict.obstacles, *(finding for finding in chosen if finding not in verdict.findings)]
    faults += [RequestFault(pointer, finding.code, finding) for finding in obstacles if finding.answer is RuleAnswer.NO]
    return faults, [finding for finding in obstacles if finding.answer is RuleAnswer.PERSON]


@dataclass(frozen=True, slots=True)
class RefundPromise:
    """``refund_on`` counts from handing over on ``handed_on``; later hand-over moves it by as much."""

    hand_over_until: date
    handed_on: date
    refund_on: date


def promise(policy: Policy, *, today: date, country: str | None, handed_on: date | None = None) -> RefundPromise:
    """What to tell a customer today; without a date for the hand-over it is taken to be tomorrow."""
    handed = handed_on or add_working_days(today + timedelta(days=1), 0, country)
    until = add_working_days(today + timedelta(days=policy.hand_over_days), 0, country)
    return RefundPromise(until, handed, refund_date(policy, handed, country))


def refund_date(policy: Policy, handed_on: date, country: str | None) -> date:
    """The working day by which the money is sent back when the parcel is handed over on this day."""
    return add_working_days(handed_on, policy.transit_days + policy.inspection_days, country)


def pickup_days(today: date, country: str | None, count: int = 5) -> tuple[date, ...]:
    """The next working days on which a carrier can call, from tomorrow on."""
    # From tomorrow: nobody can promise a driver for today.
    days = [add_working_days(today + timedelta(days=1), 0, country)]
    while len(days) < count:
        days.append(add_working_days(days[-1], 1, country))
    return tuple(days)
