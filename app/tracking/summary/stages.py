"""The stages of an order and of a parcel, under the one name that page, list, mail, text, API and console give each."""

from enum import StrEnum

from app.core.i18n.locale import gettext as _
from app.core.i18n.locale import pgettext
from app.tracking.estimate import UNDERWAY
from app.tracking.fold.facts import MilestoneName
from app.tracking.page.records import TrackedOrder, TrackedParcel
from app.tracking.states import ShipmentState as S


class Stage(StrEnum):
    """Where an order or a parcel stands as its customer is told; the first seven are the stops of an ordinary way."""

    RECEIVED = "received"
    PREPARING = "preparing"
    ON_ITS_WAY = "on_its_way"
    OUT_FOR_DELIVERY = "out_for_delivery"
    READY_TO_COLLECT = "ready_to_collect"
    DELIVERED = "delivered"
    COLLECTED = "collected"
    COMPLETED = "completed"
    PLANNED = "planned"
    ON_HOLD = "on_hold"
    HELD = "held"
    LATE = "late"
    NOT_DELIVERED = "not_delivered"
    LOST = "lost"
    DAMAGED = "damaged"
    GOING_BACK = "going_back"
    BACK_AT_SHOP = "back_at_shop"
    CANCELLED = "cancelled"
    EMPTIED = "emptied"
    NO_NEWS = "no_news"


BY_STATE = {
    S.PENDING: Stage.PREPARING,
    S.INFO_RECEIVED: Stage.PREPARING,
    # Nobody has said that it left.
    S.UNKNOWN: Stage.PREPARING,
    S.PICKED_UP: Stage.ON_ITS_WAY,
    S.IN_TRANSIT: Stage.ON_ITS_WAY,
    S.OUT_FOR_DELIVERY: Stage.OUT_FOR_DELIVERY,
    S.READY_FOR_PICKUP: Stage.READY_TO_COLLECT,
    S.DELIVERED: Stage.DELIVERED,
    S.DELIVERY_FAILED: Stage.NOT_DELIVERED,
    S.ON_HOLD: Stage.HELD,
    S.DELAYED: Stage.LATE,
    S.RETURN_TO_SENDER: Stage.GOING_BACK,
    S.RETURNED: Stage.BACK_AT_SHOP,
    S.LOST: Stage.LOST,
    S.DAMAGED: Stage.DAMAGED,
    S.CANCELLED: Stage.CANCELLED,
    S.EXPIRED: Stage.NO_NEWS,
}
UNSENT = frozenset({S.PENDING, S.INFO_RECEIVED, S.UNKNOWN})
# An order of which no parcel is shown stands where the shop says.
BY_STATUS = {
    "received": Stage.RECEIVED,
    "confirmed": Stage.PREPARING,
    "preparing": Stage.PREPARING,
    "on_hold": Stage.ON_HOLD,
    "partly_shipped": Stage.ON_ITS_WAY,
    "shipped": Stage.ON_ITS_WAY,
    "completed": Stage.COMPLETED,
    "cancelled": Stage.CANCELLED,
}
KINDS = {
    Stage.DELIVERED: "done",
    Stage.COLLECTED: "done",
    Stage.COMPLETED: "done",
    Stage.LOST: "problem",
    Stage.DAMAGED: "problem",
    Stage.CANCELLED: "plain",
    Stage.EMPTIED: "plain",
    Stage.NO_NEWS: "plain",
    **dict.fromkeys(
        (
            Stage.READY_TO_COLLECT,
            Stage.ON_HOLD,
            Stage.HELD,
            Stage.LATE,
            Stage.NOT_DELIVERED,
            Stage.GOING_BACK,
            Stage.BACK_AT_SHOP,
        ),
        "attention",
    ),
}
# These say more than that it is late, or are past being late.
ON_THE_WAY = frozenset(
    {Stage.RECEIVED, Stage.PREPARING, Stage.ON_ITS_WAY, Stage.OUT_FOR_DELIVERY, Stage.LATE},
)


def _l(text: str) -> str:
    """Mark a text for translation where it stands; it is translated when it is said."""
    return text


NAMES = {
    Stage.RECEIVED: _l("Received"),
    Stage.PREPARING: _l("Preparing"),
    Stage.ON_ITS_WAY: _l("On its way"),
    Stage.OUT_FOR_DELIVERY: _l("Out for delivery"),
    Stage.READY_TO_COLLECT: _l("Ready to collect"),
    Stage.DELIVERED: _l("Delivered"),
    Stage.PLANNED: _l("Planned"),
    Stage.ON_HOLD: _l("On hold"),
    Stage.LATE: _l("Late"),
    Stage.NOT_DELIVERED: _l("Not delivered"),
    Stage.LOST: _l("Lost"),
    Stage.DAMAGED: _l("Damaged"),
    Stage.GOING_BACK: _l("Going back"),
    Stage.BACK_AT_SHOP: _l("Back at the shop"),
    Stage.CANCELLED: _l("Cancelled"),
    Stage.NO_NEWS: _l("No updates"),
}


def stage_words(stage: Stage) -> str:
    """The stage's name in the reader's language, of one to three words."""
    name = NAMES.get(stage)
    if name is not None:
        return _(name)
    # The same English words mean something else beside another noun.
    if stage is Stage.COLLECTED:
        return pgettext("parcel", "Collected")
    if stage is Stage.COMPLETED:
        return pgettext("order", "Completed")
    return pgettext("parcel", "Held") if stage is Stage.HELD else pgettext("order", "No items left")


def badge_of(stage: Stage, *, is_late: bool) -> tuple[str, str]:
    """Kind and text of a badge; what is late is called late wherever it is on its way."""
    shown = Stage.LATE if is_late and stage in ON_THE_WAY else stage
    return KINDS.get(shown, "info"), stage_words(shown)


def stage_of_state(state: S, *, collected: bool = False) -> Stage:
    """The stage of a parcel by its state alone; ``collected``: whoever gets it fetches it."""
    return Stage.COLLECTED if state is S.DELIVERED and collected else BY_STATE[state]


def is_collected(parcel: TrackedParcel) -> bool:
    """Whether it is fetched, and not brought to the door."""
    return parcel.method != "delivery" or MilestoneName.READY_FOR_PICKUP in parcel.reached


def is_waiting(order: TrackedOrder, parcel: TrackedParcel) -> bool:
    """Whether a parcel is only planned, so that it stands where its order does."""
    if parcel.state not in UNSENT or order.status not in ("received", "on_hold", "cancelled"):
        return False
    return parcel.state is not S.INFO_RECEIVED or order.status != "received"


def stage_of(order: TrackedOrder, parcel: TrackedParcel) -> Stage:
    """The stage of a parcel; one that is only planned waits for what holds its order."""
    if parcel.retired:
        return Stage.NO_NEWS
    if is_waiting(order, parcel):
        return Stage.PLANNED if order.planned else BY_STATUS[order.status]
    return stage_of_state(parcel.state, collected=is_collected(parcel))


def is_late(parcel: TrackedParcel) -> bool:
    """Whether it is under way and later than was said."""
    return parcel.late_since is not None and parcel.state in UNDERWAY and parcel.finished_at is None
