"""A tracking event as it travels through the interface, and its way into tracking's own facts."""

from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

from app.carriers.base import instants
from app.carriers.base.instants import ReadInstant
from app.carriers.registry import carrier
from app.core.times.written import NO_TIME
from app.orders.document.fields import (
    FIRST_YEAR,
    LAST_YEAR,
    CarrierName,
    OptionalText,
    OptionalWord,
    TrackingNumber,
    blank_is_none,
    blank_or,
)
from app.tracking.carriers.recognition import named_carrier
from app.tracking.ports import Place, ReportedEvent
from app.tracking.states import ShipmentState

STATES = frozenset(ShipmentState)
COUNTRY = r"^[A-Za-z]{2}$"

Code = Annotated[str, StringConstraints(strict=True, strip_whitespace=True, min_length=1, max_length=100)]
# As long as the longest that programs write, a zone in words behind it.
_LONGEST_TIME = 100
Country = Annotated[str, StringConstraints(strict=True, pattern=COUNTRY, to_upper=True)]


def _epoch_as_text(value: object) -> object:
    """Seconds or milliseconds since 1970 as the same text as in quotes: told either way, it is the same scan."""
    # A number with more digits is no time, and may be too large to be written out.
    if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) < 10**17:
        return value
    return str(int(value)) if value == int(value) else str(value)


When = Annotated[
    str,
    StringConstraints(strict=True, strip_whitespace=True, min_length=8, max_length=_LONGEST_TIME),
    BeforeValidator(_epoch_as_text, json_schema_input_type=str | int | float),
]


def _number_as_text(value: object) -> object:
    # Who counts scans sends 4711 one day and «4711» the next: it is the same scan.
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


class Location(BaseModel):
    """Where a scan happened."""

    model_config = ConfigDict(extra="forbid")

    city: OptionalText = None
    region: OptionalText = None
    postcode: OptionalWord = None
    country: Annotated[Country | None, BeforeValidator(blank_is_none)] = None


class TrackingEventDocument(BaseModel):
    """One scan. ``status`` in our words or the carrier's ``code`` (a word that we do not know is kept as unknown)."""

    model_config = ConfigDict(extra="forbid")

    carrier: CarrierName
    tracking_number: TrackingNumber
    occurred_at: When
    status: Annotated[Code | None, blank_or(100)] = None
    code: Annotated[Code | None, blank_or(100)] = None
    description: Annotated[str, StringConstraints(strict=True, strip_whitespace=True, max_length=500)] = ""
    location: Location | None = None
    sequence: Annotated[int, Field(strict=True, ge=0, lt=2**63)] | None = None
    id: Annotated[OptionalWord, BeforeValidator(_number_as_text)] = None

    @model_validator(mode="after")
    def _says_something(self) -> "TrackingEventDocument":
        if self.status is None and self.code is None:
            raise PydanticCustomError("status_missing", "Either status or code is needed")
        return self


class ImpossibleTime(ValueError):
    """A time that no scan can have."""


def reported(document: TrackingEventDocument) -> ReportedEvent:
    """The facts as tracking takes them: our state beside the carrier's word. Raises ImpossibleTime."""
    place = _place(document.location)
    instant = _read_time(document, place)
    status = (document.status or "").lower()
    state = ShipmentState(status) if status in STATES else ShipmentState.UNKNOWN
    # A word that is not ours is kept beside «unknown», for staff to see and to understand later.
    strange = document.status if state is ShipmentState.UNKNOWN and status != "unknown" else None
    return ReportedEvent(
        # A name that means nobody («other») is kept as one that nobody declares.
        carrier=named_carrier(document.carrier, document.tracking_number) or document.carrier,
        number=document.tracking_number,
        status=state,
        description=document.description,
        occurred_raw=document.occurred_at,
        occurred_at=instant.at,
        zone=instant.zone,
        time_quality=instant.quality,
        code=document.code or strange,
        place=place,
        sequence=document.sequence,
        event_id=document.id,
    )


def _read_time(document: TrackingEventDocument, place: Place | None) -> ReadInstant:
    time = instants.written(document.occurred_at)
    if time.fault or time.local is None:
        raise ImpossibleTime(time.fault or NO_TIME)
    if not FIRST_YEAR < time.local.year < LAST_YEAR:
        raise ImpossibleTime("The year lies outside of 1991 to 2099")
    # Only such a time asks for a habit, and a batch has a thousand of them.
    declared = carrier(document.carrier) if time.month_first else None
    day_first = declared.day_first if declared else None
    return instants.settle(instants.in_plain_form(time, place, day_first), place, None, day_first=day_first)


def _place(location: Location | None) -> Place | None:
    if location is None:
        return None
    return Place(location.city, location.region, location.postcode, location.country)
