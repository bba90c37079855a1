"""Figures as the API tells them: what may be asked, and a row of each kind."""

from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

Share = Annotated[float, Field(ge=0, le=1)] | None
Days = Annotated[float, Field(ge=0)] | None
Count = Annotated[int, Field(ge=0)]
Narrowing = Annotated[str, Field(max_length=100)] | None


class MetricsQuery(BaseModel):
    """Days ``from`` to ``to``, both included (the last thirty if left out); only a carrier, channel or country."""

    model_config = ConfigDict(extra="forbid")

    begin: date | None = Field(None, alias="from")
    to: date | None = None
    carrier: Narrowing = None
    channel: Narrowing = None
    country: Annotated[str, Field(pattern="^[A-Za-z]{2}$")] | None = None


class DeliveryQuery(MetricsQuery):
    """A day is the delivery's, in the calendar of its destination."""

    group_by: Literal["none", "day", "week", "month", "carrier", "country", "region", "channel"] = "none"


class ReturnsQuery(MetricsQuery):
    """A day is that of the request, in the shop's calendar."""

    group_by: Literal["none", "day", "week", "month", "reason", "product", "channel", "country", "region"] = "none"


class MessagesQuery(MetricsQuery):
    """A day is that on which the message was written, in the shop's calendar."""

    group_by: Literal["none", "day", "week", "month", "kind", "channel"] = "none"


class DeliveryFigures(BaseModel):
    """One group of delivered parcels; shares are of the promised ones, null where there is nothing to count."""

    group: str
    delivered: Count
    promised: Count
    on_time: Count
    on_time_share: Share
    on_time_first_attempt: Count
    first_attempt_share: Share
    on_time_to_the_instant: Count
    to_the_instant_share: Share
    order_to_door_p10_days: Days
    order_to_door_p50_days: Days
    order_to_door_p90_days: Days
    carrier_to_door_p10_days: Days
    carrier_to_door_p50_days: Days
    carrier_to_door_p90_days: Days
    odd: Count


class ReturnFigures(BaseModel):
    """One group of returns in one currency."""

    group: str
    currency: str
    returns: Count
    units: Count
    units_received: Count
    quoted_minor_units: Count


class MessageFigures(BaseModel):
    """One group of messages that travel one way."""

    group: str
    medium: str
    written: Count
    sent: Count
    accepted: Count
    delivered: Count
    failed: Count
    in_doubt: Count
    skipped: Count
    waiting: Count
    within_10_s: Count


class FiguresAnswer(BaseModel):
    """What was asked, as it was understood."""

    model_config = ConfigDict(populate_by_name=True)

    begin: date = Field(alias="from")
    to: date
    group_by: str


class DeliveryAnswer(FiguresAnswer):
    """Figures of delivery."""

    rows: list[DeliveryFigures]


class ReturnsAnswer(FiguresAnswer):
    """Figures of returns."""

    rows: list[ReturnFigures]


class MessagesAnswer(FiguresAnswer):
    """Figures of messages."""

    rows: list[MessageFigures]
