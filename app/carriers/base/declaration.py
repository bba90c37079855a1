"""What one declaration says of a carrier: names and page, how it is read, asked and heard. Light: nothing of HTTP."""

import hashlib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from app.carriers.base.number_forms import NumberForm
from app.carriers.base.scans import CodeMeaning, ReportedParcel
from app.carriers.webhooks.signatures import Proof
from app.core.settings import SecretKind
from app.tracking.ports import NumberFit, TrackingSource

# As orders name carriers: lower case, joined by underscores.
_NAME = re.compile(r"[a-z0-9]+(_[a-z0-9]+)*")
# As HTML marks words of another language, without a region: no carrier writes by one.
_LANGUAGE = re.compile(r"[a-z]{2,3}")
_VARIABLE = re.compile(r"[A-Z][A-Z0-9_]{2,62}")
# An address of the carrier's own with one place for the number.
_PAGE = re.compile(r"https://[a-z0-9.-]+\.[a-z]{2,}/[^{}\s\"'<>\\]*\{\}[^{}\s\"'<>\\]*")


@dataclass(frozen=True, slots=True)
class AskingAccess:
    """How a carrier is asked about numbers.

    ``needed`` and ``optional``: environment variable → field of the credentials; it is asked when all that are needed
    are set. ``make`` gives what asks, made of the credentials by field; without it karrio's client of the carrier's
    ``connector`` asks, for ``at_once`` numbers in a call.
    """

    needed: Mapping[str, str]
    optional: Mapping[str, str] = field(default_factory=dict)
    make: Callable[[Mapping[str, str]], TrackingSource] | None = None
    at_once: int = 10

    def __post_init__(self) -> None:
        _refuse(not self.needed, "asking needs credentials")
        for variable in (*self.needed, *self.optional):
            _refuse(not _VARIABLE.fullmatch(variable), f"{variable} is no name of an environment variable")


def body_hash(headers: Mapping[str, str], body: bytes) -> str:
    """The key of senders that name no delivery."""
    return "sha256:" + hashlib.sha256(body).hexdigest()


@dataclass(frozen=True, slots=True)
class Endpoint:
    """How a carrier pushes to ``/hooks/carriers/<source>``; ``source`` is its own name if nothing else is said.

    ``setting`` is the environment variable of its secrets, ``proof`` how it shows that it has one. ``delivery_key``
    makes one text of each delivery (from its headers and body), under which it counts once.
    """

    setting: str
    proof: Proof
    delivery_key: Callable[[Mapping[str, str], bytes], str] = body_hash
    source: str | None = None

    def __post_init__(self) -> None:
        _refuse(not _VARIABLE.fullmatch(self.setting), f"{self.setting} is no name of an environment variable")

    @property
    def believed(self) -> bool:
        """Whether what it says counts; of who signs nothing it is a hint to go and ask, never a status."""
        return self.proof.signs


@dataclass(frozen=True, slots=True)
class Carrier:
    """One carrier; everything that the portal knows of it is derived from this.

    ``title`` and ``page`` are what customers see: its name as people write it, its page for a number (``{}``).
    ``aliases`` are names that aggregators and shops give it; with ``branches`` a country may follow any of them («DPD
    Polska»). ``many`` marks who speaks for any carrier, ``stands_for`` how the names of those begin for whom it can
    be asked, too. ``forms`` are what its numbers look like, ``delivers`` the only countries to which it brings parcels.

    ``parcels`` takes a document apart; without it the carrier is known by name only. ``connector`` names the karrio
    package that knows it, whose parser gets what ``shape`` makes of the document and the number asked for. ``codes``
    are ours and win over karrio's; ``hints_first`` puts the coarser words before a code that only karrio knows.
    ``reads_text`` allows the sentences of a scan to decide where no code does. ``zone`` is the clock of the carrier,
    ``day_first`` its order of day and month between slashes, dots and dashes; None where the scan's country decides.
    ``language`` is that of its scans' sentences, where it is always the same (``es``).
    """

    name: str
    title: str
    page: str | None = None
    aliases: tuple[str, ...] = ()
    branches: bool = False
    forms: tuple[NumberForm, ...] = ()
    delivers: frozenset[str] = frozenset()
    many: bool = False
    stands_for: str | None = None
    parcels: Callable[[Any], list[ReportedParcel]] | None = None
    connector: str | None = None
    shape: Callable[[Any, str | None], Any] = field(default=lambda document, number: document)
    codes: Mapping[str, CodeMeaning] = field(default_factory=dict)
    hints_first: bool = False
    reads_text: bool = False
    zone: str | None = None
    day_first: bool | None = None
    language: str | None = None
    access: AskingAccess | None = None
    endpoint: Endpoint | None = None

    def __post_init__(self) -> None:
        for name in (self.name, *self.aliases):
            _refuse(not _NAME.fullmatch(name), f"«{name}» is no carrier's name: lower case, joined by underscores")
        _refuse(not self.title.strip(), f"{self.name} has no title")
        _refuse(
            self.language is not None and not _LANGUAGE.fullmatch(self.language),
            f"{self.name}: language is two letters",
        )
        _refuse(self.page is not None and not _PAGE.fullmatch(self.page), f"{self.name}: page is https with one {{}}")
        nobody_asks = self.access is not None and self.access.make is None and self.connector is None
        _refuse(nobody_asks, f"{self.name}: access needs make, or a connector")
        nobody_reads = self.endpoint is not None and self.endpoint.believed and self.parcels is None
        # Without it a signed delivery would be acknowledged and never understood.
        _refuse(nobody_reads, f"{self.name}: an endpoint that is believed needs parcels")

    def fit(self, number: str, country: str | None = None) -> NumberFit | None:
        """How well a parcel's number, for a parcel to ``country``, is one of this carrier's."""
        if country and self.delivers and country not in self.delivers:
            return None
        fitting = [form for form in self.forms if form.fits(number)]
        if not fitting:
            return None
        return NumberFit.CHECKED if any(form.passes for form in fitting) else NumberFit.FORM

    @property
    def source(self) -> str | None:
        """The last part of the address to which it pushes."""
        return (self.endpoint.source or self.name) if self.endpoint else None

    @property
    def secrets(self) -> Mapping[str, SecretKind]:
        """The settings that it brings: environment variable → what each of its secrets has to be."""
        return {self.endpoint.setting: self.endpoint.proof.kind} if self.endpoint else {}


def variables(prefix: str, *fields: str) -> dict[str, str]:
    """Environment variables named after the carrier and the field: ``UPS_CLIENT_ID`` for ``client_id``."""
    return {f"{prefix}_{name}".upper(): name for name in fields}


def _refuse(wrong: bool, why: str) -> None:
    if wrong:
        raise ValueError(why)
