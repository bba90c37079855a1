"""What a person typed, as it may stand in a mail of the shop: one short line, with nothing in it to be followed."""

import re

from app.notify.senders.clean import header

# Whatever a mail program might make a link of: with a scheme, or with a dot before letters; dots of other scripts too.
_DOTS = re.compile(r"[.\u3002\uff0e\uff61](?=[^\W\d_])")
_SCHEME = re.compile(r":(?=/)")


def defused(text: str, most: int) -> str:
    """At most ``most`` characters of it, with addresses taken apart: ``https[:]//example[.]com``."""
    line = header(text, len(text))
    short = line if len(line) <= most else f"{line[:most].rstrip()}…"
    return _SCHEME.sub("[:]", _DOTS.sub("[.]", short))
