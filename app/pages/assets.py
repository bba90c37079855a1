"""Files the browser loads: put together, named after what they hold, so that they may be kept for a year."""

import base64
import gzip
import hashlib
import re
import sys
from collections.abc import Callable
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
SCRIPTS = ("portal.js", "forms.js", "live.js", "session.js")
# What is put together from several files; any other name is the one file of that name.
PARTS = {
    "portal.css": COMMON,
    "docs.css": (*COMMON, "tables.css", "docs.css"),
    "staff.css": (*COMMON, "tables.css", "staff.css"),
    "portal.js": SCRIPTS,
}
# A part stands in what it is a part of, and is asked for by nobody.
PIECES = {*COMMON, *SCRIPTS} - {"portal.js"}

# What a browser does not read. Of a sheet: comments, line breaks, blanks beside what parts words by itself (one before
# a colon does something). Of a script of ours: lines that are a comment, and indents.
SPARE = {
    ".css": re.compile(rb"\s*/\*.*?\*/\s*|\s+(?=[{}>])|(?<=[{};:,>])\s+", re.DOTALL),
    ".js": re.compile(rb"^[ \t]*(?://.*)?(?:\n|$)|^[ \t]+", re.MULTILINE),
}
# Packed once: a picture that is packed already gains nothing.
PACKED = frozenset({".css", ".js", ".svg", ".webmanifest"})


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
    alone = {path.name for path in STATIC.iterdir() if path.is_file()} - PIECES
    built = [_build(name) for name in {*PARTS, *alone, *BROUGHT}]
    return sorted(path.name for path in (*built, *(packed(path) for path in built)) if path.exists())


def _build(name: str) -> Path:
    parts = PARTS.get(name, (name,))
    content = _brought(name) if name in BROUGHT else b"".join(_read(STATIC / part) for part in parts)
    stem, _, ending = Path(name).name.partition(".")
    path = BUILT / f"{stem}-{hashlib.sha256(content).hexdigest()[:12]}.{ending}"
    if path.suffix in PACKED:
        # First, so that whoever finds the file finds its packed form, too.
        _write(packed(path), lambda: gzip.compress(content, compresslevel=9, mtime=0))
    _write(path, lambda: content)
    return path


def packed(path: Path) -> Path:
    """Where the packed form of a built file lies, if it has one."""
    return path.with_name(f"{path.name}.gz")


def _write(path: Path, make: Callable[[], bytes]) -> None:
    if path.exists():
        return
    BUILT.mkdir(exist_ok=True)
    fresh = path.with_suffix(f".{uuid4().hex}")
    fresh.write_bytes(make())
    fresh.replace(path)


def _read(source: Path) -> bytes:
    """A file of ours without what no browser reads."""
    content, spare = source.read_bytes(), SPARE.get(source.suffix)
    return spare.sub(b"", content) if spare else content


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
