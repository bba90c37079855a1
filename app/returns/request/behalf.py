"""A return that somebody of the shop makes for a customer: of a draft of the same kind, and once a press."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.core.errors import Conflict
from app.orders.records import OrderLineRecord
from app.orders.services import lock_order
from app.returns.models import Return, ReturnLine
from app.returns.policy.quote import QuoteBasis, read_basis
from app.returns.request.draft import RequestDraft
from app.returns.request.flow import quote_of
from app.returns.request.submit import fingerprint
from app.returns.services import request_return


@dataclass(frozen=True, slots=True)
class MadeReturn:
    """The return, by its reference; ``before``: an earlier press of the same button had made it already."""

    ref: str
    before: bool


def seen_by_staff(session: Session, basis: QuoteBasis, draft: RequestDraft) -> str:
    """What the check page shows, and how many returns the order had then: so the same page makes no two."""
    return f"{fingerprint(draft, quote_of(basis, draft))}.{_count(session, basis.order.id)}"


def make_for_customer(
    session: Session, order_id: int, draft: RequestDraft, *, seen: str, by: str, override: str | None, now: datetime
) -> MadeReturn:
    """Make the return that was ``seen``, in the name of whoever acts. ``override`` is why, against the policy.

    Raises ReturnRefused, and Conflict when anything is not as it was seen.
    """
    # Before it is compared: of two presses the second waits here, and then finds the return of the first.
    order = lock_order(session, order_id)
    basis = read_basis(session, order, now=now)
    if seen != seen_by_staff(session, basis, draft):
        made = _made_of(session, order_id, draft, seen=seen, by=by)
        if made is None:
            raise Conflict("The order, its returns or the refund have changed since it was shown.")
        return MadeReturn(made.ref, before=True)
    request = draft.request(shown_total=quote_of(basis, draft).total)
    made = request_return(session, order_id, request, by=by, now=now, point=draft.point, override=override)
    session.flush()
    return MadeReturn(made.ref, before=False)


def _made_of(session: Session, order_id: int, draft: RequestDraft, *, seen: str, by: str) -> Return | None:
    """The newest return, where it is the next after what was seen, by the same member, and of the same units."""
    newest = select(Return).where(Return.order_id == order_id).order_by(Return.id.desc()).limit(1)
    last = session.scalars(newest).one_or_none()
    is_next = seen.rpartition(".")[2] == str(_count(session, order_id) - 1)
    if last is None or not is_next or last.initiated_by != by:
        return None
    return last if _units(session, last) == {line: chosen.quantity for line, chosen in draft.lines.items()} else None


def _units(session: Session, return_: Return) -> dict[str, int]:
    statement = select(OrderLineRecord.line_id, ReturnLine.quantity)
    joined = statement.join(ReturnLine, ReturnLine.order_line_id == OrderLineRecord.id)
    return {line: units for line, units in session.execute(joined.where(ReturnLine.return_id == return_.id))}


def _count(session: Session, order_id: int) -> int:
    return session.scalar(select(func.count()).where(Return.order_id == order_id)) or 0
