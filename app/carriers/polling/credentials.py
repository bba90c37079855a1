"""Which carriers can be asked directly, and the environment variables that hold their credentials."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from app.tracking.ports import TrackingSource


@dataclass(frozen=True, slots=True)
class Access:
    """The variables of one carrier (variable → connection field), and those that may be left out."""

    needed: Mapping[str, str]
    optional: Mapping[str, str]
    at_once: int = 10


def _access(prefix: str, *needed: str, optional: tuple[str, ...] = (), at_once: int = 10) -> Access:
    """Variables named after the carrier and the field: ``UPS_CLIENT_ID`` for ``client_id``."""
    return Access(
        needed={f"{prefix}_{field}".upper(): field for field in needed},
        optional={f"{prefix}_{field}".upper(): field for field in optional},
        at_once=at_once,
    )


DIRECT: dict[str, Access] = {
    "australiapost": _access("AUSTRALIAPOST", "api_key", "password", "account_number"),
    "canadapost": _access("CANADAPOST", "username", "password", optional=("customer_number", "contract_id")),
    "dhl_parcel_de": _access("DHL_PARCEL_DE", "username", "password", "client_id", "client_secret", at_once=20),
    "dhl_universal": _access("DHL_UNIVERSAL", "consumer_key", "consumer_secret", at_once=1),
    "dpd": _access("DPD", "delis_id", "password", optional=("depot", "account_country_code"), at_once=1),
    "fedex": _access("FEDEX", "track_api_key", "track_secret_key", at_once=30),
    "gls": _access("GLS", "client_id", "client_secret"),
    "laposte": _access("LAPOSTE", "api_key"),
    "royalmail": _access("ROYALMAIL", "client_id", "client_secret", at_once=1),
    "ups": _access("UPS", "client_id", "client_secret", at_once=1),
    "usps": _access("USPS", "client_id", "client_secret", at_once=1),
}
AGGREGATORS = {"aftership": "AFTERSHIP_API_KEY", "easypost": "EASYPOST_API_KEY"}


def carriers_from_env(environ: Mapping[str, str]) -> dict[str, TrackingSource]:
    """Every carrier whose credentials are all set, and the aggregators, by name.

    ``NAME_FILE`` names a file that holds the value of ``NAME``. Raises ValueError naming what is half set.
    """
    from app.carriers.base.aggregators import AfterShip, EasyPost
    from app.carriers.polling.sources import KarrioSource

    faults = half_set(environ)
    if faults:
        raise ValueError("\n".join(faults))
    sources: dict[str, TrackingSource] = {}
    for carrier, access in DIRECT.items():
        given, missing = _given(environ, access)
        if not missing:
            given |= {field: value for name, field in access.optional.items() if (value := _value(environ, name))}
            sources[carrier] = KarrioSource(carrier, given, at_once=access.at_once)
    for name, factory in (("aftership", AfterShip), ("easypost", EasyPost)):
        key = _value(environ, AGGREGATORS[name])
        if key:
            sources[name] = factory(key)
    return sources


def half_set(environ: Mapping[str, str]) -> list[str]:
    """What is missing beside credentials that are set, and files that cannot be read, a line each."""
    faults = []
    for carrier, access in DIRECT.items():
        try:
            given, missing = _given(environ, access)
        except OSError as error:
            faults.append(f"{carrier.upper()}_…_FILE: cannot read it ({error.strerror})")
            continue
        if given and missing:
            faults.append(f"{', '.join(missing)}: needed beside the other settings of {carrier}")
    return faults


def _given(environ: Mapping[str, str], access: Access) -> tuple[dict[str, str], list[str]]:
    """What is set of a carrier's needed credentials, and the variables of what is not."""
    given = {field: value for variable, field in access.needed.items() if (value := _value(environ, variable))}
    return given, sorted(variable for variable, field in access.needed.items() if field not in given)


def _value(environ: Mapping[str, str], variable: str) -> str:
    path = environ.get(f"{variable}_FILE")
    if path:
        return Path(path).read_text(encoding="utf-8").strip()
    return environ.get(variable, "").strip()
