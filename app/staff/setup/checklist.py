"""The steps to the first real order, in their order: what each is for, where it is done, and how it stands."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from app.staff.setup.state import SetupState


class StepStanding(StrEnum):
    """How a step stands."""

    DONE = "done"
    MISSING = "missing"
    OPTIONAL = "optional"


@dataclass(frozen=True, slots=True)
class StepLink:
    """A page of the console by its view, with what its address needs; ``anchor`` is a part of that page."""

    endpoint: str
    values: Mapping[str, str] = field(default_factory=dict)
    anchor: str = ""


@dataclass(frozen=True, slots=True)
class SetupStep:
    """One step: title, why, the page and the command that do it, where to try it, and whether a shop can do without.

    ``noted``: no row tells whether it was done, so a person says it.
    """

    name: str
    title: LazyString
    why: LazyString
    page: StepLink | None
    command: str
    trial: StepLink | None = None
    optional: bool = False
    noted: bool = False
    done: bool = False

    @property
    def standing(self) -> StepStanding:
        """Done, missing, or left out without harm."""
        if self.done:
            return StepStanding.DONE
        return StepStanding.OPTIONAL if self.optional else StepStanding.MISSING


def steps(state: SetupState) -> tuple[SetupStep, ...]:
    """Every step, as one would take them."""
    made = (
        *_the_shop(state),
        *_the_messages(state),
        *_the_ways(state),
        *_the_returns(state),
        *_the_people(state),
        *_the_house(state),
    )
    return tuple(step for step in made if step.name != "demo" or state.demo_orders)


def needed(all_steps: Sequence[SetupStep]) -> list[SetupStep]:
    """Those that no shop can do without."""
    return [step for step in all_steps if not step.optional]


def next_step(all_steps: Sequence[SetupStep]) -> SetupStep | None:
    """The first that is missing."""
    return next((step for step in all_steps if step.standing is StepStanding.MISSING), None)


_CONNECTIONS = StepLink("connections.listed")
BRANDS = StepLink("brands.listed")
"""The page of the brands, where this installation has it."""


def _the_shop(state: SetupState) -> tuple[SetupStep, ...]:
    return (
        SetupStep(
            "brand",
            _l("Name your shop"),
            _l("Every page, e-mail and label begins with its name; colours and a logo are chosen there, too."),
            BRANDS,
            "paradero brand --help",
            done="name" not in state.lacks and not state.invented_brand,
        ),
        SetupStep(
            "addresses",
            _l("Say how you're reached"),
            _l("Customers read your help address and your postal address; labels lead to your return address."),
            BRANDS,
            "paradero brand --help",
            done=not set(state.lacks) - {"name"} and not state.invented_brand,
        ),
    )


def _the_messages(state: SetupState) -> tuple[SetupStep, ...]:
    return (
        SetupStep(
            "mail",
            _l("Connect e-mail"),
            _l("Without a sender, no customer hears anything, and one-time codes don't arrive."),
            StepLink("connections.show", {"name": state.sender}) if state.sender else _CONNECTIONS,
            "paradero connect set sendgrid",
            trial=StepLink("connections.show", {"name": state.sender}, "trial") if state.sender else None,
            done=state.sender is not None,
        ),
        # SMTP has none, and a shop can do without.
        SetupStep(
            "reports",
            _l("Have the e-mail sender report back"),
            _l("Its reports tell you which e-mails bounced, so that you can reach those customers another way."),
            StepLink("connections.show", {"name": state.sender}) if state.sender else _CONNECTIONS,
            f"paradero connect set {state.sender or 'sendgrid'}",
            optional=True,
            done=state.reports,
        ),
        SetupStep(
            "texts",
            _l("Connect text messages"),
            _l("Customers who agreed get a text on the day of delivery."),
            _CONNECTIONS,
            "paradero connect set twilio",
            optional=True,
            done=state.texts,
        ),
    )


def _the_ways(state: SetupState) -> tuple[SetupStep, ...]:
    return (
        SetupStep(
            "orders",
            _l("Let orders in"),
            _l("Your shop system sends orders by a signed webhook or with an API key, or you import a file."),
            StepLink("api_keys.listed"),
            "paradero api-key create shop --scope orders:write",
            done=state.orders_in or state.real_orders,
        ),
        # A key that nobody used yet proves nothing.
        SetupStep(
            "first-order",
            _l("Bring in the first real order"),
            _l("Only a real order shows that all of it works together."),
            StepLink("console.orders"),
            "paradero orders import FILE",
            done=state.real_orders,
        ),
        SetupStep(
            "carrier",
            _l("Hear from your carriers"),
            _l("A carrier that is asked, one that pushes, or your own system's scans say where parcels are."),
            _CONNECTIONS,
            "paradero connect list",
            trial=StepLink("carrier_health.listed") if state.carrier_tells else None,
            done=state.carrier_tells or state.scans_in,
        ),
    )


def _the_returns(state: SetupState) -> tuple[SetupStep, ...]:
    return (
        # A version tells that somebody decided; whoever keeps the usual one has looked at it only if they say so.
        SetupStep(
            "policy",
            _l("Look at your returns policy"),
            _l("It decides who may send what back, until when, and who pays. The one that is there is only usual."),
            StepLink("policy_settings.listed"),
            "paradero policy show",
            noted=True,
            done=state.own_policy or "policy" in state.marks,
        ),
        # Of one network alone: other points would not take the label.
        SetupStep(
            "points",
            _l("Bring in drop-off points"),
            _l("Customers choose where to leave a return among points that take your label's carrier."),
            StepLink("point_lists.listed"),
            "paradero points import FILE",
            trial=StepLink("point_lists.listed", anchor="try") if state.points else None,
            done=state.points,
        ),
    )


def _the_people(state: SetupState) -> tuple[SetupStep, ...]:
    return (
        # The demo's people count for nobody: their passwords were printed.
        SetupStep(
            "people",
            _l("Invite a second person"),
            _l("Large refunds need two people, and one person alone can be locked out."),
            StepLink("people.listed"),
            "paradero staff invite ana@yourshop.com --role admin",
            done=state.members > 1,
        ),
        SetupStep(
            "factor",
            _l("Give every admin a second factor"),
            _l("A stolen password alone then opens nothing. In production the console asks for it."),
            StepLink("second_factor.manage"),
            "",
            done=state.members > 0 and state.without_factor == 0,
        ),
    )


def _the_house(state: SetupState) -> tuple[SetupStep, ...]:
    return (
        # Both are of the environment: no page of a running portal can change where it is reached.
        SetupStep(
            "address",
            _l("Choose the public address"),
            _l("Links in e-mails lead to PUBLIC_URL; it begins with https and is your own."),
            None,
            "PUBLIC_URL=https://orders.yourshop.com",
            done=state.public,
        ),
        SetupStep(
            "production",
            _l("Switch to production"),
            _l("PRODUCTION=1 closes the sandbox and insists on https and second factors."),
            None,
            "PRODUCTION=1",
            done=state.production,
        ),
        # What lies outside of the database no row can tell of.
        SetupStep(
            "backups",
            _l("Arrange backups and anchors of the audit trail"),
            _l("Nobody else keeps a copy of your database. The anchors' file belongs on another machine."),
            StepLink("audit.listed"),
            "paradero staff verify-audit",
            noted=True,
            done="backups" in state.marks,
        ),
        # Last: whoever tries things out needs it until the shop opens.
        SetupStep(
            "demo",
            _l("Remove the demo data"),
            _l("Invented orders count in your figures until they're gone."),
            StepLink("demo_data.page"),
            "paradero demo remove",
            done=False,
        ),
    )
