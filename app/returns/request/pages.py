"""What the flow's pages show, put into words row by row."""

from dataclasses import dataclass, replace
from datetime import date

from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.datastructures import MultiDict

from app.core.i18n.words import day, money
from app.orders.records import OrderLineRecord
from app.orders.words import quantity_words
from app.returns.policy.eligibility import LineEligibility
from app.returns.policy.policy import Method
from app.returns.policy.quote import Quote, make_quote, quote_parts
from app.returns.policy.reasons import CONFORMITY_GROUPS, CUSTOMER_GROUPS, ReasonGroup, ReasonList
from app.returns.policy.rules import RuleAnswer
from app.returns.policy.words.names import question_words
from app.returns.request.flow import Flow
from app.returns.withdrawal.law import LawWords, law_of, law_words
from app.returns.words import finding_words, group_words, money_rows, reason_words


@dataclass(frozen=True, slots=True)
class ReasonGroupRow:
    """A group of reasons in a line's list; ``closed`` where the line cannot come back for any of them.

    ``questions`` are what the shop asks about some of its reasons.
    """

    words: str
    closed: bool
    reasons: list[tuple[str, str]]
    questions: list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class ItemRow:
    """A line to choose from, or why it cannot be chosen; ``worth`` is the price of the units that are left.

    ``quantity`` is a text: what was typed comes back as it was.
    """

    line: OrderLineRecord
    worth: int
    units: int
    detail: str
    left: int
    chosen: bool
    quantity: str
    allowed: bool
    notes: list[str]
    groups: list[ReasonGroupRow]
    reason: str
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


def breakdown_rows(flow: Flow, quote: Quote) -> list[tuple[str, str]]:
    """The parts of the refund as (what, amount)."""
    titles = {line.line_id: line.title for line in flow.order.lines}
    return money_rows(quote_parts(quote.breakdown)["parts"], titles, flow.order.currency)


def ways(flow: Flow) -> list[WayBack]:
    """Each way back that the policy offers, no printer first."""
    return [_way(flow, method) for method in flow.methods]


def summary_rows(flow: Flow) -> list[tuple[str, ...]]:
    """The check page's list: (term, value, change link, what the link changes)."""
    chosen = flow.draft.lines
    items = [f"{chosen[line.line_id].quantity} × {line.title}" for line in flow.chosen]
    reasons = [_reason_text(flow, line) for line in flow.chosen]
    if len(set(reasons)) > 1:
        reasons = [f"{line.title}: {words}" for line, words in zip(flow.chosen, reasons, strict=True)]
    first = flow.chosen[0].id if flow.chosen else ""
    outcome = (flow.change_url("outcome"), _("what you get")) if "outcome" in flow.steps else ("", "")
    return [
        (_("Items"), "\n".join(items), flow.change_url("items"), _("the items")),
        (
            _("Reason"),
            "\n".join(dict.fromkeys(reasons)),
            flow.change_url("items") + f"#reason-{first}",
            _("the reason"),
        ),
        (_("What you get"), _("Refund to the same payment method"), *outcome),
        (_("How you send it back"), way_text(flow), flow.change_url("method"), _("how you send it back")),
    ]


def way_text(flow: Flow) -> str:
    """The chosen way back in words."""
    draft = flow.draft
    if draft.method is Method.PICKUP and draft.pickup_on:
        return str(_("Collection at your address on %(day)s", day=day(draft.pickup_on)))
    if draft.point:
        return str(draft.point["name"])
    return str(_("At any drop-off point you like"))


def _item_row(
    flow: Flow, line: OrderLineRecord, answer: LineEligibility, form: MultiDict[str, str], *, alone: bool
) -> ItemRow:
    draft_line = flow.draft.lines.get(line.line_id)
    # An order of one piece leaves nothing to choose: it stands chosen already.
    suggested = bool(draft_line) or (alone and not flow.draft.lines and answer.left == 1)
    quantity = str(draft_line.quantity) if draft_line else "1"
    notes = _notes(answer, flow.basis.facts.day(flow.now), law_words(law_of(flow.basis.order)))
    until = _("Until %(day)s", day=day(answer.until)) if answer.until and not notes else None
    allowed = answer.allowed or (flow.overrides and answer.left > 0)
    units = answer.left if allowed else line.quantity
    return ItemRow(
        line,
        _worth(line, units),
        units,
        " · ".join(part for part in (quantity_words(line.quantity_text), until) if part),
        answer.left,
        bool(form.get(f"pick-{line.id}")) if form else suggested,
        form.get(f"quantity-{line.id}", quantity),
        allowed,
        [*_returned_notes(flow, answer), *notes],
        _groups(answer, flow.basis.eligibility.reasons, overrides=flow.overrides) if allowed else [],
        form.get(f"reason-{line.id}", (draft_line and draft_line.reason) or ""),
        form.get(f"note-{line.id}", draft_line.note if draft_line else ""),
    )


def _groups(answer: LineEligibility, reasons: ReasonList, *, overrides: bool) -> list[ReasonGroupRow]:
    return [
        ReasonGroupRow(
            group_words(group),
            answer.best(group).answer is RuleAnswer.NO and not overrides,
            [(one.handle, reason_words(one.handle, reasons)) for one in reasons.offered(answer.category, group)],
            [
                (reason_words(one.handle, reasons), words)
                for one in reasons.offered(answer.category, group)
                if (words := question_words(one))
            ],
        )
        for group in CUSTOMER_GROUPS
    ]


def _worth(line: OrderLineRecord, units: int) -> int:
    """What so many pieces of a line came to, as the order's page shows it."""
    price = line.ordered * line.unit_price if line.total is None else line.total + line.discount
    return price * units // line.ordered if line.ordered else 0


def _returned_notes(flow: Flow, answer: LineEligibility) -> list[str]:
    """That fewer can be chosen than came, and why; where none is left the rule says so."""
    if not answer.left:
        return []
    line = next(line for line in flow.basis.facts.lines if line.line_id == answer.line_id)
    here, notes = line.returned - line.elsewhere, []
    if here > 0:
        notes.append(ngettext("%(num)s is already in a return.", "%(num)s are already in a return.", here))
    if answer.elsewhere:
        notes.append(
            ngettext(
                "%(num)s was returned through the shop, or is being returned there.",
                "%(num)s were returned through the shop, or are being returned there.",
                answer.elsewhere,
            )
        )
    return notes


def _notes(answer: LineEligibility, today: date, law: LawWords) -> list[str]:
    notes = list(dict.fromkeys(finding_words(answer.obstacles)))
    still_open = CONFORMITY_GROUPS.intersection(answer.open_groups)
    if answer.allowed and still_open and answer.best(ReasonGroup.CHANGED_MIND).answer is RuleAnswer.NO:
        notes.append(_("You can still send it back if it's damaged or not what you ordered."))
    # The law may leave longer than the shop's window, for a group of its own: who reads of one is told of the other.
    legal = answer.legal_until
    if legal and today <= legal and answer.left and answer.best(ReasonGroup.CHANGED_MIND).answer is RuleAnswer.NO:
        below = _("See “%(link)s” at the bottom of the page.", link=_(law.link))
        notes.append(f"{_(law.until) % {'day': day(legal)}} {below}")
    return notes


def _way(flow: Flow, method: Method) -> WayBack:
    request = replace(flow.draft.request(), method=method, pickup_on=flow.draft.pickup_on)
    quote = make_quote(flow.basis, request)
    fee = -sum(part.amount for part in quote.breakdown.parts if part.kind == "return_fee")
    cost = money(fee, flow.order.currency) if fee else _("Free")
    refund = money(quote.total, flow.order.currency)
    return WayBack(method, cost, refund, quote.promise.refund_on, flow.draft.method is method)


def _reason_text(flow: Flow, line: OrderLineRecord) -> str:
    draft_line = flow.draft.lines[line.line_id]
    words = reason_words(draft_line.reason or "", flow.basis.eligibility.reasons)
    return str(_("%(reason)s. “%(note)s”", reason=words, note=draft_line.note)) if draft_line.note else words
