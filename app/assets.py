"""Files the browser loads: put together, named after what they hold, so that they may be kept for a year."""

import base64
import hashlib
import sys
from functools import lru_cache
from pathlib import Path

APP = Path(__file__).parent
STATIC = APP / "static"
BUILT = STATIC / "vendor"
HTMX = APP.parent / "node_modules" / "htmx.org" / "dist" / "htmx.min.js"
# htmx.org 2.0.11. Its hardening settings are renamed in 4: see the page's htmx-config before changing the version.
HTMX_SHA384 = "2OatzQy1H+Zd/IIrjr1TcuDGqLXeHhbooAyJY1KdQMKnr4LZ22k31GBLdYKHmVjg"
PARTS = {
    "portal.css": ("tokens.css", "base.css", "controls.css", "components.css"),
    "docs.css": ("tokens.css", "base.css", "controls.css", "components.css", "docs.css"),
    "staff.css": ("tokens.css", "base.css", "controls.css", "components.css", "staff.css"),
    "returns.css": ("returns.css",),
    "portal.js": ("portal.js",),
    "favicon.svg": ("favicon.svg",),
}


class WrongAssetError(Exception):
    """A file that is not the one this release was made with."""


@lru_cache(maxsize=64)
def asset(name: str) -> str:
    """The address of one asset; built on the way when the install step has not done so.

    Raises FileNotFoundError when htmx was never installed.
    """
    return f"/static/vendor/{_build(name).name}"


def install() -> list[str]:
    """Build all assets, and sweep away what older releases built."""
    kept = {_build(name) for name in (*PARTS, "htmx.js")}
    for path in BUILT.iterdir():
        if path not in kept:
            path.unlink()
    return sorted(path.name for path in kept)


def _build(name: str) -> Path:
    content = _htmx() if name == "htmx.js" else b"".join((STATIC / part).read_bytes() for part in PARTS[name])
    stem, _, ending = name.partition(".")
    path = BUILT / f"{stem}-{hashlib.sha256(content).hexdigest()[:12]}.{ending}"
    if not path.exists():
        BUILT.mkdir(exist_ok=True)
        fresh = path.with_suffix(".new")
        fresh.write_bytes(content)
        fresh.replace(path)
    return path


def _htmx() -> bytes:
    """What npm brought as htmx (or as built before), checked against the digest kept here."""
    source = HTMX if HTMX.exists() else next(BUILT.glob("htmx-*.js"), HTMX)
    content = source.read_bytes()
    if base64.b64encode(hashlib.sha384(content).digest()).decode() != HTMX_SHA384:
        raise WrongAssetError(f"{source.name} is not the htmx this release was made with")
    return content


if __name__ == "__main__":
    sys.stdout.write("\n".join(install()) + "\n")
