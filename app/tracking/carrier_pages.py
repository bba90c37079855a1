"""Carriers as customers know them: a name, and the carrier's own tracking page, built here and only for its host."""

from collections import Counter
from functools import cache
from urllib.parse import quote, urlsplit

from app.core import parts
from app.tracking.carriers.names import GROUP, carrier_name
from app.tracking.ports import CarrierNames


def carrier_title(carrier: str | None) -> str | None:
    """How a carrier calls itself: «Correos Express»; a name that we do not know is only made readable."""
    if not carrier:
        return None
    names = _names(carrier)
    return names.title if names else carrier.replace("_", " ").title()


def carrier_page(carrier: str | None, number: str | None) -> str | None:
    """The carrier's page for this number, or None where we know of none."""
    names = _names(carrier) if carrier and number else None
    if names is None or not names.page or not number:
        return None
    # Quoted whole: whoever wrote the number must not lead the customer to another page of that host.
    return names.page.replace("{}", quote(number, safe=""))


def carrier_language(carrier: str | None) -> str | None:
    """The language of a carrier's own words about its scans; None where that is not sure."""
    names = _names(carrier) if carrier else None
    return names.language if names else None


def distinct_carrier_title(carrier: str | None) -> str | None:
    """How staff read a carrier: of two that are called alike («GLS», «DHL») with what tells them apart."""
    names = _names(carrier) if carrier else None
    return (_distinct_titles().get(names.name) if names else None) or carrier_title(carrier)


def carrier_choices() -> list[tuple[str, str]]:
    """Names and titles, each title once, of all carriers to choose from; without those that only speak for others."""
    return sorted(_distinct_titles().items(), key=lambda pair: pair[1].casefold())


@cache
def _distinct_titles() -> dict[str, str]:
    declared = {name: names for name in parts.names(GROUP) if (names := _names(name)) and not names.many}
    count = Counter(names.title for names in declared.values())
    return {name: _apart(names) if count[names.title] > 1 else names.title for name, names in declared.items()}


def _apart(names: CarrierNames) -> str:
    """The title with the host of its page; one without a page is told by having none."""
    host = urlsplit(names.page or "").netloc.removeprefix("www.")
    return f"{names.title} ({host})" if host else names.title


def _names(carrier: str) -> CarrierNames | None:
    # Only what nobody declares needs all declarations: rows of old, and policies, may bear another name of a carrier.
    name = carrier if carrier in parts.names(GROUP) else carrier_name(carrier)
    return _declared(name) if name in parts.names(GROUP) else None


@cache
def _declared(carrier: str) -> CarrierNames | None:
    declared = parts.part(GROUP, carrier)
    return declared if isinstance(declared, CarrierNames) else None


def grouped(number: str) -> str:
    """A long number in groups of four, as people read it aloud; others as they are."""
    # Shorter ones are read at a glance, and letters part the others.
    if len(number) < 12 or not number.isdigit():
        return number
    # A digit alone at the end looks like a slip: the last group has five then.
    last = len(number) - 5 if len(number) % 4 == 1 else len(number)
    groups = [number[at : min(at + 4, last)] for at in range(0, last, 4)]
    return " ".join([*groups, number[last:]]).strip()
