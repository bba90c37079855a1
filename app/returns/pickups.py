"""Collections: asked for by the customer, told to the shop's people, who book each with a carrier or cannot."""

from datetime import date, datetime

from sqlalchemy.orm import Session

from app.core.errors import Conflict
from app.events.kinds import EventKind
from app.returns.models import Return
from app.returns.moves import lock_return, tell
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


def _waiting(session: Session, return_id: int) -> Return:
    return_ = lock_return(session, return_id).return_
    waits = return_.decision == Decision.APPROVED and return_.goods == GoodsState.AWAITING
    if return_.method != Method.PICKUP or not waits:
        raise Conflict("Nothing of this return waits to be collected.")
    return return_
