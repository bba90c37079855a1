"""The words by which staff look for an order, as the database's index holds them and as somebody types them. Pure."""

import re
import unicodedata
from functools import reduce

# Built in, unlike pg_trgm and unaccent, which not every PostgreSQL has: words as they are, and beginnings of words.
_FROM, _TO = "áàâäãåçéèêëíìîïñóòôöõúùûüýÿ", "aaaaaaceeeeiiiinooooouuuuyy"
# A column stands after «@», which becomes its table.
ORDER_COLUMNS = ("@number", "@purchase_order", "@customer_id", "@ship_to ->> 'name'", "@ship_to ->> 'company'")
CONTACT_COLUMNS = ("@name", "@email")


def _all_of(column: str, key: str) -> str:
    return f"jsonb_path_query_array(@{column}, '$[*].\"{key}\"'::jsonpath)::text"


# What other systems call the order, its payments, refunds and invoices.
REFERENCES = ("@source_id", _all_of("payments", "id"), _all_of("refunds", "id"), _all_of("invoices", "number"))
NUMBER_END = "substring(number, '[0-9]+$')"
# Turned round, an end is a beginning, which an index finds.
NUMBER_TURNED = "reverse(number_key)"
# Every three signs of it that follow each other, by a function of our own (migration 0048): pg_trgm is not everywhere.
NUMBER_PARTS = "number_parts(number_key)"
PHONE_TURNED = "reverse(phone_e164)"
# Three digits are the end of too many phones.
FEWEST_PHONE_DIGITS = 4
# Beginnings of one or two signs would list half of the shop.
SHORTEST = 3
MOST_WORDS = 6


def indexed(columns: tuple[str, ...], table: str = "") -> str:
    """The index's expression, also for conditions: only what is written alike uses it."""
    whole = (column.replace("@", f'"{table}".' if table else "") for column in columns)
    parts = [f"coalesce({column}, '')" for column in whole]
    # In the brackets that the database itself writes: what compares a model with its tables compares the words.
    joined = reduce(lambda before, part: f"(({before} || ' ') || {part})", parts)[1:-1]
    bare = f"regexp_replace(translate(lower({joined}), '{_FROM}', '{_TO}'), '[^[:alnum:]]+', ' ', 'g')"
    return f"to_tsvector('simple'::regconfig, {bare})"


def phone_end(text: str) -> str:
    """The digits of what may be the end of a phone number; empty for a text that holds anything else, or too few."""
    digits = re.sub(r"[\s().+/-]", "", text)
    return digits if re.fullmatch(rf"[0-9]{{{FEWEST_PHONE_DIGITS},15}}", digits) else ""


def parts_of(key: str) -> list[str]:
    """Every three signs of a part of a number that follow each other."""
    return list(dict.fromkeys(key[at : at + 3] for at in range(len(key) - 2)))


def typed_words(text: str) -> str:
    """What somebody typed as a question to the index: every word but short ones, as a beginning; empty without any."""
    plain = "".join(sign for sign in unicodedata.normalize("NFD", text.lower()) if not unicodedata.combining(sign))
    words = [word for word in re.findall(r"[^\W_]+", plain) if len(word) >= SHORTEST][:MOST_WORDS]
    return " & ".join(f"'{word}':*" for word in words)
