"""What a provider's refusal means and what follows; each provider declares its own table; pure."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from app.core.parts import PROVIDERS, part


class FailureVerdict(StrEnum):
    """What a failed attempt calls for; ``closed``: the provider takes nothing from us now, whatever the message."""

    PERMANENT = "permanent"
    RETRY = "retry"
    STOP_ADDRESS = "stop_address"
    OUR_FAULT = "our_fault"
    IN_DOUBT = "in_doubt"
    CLOSED = "closed"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class SendFailure:
    """A failed attempt: the provider's own word is kept beside ours."""

    verdict: FailureVerdict
    provider: str
    code: str
    detail: str = ""
    retry_after: float | None = None


P, R, S, F, D = (
    FailureVerdict.PERMANENT,
    FailureVerdict.RETRY,
    FailureVerdict.STOP_ADDRESS,
    FailureVerdict.OUR_FAULT,
    FailureVerdict.IN_DOUBT,
)
C = FailureVerdict.CLOSED
"""The letters in which providers write their tables."""

# What a sender says of itself, whoever it is; else a provider's own table decides.
_NO_ANSWER = {"not_connected": C, "not_configured": C, "no_answer": D, "refused_here": P, "other_letters": P}
# Five tries more, over less than three hours.
_DELAYS = tuple(timedelta(seconds=s) for s in (30, 120, 600, 1800, 7200))
# Then staff look at it: nobody knows whether a fourth try would be of use.
_UNKNOWN_TRIES = 3
# A closed provider is probed every few seconds (rests.py); its messages stay near, so that they leave when it opens.
_NEAR, _NEAREST = timedelta(seconds=20), timedelta(seconds=5)
# Over this a provider's own wish is ignored: the message would be stale.
_LONGEST_WISH = 7200.0


def sort(provider: str, code: str) -> FailureVerdict:
    """The verdict for a provider's code; a word nobody knows is retried three times, then shown to staff."""
    if code in _NO_ANSWER:
        return _NO_ANSWER[code]
    # A provider that was taken out has no part any more, but its codes stand in old rows.
    verdict: FailureVerdict = getattr(part(PROVIDERS, provider), "codes", {}).get(code, FailureVerdict.UNKNOWN)
    return verdict


def is_of_account(provider: str, code: str) -> bool:
    """Whether this closes the provider until a person puts our account or settings right."""
    return code == "not_configured" or code in getattr(part(PROVIDERS, provider), "account", ())


def fault(provider: str, code: str | int, detail: str = "", retry_after: float | None = None) -> SendFailure:
    """A fault with its verdict looked up."""
    # Some answer with a page of HTML: the beginning tells enough.
    return SendFailure(sort(provider, str(code)), provider, str(code), detail[:500], retry_after)


def retry_delay(failure: SendFailure, tries: int, *, roll: float) -> timedelta | None:
    """How long to wait after the ``tries``-th such failure, spread by ±20 % with ``roll`` in 0..1; None: no more.

    What a closed provider refused is never given up for that; its validity ends it.
    """
    if failure.verdict is FailureVerdict.CLOSED:
        return max(min(_NEAR, tries * _NEAREST), _wish(failure))
    most = {FailureVerdict.RETRY: len(_DELAYS), FailureVerdict.UNKNOWN: _UNKNOWN_TRIES}.get(failure.verdict, 0)
    if tries > most:
        return None
    return max(_DELAYS[tries - 1] * (0.8 + 0.4 * roll), _wish(failure))


def _wish(failure: SendFailure) -> timedelta:
    return timedelta(seconds=min(failure.retry_after or 0.0, _LONGEST_WISH))


def _l(text: str) -> str:
    """Mark a text for translation where it stands; it is translated when it is said."""
    return text


WORDS = {
    "address_changed": _l("the address is no longer the order's"),
    "cannot_be_written": _l("there was nothing left to say"),
    "demo_order": _l("it was about an order of the demo shop, which nobody has placed"),
    "channel_not_written_to": _l("the shop does not write to buyers of this channel"),
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
    "restored": _l("a backup was put back, and it may have been sent before"),
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
# Where a sender's own word says more than its verdict.
_BY_CODE = {"other_letters": _l("from here no mail can be sent to an address with such letters before the @")}


def in_words(reason: str) -> tuple[str, str]:
    """The English words for a reason, to be translated where they are said, and the code of a provider beside them."""
    if reason in WORDS:
        return WORDS[reason], ""
    provider, _, code = reason.partition(":")
    verdict = FailureVerdict.OUR_FAULT if is_of_account(provider, code) else sort(provider, code)
    return _BY_CODE.get(code, _BY_VERDICT[verdict]), " ".join(filter(None, (provider, code)))
