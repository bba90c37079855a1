"""Every carrier by name: our folders and installed packages alike; what all of them say together is gathered here."""

from collections.abc import Iterator
from functools import cache

import structlog

from app.carriers.base.declaration import Carrier
from app.core import parts
from app.core.settings import Settings
from app.tracking.carriers.names import GROUP

_log = structlog.get_logger()


def carrier(name: str) -> Carrier | None:
    """The carrier of this name; None for one that nobody declares, or whose package is at fault."""
    return _declared(name) if name in parts.names(GROUP) else None


@cache
def carriers() -> dict[str, Carrier]:
    """Every carrier by name, ours first: what two of them claim is ours, or the first one's."""
    return {name: declared for name in parts.parts(GROUP) if (declared := _declared(name)) is not None}


def reader(name: str) -> Carrier | None:
    """The carrier of this name if its documents and codes can be read."""
    declared = carrier(name)
    return declared if declared is not None and declared.parcels is not None else None


def known_carriers() -> list[str]:
    """The names of all that can be read, aggregators included, in alphabetical order."""
    return sorted(name for name, declared in carriers().items() if declared.parcels is not None)


@cache
def pushing() -> dict[str, Carrier]:
    """The carriers that push, by the last part of the address to which they do."""
    # An installed carrier that claims another's address would take over its deliveries.
    denied = {name for kind, _, name, owner in _claims() if kind != "alias" and name != owner}
    allowed = {name: declared for name, declared in carriers().items() if name not in denied}
    return {declared.source: declared for declared in allowed.values() if declared.source}


def faults() -> list[str]:
    """What is wrong with installed carriers that can be loaded, a sentence each: for the doctor."""
    unfit = [f"{GROUP} «{name}» {why}" for name in parts.names(GROUP) if (why := _unfit(name))]
    refused = [claim for claim in _claims() if claim[2] != claim[3]]
    return unfit + [f"{GROUP} «{name}»: the {kind} «{text}» is {owner}'s." for kind, text, name, owner in refused]


def _claims() -> Iterator[tuple[str, str, str, str]]:
    """What is to be one carrier's alone: its kind, the text, who claims it, and whose it is."""
    owners: dict[tuple[str, str], str] = {("alias", name): name for name in carriers()}
    # A package may not read a secret of the portal's by naming its variable.
    owners |= {("setting", name.upper()): "the portal" for name in Settings.model_fields}
    for name, declared in carriers().items():
        claimed = [("alias", alias) for alias in declared.aliases]
        claimed += [("endpoint", declared.source)] if declared.source else []
        claimed += [("setting", variable) for variable in declared.secrets]
        for kind, text in claimed:
            yield kind, text, name, owners.setdefault((kind, text), name)


@cache
def _declared(name: str) -> Carrier | None:
    why = _unfit(name)
    if why:
        _log.warning("a part cannot be used", seam=GROUP, part=name, reason=why)
        return None
    declared: Carrier | None = parts.part(GROUP, name)
    return declared


def _unfit(name: str) -> str | None:
    """Why what was loaded under this name is no carrier of this name."""
    declared = parts.part(GROUP, name)
    if declared is None or (isinstance(declared, Carrier) and declared.name == name):
        return None
    return f"calls itself «{declared.name}»." if isinstance(declared, Carrier) else "is no Carrier."
