"""Whose a parcel is: by the carrier that somebody names, else by its number's form, check digit and service."""

from dataclasses import dataclass
from functools import lru_cache

from app.tracking.carriers.names import carrier_name, carriers, carriers_in
from app.tracking.ingest.identity import normalised_number
from app.tracking.ports import NumberFit


@dataclass(frozen=True, slots=True)
class CarrierGuess:
    """A carrier that such a number may be of, and how well it fits."""

    carrier: str
    fit: NumberFit


# A number is asked about several times on its way in: what it could be, what its lock is, what its row says.
@lru_cache(maxsize=4096)
def guesses(number: str, *, country: str | None = None) -> tuple[CarrierGuess, ...]:
    """Every carrier whose form the number has, for a parcel to this country; those with a passed check digit first."""
    plain = normalised_number(number)
    fits = [(name, one.fit(plain, country)) for name, one in carriers().items() if plain]
    fitting_forms = [CarrierGuess(name, fit) for name, fit in fits if fit is not None]
    # A form alone is a weak sign: many carriers use so many digits.
    return tuple(sorted(fitting_forms, key=lambda guess: guess.fit is not NumberFit.CHECKED))


def recognised(number: str, *, service: str | None = None, country: str | None = None) -> str | None:
    """The one carrier whose number this is; None where two could be meant, or a form alone speaks for one.

    A service that names one of those that fit decides: «DHL Paket» beside twelve digits.
    """
    fitting = guesses(number, country=country)
    if len(fitting) == 1 and fitting[0].fit is NumberFit.CHECKED:
        return fitting[0].carrier
    named = carriers_in(service)
    agreeing = [guess.carrier for guess in fitting if _is_among(guess.carrier, named)]
    return agreeing[0] if len(agreeing) == 1 else None


def named_carrier(word: str | None, number: str | None) -> str | None:
    """The carrier that a word names; of a group's («DHL») the division whose number this is, if one alone fits."""
    name = carrier_name(word)
    group = carriers()[name].stands_for if name in carriers() else None
    if not name or not group or not number:
        return name
    divisions = [guess.carrier for guess in guesses(number) if guess.carrier.startswith(group)]
    return divisions[0] if len(divisions) == 1 else name


def is_group(carrier: str) -> bool:
    """Whether a carrier speaks for its divisions."""
    return carrier in carriers() and bool(carriers()[carrier].stands_for)


def is_division(carrier: str, group: str) -> bool:
    """Whether a carrier is one for which this group speaks: DHL Paket and DHL."""
    prefix = carriers()[group].stands_for if group in carriers() else None
    return bool(prefix) and carrier != group and carrier.startswith(prefix or "")


def possible_carriers(number: str, *, service: str | None = None, country: str | None = None) -> list[str]:
    """Whom staff choose from first: those that fit, and those that the service names."""
    fitting = [guess.carrier for guess in guesses(number, country=country)]
    return list(dict.fromkeys([*fitting, *sorted(carriers_in(service))]))


def _is_among(carrier: str, named: frozenset[str]) -> bool:
    """Whether a carrier is named, by its own name or by its group's."""
    return carrier in named or any(is_division(carrier, name) for name in named)
