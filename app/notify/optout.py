"""What a customer's answer to a text means: stop, start again, help, or words for a person to read; pure."""

import re
import unicodedata
from enum import StrEnum


class OptOutReading(StrEnum):
    """The reading of one whole message."""

    STOP = "stop"
    START = "start"
    HELP = "help"
    LIKE_STOP = "like_stop"
    OTHER = "other"


_STOP = frozenset(
    {"stop", "stopall", "stop all", "unsubscribe", "cancel", "end", "quit", "revoke", "optout", "opt out", "stop sms"}
    | {"baja", "alto", "parar", "cancelar", "no", "no mas", "darse de baja", "dar de baja", "basta", "desuscribir"}
    | {"arret"}
)
_START = frozenset({"start", "unstop", "yes", "si", "alta", "darse de alta", "subscribe", "suscribir"})
_HELP = frozenset({"help", "info", "ayuda", "aide"})
_LIKE_STOP = re.compile(
    r"\b(stop|unsubscribe|opt out|remove me|leave me alone|no more|don t (text|send|message)|do not (text|send|contact)"
    r"|baja|dej(a|ad|en|e) de|no (me )?(escrib|envi|mand|molest|llam)\w*|no quiero|basta|borradme|borrame"
    r"|quita(d|me))\b"
)


def read(text: str) -> OptOutReading:
    """The meaning of a whole message, whatever its case, accents and punctuation."""
    words = bare(text)
    for answer, known in ((OptOutReading.STOP, _STOP), (OptOutReading.START, _START), (OptOutReading.HELP, _HELP)):
        if words in known:
            return answer
    return OptOutReading.LIKE_STOP if _LIKE_STOP.search(words) else OptOutReading.OTHER


def bare(text: str) -> str:
    """Lower-case words without accents or punctuation, one blank between them."""
    folded = unicodedata.normalize("NFKD", text).casefold()
    letters = "".join(c for c in folded if not unicodedata.combining(c))
    return " ".join(re.findall(r"[a-z0-9]+", letters))
