"""What providers report later about a message: one order of ranks, so that the order of arrival is no matter; pure."""

from dataclasses import dataclass
from enum import StrEnum


class Effect(StrEnum):
    """What a report does to the recipient's standing."""

    NONE = "none"
    STOP_ADDRESS = "stop_address"
    OPT_OUT = "opt_out"
    OPT_IN = "opt_in"


@dataclass(frozen=True, slots=True)
class ProviderReport:
    """A provider's word: its rank, the state it means for the message (None: tells nothing), and its effect."""

    rank: int
    state: str | None
    effect: Effect = Effect.NONE


_NOTHING = ProviderReport(0, None)
_TWILIO = {
    "accepted": ProviderReport(10, "accepted"),
    "scheduled": ProviderReport(10, "accepted"),
    "queued": ProviderReport(11, "accepted"),
    "sending": ProviderReport(12, "accepted"),
    "sent": ProviderReport(20, "accepted"),
    "canceled": ProviderReport(30, "failed"),
    "failed": ProviderReport(31, "failed"),
    "undelivered": ProviderReport(32, "failed"),
    "delivered": ProviderReport(40, "delivered"),
    "read": ProviderReport(41, "delivered"),
}
# A mail that was taken in can still bounce later: a bounce outranks «delivered».
_SENDGRID = {
    "processed": ProviderReport(10, "accepted"),
    "deferred": ProviderReport(20, "accepted"),
    "delivered": ProviderReport(30, "delivered"),
    "open": _NOTHING,
    "click": _NOTHING,
    "blocked": ProviderReport(39, "failed"),
    "dropped": ProviderReport(40, "failed"),
    "bounce": ProviderReport(41, "failed", Effect.STOP_ADDRESS),
    "spamreport": ProviderReport(31, "delivered", Effect.STOP_ADDRESS),
    "unsubscribe": ProviderReport(30, "delivered", Effect.OPT_OUT),
    "group_unsubscribe": ProviderReport(30, "delivered", Effect.OPT_OUT),
    "group_resubscribe": ProviderReport(30, "delivered", Effect.OPT_IN),
}
_WORDS = {"twilio": _TWILIO, "sendgrid": _SENDGRID, "sandbox": _TWILIO}
_OPEN = frozenset({"sending", "in_doubt", "accepted", "delivered", "failed"})
_FINAL = frozenset({"delivered", "failed"})


def report(provider: str, word: str) -> ProviderReport | None:
    """The meaning of a provider's word; None when nobody knows it, which is counted."""
    return _WORDS.get(provider, {}).get(word)


def merged(state: str, rank: int, new: ProviderReport) -> tuple[str, int]:
    """The message's state and rank after a report: the highest rank wins, whatever came first."""
    if new.state is None or state not in _OPEN:
        return state, rank
    if rank == 0 and state in _FINAL and new.state == "accepted":
        return state, rank
    return (new.state, new.rank) if new.rank > rank else (state, rank)
