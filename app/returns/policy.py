"""The returns policy of a brand as data: windows, exclusions, fees, methods, review; the default is documented here."""

from enum import StrEnum
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from app.returns.reasons import CONFORMITY_DOORS, Door

Leave = Literal["yes", "review", "no"]


class Method(StrEnum):
    """How the goods go back."""

    DROPOFF = "dropoff"
    PICKUP = "pickup"


class Resolution(StrEnum):
    """How a return ends for the customer."""

    REFUND = "refund"


class Policy(BaseModel):
    """Everything a shop may decide about returns. Days are calendar days, amounts minor units of the order's currency.

    The law's floor (``withdrawal_period``) lies under the window: a shop may be more generous, never less.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    window_days: int = Field(default=30, ge=0, le=3650, description="From the day a line was delivered.")
    grace_days: int = Field(default=3, ge=0, le=365, description="After the window a person decides for this long.")
    category_windows: dict[str, int] = Field(default_factory=dict, description="Window by category, in days.")
    conformity_days: int = Field(default=730, ge=0, description="For damaged or wrong items.")
    conformity_days_by_country: dict[str, int] = Field(default_factory=lambda: {"ES": 1095})
    assume_delivered_days: int = Field(
        default=21, ge=1, description="Shipped this long ago without news: a person decides."
    )

    final_sale: Leave = "no"
    personalised: Leave = "no"
    categories: dict[str, Leave] = {"gift_card": "no", "hygiene": "no"}
    countries: tuple[str, ...] | None = Field(default=None, description="Countries served; None serves all.")

    resolutions: tuple[Resolution, ...] = (Resolution.REFUND,)
    methods: tuple[Method, ...] = Field(default=(Method.DROPOFF, Method.PICKUP), min_length=1)
    fees: dict[Method, int] = Field(default_factory=lambda: {Method.DROPOFF: 0, Method.PICKUP: 395})
    free_above: int | None = Field(
        default=None, ge=0, description="Goods worth this much or more go back free of charge."
    )

    review_above: int | None = Field(default=50_000, ge=0, description="A refund above this is approved by a person.")
    second_person_above: int | None = Field(default=100_000, ge=0, description="A payment above this needs two people.")
    refund_without_receipt: bool = Field(default=False, description="Refund when the carrier has the parcel.")

    hand_over_days: int = Field(
        default=14, ge=1, le=90, description="From approval until the parcel must be handed over."
    )
    transit_days: int = Field(default=4, ge=0, le=60, description="Working days on the road back.")
    inspection_days: int = Field(default=2, ge=0, le=30, description="Working days from receipt to the refund.")
    carrier: str = Field(default="correos_express", description="Who carries returns.")
    draft_days: int = Field(default=7, ge=1, le=30, description="How long an unfinished request is kept.")

    def window_for(self, door: Door, category: str | None, country: str | None) -> int:
        """Days from delivery within which this door stands open."""
        if door in CONFORMITY_DOORS:
            return self.conformity_days_by_country.get(country or "", self.conformity_days)
        return self.category_windows.get(category or "", self.window_days)

    def fee_for(self, door: Door, method: Method) -> int:
        """What this way back costs the customer; nothing where the shop is at fault or the law says so."""
        return 0 if door in CONFORMITY_DOORS else self.fees.get(method, 0)


DEFAULT_POLICY = Policy()


def read_policy(document: dict[str, object] | None) -> Policy:
    """A brand's stored policy; what it leaves out comes from the default. Raises pydantic's ValidationError."""
    return Policy.model_validate(document) if document else DEFAULT_POLICY
