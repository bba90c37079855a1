"""Collections: asked for by the customer, told to the shop's people, who book each with a carrier or cannot.

One that was booked and is not needed any more is told to them as well: a driver would come for nothing.
"""

from datetime import date, datetime

from sqlalchemy.orm import Session

from app.core.errors import Conflict
from app.core.i18n.words import local_day
from app.events.kinds import EventKind
from app.returns.models import Return
from app.returns.moves import Locked, lock_return, tell
from app.returns.policy.policy import Method
from app.returns.states import Decision, GoodsState


def ask_for_pickup(session: Session, return_: Return, *, now: datetime) -> None:
    """Tell that a return which has just been approved waits to be collected; one that goes another way is let be."""
    if return_.method != Method.PICKUP or not return_.pickup:
        return
    # What was booked for an earlier approval is no more.
    return_.pickup = {"on": return_.pickup["on"]}
    tell(session, EventKind.RETURN_PICKUP_ASKED, return_, now=now, on=return_.pickup["on"])


def book_pickup(session: Session, return_id: int, *, on: date, note: str, by: str, now: datetime) -> bool:
    """A person has booked it for this day; ``note`` is for the customer. False when that is how it stands already.

    Booked again for another day it is told again. Raises NotFound, Conflict when nothing waits to be collected.
    """
    return_ = _waiting(session, return_id)
    before = return_.pickup or {}
    booked = {"on": on.isoformat(), "note": note, "by": by}
    if "booked_at" in before and {**before, **booked} == before:
        return False
    return_.pickup, return_.changed_at = {**booked, "booked_at": now.isoformat()}, now
    # A day after the last one to drop it off moves that, or the return would expire before the driver comes.
    return_.deadline = max(return_.deadline or on, on)
    tell(session, EventKind.RETURN_PICKUP_BOOKED, return_, now=now, on=on.isoformat(), note=note)
    return True


def refuse_pickup(session: Session, return_id: int, *, reason: str, by: str, now: datetime) -> bool:
    """It cannot be collected, for a reason that the customer reads. False when that was said before.

    Raises NotFound, Conflict when nothing waits to be collected.
    """
    return_ = _waiting(session, return_id)
    pickup = return_.pickup or {}
    if "refused_at" in pickup:
        return False
    refused = {"on": pickup.get("on"), "reason": reason, "by": by, "refused_at": now.isoformat()}
    return_.pickup, return_.changed_at = refused, now
    tell(session, EventKind.RETURN_PICKUP_REFUSED, return_, now=now, on=pickup.get("on"), reason=reason)
    return True


def call_off(session: Session, locked: Locked, *, why: str, now: datetime) -> None:
    """Nobody needs to come any more: whoever booked it is told to cancel it; ``why`` is a word for the reason.

    What was not booked, or was for a day that is over, needs no more of anybody.
    """
    return_ = locked.return_
    pickup = return_.pickup or {}
    if "booked_at" not in pickup or "called_off_at" in pickup:
        return
    if date.fromisoformat(pickup["on"]) < local_day(now, locked.order.brand.time_zone):
        return
    return_.pickup = pickup | {"called_off_at": now.isoformat()}
    booking = {"on": pickup["on"], "note": pickup.get("note", "")}
    tell(session, EventKind.RETURN_PICKUP_CALLED_OFF, return_, now=now, why=why, **booking)


def came_otherwise(session: Session, locked: Locked, *, at: datetime, now: datetime) -> None:
    """The parcel moves at ``at``: before the day on which a driver was to come, somebody has taken it somewhere."""
    on = (locked.return_.pickup or {}).get("on")
    if on and local_day(at, locked.order.brand.time_zone) < date.fromisoformat(on):
        call_off(session, locked, why="sent", now=now)


def note_cancelled(session: Session, return_id: int, *, by: str, now: datetime) -> bool:
    """A person has cancelled it with the carrier. False when that was said before.

    Raises NotFound, Conflict when nothing that was booked is to be cancelled.
    """
    return_ = lock_return(session, return_id).return_
    pickup = return_.pickup or {}
    if "called_off_at" not in pickup:
        raise Conflict("No booked collection of this return is to be cancelled.")
    if "cancelled_at" in pickup:
        return False
    return_.pickup = pickup | {"cancelled_at": now.isoformat(), "cancelled_by": by}
    return True


def _waiting(session: Session, return_id: int) -> Return:
    return_ = lock_return(session, return_id).return_
    waits = return_.decision == Decision.APPROVED and return_.goods == GoodsState.AWAITING
    if return_.method != Method.PICKUP or not waits:
        raise Conflict("Nothing of this return waits to be collected.")
    return return_
