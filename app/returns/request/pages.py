"""What the flow's pages show, put into words row by row."""

from dataclasses import dataclass, replace
from datetime import date

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.datastructures import MultiDict

from app.core.i18n.words import day, money
from app.orders.records import OrderLineRecord
from app.orders.words import quantity_words
from app.returns.policy.eligibility import LineEligibility
from app.returns.policy.policy import Method
from app.returns.policy.quote import Quote, make_quote, quote_parts
from app.returns.policy.reasons import CONFORMITY_GROUPS, CUSTOMER_GROUPS, ReasonGroup, reasons_of
from app.returns.policy.rules import RuleAnswer
from app.returns.request.flow import Flow
from app.returns.request.forms import whole_number
from app.returns.words import finding_words, group_words, money_rows, reason_words


@dataclass(frozen=True, slots=True)
class ItemRow:
    """A line to choose from, or why it cannot be chosen; ``worth`` is its price before the line's discount."""

    line: OrderLineRecord
    worth: int
    detail: str
    name: str
    left: int
    chosen: int
    allowed: bool
    notes: list[str]


@dataclass(frozen=True, slots=True)
class GroupRow:
    """A group of reasons for a line: its words, its reasons, and what stands in the way."""

    group: str
    words: str
    detail: str
    blocked: bool
    chosen: bool
    reasons: list[tuple[str, str]]
    reason: str | None


@dataclass(frozen=True, slots=True)
class ReasonRow:
    """A chosen line with its groups."""

    line: OrderLineRecord
    quantity: int
    groups: list[GroupRow]
    note: str


@dataclass(frozen=True, slots=True)
class WayBack:
    """A way back with its cost, the refund it leads to and when."""

    method: Method
    cost: str
    refund: str
    refund_on: date
    checked: bool


def item_rows(flow: Flow, form: MultiDict[str, str]) -> list[ItemRow]:
    """Every line of the order, the ones that cannot come back too."""
    alone = len(flow.order.lines) == 1
    pairs = zip(flow.order.lines, flow.basis.eligibility.lines, strict=True)
    return [_item_row(flow, line, answer, form, alone=alone) for line, answer in pairs]


def reason_rows(flow: Flow, form: MultiDict[str, str]) -> list[ReasonRow]:
    """The chosen lines with the groups of reasons that are open to each."""
    rows = []
    for line in flow.chosen:
        draft_line, answer = flow.draft.lines[line.line_id], flow.basis.eligibility.line(line.line_id)
        groups = (
            [_group_row(group, answer, draft_line.group, draft_line.reason) for group in CUSTOMER_GROUPS]
            if answer
            else []
        )
        # What was typed comes back with the errors; else what was saved.
        rows.append(ReasonRow(line, draft_line.quantity, groups, form.get(f"note-{line.id}", draft_line.note)))
    return rows


def breakdown_rows(flow: Flow, quote: Quote) -> list[tuple[str, str]]:
    """The parts of the refund as (what, amount)."""
    titles = {line.line_id: line.title for line in flow.order.lines}
    return money_rows(quote_parts(quote.breakdown)["parts"], titles, flow.order.currency)


def ways(flow: Flow) -> list[WayBack]:
    """Each way back that the policy offers, no printer first."""
    return [_way(flow, method) for method in flow.basis.policy.methods]


def summary_rows(flow: Flow) -> list[tuple[str, str, str, str]]:
    """The check page's list: (term, value, change link, what the link changes)."""
    chosen = flow.draft.lines
    items = [f"{chosen[line.line_id].quantity} × {line.title}" for line in flow.chosen]
    reasons = [_reason_text(flow, line) for line in flow.chosen]
    return [
        (_("Items"), "\n".join(items), _step(flow, "items"), _("the items")),
        (_("Reason"), "\n".join(reasons), _step(flow, "reason"), _("the reason")),
        (_("Outcome"), _("Refund, the way you paid"), _step(flow, "outcome"), _("the outcome")),
        (_("Way back"), way_text(flow), _step(flow, "method"), _("the way back")),
    ]


def way_text(flow: Flow) -> str:
    """The chosen way back in words."""
    draft = flow.draft
    if draft.method is Method.PICKUP and draft.pickup_on:
        return str(_("Collection at your address on %(day)s", day=day(draft.pickup_on)))
    if draft.point:
        return "{name}\n{line1}, {postcode} {city}".format(**draft.point)
    return str(_("At any drop-off point you like"))


def _item_row(
    flow: Flow, line: OrderLineRecord, answer: LineEligibility, form: MultiDict[str, str], *, alone: bool
) -> ItemRow:
    name = f"quantity-{line.id}"
    draft_line = flow.draft.lines.get(line.line_id)
    # An order of one piece leaves nothing to choose: it stands chosen already.
    suggested = draft_line.quantity if draft_line else 1 if alone and not flow.draft.lines and answer.left == 1 else 0
    chosen = (whole_number(form.get(name, "")) or 0) if form else suggested
    notes = _notes(answer, flow.basis.facts.day(flow.now))
    until = _("Until %(day)s", day=day(answer.until)) if answer.until and not notes else None
    detail = " · ".join(part for part in (quantity_words(line.quantity_text), until) if part)
    return ItemRow(
        line,
        _worth(line),
        detail,
        name,
        answer.left,
        min(chosen, answer.left),
        answer.allowed,
        [*_returned_notes(answer), *notes],
    )


def _worth(line: OrderLineRecord) -> int:
    """What the pieces that are left of a line came to, as the order's page shows it."""
    price = line.ordered * line.unit_price if line.total is None else line.total + line.discount
    return price * line.quantity // line.ordered if line.ordered else 0


def _returned_notes(answer: LineEligibility) -> list[str]:
    """That fewer can be chosen than came; where none is left the rule says so."""
    if not answer.elsewhere or not answer.left:
        return []
    return [
        ngettext(
            "%(num)s was returned with the shop, or a return there is under way.",
            "%(num)s were returned with the shop, or a return there is under way.",
            answer.elsewhere,
        )
    ]


def _notes(answer: LineEligibility, today: date) -> list[str]:
    notes = list(dict.fromkeys(finding_words(answer.obstacles)))
    still_open = CONFORMITY_GROUPS.intersection(answer.open_groups)
    if answer.allowed and still_open and answer.groups[ReasonGroup.CHANGED_MIND].answer is RuleAnswer.NO:
        notes.append(_("You can still send it back if it is damaged or not what you ordered."))
    # The law may leave longer than the shop's window, for a group of its own: who reads of one is told of the other.
    legal = answer.legal_until
    if legal and today <= legal and answer.left and answer.groups[ReasonGroup.CHANGED_MIND].answer is RuleAnswer.NO:
        notes.append(
            _("Your legal right to withdraw lasts until %(day)s: “Withdraw from contract here”, below.", day=day(legal))
        )
    return notes


def _group_row(group: ReasonGroup, answer: LineEligibility, chosen: ReasonGroup | None, reason: str | None) -> GroupRow:
    group_answer = answer.groups[group]
    free = _("Free of charge") if group in CONFORMITY_GROUPS else ""
    detail = " ".join(finding_words(group_answer.obstacles)) or free
    reasons = [(offered.handle, reason_words(offered.handle)) for offered in reasons_of(group)]
    return GroupRow(
        group, group_words(group), detail, group_answer.answer is RuleAnswer.NO, chosen is group, reasons, reason
    )


def _way(flow: Flow, method: Method) -> WayBack:
    request = replace(flow.draft.request(), method=method, pickup_on=flow.draft.pickup_on)
    quote = make_quote(flow.basis, request)
    fee = -sum(part.amount for part in quote.breakdown.parts if part.kind == "return_fee")
    cost = money(fee, flow.order.currency) if fee else _("Free")
    refund = money(quote.total, flow.order.currency)
    return WayBack(method, cost, refund, quote.promise.refund_on, flow.draft.method is method)


def _reason_text(flow: Flow, line: OrderLineRecord) -> str:
    draft_line = flow.draft.lines[line.line_id]
    words = reason_words(draft_line.reason or "")
    text = _("%(reason)s. “%(note)s”", reason=words, note=draft_line.note) if draft_line.note else words
    return f"{line.title}: {text}" if len(flow.chosen) > 1 else text


def _step(flow: Flow, step: str) -> str:
    return url_for(f"return_flow.{step}", ref=flow.ref)
