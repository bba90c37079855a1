"""The law's words for withdrawing from a distance contract, by country: one table that a lawyer reads; pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from app.returns.withdrawal.period import PERIODS


class WithdrawalLaw(StrEnum):
    """Whose law a contract stands under, as far as withdrawing from it goes."""

    EU = "eu"
    GB = "gb"
    MX = "mx"


@dataclass(frozen=True, slots=True)
class LawWords:
    """What pages and mails say, each to be translated; ``model`` is the statement of the law's model form.

    ``follows`` is what comes next, said to who withdraws from their own contract and to who states it unmatched alike.
    """

    link: str
    opening: str
    statement: str
    check: str
    confirm: str
    received: str
    mailed: str
    acknowledged: str
    follows: tuple[str, ...]
    model: str
    until: str


class Shipped(Protocol):
    """Whatever knows where it goes."""

    @property
    def ship_to(self) -> Mapping[str, object] | None:
        """The address; its ``country`` decides."""


def _l(text: str) -> str:
    """Mark a text for translation."""
    return text


# A statement stops nothing by itself: the shop's people read of it in their worklist, and its system in the event.
_UNSENT = _l(
    "If your order hasn't left yet, our team will try to stop it. "
    "If it still arrives, we'll tell you how to send it back."
)
# In the EU's own words where it has any: Directive 2011/83, article 11a and annex I(B), as amended by 2023/2673.
_EU = LawWords(
    link=_l("Withdraw from contract here"),
    opening=_l(
        "You don't need to give a reason. You'll see it all once more before you confirm, "
        "and get an acknowledgement at once."
    ),
    statement=_l("I hereby withdraw from the contract for these goods."),
    check=_l("Check your withdrawal"),
    confirm=_l("Confirm withdrawal"),
    received=_l("We have your withdrawal"),
    mailed=_l("We have your withdrawal: reference %(ref)s"),
    acknowledged=_l("We received your withdrawal on %(when)s. This e-mail is your acknowledgement."),
    follows=(
        _l("We'll tell you how to send the items back. You have 14 days from today to send them."),
        _l("We'll refund you within 14 days of receiving your withdrawal, to the same payment method."),
        _l(
            "We may wait until we have the items, or proof that you've sent them, whichever comes first."
        ),
        _UNSENT,
    ),
    model=_l("I hereby give notice that I withdraw from my contract of sale of the following goods:"),
    until=_l("You can still withdraw from the contract until %(day)s."),
)  # fmt: skip
# Consumer Contracts Regulations 2013: the right to cancel, with the refund's and the goods' fourteen days of the EU.
_GB = LawWords(
    link=_l("Cancel my contract"),
    opening=_EU.opening,
    statement=_l("I hereby give notice that I cancel my contract for these goods."),
    check=_l("Check your cancellation"),
    confirm=_l("Confirm cancellation"),
    received=_l("We have your cancellation of the contract"),
    mailed=_l("We have your cancellation: reference %(ref)s"),
    acknowledged=_l("We received your cancellation on %(when)s. This e-mail is your acknowledgement."),
    follows=(
        _EU.follows[0],
        _l("We'll refund you within 14 days of getting the items back, or proof that you've sent them."),
        _UNSENT,
    ),
    model=_l("I hereby give notice that I cancel my contract of sale of the following goods:"),
    until=_l("You can still cancel the contract until %(day)s."),
)
# Ley Federal de Protección al Consumidor, article 56: the price back, the way back at the consumer's own cost.
_MX = LawWords(
    link=_l("Revoke my purchase"),
    opening=_EU.opening,
    statement=_l("I hereby revoke my consent to the purchase of these goods."),
    check=_l("Check your revocation"),
    confirm=_l("Confirm revocation"),
    received=_l("We have your revocation of the purchase"),
    mailed=_l("We have your revocation: reference %(ref)s"),
    acknowledged=_l("We received your revocation on %(when)s. This e-mail is your acknowledgement."),
    follows=(
        _l("You have 5 working days from delivery to revoke your purchase."),
        _l("We'll tell you how to send the items back. If you send them another way, that's at your cost."),
        _l("We'll refund the price you paid."),
        _UNSENT,
    ),
    model=_l("I hereby revoke my consent to the purchase of the following goods:"),
    until=_l("You can still revoke your purchase until %(day)s."),
)
_WORDS = {WithdrawalLaw.EU: _EU, WithdrawalLaw.GB: _GB, WithdrawalLaw.MX: _MX}
_OWN = {"GB": WithdrawalLaw.GB, "MX": WithdrawalLaw.MX}


def law_in(country: str | None) -> WithdrawalLaw | None:
    """The law of a country; None where there is no such right. Where no country is told, the way out stays open."""
    if not country:
        return WithdrawalLaw.EU
    return _OWN.get(country, WithdrawalLaw.EU) if country in PERIODS else None


def law_of(order: Shipped) -> WithdrawalLaw | None:
    """The law under which an order stands: that of the country it goes to."""
    country = (order.ship_to or {}).get("country")
    return law_in(country if isinstance(country, str) else None)


def law_words(law: str | None) -> LawWords:
    """The words of a law, or the EU's: a statement is taken in any case."""
    return _WORDS[WithdrawalLaw(law)] if law in _WORDS else _EU
