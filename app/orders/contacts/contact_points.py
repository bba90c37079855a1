"""How e-mail addresses, phone numbers and order numbers are written alike, so that they can be compared."""

import re
import unicodedata
from collections.abc import Sequence

from app.core.tokens import CROCKFORD, read_ref
from app.orders.contacts.dialling import is_mobile, one_line, region_of
from app.orders.contacts.mail_addresses import email_key, mend_email, one_address, seen
from app.orders.contacts.phones import MAX_INPUT, mend_phone, one_number, phone_key

# Other rooms ask here, whatever file an answer is made in.
__all__ = [
    "MAX_INPUT",
    "SERVED",
    "contact_key",
    "email_key",
    "is_mobile",
    "mend_email",
    "mend_phone",
    "number_ends",
    "number_key",
    "number_keys",
    "one_line",
    "pasted_contact",
    "phone_country",
    "phone_key",
    "phone_keys",
    "reference",
    "region_of",
    "seen",
    "typed_number",
    "typed_phone",
]

# Where a staff member's number without a prefix may be from.
SERVED = (
    "ES", "PT", "FR", "IT", "DE", "AT", "CH", "NL", "BE", "LU", "GB", "IE", "PL", "CZ", "SK", "SE", "DK", "NO", "FI",
    "GR", "HU", "RO", "BG", "HR", "SI", "LT", "LV", "EE", "AD", "MA", "MX", "AR", "BR", "CL", "CO", "PE", "UY", "EC",
    "US", "JP",
)  # fmt: skip
# What people type before the number, in the languages of a shop's customers.
_LEADING_WORDS = re.compile(
    r"""^[\W_]*(?:
        (?:pedido|orden|order|compra|bestellung|commande|ordine|encomenda|n[uú]mero|number|nummer)(?:[\W_]+|(?=\d))
        | (?:n[uú]m|nr|no|n|de|del|of|la|el)[\W_]+
    )+(?=.*\d)""",
    re.IGNORECASE | re.VERBOSE | re.DOTALL,
)
# The same in more languages: only tried, since a number that is on file may begin with such a word.
_MORE_WORDS = re.compile(
    r"""^[\W_]*(?:
        (?:your|tu|su|mi|ihre?|votre|vostro|seu|il|lo|le|l|die|der|do|da|di|des|du|d|mon)[\W_]+
        | (?:pedidos?|orden|ordenes|orders?|order(?:nr|nummer|id)|compras?|commande|ordine|encomenda|ordre|bestelling
            |bestell(?:ung|nr|nummer)|auftrag(?:snummer|snr)?|best[aä]llning|tilaus|rendel[eé]s|comand[aă]|zam[oó]wienie
            |objedn[aá]vka|ref(?:erencia|erence|erenz)?|invoice|n[uú]mero|num[eé]ro|number|nummer|numer|[čc][ií]slo|č
            |n[uú]m|nr|no|n|id)(?:[\W_]+|(?=\d))
    )+(?=.*\d)""",
    re.IGNORECASE | re.VERBOSE | re.DOTALL,
)
# Where a number ends, and what is left of it without a prefix; two digits alone would mean anybody's order.
_LAST_DIGITS = re.compile(r"([0-9]+)[\W_]*$")
FEWEST_DIGITS = 3
# A page of an order, as it stands in a browser's line and in mails to readdressed recipients.
_PAGE = re.compile(r"/o/([0-9A-Za-z-]{8,10})(?=[/?#\s.,;)>\]]|$)")


def number_key(number: str) -> str:
    """The comparable form of an order number: capitals and digits alone, without «#», «Pedido» or «Nº».

    Returns an empty text when nothing is left to compare.
    """
    return _bare(_LEADING_WORDS.sub("", _written(number), count=1))


def number_keys(typed: str) -> tuple[str, ...]:
    """What a typed number may mean, the likeliest first: always two, of which the second may repeat the first."""
    return number_key(typed), _bare(_MORE_WORDS.sub("", _written(typed), count=1))


def number_ends(typed: str) -> tuple[str, str]:
    """The digits that a typed number ends with, without its prefix: «10464» of «A-10464», «10464» of «2026-10464».

    The first as they stand between signs, the second with what signs and spaces part put together; empty texts where
    there are too few of them to mean an order.
    """
    runs = (_LAST_DIGITS.search(_written(typed)), _LAST_DIGITS.search(number_keys(typed)[1]))
    first, second = (run[1] if run and len(run[1]) >= FEWEST_DIGITS else "" for run in runs)
    return first, second


def typed_number(typed: str) -> str:
    """What stands for a typed number when its tries are counted: its digits without the prefix, or its reference."""
    return number_ends(typed)[1] or reference(typed) or number_keys(typed)[1]


def reference(text: str) -> str:
    """A public reference however it was typed, or out of the address of its page; an empty text for anything else."""
    shown = seen(text[:MAX_INPUT])
    page = _PAGE.search(shown)
    ref = read_ref(page[1] if page else shown.lstrip("#"))
    return ref if len(ref) == 8 and set(ref) <= set(CROCKFORD) else ""


def pasted_contact(text: str) -> str:
    """The address or number in what was pasted; the same for all spellings that can be told from it alone.

    What holds neither, or more than one, is given back as it is seen.
    """
    shown = seen(text[:MAX_INPUT])
    if "@" in shown or "\uff20" in shown or shown.lower().startswith("mailto:"):
        return one_address(shown) or shown
    return one_number(shown) or shown


def contact_key(text: str) -> str:
    """What stands for a typed e-mail address or phone number, the same for all spellings that could match one person.

    Of a number the last six digits: prefixes, zeros and a mobile's «15» are written or not, and no country is known.
    """
    pasted = pasted_contact(text)
    folded = email_key(pasted) if "@" in pasted else None
    digits = "".join(sign for sign in unicodedata.normalize("NFKC", pasted) if sign.isdecimal())
    return folded or "".join(str(unicodedata.decimal(sign)) for sign in digits[-6:])


def typed_phone(pasted: str, *, country: str | None) -> str | None:
    """The number that opens an order when a person types it: a single one, whole, with nothing that could vary."""
    return phone_key("" if "@" in pasted else one_number(pasted), country=country)


def phone_keys(text: str, countries: Sequence[str]) -> frozenset[str]:
    """Every number that a typed one may be in one of these countries, in all forms that may be on file."""
    each = {phone_key(text, country=country) for country in countries} - {None}
    numbers = {number for number in each if number}
    lines = {line for number in numbers if (line := one_line(number))}
    mobiles = {line.replace("+54", "+549", 1) for line in lines if line.startswith("+54")}
    return frozenset(numbers | lines | mobiles)


def phone_country(ship_to: str | None, return_address: str | None, locale: str | None) -> str | None:
    """The country in which numbers without a prefix are read: where the order goes, else the shop's own."""
    territory = (locale or "").replace("_", "-").rpartition("-")[2]
    home = return_address or (territory if len(territory) == 2 and territory.isupper() else None)
    return ship_to or home


def _written(number: str) -> str:
    signs = number[:MAX_INPUT].replace("º", " ").replace("°", " ").replace("№", " ")
    plain = unicodedata.normalize("NFKC", signs)
    return "".join(str(unicodedata.decimal(c)) if c.isdecimal() else c for c in plain)


def _bare(number: str) -> str:
    return "".join(sign for sign in number if sign.isalnum()).upper()
