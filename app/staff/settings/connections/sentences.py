"""What is wrong with a field in the reader's language; the store says it in English, as it does of the environment."""

import re

from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.core.errors import Fault

# By how the English begins; what is in nobody's list here is shown as it stands.
SENTENCES: tuple[tuple[str, LazyString], ...] = (
    ("is set by the environment", _l("It is set by the environment: change it there.")),
    ("enter it again", _l("Enter it again: it would go to another address.")),
    ("must be a bare e-mail address", _l("Write an e-mail address such as pedidos@shop.example.")),
    ("is needed", _l("Fill this in too.")),
    ("are needed", _l("Fill this in too.")),
    ("needed beside", _l("Fill this in too.")),
    ("must be a whole number", _l("Write a whole number.")),
    ("must be an address such as", _l("Write an address such as https://api.example.com.")),
    ("must be smtp", _l("Write the server's name, such as mail.shop.example.")),
    ("must be a number such as", _l("Write a number such as +34600000000, a name of at most 11 characters, or MG….")),
    ("is one token", _l("Write one token here, without blanks or commas.")),
    ("each key is the base64", _l("Copy the verification key from SendGrid, and nothing else.")),
    ("each secret is whsec_", _l("A secret is whsec_ and at least 24 bytes in base64.")),
    ("each secret has at least", _l("Use at least 32 characters.")),
    ("each credential has", _l("Use at least 16 characters.")),
    ("holds 2 at most", _l("Enter two at most: the new one and the one before.")),
    ("must begin with https", _l("Begin the address with https://.")),
    ("leads into a private network", _l("It leads into a private network, where we may not call.")),
    ("must use port", _l("Use one of the usual ports.")),
    ("may not contain a user name", _l("Leave user name and password out of the address.")),
    ("must have at most", _l("It is too long, or holds characters that can't be seen.")),
)
_RANGE = re.compile(r"must be (\d+) or (more|less)")


def in_words(fault: Fault) -> str:
    """The sentence for one fault."""
    sentence = next((words for begin, words in SENTENCES if fault.detail.startswith(begin)), None)
    if sentence is not None:
        return str(sentence)
    bound = _RANGE.match(fault.detail)
    if bound is not None:
        least = bound.group(2) == "more"
        return (
            _("Write %(number)s or more.", number=bound[1])
            if least
            else _("Write %(number)s or less.", number=bound[1])
        )
    return fault.detail
