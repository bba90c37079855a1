"""Returns in the reader's language: findings, parts of the money, states."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from flask_babel import gettext, pgettext

from app.core.i18n.locale import speaking
from app.core.i18n.words import amount as spoken_amount
from app.core.i18n.words import day, money
from app.returns.policy.decision import RequestEvaluation, RequestFault
from app.returns.policy.money import PartKind
from app.returns.policy.rules import RuleFinding
from app.returns.policy.words.names import group_words, method_words, reason_words
from app.returns.policy.words.sentences import BY_RULE, finding_sentence

__all__ = [
    "elsewhere_words",
    "faults_in_english",
    "finding_words",
    "group_words",
    "in_english",
    "in_words",
    "method_words",
    "money_rows",
    "reason_words",
]


def _l(text: str) -> str:
    """Mark a text for translation."""
    return text


# Under the codes of the rules: figures and systems count by codes, so that a sentence may be bettered at any time.
SENTENCES: dict[str, str] = {
    "order_cancelled": _l("The order was cancelled."),
    "not_shipped": _l("It hasn't been sent yet."),
    "not_delivered": _l("It hasn't arrived yet. You can return it once it has."),
    "delivery_unknown": _l("We don't know yet whether it arrived. Our team will check."),
    "already_returned": _l("It's already in a return."),
    "returned_elsewhere": _l("It was returned through the shop, or is being returned there."),
    "returned_in_both": _l("All of it is in a return, here or through the shop, or has come back."),
    "kind_digital": _l("You can't send back downloads or other digital items."),
    "kind_gift_card": _l("Gift cards can't be returned."),
    "kind_service": _l("Services can't be returned."),
    "digital_faulty": _l("It's a digital item, so our team will review it."),
    "gift_card_faulty": _l("It's a gift card, so our team will review it."),
    "service_faulty": _l("It's a service, so our team will review it."),
    "window_over": _l("The return period ended on %(until)s."),
    "window_grace": _l("The return period ended on %(until)s. Our team reviews late returns."),
    "final_sale": _l("It was sold without return for a change of mind."),
    "personalised": _l("It was made for you."),
    "category": _l("Items of this kind can't be returned."),
    "channel_elsewhere": _l("Return it where you bought it: the shop there takes it back."),
    "country_not_served": _l("We can't take returns from this country."),
    "large_refund": _l("Our team reviews refunds of this size."),
    "withdrawal_statement": _l("It comes from a withdrawal."),
    "unannounced": _l("It came without notice."),
    "nothing_chosen": _l("Choose at least one item."),
    "line_twice": _l("The same item is listed twice."),
    "method_not_offered": _l("You can't send it back that way. Choose another."),
    "resolution_not_offered": _l("That option isn't available. Choose another."),
    "pickup_day_missing": _l("Choose a day for the collection."),
    "unknown_line": _l("That item isn't in this order."),
    "unknown_reason": _l("Choose a reason from the list."),
    "quantity_too_high": _l("There aren't that many left to return."),
    "quantity_too_low": _l("Choose at least one unit."),
    "note_missing": _l("Tell us in a few words what is wrong."),
}

ELSEWHERE: dict[str, str] = {
    "return": _l("Return through the shop"),
    "exchange": _l("Exchange through the shop"),
    "claim": _l("Claim through the shop"),
}


def elsewhere_words(kind: str, stage: str) -> tuple[str, str]:
    """A return, exchange or claim that was made with the shop itself, and where it stands."""
    stages = {
        "asked": pgettext("stage of a return", "Requested"),
        "approved": pgettext("stage of a return", "Approved"),
        "part_received": gettext("Partly received"),
        "received": pgettext("stage of a return", "Received"),
        "rejected": gettext("Not accepted"),
        "cancelled": pgettext("stage of a return", "Cancelled"),
    }
    return gettext(ELSEWHERE[kind]) if kind in ELSEWHERE else kind, stages.get(stage, stage)


def in_english(code: str, params: Mapping[str, object] | None = None) -> str:
    """The sentence of a code, its dates in ISO form; a code that no sentence knows any more is said as it is."""
    if code in BY_RULE:
        with speaking("en"):
            return finding_sentence(code, (params or {}).get("rule"))
    try:
        return SENTENCES[code] % {name: str(value) for name, value in (params or {}).items()}
    except KeyError:
        return code


def faults_in_english(evaluation: RequestEvaluation) -> list[tuple[str, str]]:
    """Each fault as (JSON pointer, sentence)."""
    return [(fault.pointer, _fault_in_english(fault)) for fault in evaluation.faults]


def _fault_in_english(fault: RequestFault) -> str:
    sentence = in_english(fault.code, fault.finding.params if fault.finding else None)
    return f"{sentence} There are {', '.join(fault.choices)}." if fault.choices else sentence


PARTS: dict[str, str] = {
    "item": _l("%(quantity)s × %(title)s"),
    "item_discount": _l("Discounts"),
    "order_discount": _l("Discounts"),
    "tax": _l("Tax"),
    "shipping": _l("Delivery"),
    "fees": _l("Fees and duties you paid"),
    "return_fee": _l("Return costs"),
    "elsewhere": _l("Already refunded by the shop"),
    "limit": _l("Adjustment: no more than you paid"),
    "not_received": _l("Not received: %(quantity)s × %(title)s"),
    "shipping_waits": _l("Delivery (when everything is back)"),
    "fees_wait": _l("Fees and duties (when everything is back)"),
    "settled_before": _l("Already refunded"),
    "by_hand": _l("Changed by our team"),
}


# Items are told apart by their titles; the discounts and taxes of many lines would only repeat themselves.
ONE_BY_ONE = frozenset({PartKind.ITEM, PartKind.NOT_RECEIVED})


def in_words(code: str, params: Mapping[str, object] | None = None) -> str:
    """The sentence of a finding or fault, its dates and amounts as people say them."""
    if code in BY_RULE:
        return finding_sentence(code, (params or {}).get("rule"))
    spoken = {name: _spoken(value) for name, value in (params or {}).items()}
    return str(gettext(SENTENCES[code])) % spoken


def finding_words(findings: Iterable[RuleFinding]) -> list[str]:
    """All findings in words."""
    return [in_words(finding.code, finding.params) for finding in findings]


def money_rows(
    parts: Iterable[Mapping[str, Any]],
    titles: Mapping[str, str],
    currency: str,
    *,
    measures: Mapping[str, tuple[int, str | None]] | None = None,
) -> list[tuple[str, str]]:
    """A breakdown as (what, amount): items one by one, discounts and tax summed up, all else as it is.

    ``measures`` are by line the units ordered and how much they are, where that is no number of pieces.
    """
    rows: dict[tuple[str, object], int] = {}
    for part in parts:
        text = PARTS[part["kind"]]
        ordered, measure = (measures or {}).get(part["line"], (0, None))
        quantity = part["quantity"] or 0
        counted = spoken_amount(quantity, measure if quantity == ordered else None)
        label = gettext(text) % {"quantity": counted, "title": titles.get(part["line"], "")}
        key = (label, part["line"] if part["kind"] in ONE_BY_ONE else None)
        rows[key] = rows.get(key, 0) + part["amount"]
    return [(label, money(amount, currency)) for (label, _line), amount in rows.items()]


def _spoken(value: object) -> str:
    return day(value) if isinstance(value, date) else str(value)
