"""Each condition of a rule as a clause that can follow «if», in the reader's language."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any

from app.core.i18n.locale import gettext as _
from app.core.i18n.locale import ngettext
from app.core.i18n.words import country_name, money, number, percent, shortest_day
from app.returns.policy.reasons import CONFORMITY_GROUPS, CUSTOMER_GROUPS
from app.returns.policy.ruleset.conditions import (
    AllOf,
    AnyCondition,
    AnyOf,
    CountIs,
    FlagIs,
    HistoryIs,
    NameIs,
    NotSo,
    SeasonIs,
    TitleHas,
    WorthIs,
)
from app.returns.policy.words.names import group_words, method_words, reason_words

Names = Callable[[str], str]


def clause(condition: AnyCondition, reason_name: Names = reason_words, *, deep: bool = False) -> str:
    """The condition in words; joined ones that lie in others stand in brackets. ``reason_name`` says a reason."""
    if isinstance(condition, AllOf):
        return _joined([clause(part, reason_name, deep=True) for part in condition.all], _(" and "), deep)
    if isinstance(condition, AnyOf):
        return _joined([clause(part, reason_name, deep=True) for part in condition.any], _(" or "), deep)
    if isinstance(condition, NotSo):
        return _opposite(condition.opposite, reason_name)
    if isinstance(condition, NameIs):
        return _fault_clause(condition) or _name_clause(condition, reason_name, negative=False)
    return _CLAUSES[type(condition)](condition)


def either(names: Iterable[str]) -> str:
    """«one, two or three»."""
    *most, last = list(names)
    return f"{', '.join(most)}{_(' or ')}{last}" if most else last


def quoted(name: str) -> str:
    """A name in the quotes of the language."""
    return _("“%(name)s”", name=name)


def amounts_words(amounts: Mapping[str, int]) -> str:
    """An amount in each of its currencies."""
    return " / ".join(money(amount, currency) for currency, amount in amounts.items())


def _joined(clauses: list[str], joint: str, deep: bool) -> str:
    words = joint.join(clauses)
    return f"({words})" if deep and len(clauses) > 1 else words


def _opposite(condition: AnyCondition, reason_name: Names) -> str:
    if isinstance(condition, NameIs):
        return _name_clause(condition, reason_name, negative=True)
    if isinstance(condition, FlagIs):
        return _flag_clause(condition.model_copy(update={"yes": not condition.yes}))
    return _("it isn't so that %(condition)s", condition=clause(condition, reason_name, deep=True))


def _name_clause(condition: NameIs, reason_name: Names, *, negative: bool) -> str:
    say = {
        "country": country_name,
        "reason": lambda name: quoted(reason_name(name)),
        "reason_group": lambda name: quoted(group_words(name)),
        "method": lambda name: quoted(method_words(name)),
        "item_kind": kind_words,
        "customer": customer_words,
        "category": category_words,
    }.get(condition.on, str)
    names = either(say(name) for name in condition.one_of)
    return _not_named(condition.on, names) if negative else _named(condition.on, names)


def _fault_clause(condition: NameIs) -> str | None:
    """Both groups of a kind at once are said in a few words: whether something is wrong with it, or nothing is."""
    groups = set(condition.one_of) if condition.on == "reason_group" else set()
    if groups == CONFORMITY_GROUPS:
        return _("it's damaged or wrong")
    return _("nothing is wrong with it") if groups == set(CUSTOMER_GROUPS) - CONFORMITY_GROUPS else None


def _named(on: str, names: str) -> str:
    sentences = {
        "country": _("it goes to %(names)s", names=names),
        "region": _("it goes to the region %(names)s", names=names),
        "channel": _("it was bought through %(names)s", names=names),
        "customer": _("the buyer is %(names)s", names=names),
        "currency": _("it was paid in %(names)s", names=names),
        "sku": _("its SKU is %(names)s", names=names),
        "category": _("the item is of the kind %(names)s", names=names),
        "item_kind": _("it's %(names)s", names=names),
        "reason": _("the reason is %(names)s", names=names),
        "reason_group": _("the reason is of the group %(names)s", names=names),
        "method": _("you send it this way: %(names)s", names=names),
    }
    return sentences[on]


def _not_named(on: str, names: str) -> str:
    sentences = {
        "country": _("it doesn't go to %(names)s", names=names),
        "region": _("it doesn't go to the region %(names)s", names=names),
        "channel": _("it wasn't bought through %(names)s", names=names),
        "customer": _("the buyer isn't %(names)s", names=names),
        "currency": _("it wasn't paid in %(names)s", names=names),
        "sku": _("its SKU isn't %(names)s", names=names),
        "category": _("the item isn't of the kind %(names)s", names=names),
        "item_kind": _("it isn't %(names)s", names=names),
        "reason": _("the reason isn't %(names)s", names=names),
        "reason_group": _("the reason isn't of the group %(names)s", names=names),
        "method": _("you don't send it this way: %(names)s", names=names),
    }
    return sentences[on]


def kind_words(kind: str) -> str:
    """What an item is, that may travel in no parcel."""
    kinds = {
        "goods": _("an item that is sent"),
        "digital": _("a digital item"),
        "gift_card": _("a gift card"),
        "service": _("a service"),
    }
    return kinds.get(kind, kind)


def customer_words(kind: str) -> str:
    """Who buys."""
    return _("a company") if kind == "b2b" else _("a consumer")


def category_words(category: str) -> str:
    """A category by the shop's own name; the two of the usual policy have words."""
    usual = {"gift_card": _("gift cards"), "hygiene": _("hygiene")}
    return usual.get(category, category)


def _worth_clause(condition: WorthIs) -> str:
    least, below = (bound and amounts_words(bound) for bound in (condition.at_least, condition.below))
    amounts = _bounds(least or None, below or None)
    sentences = {
        "order_value": _("the order is worth %(amount)s", amount=amounts),
        "unit_price": _("it costs %(amount)s", amount=amounts),
        "return_value": _("what you send back is worth %(amount)s", amount=amounts),
        "refund_value": _("the refund is %(amount)s", amount=amounts),
    }
    return sentences[condition.on]


def _bounds(least: str | None, below: str | None) -> str:
    if least and below:
        return _("%(least)s or more, but less than %(below)s", least=least, below=below)
    return _("%(amount)s or more", amount=least) if least else _("less than %(amount)s", amount=below or "")


def _count_clause(condition: CountIs) -> str:
    count = _count_words(condition.at_least, condition.at_most)
    sentences = {
        "quantity": _("units ordered: %(count)s", count=count),
        "days_since_delivery": _("days since it arrived: %(count)s", count=count),
        "days_since_order": _("days since the order: %(count)s", count=count),
    }
    return sentences[condition.on]


def _count_words(least: int | None, most: int | None) -> str:
    if least is None:
        return _("%(count)s at most", count=number(most or 0))
    if most is None:
        return _("%(count)s or more", count=number(least))
    return number(least) if least == most else f"{number(least)}–{number(most)}"


def _history_clause(condition: HistoryIs) -> str:
    if condition.on == "returns":
        return ngettext(
            "the customer has asked for %(count)s or more returns in %(num)s day",
            "the customer has asked for %(count)s or more returns in %(num)s days",
            condition.days,
            count=number(condition.at_least),
        )
    return ngettext(
        "the customer has sent back %(share)s or more of what they bought in %(num)s day",
        "the customer has sent back %(share)s or more of what they bought in %(num)s days",
        condition.days,
        share=percent(condition.at_least / 100),
    )


def _flag_clause(condition: FlagIs) -> str:
    sentences = {
        ("final_sale", True): _("it was sold without return for a change of mind"),
        ("final_sale", False): _("it wasn't sold without return for a change of mind"),
        ("personalised", True): _("it was made for one person"),
        ("personalised", False): _("it wasn't made for one person"),
        ("first_order", True): _("it's the customer's first order"),
        ("first_order", False): _("it isn't the customer's first order"),
    }
    return sentences[condition.on, condition.yes]


def _title_clause(condition: TitleHas) -> str:
    return _("its name has the word %(names)s", names=either(map(quoted, condition.words)))


def _season_clause(condition: SeasonIs) -> str:
    days = {"since": _season_day(condition.since), "until": _season_day(condition.until)}
    if condition.on == "ordered":
        return _("it was ordered from %(since)s to %(until)s", **days)
    return _("you ask from %(since)s to %(until)s", **days)


def _season_day(written: str) -> str:
    """A day of every year has no year to say."""
    whole = len(written) > len("12-24")
    # A leap year, so that 29 February is a day.
    day = date.fromisoformat(written if whole else f"2024-{written}")
    return f"{shortest_day(day)} {day.year}" if whole else shortest_day(day)


_CLAUSES: dict[type, Callable[[Any], str]] = {
    WorthIs: _worth_clause,
    CountIs: _count_clause,
    HistoryIs: _history_clause,
    FlagIs: _flag_clause,
    TitleHas: _title_clause,
    SeasonIs: _season_clause,
}
