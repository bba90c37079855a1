"""Whose tracking number is this? By its form and its check digit; for words to staff, never for a status. Pure."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from app.carriers import check_digits as check
from app.carriers.base.places import country_named

Passes = Callable[[str], bool]


@dataclass(frozen=True, slots=True)
class CarrierGuess:
    """A carrier that such a number may be of. ``checked`` says that a check digit speaks for it."""

    carrier: str
    form: str
    checked: bool


def detect(number: str) -> list[CarrierGuess]:
    """Every carrier whose form the number has, those with a passed check digit first."""
    plain = re.sub(r"[\s]+", "", number).upper()
    guesses = [form.guess(plain) for form in FORMS if form.fits(plain)]
    # A form alone is a weak sign: many carriers use so many digits.
    return sorted(guesses, key=lambda guess: not guess.checked)


@dataclass(frozen=True, slots=True)
class _Form:
    carrier: str
    name: str
    pattern: re.Pattern[str]
    passes: Passes | None = None

    def fits(self, number: str) -> bool:
        return bool(self.pattern.fullmatch(number)) and (self.passes is None or self.passes(number))

    def guess(self, number: str) -> CarrierGuess:
        # Every post uses S10; its last two letters name the country.
        carrier = POSTS.get(number[-2:], "") if self.name == "S10" else self.carrier
        return CarrierGuess(carrier or self.carrier, self.name, self.passes is not None)


def _ends(digit: Callable[[str], str], start: int = 0) -> Passes:
    """The last character is the check digit of those from ``start`` (counted from the end where negative)."""
    return lambda number: digit(number[start:-1]) == number[-1]


def _s10(number: str) -> bool:
    return check.postal_s10(number[2:10]) == number[10] and country_named(number[-2:]) is not None


def _usps(number: str) -> bool:
    """The parcel's own number, without the routing of 420 and a ZIP code before it."""
    own = re.sub(r"^420(\d{9}|\d{5})(?=9[1-5])", "", number)
    return check.modulo_10(own[:-1]) == own[-1]


def _form(carrier: str, name: str, pattern: str, passes: Passes | None = None) -> _Form:
    return _Form(carrier, name, re.compile(pattern), passes)


POSTS = {
    "AU": "australiapost",
    "CA": "canadapost",
    "DE": "dhl_parcel_de",
    "ES": "correos",
    "FR": "laposte",
    "GB": "royalmail",
    "US": "usps",
}
FORMS = (
    _form("ups", "UPS", r"1Z[0-9A-Z]{15}\d", _ends(check.lettered_10, 2)),
    _form("ups", "UPS Waybill", r"[AHJKTV]\d{10}", _ends(check.lettered_10, 1)),
    _form("post", "S10", r"[A-Z]{2}\d{9}[A-Z]{2}", _s10),
    _form("dhl_express", "DHL Express", r"\d{10,11}", _ends(check.modulo_7)),
    _form("dhl_ecommerce", "DHL E-Commerce", r"GM(\d{16}|\d{18}|[0-9A-F]{20})"),
    _form("fedex", "FedEx Express (12)", r"\d{12}", _ends(check.weighted_11)),
    _form("fedex", "FedEx Express (34)", r"1\d{33}", _ends(check.weighted_11, -12)),
    _form("fedex", "FedEx Ground GSN", r"96[23]\d{31}", _ends(check.weighted_11, -12)),
    _form("fedex", "FedEx Ground", r"\d{15}", _ends(check.modulo_10)),
    _form("fedex", "FedEx Ground 96 (22)", r"96\d{20}", _ends(check.modulo_10, -15)),
    _form("usps", "USPS 20", r"(0[0-4]|7[0-9])\d{18}", _ends(check.modulo_10)),
    _form("usps", "USPS IMpb", r"(420\d{5}(\d{4})?)?9[1-5]\d{18}(\d{2}|\d{4}|\d{6})?", _usps),
    _form("canadapost", "Canada Post (16)", r"[1-4,7]\d{15}", _ends(check.modulo_10)),
    _form("dpd", "DPD (14)", r"\d{14}[0-9A-Z]", _ends(check.hybrid_37_36)),
    _form("dpd", "DPD (28)", r"0\d{26}[0-9A-Z]", _ends(check.hybrid_37_36)),
    _form("purolator", "Purolator (12)", r"3\d{11}", _ends(check.luhn)),
    _form("purolator", "Purolator (alpha + 9)", r"[A-Z]{3}\d{9}"),
    _form("old_dominion", "Old Dominion", r"(07|78|80)\d{9}", _ends(check.luhn)),
    _form("ontrac", "OnTrac", r"[CD]\d{14}", _ends(check.lettered_10)),
    _form("amazon", "Amazon Logistics", r"TB[ACM]\d{12}"),
    _form("canpar", "Canpar (22)", r"[A-Z]\d{21}"),
    _form("yodel", "Yodel", r"JJD\d{16}"),
    _form("yunexpress", "YunExpress", r"YT\d{16}"),
    _form("lasership", "LaserShip", r"(1LS7\d{11}|1LS7\d{13}-\d|1LSCX[0-9A-Z]{10}|L[AEHINX][1-3]\d{7})"),
    _form("speedee", "Spee-Dee (20)", r"SP\d{18}"),
    _form("landmark", "Landmark Global LTN", r"LTN\d+N\d"),
    _form("correos", "Correos", r"P[A-Z0-9]\d[0-9A-Z]{20}"),
)
