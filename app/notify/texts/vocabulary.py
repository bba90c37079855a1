"""Words that do not belong into a shop's own text: addresses, and what looks like a trick; pure."""

import re
from collections.abc import Iterator

# Whatever a mail program or a phone makes a link of: a scheme, an «@», or a dot before what ends as an address does.
_ENDS = (
    "app|biz|blog|click|cloud|co|com|deals|dev|es|eu|example|fr|gl|info|invalid|io|is|it|link|live|ly|me|mx|net|nl|"
    "online|org|page|pt|ru|sale|shop|site|store|tienda|tk|to|top|uk|us|vip|xyz|zip"
)
_LINKED = re.compile(
    rf"\w*:/\S*|\bwww\.\S+|\S*\w@\w\S*|\b[\w-]+(?:[.\u3002\uff0e\uff61][\w-]+)*[.\u3002\uff0e\uff61](?:{_ENDS})\b\S*",
    re.IGNORECASE,
)
_TRICKY = re.compile(
    r"\b(?:urgent\w*|immediately|act now|last chance|final notice|within 24 hours|expires today|click here|"
    r"password\w*|passcode|pin code|card numbers?|cvv|cvc|bank details|pay now|pay here|payment (?:is )?required|"
    r"verify your|confirm your (?:account|identity|card)|winner|prize|"
    r"urgente\w*|inmediatamente|última oportunidad|último aviso|en 24 horas|caduca hoy|haz clic|pincha aquí|"
    r"contraseñas?|número de tarjeta|tarjeta de crédito|datos bancarios|paga (?:ya|ahora|aquí)|pago pendiente|"
    r"verifica tu|confirma tu (?:cuenta|identidad|tarjeta)|ganador\w*|premios?)\b",
    re.IGNORECASE,
)
# Five letters and more: shorter words in capitals are mostly names and short forms.
_SHOUTED = re.compile(r"\b[^\W\d_a-zà-ÿ]{5,}\b|[!¡]{2,}|\?{2,}")

# No word of any language is longer, and what is longer would make the search for addresses slow.
LONGEST_WORD = 80


def linked(words: str) -> Iterator[str]:
    """What would become a link, and words so long that they hide one."""
    for word in dict.fromkeys(words.split()):
        if len(word) > LONGEST_WORD or _LINKED.search(word):
            yield word[:LONGEST_WORD]


def tricky(words: str) -> Iterator[str]:
    """What fraudsters write: haste, prizes, passwords, cards."""
    yield from dict.fromkeys(match.group() for match in _TRICKY.finditer(words))


def shouted(words: str) -> Iterator[str]:
    """Words in capitals and rows of exclamation marks."""
    yield from dict.fromkeys(match.group() for match in _SHOUTED.finditer(words))
