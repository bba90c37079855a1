"""Pages sent packed: to whom, and when not, so that their length gives nothing away."""

import gzip
import re
from collections.abc import Mapping

from werkzeug.wrappers import Response

# What is made for one reader; what is the same for all lies packed already (app/pages/assets.py).
MADE = ("text/html", "image/svg+xml")
# A shorter page gains less than the header costs.
SMALL = 1_000
# Of an order page of 12.3 kB, level 6 leaves 3.7 kB (P16 in docs/reports/bench.md, which also sets the requests a second
# of the page packed beside those of it plain). Level 9 leaves no less. Brotli is in no module of Python's own: a library in C for
# one to two hundred bytes a page, where heads and one round of the network weigh more.
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
