"""The names of networks of points: one spelling for each, however a list or a system writes it."""

import re
from functools import cache

from app.core import parts
from app.returns.points.place_text import folded

_CARRIERS = "paradero.carriers"


def network_name(written: str) -> str:
    """«Correos Express», «CorreosExpress», «CORREOS-EXPRESS» as ``correos_express``; empty where no letter is left."""
    # Capitals within a word part two words.
    spaced = re.sub(r"(?<=[a-z])(?=[A-Z][a-z])", " ", written)
    name = folded(spaced).replace(" ", "_")
    return _spellings().get(name.replace("_", ""), name)


@cache
def _spellings() -> dict[str, str]:
    """Carriers' names by their letters alone."""
    spellings = {name.replace("_", ""): name for name in parts.names(_CARRIERS)}
    # The name under which points of La Poste have been kept from the first list on.
    return spellings | {"laposte": "la_poste"}
