"""Files the browser loads: put together, named after what they hold, so that they may be kept for a year."""

import base64
import hashlib
import re
import sys
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple
from uuid import uuid4

from app.core.drawing import STATIC, TOKENS

BUILT = STATIC / "vendor"
NPM = STATIC.parents[1] / "node_modules"


class Brought(NamedTuple):
    """A file that npm brings, and the digest of the one that this release was made with (SHA-384, Base64)."""

    source: Path
    digest: str


# htmx.org 2.0.11. Its hardening settings are renamed in 4: see the page's htmx-config before changing the version.
# leaflet 1.9.4, for the one page with a map.
BROUGHT = {
    "htmx.js": Brought(
        NPM / "htmx.org" / "dist" / "htmx.min.js",
        "2OatzQy1H+Zd/IIrjr1TcuDGqLXeHhbooAyJY1KdQMKnr4LZ22k31GBLdYKHmVjg",
    ),
    "leaflet.js": Brought(
        NPM / "leaflet" / "dist" / "leaflet.js", "cxOPjt7s7Iz04uaHJceBmS+qpjv2JkIHNVcuOrM+YHwZOmJGBXI00mdUXEq65HTH"
    ),
    "leaflet.css": Brought(
        NPM / "leaflet" / "dist" / "leaflet.css", "sHL9NAb7lN7rfvG5lfHpm643Xkcjzp4jFvuavGOndn6pjVqS6ny56CAt3nsEVT4H"
    ),
}
COMMON = (TOKENS.name, "base.css", "controls.css", "components.css")
# Sheets put together from several files; any other name is the one file of that name.
PARTS = {
    "portal.css": COMMON,
    "docs.css": (*COMMON, "docs.css"),
    "staff.css": (*COMMON, "staff.css"),
}


# What a browser does not read: comments, indents, empty lines.
SPARE = re.compile(rb"\s*/\*.*?\*/|(?<=\n)\s+", re.DOTALL)


class WrongAssetError(Exception):
    """A file that is not the one this release was made with."""


@lru_cache(maxsize=64)
def asset(name: str) -> str:
    """The address of one asset; built on the way when the install step has not done so.

    Raises FileNotFoundError when there is no such file, or npm never brought it.
    """
    return f"/static/vendor/{_build(name).name}"


def install() -> list[str]:
    """Build all assets. What older releases built stays, for pages that are open while this one starts."""
    alone = {path.name for path in STATIC.iterdir() if path.is_file()} - set(COMMON)
    return sorted(_build(name).name for name in {*PARTS, *alone, *BROUGHT})


def _build(name: str) -> Path:
    parts = PARTS.get(name, (name,))
    content = _brought(name) if name in BROUGHT else b"".join(_read(STATIC / part) for part in parts)
    stem, _, ending = Path(name).name.partition(".")
    path = BUILT / f"{stem}-{hashlib.sha256(content).hexdigest()[:12]}.{ending}"
    if not path.exists():
        BUILT.mkdir(exist_ok=True)
        fresh = path.with_suffix(f".{uuid4().hex}")
        fresh.write_bytes(content)
        fresh.replace(path)
    return path


def _read(source: Path) -> bytes:
    """A file of ours; a sheet without its comments and indents."""
    content = source.read_bytes()
    return SPARE.sub(b"", content) if source.suffix == ".css" else content


def _brought(name: str) -> bytes:
    """What npm brought under this name (or as built before), checked against the digest kept here."""
    brought, (stem, _, ending) = BROUGHT[name], name.partition(".")
    source = brought.source if brought.source.exists() else next(BUILT.glob(f"{stem}-*.{ending}"), brought.source)
    content = source.read_bytes()
    if base64.b64encode(hashlib.sha384(content).digest()).decode() != brought.digest:
        raise WrongAssetError(f"{source.name} is not the {stem} this release was made with")
    return content


if __name__ == "__main__":
    sys.stdout.write("\n".join(install()) + "\n")
