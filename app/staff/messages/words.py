"""Messages in words: kinds, states, reasons why one was not sent."""

from babel import Locale
from flask_babel import get_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.notify.providers.registry import provider
from app.notify.send.outcomes import FailureVerdict, in_words

KINDS = {
    "order.received": _l("Order received"),
    "order.on_hold": _l("Order on hold"),
    "order.preparing": _l("Order being prepared"),
    "order.cancelled": _l("Order cancelled"),
    "shipment.shipped": _l("Parcel sent"),
    "shipment.out_for_delivery": _l("Out for delivery"),
    "shipment.ready_for_pickup": _l("Ready to collect"),
    "shipment.delivered": _l("Delivered"),
    "shipment.late": _l("Parcel late"),
    "shipment.estimate_changed": _l("New arrival date"),
    "shipment.delivery_failed": _l("Failed attempt"),
    "shipment.returning": _l("Parcel going back"),
    "shipment.returned": _l("Parcel back at the shop"),
    "shipment.incident": _l("Incident"),
    "order.reduced": _l("Less is left of the order's money"),
    "return.requested": _l("Return requested"),
    "return.needs_review": _l("Return to decide"),
    "return.approved": _l("Return approved"),
    "return.rejected": _l("Return rejected"),
    "return.cancelled": _l("Return cancelled"),
    "return.expires_soon": _l("Return about to expire"),
    "return.expired": _l("Return expired"),
    "return.label_ready": _l("Return label ready"),
    "return.on_its_way": _l("Return on its way"),
    "return.received": _l("Return received"),
    "return.missing": _l("Items missing from a return"),
    "return.sent_back": _l("Return sent back to the customer"),
    "return.changed": _l("Return changed by a person"),
    "return.pickup_asked": _l("Collection asked for"),
    "return.pickup_booked": _l("Collection booked"),
    "return.pickup_refused": _l("Collection not possible"),
    "return.pickup_called_off": _l("Booked collection not needed"),
    "privacy.erasure_asked": _l("Deletion asked for"),
    "case.opened": _l("Case opened"),
    "case.replied": _l("Customer wrote again"),
    "case.answered": _l("Case answered"),
    "case.closed": _l("Case closed"),
    "case.reopened": _l("Case opened again"),
    "shop.case_opened": _l("Case, to the shop"),
    "shop.case_replied": _l("More in a case, to the shop"),
    "shop.pickup_asked": _l("Collection to book, to the shop"),
    "shop.pickup_called_off": _l("Collection to cancel, to the shop"),
    "refund.due": _l("Refund due"),
    "refund.approved": _l("Refund agreed to"),
    "refund.changed": _l("Refund changed"),
    "refund.voided": _l("Refund void"),
    "refund.paid": _l("Refund paid"),
    "withdrawal.received": _l("Withdrawal received"),
    "access.link_requested": _l("Link to the order"),
    "text.help": _l("Answer to a text"),
}
STATES = {
    "created": ("info", _l("waiting")),
    "sending": ("info", _l("being sent")),
    "accepted": ("info", _l("handed over")),
    "delivered": ("done", _l("delivered")),
    "failed": ("problem", _l("not sent")),
    "in_doubt": ("attention", _l("in doubt")),
    "skipped": ("plain", _l("left out")),
}
OUTCOMES = {
    None: _l("no answer"),
    "not_begun": _l("the call was not made"),
    FailureVerdict.PERMANENT: _l("nothing can be delivered to this address"),
    FailureVerdict.RETRY: _l("not at that moment"),
    FailureVerdict.CLOSED: _l("not at that moment"),
    FailureVerdict.STOP_ADDRESS: _l("the address refuses messages or does not exist"),
    FailureVerdict.OUR_FAULT: _l("our settings are not accepted"),
    FailureVerdict.IN_DOUBT: _l("the answer was lost"),
    FailureVerdict.UNKNOWN: _l("a reason that nobody knows"),
}
CHANNELS = {"email": _l("E-mail"), "sms": _l("Text")}


def kind_words(kind: str) -> str:
    """What a message or an event is about."""
    return str(KINDS.get(kind, kind))


def state_words(state: str) -> tuple[str, str]:
    """The kind of badge, and the state."""
    kind, text = STATES.get(state, ("plain", state))
    return kind, str(text)


def reason_words(reason: str | None) -> str:
    """Why it was not sent; a provider's own code stands beside what it comes down to."""
    if not reason:
        return "—"
    # The provider's own code stays beside the words: its support asks for it.
    words, code = in_words(reason)
    name, _blank, rest = code.partition(" ")
    return f"{_(words)} ({': '.join(filter(None, (provider_words(name), rest)))})" if code else _(words)


def outcome_words(outcome: str | None) -> str:
    """What came of one try that nobody took."""
    return str(OUTCOMES.get(outcome, outcome))


def provider_words(name: str) -> str:
    """A provider as its own people call it; one that is installed no more by its name."""
    declared = provider(name)
    return _(declared.title) if declared else name


def language_words(locale: str) -> str:
    """«Spanish (Spain)» of es-ES, in the reader's language."""
    return str(Locale.parse(locale, sep="-").get_display_name(get_locale()) or locale)


def channel_words(channel: str) -> str:
    """The way it travels."""
    return str(CHANNELS.get(channel, channel))
