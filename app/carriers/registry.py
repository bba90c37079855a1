"""Every carrier that we can read, by name; an adapter's file is loaded when its carrier is first met."""

import importlib
from functools import cache

from app.carriers.base.adapter import Adapter

MODULES = (
    "aftership",
    "australiapost",
    "canadapost",
    "dhl_express",
    "dhl_parcel_de",
    "dhl_universal",
    "dpd",
    "easypost",
    "fedex",
    "generic",
    "gls",
    "laposte",
    "royalmail",
    "ups",
    "usps",
)


@cache
def adapter(name: str) -> Adapter | None:
    """The adapter of a carrier, or None for a carrier that nobody taught us."""
    if name in MODULES:
        found: Adapter = importlib.import_module(f"app.carriers.{name}.carrier").ADAPTER
        return found
    spain: dict[str, Adapter] = importlib.import_module("app.carriers.spain.carrier").ADAPTERS
    return spain.get(name)


def known_carriers() -> list[str]:
    """The names of all adapters, aggregators included, in alphabetical order."""
    return sorted({*MODULES, *importlib.import_module("app.carriers.spain.carrier").ADAPTERS})
