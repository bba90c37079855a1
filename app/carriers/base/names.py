"""Carriers' names as aggregators write them, and as we do."""

import re

from app.carriers.registry import aliases


def carrier_name(written: str | None) -> str | None:
    """``spanish-seur``, ``FedEx``, ``DHLExpress`` as ``seur``, ``fedex``, ``dhl_express``."""
    # DHLExpress is two words without a blank; FedEx, which this takes apart as well, is put together again.
    spaced = re.sub(r"(?<=[a-z])(?=[A-Z][a-z])|(?<=[A-Z]{3})(?=[A-Z][a-z])", "_", written or "")
    plain = re.sub(r"[^a-z0-9]+", "_", spaced.lower()).strip("_").replace("fed_ex", "fedex")
    return aliases().get(plain, plain) or None
