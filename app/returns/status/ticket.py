"""What a customer takes along to hand a return over: the code, where, until when, and the label's facts as text."""

from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _

from app.core.i18n.words import day
from app.returns.labels.papers import recipient_of
from app.returns.policy.policy import Method
from app.returns.queries import ReturnView
from app.returns.status.standing import ReturnStanding
from app.tracking.carrier_pages import carrier_title


@dataclass(frozen=True, slots=True)
class HandOver:
    """``shows_code``: the code on a telephone is enough; ``instruction`` says what is done with it, and where.

    ``label`` is all that the label says, a row a fact, for whoever cannot read a picture.
    """

    number: str
    shows_code: bool
    instruction: str
    point: dict[str, Any] | None
    dates: tuple[tuple[str, str], ...]
    label: tuple[tuple[str, str], ...]


def ticket_of(view: ReturnView, standing: ReturnStanding) -> HandOver:
    """The ticket of a return that waits for its parcel to be handed over."""
    return_ = view.return_
    number, point = return_.label_number or return_.ref, return_.point
    collected = return_.method == Method.PICKUP
    # Who has chosen no point takes it to any: the carrier's own read the code.
    shows_code = not collected and (point is None or "code" in point.get("accepts", ("code",)))
    deadline = _day(standing.deadline)
    return HandOver(
        number=number,
        shows_code=shows_code,
        instruction=_instruction(point, collected=collected, shows_code=shows_code),
        point=point,
        dates=_rows(
            (_("Drop off by"), deadline),
            (_("Collection") if standing.is_booked else _("Collection asked for"), _day(standing.collected_on)),
            (_("Refund by"), _day(standing.refund_by)),
        ),
        label=_rows(
            (_("Label number"), number),
            (_("Carrier"), carrier_title(return_.carrier)),
            (_("Goes to"), ", ".join(recipient_of(view.order.brand))),
            (_("Return"), return_.ref),
            (_("Drop off by"), deadline),
        ),
    )


def _instruction(point: dict[str, Any] | None, *, collected: bool, shows_code: bool) -> str:
    if collected:
        return _("Print the label and stick it on the parcel before the driver comes.")
    if not shows_code:
        return _("This place takes parcels with a label: print it and stick it on.")
    if point and point.get("kind") == "locker":
        return _("Scan it at the locker. No printer needed.")
    return _("Show it when you drop the parcel off. No printer needed.")


def _rows(*pairs: tuple[str, str | None]) -> tuple[tuple[str, str], ...]:
    return tuple((term, value) for term, value in pairs if value)


def _day(when: Any) -> str | None:
    return day(when) if when else None
