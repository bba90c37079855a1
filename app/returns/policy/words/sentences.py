"""Each rule as a sentence made from the rule itself: for the shop's people, and for the customer whom it answers."""

from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from app.core.i18n.catalogues import HOME_LOCALE
from app.core.i18n.locale import get_locale, ngettext
from app.core.i18n.locale import gettext as _
from app.core.i18n.words import percent
from app.returns.policy.ruleset.rule import ChargeFee, Effect, OfferMethods, PolicyRule, SetWindow
from app.returns.policy.words.clauses import Names, amounts_words, clause, quoted
from app.returns.policy.words.names import method_words, reason_words

BY_RULE = frozenset({"rule_allows", "rule_refuses", "rule_review", "rule_keep"})
"""The codes of what a rule of the shop answers; their words are made from the rule."""


def rule_sentence(rule: PolicyRule, reason_name: Names = reason_words) -> str:
    """The whole rule: when it holds and what it does."""
    effect = effect_words(rule.then)
    if rule.when is None:
        return _("Always: %(effect)s.", effect=effect)
    return _("If %(conditions)s: %(effect)s.", conditions=clause(rule.when, reason_name), effect=effect)


def effect_words(effect: Effect) -> str:
    """What a rule does, as the end of a sentence."""
    if isinstance(effect, SetWindow):
        return ngettext(
            "you can send it back for %(num)s day after it arrives",
            "you can send it back for %(num)s days after it arrives",
            effect.days,
        )
    if isinstance(effect, ChargeFee):
        return _fee_words(effect)
    if isinstance(effect, OfferMethods):
        ways = ", ".join(quoted(method_words(method)) for method in effect.methods)
        return _("you can send it back this way: %(ways)s", ways=ways)
    sentences = {
        "allow": _("you can send it back"),
        "refuse": _("you can't send it back"),
        "review": _("our team decides"),
        "keep": _("our team decides whether you keep it"),
        "waive": _("sending it back is free"),
    }
    return sentences[effect.do]


def _fee_words(fee: ChargeFee) -> str:
    if fee.percent is not None:
        return _("sending it back costs %(share)s of its price", share=percent(fee.percent / 100))
    return _("sending it back costs %(amount)s", amount=amounts_words(fee.amount or {}))


def finding_sentence(code: str, document: object, reason_name: Names = reason_words) -> str:
    """What a customer reads of a rule that answers: the shop's own sentence, else one made from its conditions.

    A rule about the customer's own history does not say what it counts: its number is for the shop.
    """
    rule = _rule(document)
    own = rule.words.get(_language()) if rule else None
    if own:
        return own
    if rule is None or rule.when is None or rule.of_the_customer:
        return _plain(code)
    return _because(code, clause(rule.when, reason_name))


def _plain(code: str) -> str:
    sentences = {
        "rule_allows": _("You can send it back."),
        "rule_refuses": _("You can't send it back here. Write to us if you have a question."),
    }
    return sentences.get(code) or _("Our team will review it.")


def _because(code: str, conditions: str) -> str:
    sentences = {
        "rule_allows": _("You can send it back, since %(conditions)s.", conditions=conditions),
        "rule_refuses": _("You can't send it back, since %(conditions)s.", conditions=conditions),
    }
    return sentences.get(code) or _("Our team will review it, since %(conditions)s.", conditions=conditions)


def _rule(document: object) -> PolicyRule | None:
    """The rule of a kept answer; of a rule that is written in no way that is understood, no words can be made."""
    try:
        return PolicyRule.model_validate(document) if isinstance(document, Mapping) else None
    except ValidationError:
        return None


def _language() -> str:
    locale: Any = get_locale() or HOME_LOCALE
    return str(locale)[:2]
