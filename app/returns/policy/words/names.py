"""What groups of reasons, reasons and ways back are called in the reader's language."""

from collections.abc import Mapping

from app.core.i18n.catalogues import HOME_LOCALE
from app.core.i18n.locale import get_locale, gettext
from app.returns.policy.reasons import Reason, ReasonList


def _l(text: str) -> str:
    """Mark a text for translation."""
    return text


# The words stand here and not beside the reasons, because the policy has to stay free of Flask.
GROUPS: dict[str, str] = {
    "changed_mind": _l("I changed my mind"),
    "not_as_expected": _l("It isn't what I expected"),
    "damaged": _l("It's damaged or doesn't work"),
    "wrong_item": _l("It's not what I ordered"),
    "withdrawal": _l("Withdrawal from the contract"),
    "not_said": _l("No reason given"),
}

REASONS: dict[str, str] = {
    "no_longer_wanted": _l("I no longer want it"),
    "ordered_by_mistake": _l("I ordered it by mistake"),
    "arrived_too_late": _l("It arrived too late"),
    "better_price": _l("I found it cheaper"),
    "too_small": _l("Too small"),
    "too_large": _l("Too large"),
    "colour": _l("The colour isn't what I expected"),
    "quality": _l("The quality isn't good enough"),
    "other": _l("Something else"),
    "arrived_damaged": _l("It arrived damaged"),
    "defective": _l("It doesn't work"),
    "missing_parts": _l("Parts are missing"),
    "different_item": _l("It's a different item"),
    "different_variant": _l("Wrong size or colour"),
    "not_as_described": _l("It's not as described"),
    "withdrawal": _l("Withdrawal from the contract"),
    "not_said": _l("No reason given"),
}

METHODS: dict[str, str] = {
    "dropoff": _l("Drop it off"),
    "pickup": _l("Have it collected"),
}


def group_words(group: str) -> str:
    """The group as a customer would say it."""
    return str(gettext(GROUPS[group]))


def reason_words(handle: str, *lists: ReasonList) -> str:
    """The reason as it stands in the shop's list, else in the usual one; an unknown handle as it is."""
    for reasons in lists:
        reason = reasons.find(handle)
        own = in_language(reason.words) if reason else None
        if own:
            return own
    return str(gettext(REASONS[handle])) if handle in REASONS else handle


def question_words(reason: Reason) -> str | None:
    """What the shop asks whoever chooses this reason, in the reader's language."""
    return in_language(reason.question)


def in_language(texts: Mapping[str, str]) -> str | None:
    """A shop's own text in the reader's language, else in the first that it has; None without any."""
    language = str(get_locale() or HOME_LOCALE)[:2]
    return texts.get(language) or next(iter(texts.values()), None)


def method_words(method: str) -> str:
    """The way back."""
    return str(gettext(METHODS[method]) if method in METHODS else gettext("Sent without a return request"))
