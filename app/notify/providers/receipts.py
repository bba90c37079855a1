"""What providers report later about a message: one order of ranks, so that the order of arrival is no matter; pure."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from app.core.parts import PROVIDERS, part


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


@dataclass(frozen=True, slots=True)
class MessageReport:
    """One report about one message, as it is read out of a delivery.

    ``reference`` is ours, ``provider_id`` the provider's name for the message; one of the two may be empty.
    ``event_id`` is the same whenever the same news comes again; ``code`` says why, in the provider's own words.
    """

    reference: str
    provider_id: str
    word: str
    event_id: str
    code: str | None
    at: datetime


@dataclass(frozen=True, slots=True)
class TextAnswer:
    """What a customer wrote to the number that texts come from; ``sender`` in E.164."""

    provider_id: str
    sender: str
    text: str


# What was skipped never left: no report can be about it.
_OPEN = frozenset({"sending", "in_doubt", "accepted", "delivered", "failed"})
_FINAL = frozenset({"delivered", "failed"})


def report(provider: str, word: str) -> ProviderReport | None:
    """The meaning of a provider's word; None when nobody knows it, which is counted."""
    meaning: ProviderReport | None = getattr(part(PROVIDERS, provider), "receipts", {}).get(word)
    return meaning


def merged(state: str, rank: int, new: ProviderReport) -> tuple[str, int]:
    """The message's state and rank after a report: the highest rank wins, whatever came first."""
    if new.state is None or state not in _OPEN:
        return state, rank
    # We had settled it with no report: that it was taken in is no news of how it ended.
    if rank == 0 and state in _FINAL and new.state == "accepted":
        return state, rank
    return (new.state, new.rank) if new.rank > rank else (state, rank)
