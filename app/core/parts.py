"""The parts that a folder of the project or an installed package brings: found alike, loaded when first asked for."""

import importlib
from dataclasses import dataclass
from functools import cache
from importlib import metadata, resources
from typing import Any, TypeVar

import structlog

_log = structlog.get_logger()
Kind = TypeVar("Kind")


@dataclass(frozen=True, slots=True)
class Seam:
    """A place where parts are added.

    Ours are the folders of ``package`` that hold a file ``<module>.py``; its name ``declaration`` is the part. Somebody
    else's package names its own as entry points of ``group``: ``name = "their.module:DECLARATION"``.
    """

    group: str
    package: str
    module: str
    declaration: str


PROVIDERS, SYSTEMS, LABELS = "paradero.providers", "paradero.oms", "paradero.labels"
PERSONAL = "paradero.personal"
SEAMS = {
    seam.group: seam
    for seam in (
        Seam("paradero.carriers", "app.carriers", "carrier", "CARRIER"),
        Seam(PROVIDERS, "app.notify.providers", "provider", "PROVIDER"),
        Seam(SYSTEMS, "app.oms", "system", "SYSTEM"),
        Seam(LABELS, "app.returns.labels", "maker", "LABELS"),
        Seam(PERSONAL, "app", "personal", "PERSONAL"),
    )
}


@cache
def names(group: str) -> tuple[str, ...]:
    """The names of all parts of a seam in alphabetical order; none of them is loaded for that."""
    return tuple(sorted({*ours(group), *_entry_points(group)}))


@cache
def ours(group: str) -> frozenset[str]:
    """The names of those that are folders of the project."""
    seam = SEAMS[group]
    folders = resources.files(seam.package).iterdir()
    return frozenset(folder.name for folder in folders if folder.joinpath(f"{seam.module}.py").is_file())


def part(group: str, name: str) -> Any | None:
    """The declaration of one part; None for a name that nobody brings, or whose package cannot be loaded.

    A fault in an installed package is logged once and told by the doctor: it takes nothing down but itself.
    """
    # Names come from outside, too: only those that there are may be remembered.
    return _loaded(group, name) if name in names(group) else None


def parts(group: str) -> dict[str, Any]:
    """Every part of a seam that can be loaded, by name: ours first, each in alphabetical order."""
    loaded = {
        name: part(group, name) for name in sorted(names(group), key=lambda name: (name not in ours(group), name))
    }
    return {name: declared for name, declared in loaded.items() if declared is not None}


def declared(group: str, kind: type[Kind]) -> dict[str, Kind]:
    """Those parts of a seam that are what the seam asks for and bear the name under which they are found."""
    return {name: declaration for name, declaration in parts(group).items() if _fits(declaration, kind, name)}


def misfits(group: str, kind: type[Any]) -> list[str]:
    """What was loaded and is left out, a sentence each: for the doctor."""
    unfit = [name for name, declaration in parts(group).items() if not _fits(declaration, kind, name)]
    return [f"{group} «{name}» is no {kind.__name__} of this name." for name in unfit]


def _fits(declaration: object, kind: type[Any], name: str) -> bool:
    return isinstance(declaration, kind) and getattr(declaration, "name", None) == name


def faults() -> list[str]:
    """What is wrong with installed parts, a sentence each: for the doctor."""
    sentences = []
    for group in SEAMS:
        for name, entry in _entry_points(group).items():
            where = f"{_package(entry)}: {group} «{name}»"
            if name in ours(group):
                sentences.append(f"{where} bears the name of a part of ours, which stays.")
            elif part(group, name) is None:
                sentences.append(f"{where} cannot be loaded.")
    return sentences


@cache
def _loaded(group: str, name: str) -> Any | None:
    if name in ours(group):
        seam = SEAMS[group]
        return getattr(importlib.import_module(f"{seam.package}.{name}.{seam.module}"), seam.declaration)
    entry = _entry_points(group).get(name)
    if entry is None:
        return None
    try:
        return entry.load()
    except Exception as error:
        _log.warning(
            "a part cannot be loaded", seam=group, part=name, package=_package(entry), kind=type(error).__name__
        )
        return None


@cache
def _entry_points(group: str) -> dict[str, metadata.EntryPoint]:
    return {entry.name: entry for entry in metadata.entry_points(group=group)}


def _package(entry: metadata.EntryPoint) -> str:
    return entry.dist.name if entry.dist else entry.module
