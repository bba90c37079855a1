"""Variables of saved replies: «{order_number}» is put in as plain text, once; what else stands in braces is refused.

Nothing is ever evaluated: a name is looked up in a fixed table, and a value that holds braces stays as it is. Pure.
"""

import re
from collections.abc import Mapping

VARIABLES = ("first_name", "order_number", "link", "carrier", "tracking_number", "return_number", "case_number", "shop")
_BRACED = re.compile(r"\{([^{}]*)\}")
_BRACE = re.compile(r"[{}]")


def unknown_variables(text: str) -> list[str]:
    """What stands in braces and is no variable, each once; a brace alone counts as one."""
    unknown = [name for name in _BRACED.findall(text) if name not in VARIABLES]
    alone = _BRACE.findall(_BRACED.sub("", text))
    return list(dict.fromkeys([*(f"{{{name}}}" for name in unknown), *alone]))


def fill(text: str, values: Mapping[str, str | None]) -> str:
    """The text with the values put in; a variable without a value stays, for whoever answers to see."""

    # One pass over the text: a value that holds braces is not looked at again.
    def value_of(match: re.Match[str]) -> str:
        value = values.get(match[1]) if match[1] in VARIABLES else None
        return value or match[0]

    return _BRACED.sub(value_of, text)


def left_open(text: str) -> list[str]:
    """The variables that nobody has put a value in for, in braces."""
    return list(dict.fromkeys(f"{{{name}}}" for name in _BRACED.findall(text) if name in VARIABLES))
