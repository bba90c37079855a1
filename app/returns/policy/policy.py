"""The returns policy of a brand as data: windows, exclusions, fees, methods, review; the default is documented here."""

from enum import StrEnum
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from app.returns.policy.reasons import CONFORMITY_GROUPS, ReasonGroup
from app.returns.policy.ruleset.rule import OfferMethods, PolicyRule
from app.returns.policy.ruleset.terms import Amount, Currency, Method
from app.tracking.carriers.names import carrier_name

__all__ = ["DEFAULT_POLICY", "Method", "Money", "Policy", "Resolution", "read_policy"]
Leave = Literal["yes", "review", "no"]
Kind = Literal["digital", "gift_card", "service"]
CarrierName = Annotated[str, AfterValidator(lambda written: carrier_name(written) or written)]
Money = Amount | dict[Currency, Amount]
"""An amount in minor units by currency; a bare number is one of the policy's own currency."""


# The same in round numbers of what shops here sell in; a shop sets its own.
PICKUP_FEE = {"EUR": 395, "GBP": 350, "USD": 450, "MXN": 7_900}
LARGE = {"EUR": 50_000, "GBP": 45_000, "USD": 55_000, "MXN": 1_000_000}
VERY_LARGE = {"EUR": 100_000, "GBP": 90_000, "USD": 110_000, "MXN": 2_000_000}


class Resolution(StrEnum):
    """How a return ends for the customer."""

    REFUND = "refund"


class Policy(BaseModel):
    """Everything a shop may decide about returns. Days are calendar days, amounts minor units with their currency.

    395 is 3.95 of one currency, nothing to speak of in a second and a fortune in a third: where a policy names no
    amount in an order's currency, the way back is free, and a person looks at every refund.
    The law's floor (``withdrawal_period``) lies under the window: a shop may be more generous, never less.
    """

    # A misspelt word is refused: ignored, it would leave the default in force unseen.
    model_config = ConfigDict(frozen=True, extra="forbid")

    window_days: int = Field(default=30, ge=0, le=3650, description="From the day a line was delivered.")
    grace_days: int = Field(default=3, ge=0, le=365, description="After the window a person decides for this long.")
    category_windows: dict[str, int] = Field(default_factory=dict, description="Window by category, in days.")
    # The law's two years in most of the EU (Directive 2019/771, article 10), three in Spain.
    conformity_days: int = Field(default=730, ge=0, description="For damaged or wrong items.")
    conformity_days_by_country: dict[str, int] = Field(default_factory=lambda: {"ES": 1095})
    assume_delivered_days: int = Field(
        default=21, ge=1, description="Shipped this long ago without news: a person decides."
    )

    final_sale: Leave = "no"
    personalised: Leave = "no"
    # The law knows no withdrawal from what was downloaded or done (Directive 2011/83, article 16).
    kinds: dict[Kind, Leave] = {"digital": "no", "gift_card": "no", "service": "no"}
    categories: dict[str, Leave] = {"gift_card": "no", "hygiene": "no"}
    countries: tuple[str, ...] | None = Field(default=None, description="Countries served; None serves all.")

    resolutions: tuple[Resolution, ...] = (Resolution.REFUND,)
    methods: tuple[Method, ...] = Field(default=(Method.DROPOFF, Method.PICKUP), min_length=1)
    currency: Currency = Field(default="EUR", description="Of every amount that is a bare number.")
    fees: dict[Method, Money] = {Method.DROPOFF: 0, Method.PICKUP: PICKUP_FEE}
    free_above: Money | None = Field(default=None, description="Goods worth this much or more go back free of charge.")

    review_above: Money | None = Field(default=LARGE, description="A refund above this is approved by a person.")
    second_person_above: Money | None = Field(default=VERY_LARGE, description="A payment above this needs two people.")
    refund_without_receipt: bool = Field(default=False, description="Refund when the carrier has the parcel.")

    # The law leaves a consumer as long to send goods back after a withdrawal (Directive 2011/83, article 14).
    hand_over_days: int = Field(
        default=14, ge=1, le=90, description="From approval until the parcel must be handed over."
    )
    # Six working days with the inspection: within the fourteen days that the law leaves for a refund (article 13).
    transit_days: int = Field(default=4, ge=0, le=60, description="Working days on the road back.")
    inspection_days: int = Field(default=2, ge=0, le=30, description="Working days from receipt to the refund.")
    carrier: CarrierName = Field(default="correos_express", description="Who carries returns.")
    label_maker: str = Field(default="own", description="Who makes their labels.")
    # Long enough that nobody types a request twice for having been called away (WCAG 2.2, criterion 2.2.1).
    draft_days: int = Field(default=7, ge=1, le=30, description="How long an unfinished request is kept.")

    rules: tuple[PolicyRule, ...] = Field(
        default=(), max_length=100, description="Of the shop's own, from the top; what they leave open the rest says."
    )
    second_person: bool = Field(
        default=False, description="A change of this policy that may cost money is approved by a second person."
    )

    @model_validator(mode="after")
    def _fits_its_rules(self) -> Self:
        names = [rule.name for rule in self.rules]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise ValueError(f"two rules have the name {twice[0]}")
        for rule in self.rules:
            if rule.is_usual:
                raise ValueError(f"rule {rule.name} has a name that is kept for the policy's own fields")
            if isinstance(rule.then, OfferMethods) and not set(rule.then.methods) & set(self.methods):
                raise ValueError(f"rule {rule.name} offers no method of this policy")
        return self

    @property
    def asks_history(self) -> bool:
        """Whether a rule asks what the customer did before."""
        return any(rule.of_the_customer for rule in self.rules)

    def window_for(self, group: ReasonGroup, category: str | None, country: str | None) -> int:
        """Days from delivery within which a line may come back for a reason of this group."""
        if group in CONFORMITY_GROUPS:
            return self.conformity_days_by_country.get(country or "", self.conformity_days)
        return self.category_windows.get(category or "", self.window_days)

    def fee_for(self, group: ReasonGroup, method: Method, currency: str) -> int:
        """What this way back costs the customer; nothing where the shop is at fault or the law says so."""
        return 0 if group in CONFORMITY_GROUPS else self._in(self.fees.get(method), currency) or 0

    def free_from(self, currency: str) -> int | None:
        """What goods must be worth to go back free of charge, or None."""
        return self._in(self.free_above, currency)

    def review_limit(self, currency: str) -> int | None:
        """A refund above this is approved by a person; None where none is."""
        return self._limit(self.review_above, currency)

    def second_person_limit(self, currency: str) -> int | None:
        """A payment above this needs two people; None where none does."""
        return self._limit(self.second_person_above, currency)

    def _limit(self, money: Money | None, currency: str) -> int | None:
        """Without a word on this currency the limit is nothing: every amount is above it."""
        return None if money is None else self._in(money, currency) or 0

    def _in(self, money: Money | None, currency: str) -> int | None:
        if isinstance(money, int):
            return money if currency == self.currency else None
        return None if money is None else money.get(currency)


DEFAULT_POLICY = Policy()


def read_policy(document: dict[str, object] | None) -> Policy:
    """A brand's stored policy; what it leaves out comes from the default. Raises pydantic's ValidationError."""
    return Policy.model_validate(document) if document else DEFAULT_POLICY
