"""What a rule can ask and do, in words and with the fields that each wants, for the form of a rule."""

from dataclasses import dataclass

from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.returns.policy.reasons import CUSTOMER_GROUPS, ReasonList
from app.returns.policy.ruleset.conditions import SHAPE_OF
from app.returns.policy.ruleset.terms import Method
from app.returns.policy.words.clauses import customer_words, kind_words
from app.returns.policy.words.names import group_words, method_words, reason_words

QUESTIONS: dict[str, LazyString] = {
    "country": _l("Country it goes to"),
    "region": _l("Region it goes to"),
    "channel": _l("Channel of the order"),
    "customer": _l("Consumer or company"),
    "order_value": _l("Value of the order"),
    "currency": _l("Currency"),
    "returns": _l("Returns of the customer"),
    "share_returned": _l("Share sent back by the customer"),
    "first_order": _l("First order of the customer"),
    "sku": _l("SKU"),
    "category": _l("Category"),
    "title": _l("Word in the item's name"),
    "unit_price": _l("Price of the item"),
    "final_sale": _l("Sold without return"),
    "personalised": _l("Made for one person"),
    "item_kind": _l("Kind of item"),
    "quantity": _l("Units ordered"),
    "reason": _l("Reason"),
    "reason_group": _l("Group of reasons"),
    "days_since_delivery": _l("Days since delivery"),
    "days_since_order": _l("Days since the order"),
    "ordered": _l("Season of the order"),
    "asked": _l("Season of the return"),
    "method": _l("Way back"),
    "return_value": _l("Value of what comes back"),
    "refund_value": _l("Amount of the refund"),
}
EFFECTS: dict[str, LazyString] = {
    "allow": _l("Allow it, whatever a rule below says"),
    "refuse": _l("Refuse it"),
    "review": _l("Send it to a person"),
    "keep": _l("Send it to a person: the item may be kept"),
    "window": _l("Set the return period"),
    "fee": _l("Charge for the way back"),
    "waive": _l("Make the way back free"),
    "methods": _l("Offer only some ways back"),
}
HINTS: dict[str, LazyString] = {
    "country": _l("Codes of two letters, such as ES, PT"),
    "region": _l("Codes such as ES-CN, MX-CMX"),
    "channel": _l("As orders name it, such as web, marketplace"),
    "currency": _l("Codes such as EUR, MXN"),
    "sku": _l("A * at the end stands for anything, such as TS-*"),
    "category": _l("As orders name it"),
}


@dataclass(frozen=True, slots=True)
class ConditionRow:
    """One condition as the form shows it: ``values`` are what is typed, by field; ``choices`` to tick, if any."""

    number: int
    on: str
    opposite: bool
    values: dict[str, str]
    ticked: frozenset[str]
    choices: list[tuple[str, str]]

    @property
    def shape(self) -> str:
        """Which fields it has."""
        return SHAPE_OF[self.on]

    @property
    def title(self) -> str:
        """What it asks about."""
        return str(QUESTIONS[self.on])

    @property
    def hint(self) -> str | None:
        """How its names are written."""
        return str(HINTS[self.on]) if self.on in HINTS else None


def choices_of(on: str, reasons: ReasonList) -> list[tuple[str, str]]:
    """What can be ticked, where there are only some names."""
    # Made at each call: words are in the language of whoever reads.
    lists: dict[str, list[tuple[str, str]]] = {
        "customer": [(kind, customer_words(kind)) for kind in ("b2c", "b2b")],
        "item_kind": [(kind, kind_words(kind)) for kind in ("goods", "digital", "gift_card", "service")],
        "reason_group": [(str(group), group_words(group)) for group in CUSTOMER_GROUPS],
        "method": [(str(method), method_words(method)) for method in Method],
        "reason": [
            (one.handle, _retired(reason_words(one.handle, reasons), one.retired))
            for one in reasons.reasons
            # A withdrawal is the law's: no rule may ask for it.
            if one.group in CUSTOMER_GROUPS
        ],
    }
    return lists.get(on, [])


# A rule about a retired reason goes on holding for the returns that have it.
def _retired(words: str, retired: bool) -> str:
    return _("%(reason)s (retired)", reason=words) if retired else words
