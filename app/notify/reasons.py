"""Why a message was not sent, or not yet, in words: our own reasons, and what a provider's code comes down to; pure."""

from app.notify.outcomes import ACCOUNT, FailureVerdict, sort


def _l(text: str) -> str:
    """Mark a text for translation where it stands; it is translated when it is said."""
    return text


WORDS = {
    "address_changed": _l("the address is no longer the order's"),
    "cannot_be_written": _l("there was nothing left to say"),
    "erased": _l("the customer's data was erased"),
    "expired": _l("it was no longer news"),
    "history": _l("it had happened long before we heard of it, or was overtaken at once"),
    "in_doubt": _l("the provider never said whether it left"),
    "name_not_allowed": _l("that country takes no texts from a name"),
    "name_not_registered": _l("the sender's name is not registered in that country"),
    "no_address": _l("the order has no usable e-mail address"),
    "no_consent": _l("the customer has not agreed to texts"),
    "no_country_rule": _l("we know no rule for texts to that country"),
    "no_outcome": _l("the provider's answer was lost"),
    "no_usable_number": _l("the order has no usable phone number"),
    "opted_out": _l("the customer does not want these"),
    "order_cap": _l("too many for one order in a day"),
    "outdated": _l("it was no longer true"),
    "overtaken": _l("newer news took its place"),
    "repeated": _l("the same words had just gone out"),
    "shop_does_not_send": _l("the shop does not send these"),
    "suppressed": _l("this address must not be written to"),
    "text_cap": _l("too many texts in a day"),
    "not_resendable": _l("it is still on its way, or no longer kept"),
    "on_file_only": _l("a link that opens the order goes to addresses on file only"),
    "told_before": _l("the same news had been told before"),
    "told_elsewhere": _l("other news of the same moment tells it"),
    "told_by_mail": _l("the mail tells it"),
    "told_by_the_return": _l("the news of the return tells it"),
    "too_old": _l("it was no longer news"),
}
_BY_VERDICT = {
    FailureVerdict.PERMANENT: _l("the provider says that nothing can be delivered to this address"),
    FailureVerdict.RETRY: _l("the provider could not take it at that moment"),
    FailureVerdict.CLOSED: _l("the provider could not take it at that moment"),
    FailureVerdict.STOP_ADDRESS: _l("the address refuses our messages or does not exist"),
    FailureVerdict.OUR_FAULT: _l("the provider does not accept our settings: an engineer has to look"),
    FailureVerdict.IN_DOUBT: _l("the provider's answer was lost"),
    FailureVerdict.UNKNOWN: _l("the provider gives a reason that nobody knows"),
}


def in_words(reason: str) -> tuple[str, str]:
    """The English words for a reason, to be translated where they are said, and the code of a provider beside them."""
    if reason in WORDS:
        return WORDS[reason], ""
    provider, _, code = reason.partition(":")
    verdict = FailureVerdict.OUR_FAULT if code in ACCOUNT else sort(provider, code)
    return _BY_VERDICT[verdict], " ".join(filter(None, (provider, code)))
