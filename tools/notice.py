"""Whose work the portal is made of, and under which licences: writes NOTICE; ``check`` compares it with the lock files.

Licences are read from the installed packages' own metadata, so it is written where all of them are installed; names and
versions are those of the lock files, so it can be checked anywhere, in no time.
"""

import json
import re
import sys
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[1]
NOTICE = ROOT / "NOTICE"
HEAD = """\
Paradero
Licensed under the Apache License 2.0 (LICENSE).

It is made with the work of others. Each Python package brings the text of its licence in its own folder
(….dist-info in the environment's site-packages); what the browser loads has it here.

"""
_DATA = """\
Data

Postcodes and where they lie (app/returns/points/postcodes) — GeoNames, https://www.geonames.org — Creative Commons
Attribution 4.0 International, https://creativecommons.org/licenses/by/4.0/ — shortened: postcode, place, province or
state, degrees rounded to four decimals, neighbourhoods of Mexican towns as one.

"""
PINNED = re.compile(r"^([a-z0-9-]+)(?:\[.*?\])?==([^ ;\\]+)", re.M)
# The classifiers' words for licences by their names in SPDX's list.
SPDX = {
    "MIT License": "MIT",
    "Apache Software License": "Apache-2.0",
    "BSD License": "BSD",
    "The Unlicense (Unlicense)": "Unlicense",
    "ISC License (ISCL)": "ISC",
    "GNU Lesser General Public License v3 (LGPLv3)": "LGPL-3.0-only",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    "Python Software Foundation License": "PSF-2.0",
}
# The package says it only in the list of parts (SBOM) that it brings.
UNNAMED = {"mrml": "MIT"}


class Work(NamedTuple):
    """Somebody else's work."""

    name: str
    version: str
    licence: str
    place: str

    def line(self) -> str:
        """As NOTICE says it."""
        return f"{self.name} {self.version} — {self.licence}{f' — {self.place}' if self.place else ''}"


def main(arguments: list[str]) -> int:
    """Write it, or ``check`` it: 1 where it differs from the lock files."""
    if arguments[:1] != ["check"]:
        NOTICE.write_text("".join(_written()), encoding="utf-8")
        return 0
    expected, there = {f"{name} {version}" for name, version in _locked()}, _named(NOTICE.read_text(encoding="utf-8"))
    for word, names in (("lacks", expected - there), ("still names", there - expected)):
        for name in sorted(names):
            print(f"NOTICE {word} {name}: make notice")
    return int(expected != there)


def _locked() -> Iterator[tuple[str, str]]:
    """Names and versions of all that is installed with the portal, its extras and the browser's files included."""
    yield from _pinned("requirements.txt")
    yield from _pinned("requirements-run.txt")
    yield from ((name, package["version"]) for name, package in _scripts().items())


def _named(notice: str) -> set[str]:
    return {line.partition(" — ")[0] for line in notice.replace(_DATA, "").splitlines() if " — " in line}


def _pinned(name: str) -> list[tuple[str, str]]:
    return PINNED.findall((ROOT / name).read_text(encoding="utf-8"))


def _scripts() -> dict[str, dict[str, str]]:
    """What npm brings for the browser, by name."""
    packages = json.loads((ROOT / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    return {path.removeprefix("node_modules/"): one for path, one in packages.items() if path and not one.get("dev")}


def _written() -> Iterator[str]:
    yield HEAD
    for title, name in (("Python packages", "requirements.txt"), ("With the extras", "requirements-run.txt")):
        yield f"{title}\n\n"
        yield from (f"{_work(*pinned).line()}\n" for pinned in _pinned(name))
        yield "\n"
    yield _DATA
    yield "In the browser\n"
    for name, package in _scripts().items():
        folder = ROOT / "node_modules" / name
        described = json.loads((folder / "package.json").read_text(encoding="utf-8"))
        yield f"\n{Work(name, package['version'], package['license'], described.get('homepage', '')).line()}\n\n"
        yield (folder / "LICENSE").read_text(encoding="utf-8").strip() + "\n"


def _work(name: str, version: str) -> Work:
    package = metadata.metadata(name)
    return Work(name, version, UNNAMED.get(name) or _licence(package), _place(package))


def _licence(package: metadata.PackageMetadata) -> str:
    """The SPDX expression, where there is one; else what its classifiers say, else its own word."""
    if "License-Expression" in package:
        return package["License-Expression"]
    classifiers = [one.split(" :: ")[-1] for one in package.get_all("Classifier") or () if one.startswith("License ::")]
    words = [SPDX.get(word, word) for word in classifiers if word != "OSI Approved"]
    own = next(iter(package.get_all("License") or ()), "").strip()
    if own.startswith("BSD-") or not words:  # which BSD, no classifier says
        return own or "not named by the package"
    return " OR ".join(words)


def _place(package: metadata.PackageMetadata) -> str:
    addresses = [one.partition(", ") for one in package.get_all("Project-URL") or ()]
    named = {label.lower(): address for label, _, address in addresses}
    labels = ("homepage", "source", "repository", "source code", "github", "home")
    home = next(iter(package.get_all("Home-page") or ()), "")
    return next((named[label] for label in labels if label in named), home)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
