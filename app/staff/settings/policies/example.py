"""A live example: one order, one item, one reason, today, answered by the draft and by the policy in force."""

from dataclasses import dataclass, field
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from app.core.errors import Conflict
from app.core.i18n.words import day, money
from app.orders.queries import by_number
from app.orders.records import OrderRecord
from app.orders.services import whole_order
from app.returns.policy.decision import LineRequest, ReturnRequest
from app.returns.policy.policy import Method, Policy
from app.returns.policy.quote import Quote, make_quote, read_basis
from app.returns.policy.rules import RuleAnswer, RuleFinding
from app.returns.policy.stored.reason_list import reasons_of
from app.returns.words import finding_words, in_words, method_words


@dataclass(frozen=True, slots=True)
class SideAnswer:
    """What one policy answers: yes, no or a person, why, until when, and the money by way back."""

    title: str
    kind: str
    answer: str
    why: list[str]
    until: str | None
    money: list[tuple[str, str, str]]


@dataclass(slots=True)
class PolicyExample:
    """The question as it was typed, what it can choose from, and both answers."""

    number: str = ""
    line: str = ""
    reason: str = ""
    lines: list[tuple[str, str]] = field(default_factory=list)
    sides: list[SideAnswer] = field(default_factory=list)
    problem: str | None = None


def example_of(
    session: Session, form: MultiDict[str, str], *, brand: str, draft: Policy, in_force: Policy, now: datetime
) -> PolicyExample:
    """Answer what the form asks, as far as it asks anything."""
    number, line, reason = (form.get(f"example-{name}", "").strip()[:100] for name in ("number", "line", "reason"))
    example = PolicyExample(number, line, reason)
    if not example.number:
        return example
    try:
        found_order = by_number(session, example.number.replace("\x00", ""), brand=brand)
    except Conflict:
        found_order = None
    if found_order is None:
        example.problem = _("There is no order %(number)s of this brand.", number=example.number)
        return example
    order = whole_order(session, found_order.id)
    example.lines = [(line.line_id, line.title) for line in order.lines]
    if example.line not in dict(example.lines):
        example.line = next(iter(dict(example.lines)), "")
    handles = reasons_of(order.brand).handles
    example.reason = example.reason if example.reason in handles else handles[0]
    for title, policy in ((_("The draft"), draft), (_("In force"), in_force)):
        example.sides.append(_side(session, order, example, title, policy, now))
    return example


def _side(
    session: Session, order: OrderRecord, example: PolicyExample, title: str, policy: Policy, now: datetime
) -> SideAnswer:
    basis = read_basis(session, order, now=now, policy=policy)
    line, group = basis.eligibility.line(example.line), basis.eligibility.reasons.group_of(example.reason)
    answer = line.answer_to(example.reason, group) if line and group else None
    # A collection is priced only with a day; which one costs nothing more.
    tomorrow = basis.facts.day(now)
    quotes = [
        (
            method,
            make_quote(
                basis, ReturnRequest((LineRequest(example.line, 1, example.reason, "-"),), method, pickup_on=tomorrow)
            ),
        )
        for method in (answer.methods if answer else policy.methods)
    ]
    # The kindest of the ways back: a customer would choose that one.
    verdict = min((quote.evaluation.answer for _method, quote in quotes), key=list(RuleAnswer).index)
    kind, words = {
        RuleAnswer.YES: ("done", _("Yes")),
        RuleAnswer.PERSON: ("attention", _("A person decides")),
        RuleAnswer.NO: ("problem", _("No")),
    }[verdict]
    findings = [finding for _method, quote in quotes for finding in _findings(quote)]
    faults = [fault.code for _method, quote in quotes for fault in quote.evaluation.faults if fault.finding is None]
    why = [*finding_words(findings), *(in_words(code) for code in faults)]
    until = day(answer.until) if answer and answer.until else None
    rows = [_money(method, quote, order.currency) for method, quote in quotes if verdict is not RuleAnswer.NO]
    return SideAnswer(title, kind, words, list(dict.fromkeys(why)), until, rows)


def _findings(quote: Quote) -> list[RuleFinding]:
    refused = [fault.finding for fault in quote.evaluation.faults if fault.finding]
    return [*refused, *quote.evaluation.doubts]


def _money(method: Method, quote: Quote, currency: str) -> tuple[str, str, str]:
    fee = -sum(part.amount for part in quote.breakdown.parts if part.kind == "return_fee")
    return method_words(method), money(fee, currency) if fee else _("Free"), money(quote.total, currency)
