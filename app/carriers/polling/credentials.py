"""Which carriers can be asked: those whose credentials are in the environment, in the variables that they declare."""

from collections.abc import Mapping
from pathlib import Path

import structlog

from app.carriers.base.declaration import AskingAccess, Carrier
from app.carriers.registry import carriers
from app.tracking.ports import TrackingSource

log = structlog.get_logger()


def carriers_from_env(environ: Mapping[str, str]) -> dict[str, TrackingSource]:
    """Every carrier and aggregator whose credentials are all set, by name.

    ``NAME_FILE`` names a file that holds the value of ``NAME``. Raises ValueError naming what is half set.
    """
    faults = half_set(environ)
    if faults:
        raise ValueError("\n".join(faults))
    sources = {}
    for name, carrier in carriers().items():
        source = source_of(carrier, environ)
        if source is not None:
            sources[name] = source
    return sources


def askable(environ: Mapping[str, str]) -> frozenset[str]:
    """The names of all whose credentials are set: whom a page may promise to ask, without making what asks."""
    names = set()
    for name, carrier in carriers().items():
        try:
            if carrier.access and not _present(environ, carrier.access)[1]:
                names.add(name)
        except OSError:
            # Told by the doctor; whom we cannot ask nobody is promised.
            continue
    return frozenset(names)


def half_set(environ: Mapping[str, str]) -> list[str]:
    """What is missing beside credentials that are set, and files that cannot be read, a line each."""
    faults = []
    for name, carrier in carriers().items():
        if carrier.access is None:
            continue
        try:
            present, missing = _present(environ, carrier.access)
        except OSError as error:
            faults.append(f"{name.upper()}_…_FILE: cannot read it ({error.strerror})")
            continue
        # Half a set is a mistake; nothing of it set means that the carrier is not used.
        if present and missing:
            faults.append(f"{', '.join(missing)}: needed beside the other settings of {name}")
    return faults


def source_of(carrier: Carrier, environ: Mapping[str, str]) -> TrackingSource | None:
    """What asks this carrier; None for one that is not to be asked, or whose own code cannot be made to ask."""
    # Brings the reading of every payload along, which nobody needs who only looks at the settings.
    from app.carriers.polling.sources import KarrioSource

    access = carrier.access
    if access is None:
        return None
    present, missing = _present(environ, access)
    if missing:
        return None
    present |= {field: value for name, field in access.optional.items() if (value := _value(environ, name))}
    if access.make is None:
        return KarrioSource(carrier.name, present, at_once=access.at_once)
    try:
        return access.make(present)
    except Exception as error:  # an installed package's own trouble is not that of the other carriers
        log.error("a carrier cannot be asked", carrier=carrier.name, kind=type(error).__name__)
        return None


def _present(environ: Mapping[str, str], access: AskingAccess) -> tuple[dict[str, str], list[str]]:
    """What is set of a carrier's needed credentials, and the variables of what is not."""
    present = {field: value for variable, field in access.needed.items() if (value := _value(environ, variable))}
    return present, sorted(variable for variable, field in access.needed.items() if field not in present)


def _value(environ: Mapping[str, str], variable: str) -> str:
    path = environ.get(f"{variable}_FILE")
    if path:
        return Path(path).read_text(encoding="utf-8").strip()
    return environ.get(variable, "").strip()
