"""Pages sent packed: to whom, and when not, so that their length gives nothing away."""

import gzip
import re
from collections.abc import Mapping

from werkzeug.wrappers import Response

# What is made for one reader; what is the same for all lies packed already (app/pages/assets.py).
MADE = ("text/html", "image/svg+xml")
# A shorter page gains less than the header costs.
SMALL = 1_000
# Of an order page of 11.6 kB, level 1 takes 0.065 ms and leaves 4.1 kB, level 6 0.08 ms and 3.7, level 9 no less; what
# that is in requests a second says row P16 of docs/reports/bench.md, packed and plain in turns. Brotli (level 5) would
# take 0.14 ms and leave 3.5, and spare 3 kB of a first visit's 33: too little for a library and a second packed form.
LEVEL = 6
# What browsers say of a page that was typed, or led to from our own.
OURS = ("same-origin", "none")
NEVER = re.compile(r"q=0(\.0*)?")


def pack(response: Response, environ: Mapping[str, object]) -> bytes:
    """The body as it leaves: a page packed where its browser takes that, and its headers then say so.

    What is packed tells by its length whether two parts of it are alike: a stranger who could have a page fetched
    with words of their choice in it, and saw how long it is, might guess what else stands in it. So a page that was
    asked for from another site goes out as it is, unless nobody is signed in on it.
    """
    body, headers = response.get_data(), response.headers
    if response.mimetype not in MADE or len(body) < SMALL:
        return body
    headers.add("Vary", "Accept-Encoding")
    is_ours = environ.get("HTTP_SEC_FETCH_SITE") in OURS or "HTTP_COOKIE" not in environ
    if not is_ours or not takes_gzip(str(environ.get("HTTP_ACCEPT_ENCODING", ""))):
        return body
    packed = gzip.compress(body, compresslevel=LEVEL, mtime=0)
    headers["Content-Encoding"] = "gzip"
    headers["Content-Length"] = str(len(packed))
    return packed


def takes_gzip(accept_encoding: str) -> bool:
    """Whether whoever asks reads gzip."""
    names = (part.partition(";") for part in accept_encoding.lower().split(","))
    return any(name.strip() == "gzip" and not NEVER.fullmatch(weight.strip()) for name, _, weight in names)
