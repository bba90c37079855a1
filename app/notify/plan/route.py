"""Whether a text may go to a country at all, and from what kind of sender; pure."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SenderRule:
    """What a country asks of the name or number a text comes from."""

    alphanumeric: bool
    registered: bool


# Spain: CNMC alias register, enforced since 15 September 2026. US and CA: numbers only, registered with the carriers.
COUNTRY_RULES: Mapping[str, SenderRule] = {
    "ES": SenderRule(alphanumeric=True, registered=True),
    "PT": SenderRule(alphanumeric=True, registered=False),
    "FR": SenderRule(alphanumeric=True, registered=False),
    "DE": SenderRule(alphanumeric=True, registered=False),
    "IT": SenderRule(alphanumeric=True, registered=True),
    "GB": SenderRule(alphanumeric=True, registered=False),
    "IE": SenderRule(alphanumeric=True, registered=True),
    "NL": SenderRule(alphanumeric=True, registered=False),
    "BE": SenderRule(alphanumeric=False, registered=False),
    "MX": SenderRule(alphanumeric=False, registered=False),
    "US": SenderRule(alphanumeric=False, registered=True),
    "CA": SenderRule(alphanumeric=False, registered=True),
    "AR": SenderRule(alphanumeric=False, registered=False),
    "CL": SenderRule(alphanumeric=False, registered=False),
    "CO": SenderRule(alphanumeric=False, registered=False),
    "BR": SenderRule(alphanumeric=False, registered=False),
}


def text_refused(country: str | None, sender: str, registered: frozenset[str]) -> str | None:
    """Why a text from ``sender`` may not go to ``country``, or None; ``registered`` are where it is registered."""
    rule = COUNTRY_RULES.get(country or "")
    # Rather no text than one against a law that nobody has looked up.
    if rule is None:
        return "no_country_rule"
    if not is_alphanumeric(sender):
        return None
    if not rule.alphanumeric:
        return "name_not_allowed"
    return "name_not_registered" if rule.registered and country not in registered else None


def is_alphanumeric(sender: str) -> bool:
    """Whether a text comes from a name instead of a number; a name cannot be answered."""
    # MG…: a messaging service of Twilio's, which picks a number.
    return not sender.lstrip("+").isdigit() and not sender.startswith("MG")
