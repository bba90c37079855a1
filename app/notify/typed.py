"""What a person typed: as it may stand in a mail of the shop, with nothing in it to be followed; or as an address."""

import re

from app.core.errors import Fault, Invalid
from app.notify.kinds import Channel
from app.notify.senders.clean import header
from app.orders.contact_points import email_key, phone_key

# Whatever a mail program might make a link of: with a scheme, or with a dot before letters; dots of other scripts too.
_DOTS = re.compile(r"[.\u3002\uff0e\uff61](?=[^\W\d_])")
_SCHEME = re.compile(r":(?=/)")


def defused(text: str, most: int) -> str:
    """One line, at most ``most`` characters of it, with addresses taken apart: ``https[:]//example[.]com``."""
    line = header(text, len(text))
    short = line if len(line) <= most else f"{line[:most].rstrip()}…"
    return _SCHEME.sub("[:]", _DOTS.sub("[.]", short))


def read_address(text: str, channel: str, country: str | None) -> str:
    """The address of this channel as it is kept; numbers without a prefix are ``country``'s. Raises Invalid."""
    found = phone_key(text, country=country) if channel == Channel.SMS else email_key(text)
    if found is None:
        what = "a phone number that can be dialled" if channel == Channel.SMS else "an e-mail address"
        raise Invalid([Fault("/to", f"This is not {what}.")])
    return found
