"""The words by which staff look for an order, as the database's index holds them and as somebody types them. Pure."""

import re
import unicodedata
from functools import reduce

# Built in, unlike pg_trgm and unaccent, which not every PostgreSQL has: words as they are, and beginnings of words.
_FROM, _TO = "áàâäãåçéèêëíìîïñóòôöõúùûüýÿ", "aaaaaaceeeeiiiinooooouuuuyy"
ORDER_COLUMNS = ("number", "purchase_order", "customer_id", "ship_to ->> 'name'", "ship_to ->> 'company'")
CONTACT_COLUMNS = ("name", "email")
# Beginnings of one or two signs would list half of the shop.
SHORTEST = 3
MOST_WORDS = 6


def indexed(columns: tuple[str, ...], table: str = "") -> str:
    """The index's expression, also for conditions: only what is written alike uses it."""
    whole = (f'"{table}".{column}' if table else column for column in columns)
    parts = [f"coalesce({column}, '')" for column in whole]
    # In the brackets that the database itself writes: what compares a model with its tables compares the words.
    joined = reduce(lambda before, part: f"(({before} || ' ') || {part})", parts)[1:-1]
    bare = f"regexp_replace(translate(lower({joined}), '{_FROM}', '{_TO}'), '[^[:alnum:]]+', ' ', 'g')"
    return f"to_tsvector('simple'::regconfig, {bare})"


def typed_words(text: str) -> str:
    """What somebody typed as a question to the index: every word but short ones, as a beginning; empty without any."""
    plain = "".join(sign for sign in unicodedata.normalize("NFD", text.lower()) if not unicodedata.combining(sign))
    words = [word for word in re.findall(r"[^\W_]+", plain) if len(word) >= SHORTEST][:MOST_WORDS]
    return " & ".join(f"'{word}':*" for word in words)
