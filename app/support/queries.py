"""Reading cases: one by its reference, those of an order, and whom an answer reaches."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from app.core.tokens import read_ref
from app.orders.records import OrderContactRecord
from app.support.records import SupportCaseRecord


def find_case(session: Session, ref: str, *, order_id: int | None = None) -> SupportCaseRecord | None:
    """The case with this reference and all that was written in it; of one order alone where that is named."""
    statement = select(SupportCaseRecord).where(SupportCaseRecord.ref == read_ref(ref))
    if order_id is not None:
        statement = statement.where(SupportCaseRecord.order_id == order_id)
    return session.scalar(statement.options(selectinload(SupportCaseRecord.entries)))


def cases_of(session: Session, order_id: int) -> Sequence[SupportCaseRecord]:
    """The cases of an order, the newest first."""
    of_order = select(SupportCaseRecord).where(SupportCaseRecord.order_id == order_id)
    return session.scalars(of_order.order_by(SupportCaseRecord.created_at.desc(), SupportCaseRecord.id.desc())).all()


def contact_of(session: Session, order_id: int) -> tuple[str | None, str | None]:
    """E-mail address and phone of an order's customer, as messages can be sent there."""
    people = select(OrderContactRecord).where(OrderContactRecord.order_id == order_id)
    # The first contact is the customer; the others are people of a company.
    person = session.scalar(people.order_by(OrderContactRecord.position).limit(1))
    return (person.email_folded, person.phone_e164) if person else (None, None)
