"""What a carrier's adapter consists of: a pure reading of its payloads and its tables; nothing of HTTP."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from app.carriers.base.scans import CodeMeaning, ReportedParcel

NO_CODES: Mapping[str, CodeMeaning] = {}


@dataclass(frozen=True, slots=True)
class Adapter:
    """One carrier.

    ``parcels`` takes a document apart. ``connector`` names the karrio package that knows the carrier, whose parser gets
    what ``shape`` makes of the document and the number asked for. ``codes`` are ours and win over karrio's.
    ``reads_text`` allows the sentences of a scan to decide where no code does. ``zone`` is the clock of the carrier.
    """

    name: str
    title: str
    parcels: Callable[[Any], list[ReportedParcel]]
    connector: str | None = None
    shape: Callable[[Any, str | None], Any] = field(default=lambda document, number: document)
    codes: Mapping[str, CodeMeaning] = field(default_factory=dict)
    zone: str | None = None
    reads_text: bool = False
