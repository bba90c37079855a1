"""How e-mail addresses, phone numbers and order numbers are written alike, so that they can be compared."""

import re
import unicodedata

import email_validator
import phonenumbers
from email_validator import EmailNotValidError, validate_email

from app.core.tokens import CROCKFORD, read_ref

# The longest that an e-mail address can be (RFC 5321).
MAX_INPUT = 254

# A shop's partners may sit on internal domains; whether mail arrives there is not asked here.
email_validator.SPECIAL_USE_DOMAIN_NAMES.clear()

# What people type before the number, in the languages of a shop's customers.
_LEADING_WORDS = re.compile(
    r"""^[\W_]*(?:
        (?:pedido|orden|order|compra|bestellung|commande|ordine|encomenda|n[uú]mero|number|nummer)(?:[\W_]+|(?=\d))
        | (?:n[uú]m|nr|no|n|de|del|of|la|el)[\W_]+
    )+(?=.*\d)""",
    re.IGNORECASE | re.VERBOSE | re.DOTALL,
)


def number_key(number: str) -> str:
    """The comparable form of an order number: capitals and digits alone, without «#», «Pedido» or «Nº».

    Returns an empty text when nothing is left to compare.
    """
    written = number[:MAX_INPUT].replace("º", " ").replace("°", " ")
    bare = _LEADING_WORDS.sub("", unicodedata.normalize("NFKC", written), count=1)
    return "".join(sign for sign in bare if sign.isalnum()).upper()


def reference(text: str) -> str:
    """A public reference however it was typed; an empty text, which no order has, for anything else."""
    ref = read_ref(text[:MAX_INPUT])
    return ref if len(ref) == 8 and set(ref) <= set(CROCKFORD) else ""


def email_key(address: str) -> str | None:
    """The comparable form of an address, in lower case; None when it cannot be an address."""
    if len(address) > MAX_INPUT:
        return None
    try:
        checked = validate_email(address.strip(), check_deliverability=False, globally_deliverable=False)
    except EmailNotValidError:
        return None
    normalized = checked.normalized.lower()
    return normalized if _as_typed(address, normalized) else None


def _as_typed(address: str, normalized: str) -> bool:
    """False for look-alikes: IDNA maps full-width letters, odd dots and hidden signs onto domains of plain letters."""
    typed = unicodedata.normalize("NFC", address.strip())
    return typed.rpartition("@")[2].isascii() or typed.lower() == normalized


def contact_key(text: str) -> str:
    """What stands for a typed e-mail address or phone number, the same for all spellings that could match one person.

    Of a number the last eight digits: prefixes and national zeros are written or not, and no country is known yet.
    """
    folded = email_key(text) if "@" in text else None
    digits = "".join(sign for sign in unicodedata.normalize("NFKC", text[:MAX_INPUT]) if sign.isdecimal())
    return folded or "".join(str(unicodedata.decimal(sign)) for sign in digits[-8:])


def phone_key(number: str, *, country: str | None) -> str | None:
    """The number in E.164, read in ``country`` when it has no prefix; None when it cannot be dialled."""
    text = unicodedata.normalize("NFKC", number[:MAX_INPUT]).strip()
    # As most of Europe dials a prefix; the library knows it only where it knows the country.
    if text.startswith("00"):
        text = "+" + text[2:]
    try:
        parsed = phonenumbers.parse(text, country)
    except phonenumbers.NumberParseException:
        return None
    # No text reaches an extension.
    if not phonenumbers.is_valid_number(parsed) or parsed.extension:
        return None
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)


def is_mobile(number: str) -> bool:
    """Whether a number in E.164 can take texts; in some countries it does not show."""
    kinds = (phonenumbers.PhoneNumberType.MOBILE, phonenumbers.PhoneNumberType.FIXED_LINE_OR_MOBILE)
    return phonenumbers.number_type(phonenumbers.parse(number)) in kinds
