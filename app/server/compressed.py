"""Pages sent packed: to whom, and when not, so that their length gives nothing away."""

import gzip
import re
from collections.abc import Mapping

from werkzeug.wrappers import Response

# What is made for one reader; what is the same for all lies packed already (app/pages/assets.py).
MADE = ("text/html", "image/svg+xml")
# A shorter page gains less than the header costs.
SMALL = 1_000
# Of a page of 12 kB: level 1 takes 0.04 ms and leaves 3.1 kB, level 6 0.06 ms and 2.8, level 9 no less; to make an
# order page takes some 3 ms (docs/reports/bench.md).
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
