"""What the console shows of one return, and what may be done to it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from flask import abort
from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.i18n.words import local_day
from app.orders.contacts.contact_points import reference
from app.orders.records import OrderLineRecord
from app.returns.elsewhere.ledger import given_back_elsewhere
from app.returns.policy.order_facts import gone_units, policy_of
from app.returns.queries import ReturnView, read_return
from app.returns.records import RefundRecord, ReturnRecord
from app.returns.refunds.reckoning import owed, settled
from app.returns.states import LIVE, Decision, GoodsState, Happening, NextStep, ReturnAction, decide, move, next_step
from app.returns.words import SENTENCES, in_words
from app.staff.notes.services import NotePlace
from app.staff.warehouse.words import ODDITIES

STEPS = {
    NextStep.DECIDE: _l("Next: decide on it."),
    NextStep.HAND_OVER: _l("Next: the customer drops it off."),
    NextStep.RECEIVE: _l("Next: the warehouse books what comes."),
    NextStep.SETTLE: _l("Next: the refund that is due."),
    NextStep.SEND_BACK: _l("Next: send the items back to the customer."),
    NextStep.NOTHING: _l("Nothing is left to do."),
}
NOTHING_DUE = _l("Nothing is due for what came. Say another amount if something is to be paid.")
VOIDED = {
    "changed": _l("another amount was set"),
    "corrected": _l("the receipt was corrected"),
    "nothing_inside": _l("what was announced was not inside"),
    "order_reduced": _l("less is paid for the order than before"),
    "given_back_elsewhere": _l("money was given back in the shop's own system"),
    "rejected": _l("the return was rejected"),
}


def void_words(reason: str | None) -> str:
    """Why a refund is void: a person's own words, or what happened."""
    return str(VOIDED.get(reason or "", reason or "—"))


DECISIONS = {
    "requested": ("attention", _l("Requested")),
    "needs_review": ("attention", _l("To decide")),
    "approved": ("done", _l("Approved")),
    "rejected": ("problem", _l("Rejected")),
    "cancelled": ("plain", _l("Cancelled")),
    "expired": ("plain", _l("Expired")),
}
ANSWERS = {
    "yes": ("done", _l("The policy allows it")),
    "person": ("attention", _l("The policy leaves it to a person")),
    "no": ("problem", _l("The policy refuses it")),
}
ACTIONS = (ReturnAction.APPROVE, ReturnAction.REJECT, ReturnAction.CANCEL)


@dataclass(frozen=True, slots=True)
class RefundShown:
    """A refund, how many days are left, and whether a second person must agree first.

    ``doubts`` are refunds of the shop's own system that it may be: until a person says, it is not paid.
    """

    refund: RefundRecord
    days_left: int
    needs_second: bool
    doubts: Sequence[str] = ()


def return_place(view: ReturnView) -> NotePlace:
    """Where its notes are kept."""
    return NotePlace(view.order.id, f"return/{view.return_.ref}")


def find_return(session: Session, ref: str) -> ReturnView:
    """The return with this reference and all around it, or 404."""
    known_ref = session.scalar(select(ReturnRecord.ref).where(ReturnRecord.ref == reference(ref)))
    if known_ref is None:
        abort(404)
    return read_return(session, known_ref)


def possible(return_: ReturnRecord) -> list[ReturnAction]:
    """What may be decided now."""
    decision, goods = Decision(return_.decision), GoodsState(return_.goods)
    # What would leave the decision as it is counts as impossible: a button must change something.
    return [
        action
        for action in ACTIONS
        if decide(decision, action, goods) not in (None, decision)
        and not (action is ReturnAction.REJECT and is_withdrawal(return_))
    ]


def is_withdrawal(return_: ReturnRecord) -> bool:
    """Whether it came of a statement of withdrawal: a right, which nobody can reject."""
    return return_.initiated_by == "withdrawal"


def may_say_amount(return_: ReturnRecord) -> bool:
    """Whether a person may say what it pays: while it stands."""
    return Decision(return_.decision) in LIVE


def may_send_back(return_: ReturnRecord) -> bool:
    """Whether goods of it may go back to the customer."""
    goods_after = move(GoodsState(return_.goods), Happening.SENT_BACK, Decision(return_.decision))
    return goods_after is not None and return_.goods != GoodsState.SENT_BACK


def room_for_more(session: Session, view: ReturnView) -> list[tuple[OrderLineRecord, int]]:
    """The order's lines of which more units may be put into this return, with how many."""
    if not may_say_amount(view.return_):
        return []
    units_returned = gone_units(session, view.order)
    units_left = [(line, line.quantity - units_returned.get(line.id, 0)) for line in view.lines.values()]
    return [(line, units) for line, units in units_left if units > 0]


def what_next(return_: ReturnRecord) -> str:
    """The next step, or that nothing is left to do."""
    step = next_step(Decision(return_.decision), GoodsState(return_.goods))
    if step is NextStep.SETTLE and owed(return_) == 0:
        return str(STEPS[NextStep.NOTHING] if settled(return_) else NOTHING_DUE)
    return str(STEPS[step])


def oddities(return_: ReturnRecord) -> list[str]:
    """What is odd about what came, each once."""
    words = dict.fromkeys(odd for receipt in return_.receipts if receipt.voided_at is None for odd in receipt.odd)
    return [str(ODDITIES.get(word, word)) for word in words]


def refunds(session: Session, view: ReturnView, *, now: datetime) -> Sequence[RefundShown]:
    """The money of a return."""
    limit = policy_of(view.order).second_person_limit(view.return_.currency)
    today = local_day(now, view.order.brand.time_zone)
    there = given_back_elsewhere(session, view.order).refunds
    return [
        RefundShown(
            refund,
            (refund.due_on - today).days,
            limit is not None and refund.amount > limit,
            [match.refund.external_id for match in there if refund.id in match.candidates],
        )
        for refund in view.return_.refunds
    ]


def verdict(return_: ReturnRecord) -> tuple[tuple[str, str], list[str]]:
    """What the policy said: a badge, and every reason in words."""
    kind, text = ANSWERS.get(return_.verdict.get("answer", "yes"), ANSWERS["yes"])
    findings = return_.verdict.get("findings", [])
    # The verdict is kept as it was given: a rule that was renamed since has no sentence under its old code.
    explained = [finding for finding in findings if finding.get("code") in SENTENCES]
    return (kind, str(text)), [
        in_words(finding["code"], dict(_dated(finding.get("params", {}).items()))) for finding in explained
    ]


def decision_badge(decision: str) -> tuple[str, str]:
    """Kind and text of a decision's badge."""
    kind, text = DECISIONS.get(decision, ("plain", decision))
    return kind, str(text)


def _dated(params: Iterable[tuple[str, str]]) -> Iterable[tuple[str, object]]:
    """Dates, which the verdict keeps as text, as dates again."""
    for key, value in params:
        try:
            yield key, date.fromisoformat(value)
        except ValueError:
            yield key, value
