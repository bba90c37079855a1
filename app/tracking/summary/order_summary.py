"""One order in a few facts: what the account list, mails, the API and the console say of it, taken from its page."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from app.tracking.carrier_pages import carrier_title
from app.tracking.estimate import ArrivalBasis, arrival
from app.tracking.page.query import orders_facts
from app.tracking.page.records import TrackedOrder, TrackedParcel
from app.tracking.states import ShipmentState as S
from app.tracking.summary.arrival_words import day_before
from app.tracking.summary.headline import Headline, all_collected, answer, leading
from app.tracking.summary.promise import Coming, is_overdue, promised
from app.tracking.summary.stages import BY_STATUS, Stage, badge_of, is_late, is_waiting, stage_of


@dataclass(frozen=True, slots=True)
class ParcelSummary:
    """Where one parcel of an order stands and when it comes; ``place`` counts from 1."""

    id: int
    place: int
    stage: Stage
    is_late: bool
    coming: Coming
    carrier: str | None
    number: str | None

    @property
    def badge(self) -> tuple[str, str]:
        """Kind and text of its badge."""
        return badge_of(self.stage, is_late=self.is_late)


@dataclass(frozen=True, slots=True)
class OrderSummary:
    """Where an order stands and when it comes, by its ``facts`` as they are ``at`` a time."""

    number: str
    stage: Stage
    is_late: bool
    coming: Coming
    parcels: tuple[ParcelSummary, ...]
    facts: TrackedOrder
    at: datetime

    @property
    def badge(self) -> tuple[str, str]:
        """Kind and text of its badge."""
        return badge_of(self.stage, is_late=self.is_late)

    @property
    def answer(self) -> Headline:
        """What stands on top of its page, in the reader's language."""
        return answer(self.facts, self.at)


def summaries(session: Session, order_ids: Sequence[int], *, now: datetime) -> dict[int, OrderSummary]:
    """These orders by their ids, in one statement for all."""
    facts = orders_facts(session, order_ids)
    return {order_id: summary_of(order, now) for order_id, order in facts.items()}


def summary_of(order: TrackedOrder, now: datetime) -> OrderSummary:
    """One order whose facts were read already."""
    focus = leading(order, now)
    return OrderSummary(
        number=order.number,
        stage=order_stage(order, focus),
        is_late=is_late(focus) if focus else is_overdue(order, now),
        coming=coming_of(focus, now) if focus else promised(order, now),
        facts=order,
        at=now,
        parcels=tuple(parcel_summary(order, parcel, now) for parcel in order.parcels),
    )


def parcel_summary(order: TrackedOrder, parcel: TrackedParcel, now: datetime) -> ParcelSummary:
    """One parcel; one that is only planned is as late as its order."""
    waiting = is_waiting(order, parcel)
    return ParcelSummary(
        id=parcel.id,
        place=parcel.place,
        stage=stage_of(order, parcel),
        is_late=is_overdue(order, now) if waiting else is_late(parcel),
        coming=promised(order, now) if waiting else coming_of(parcel, now),
        carrier=carrier_of(parcel),
        number=parcel.number,
    )


def order_stage(order: TrackedOrder, focus: TrackedParcel | None) -> Stage:
    """The stage of the whole order; ``focus`` is the parcel that speaks for it."""
    if focus is not None:
        if all(parcel.state is S.DELIVERED for parcel in order.parcels) and not order.unsent:
            return Stage.COLLECTED if all_collected(order) else Stage.DELIVERED
        return stage_of(order, focus)
    if order.planned:
        return Stage.PLANNED
    if order.status not in ("cancelled", "on_hold") and not order.lines and order.had_lines:
        return Stage.EMPTIED
    return BY_STATUS[order.status]


def coming_of(parcel: TrackedParcel, now: datetime) -> Coming:
    """When a parcel comes, as its card says it."""
    expected = arrival(parcel.outlook, now)
    # What the shop promised at purchase says nothing of the next try.
    if parcel.state is S.DELIVERY_FAILED and expected.basis is ArrivalBasis.PROMISE:
        return Coming(before=day_before(parcel, now))
    return Coming(expected.begin, expected.until, expected.window, day_before(parcel, now))


def carrier_of(parcel: TrackedParcel) -> str | None:
    """Who brings it, as everything that is told calls them: the carrier's title, else the shop's own word."""
    return carrier_title(parcel.carrier) or parcel.carrier_word or None
