"""The only file that touches karrio: its parsers, code tables and HTTP clients, loaded when needed and kept quiet."""

import importlib
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any, NoReturn
from xml.etree.ElementTree import Element, tostring

from app.carriers.base.instants import read_day
from app.carriers.base.scans import CodeMeaning
from app.carriers.base.vocabulary import TROUBLE, reason_meaning
from app.core.errors import ProviderRejected, ProviderUnavailable
from app.tracking.ports import ReportError
from app.tracking.states import ShipmentState

# Within a round of questions, which lasts thirty seconds.
TIMEOUT_S = 20.0
_STATES = {
    # karrio says so of parcels whose data the carrier has.
    "pending": ShipmentState.INFO_RECEIVED,
    "delivery_delayed": ShipmentState.DELAYED,
    **{state.value: state for state in ShipmentState if state is not ShipmentState.PENDING},
}


@dataclass(frozen=True, slots=True)
class Digest:
    """What karrio says of one number: its headline, promise and signature."""

    number: str
    state: ShipmentState
    estimate: date | None
    signed_by: str | None


def digest(connector: str, document: Any) -> tuple[list[Digest], list[ReportError]]:
    """Run karrio's own parser over a document in the shape that it expects.

    A parser that stumbles gives nothing: our own reading stands then.
    """
    try:
        module = _load(f"karrio.providers.{connector}")
        details, messages = module.parse_tracking_response(_deserializable(document), _settings(connector))
    except Exception:  # karrio's parsers raise whatever their payload provokes
        return [], []
    return [_digest(detail) for detail in details], _errors(messages)


def refusal(connector: str, document: Any) -> list[ReportError]:
    """The carrier's own error, read by karrio from a document of whatever topic."""
    try:
        module = _load(f"karrio.providers.{connector}.error")
        return _errors(module.parse_error_response(document, _settings(connector)))
    except Exception:
        return []


@cache
def code_table(connector: str) -> Mapping[str, CodeMeaning]:
    """The connector's table of codes as meanings, by upper-case code."""
    units = _load(f"karrio.providers.{connector}.units")
    reasons = _inverse(getattr(units, "TrackingIncidentReason", ()))
    states = _inverse(getattr(units, "TrackingStatus", ()))
    return {code: _meaning(_STATES[name], reasons.get(code)) for code, name in states.items() if name in _STATES}


def element(root: Element) -> Any:
    """The same XML as karrio's parsers want it."""
    return _load("karrio.lib").to_element(tostring(root, encoding="unicode"))


def client(connector: str, credentials: Mapping[str, str]) -> Any:
    """Karrio's HTTP client of a carrier; keep it, for it remembers its access token."""
    settings = _settings(connector, credentials)
    settings.cache = _load("karrio.lib").Cache()
    return _load(f"karrio.mappers.{connector}.proxy").Proxy(settings)


def fetch(connector: str, proxy: Any, numbers: list[str]) -> list[tuple[str | None, bytes]]:
    """Ask the carrier through its ``client``: raw answers, with the number each belongs to where that is known.

    Raises ProviderUnavailable or ProviderRejected.
    """
    models = _load("karrio.core.models")
    try:
        request = _load(f"karrio.providers.{connector}").tracking_request(
            models.TrackingRequest(tracking_numbers=numbers), proxy.settings
        )
        answer = proxy.get_tracking(request).value
    except Exception as error:
        _raise(connector, error)
    answers = answer if isinstance(answer, list) else [answer]
    return [_raw(item) for item in answers]


def token(connector: str, proxy: Any) -> str:
    """An access token, kept by the ``client`` until it ends. Raises ProviderUnavailable or ProviderRejected."""
    try:
        return str(proxy.get_token())
    except Exception as error:
        _raise(connector, error)


def _raise(connector: str, error: Exception) -> NoReturn:
    name = type(error).__name__
    # By name: karrio's errors have no type of their own for «it refused».
    if name in ("ParsedMessagesError", "ShippingSDKDetailedError", "ValidationError"):
        raise ProviderRejected(f"{connector} refuses our credentials or our question.", code=name) from error
    raise ProviderUnavailable(f"{connector} could not be asked ({name}).", code=name) from error


def _raw(item: Any) -> tuple[str | None, bytes]:
    number, body = item if isinstance(item, tuple) else (None, item)
    if not isinstance(body, str | bytes):
        body = _load("karrio.lib").to_json(body)
    return number, body.encode() if isinstance(body, str) else body


def _digest(detail: Any) -> Digest:
    state = _STATES.get(detail.status or "", ShipmentState.UNKNOWN)
    signed = getattr(detail.info, "signed_by", None)
    return Digest(
        number=str(detail.tracking_number or ""),
        state=ShipmentState.DELIVERED if detail.delivered and not detail.status else state,
        estimate=read_day(detail.estimated_delivery),
        signed_by=str(signed) if signed else None,
    )


def _errors(messages: Any) -> list[ReportError]:
    return [ReportError(code=str(m.code or "error"), message=" ".join(str(m.message or "").split())) for m in messages]


def _meaning(state: ShipmentState, reason: str | None) -> CodeMeaning:
    incident, blame = reason_meaning(reason) if state in TROUBLE else (None, None)
    return CodeMeaning(state, incident, blame)


def _inverse(enum: Any) -> dict[str, str]:
    """Code to name; the first name wins, as in karrio."""
    names: dict[str, str] = {}
    for member in enum:
        for code in member.value if isinstance(member.value, list) else []:
            names.setdefault(str(code).upper(), member.name)
    return names


def _deserializable(document: Any) -> Any:
    return _load("karrio.lib").Deserializable(document)


def _settings(connector: str, credentials: Mapping[str, str] | None = None) -> Any:
    """Connection settings; placeholders where parsing alone needs none."""
    factory = _load(f"karrio.mappers.{connector}.settings").Settings
    # Parsers read settings, though they need none of the credentials in them.
    required = [field.name for field in factory.__attrs_attrs__ if field.default is _nothing()]
    return factory(**(dict.fromkeys(required, "-") | {"carrier_id": connector} | dict(credentials or {})))


def _nothing() -> Any:
    return _load("attr").NOTHING


def _load(name: str) -> Any:
    """A part of karrio, once all of it is quiet and bounded in time."""
    _tame()
    return importlib.import_module(name)


@cache
def _tame() -> None:
    """Switch off karrio's chatter, which repeats payloads, and give its HTTP calls a time-out, which they lack."""
    logging.getLogger("jstruct").setLevel(logging.CRITICAL)
    helpers: Any = importlib.import_module("karrio.core.utils.helpers")
    importlib.import_module("loguru").logger.disable("karrio")
    unbounded = helpers.urlopen
    # Once for the process, under a cache: karrio has no other place to say it.
    helpers.urlopen = lambda request, timeout=None: unbounded(request, timeout=timeout or TIMEOUT_S)
