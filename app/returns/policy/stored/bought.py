"""Which policy an order was bought under: the version in force when it was placed, by reference and never a copy."""

from dataclasses import dataclass

from pydantic import ValidationError
from sqlalchemy.orm import Session

from app.brands import versions
from app.orders.records import OrderRecord
from app.returns.policy.policy import DEFAULT_POLICY, Policy, read_policy
from app.returns.policy.stored.kind import place_of


@dataclass(frozen=True, slots=True)
class BoughtUnder:
    """The version of the brand's policy that an order goes by; 0 is what held before anybody changed it.

    ``policy`` is None where it is still the one in force.
    """

    number: int
    policy: Policy | None


def bought_under(session: Session, order: OrderRecord) -> BoughtUnder:
    """The policy in force when the order was placed, as far as the portal knows it.

    An order whose day of placing lies after we first saw it was placed by then.
    """
    place = place_of(order.brand_key)
    version = versions.in_force_at(session, place, min(order.placed_at, order.created_at))
    if version is not None:
        return BoughtUnder(version.number, None if version.state == versions.LIVE else _read(version.document))
    # Before the first version the usual held; without any version it still does.
    changed_since = bool(order.brand.policy) and versions.live(session, place) is not None
    return BoughtUnder(0, DEFAULT_POLICY if changed_since else None)


def _read(document: versions.Settled) -> Policy | None:
    try:
        return read_policy(document)
    except ValidationError:
        # An older document may say what no release understands any more: then today's policy stands alone.
        return None
