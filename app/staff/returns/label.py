"""What the console shows of a return's label: its code, and the mail that brought it."""

from dataclasses import dataclass

from markupsafe import Markup
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.notify.records import MessageRecord
from app.returns.labels.codes import qr_svg
from app.returns.queries import ReturnView
from app.returns.states import Decision, GoodsState

# The mails that bring label and code.
BRINGING = ("return.approved", "return.label_ready")


@dataclass(frozen=True, slots=True)
class StaffLabel:
    """A label while its parcel is awaited; ``mail`` is the last that brought it, by its id."""

    number: str
    code: Markup
    mail: str | None


def has_label(view: ReturnView) -> bool:
    """Whether there is a label to be used."""
    awaited = view.return_.decision == Decision.APPROVED and view.return_.goods == GoodsState.AWAITING
    return awaited and view.return_.label_number is not None


def label_of(session: Session, view: ReturnView) -> StaffLabel | None:
    """The label of a return, or None."""
    if not has_label(view):
        return None
    # One that waits is sent by itself; to send it again would make two of it.
    brought = select(MessageRecord.public_id).where(
        MessageRecord.return_id == view.return_.id,
        MessageRecord.kind.in_(BRINGING),
        MessageRecord.channel == "email",
        MessageRecord.state != "created",
    )
    mail = session.scalar(brought.order_by(MessageRecord.id.desc()).limit(1))
    number = view.return_.label_number or view.return_.ref
    return StaffLabel(number, qr_svg(number), mail)
