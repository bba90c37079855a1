"""What our own returns hold and have settled of an order: what is told of the shop's system is compared with it."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import ColumnElement, exists, func, select, tuple_
from sqlalchemy.orm import Session

from app.orders.intake.paid import GivenBackHere
from app.returns.elsewhere.counting import OwnUnits
from app.returns.elsewhere.matching import RefundHere
from app.returns.models import Receipt, ReceiptLine, Refund, Return, ReturnLine
from app.returns.receiving.facts import Disposition
from app.returns.states import HOLDING, RefundState


@dataclass(frozen=True, slots=True)
class OwnLine:
    """A line's units in our returns: held in all, held by each return's reference, booked as received."""

    by_return: Mapping[str, int] = field(default_factory=dict)
    received: int = 0

    @property
    def units(self) -> OwnUnits:
        """The two counts alone."""
        return OwnUnits(sum(self.by_return.values()), self.received)


def holding() -> ColumnElement[bool]:
    """That a return holds its units, asked of the database."""
    return tuple_(Return.decision, Return.goods).in_(sorted(HOLDING))


def has_returns(session: Session, order_id: int) -> bool:
    """Whether a return of the order was ever made here."""
    return bool(session.scalar(select(exists().where(Return.order_id == order_id))))


def returned_units(
    session: Session, order_id: int, *, before: int | None = None, without: int | None = None
) -> dict[int, int]:
    """Units by order line that returns hold; ``without`` leaves out one return, ``before`` that and later ones."""
    statement = (
        select(ReturnLine.order_line_id, func.sum(ReturnLine.quantity))
        .join(Return, Return.id == ReturnLine.return_id)
        .where(Return.order_id == order_id, holding())
        .group_by(ReturnLine.order_line_id)
    )
    if before is not None:
        statement = statement.where(Return.id < before)
    if without is not None:
        statement = statement.where(Return.id != without)
    return {line_id: int(units) for line_id, units in session.execute(statement)}


def booked_units(session: Session, order_id: int) -> Mapping[int, int]:
    """Units that were booked as here by order line, over all returns of the order."""
    # What was sold once goes back to stock once, whichever of the order's returns it came with.
    line = ReceiptLine
    statement = (
        select(line.order_line_id, func.sum(line.quantity))
        .join(Receipt, Receipt.id == line.receipt_id)
        .join(Return, Return.id == Receipt.return_id)
        .where(Return.order_id == order_id, Receipt.voided_at.is_(None), line.order_line_id.is_not(None))
        .where(line.disposition != Disposition.MISSING)
        .group_by(line.order_line_id)
    )
    return {line_id: int(units) for line_id, units in session.execute(statement) if line_id is not None}


def given_back(session: Session, order_id: int) -> GivenBackHere:
    """What was paid back for the order by returns made here, and what is due, in minor units."""
    return given_back_of(session, [order_id]).get(order_id, GivenBackHere())


def given_back_of(session: Session, order_ids: Sequence[int]) -> dict[int, GivenBackHere]:
    """The same for many orders; those of which nothing is given back are left out."""
    columns = (Refund.order_id, Refund.state, Refund.amount)
    of_orders = (Refund.order_id.in_(order_ids), Refund.state != RefundState.VOID)
    amounts: dict[int, dict[str, list[int]]] = defaultdict(lambda: {RefundState.PAID: [], RefundState.DUE: []})
    for order_id, state, amount in session.execute(select(*columns).where(*of_orders)):
        amounts[order_id][state].append(amount)
    return {
        order_id: GivenBackHere(tuple(of_order[RefundState.PAID]), tuple(of_order[RefundState.DUE]))
        for order_id, of_order in amounts.items()
    }


def own_lines(session: Session, order_id: int) -> dict[int, OwnLine]:
    """What our returns hold and have received, by order line."""
    by_return: dict[int, dict[str, int]] = defaultdict(dict)
    statement = (
        select(ReturnLine.order_line_id, Return.ref, ReturnLine.quantity)
        .join(Return, Return.id == ReturnLine.return_id)
        .where(Return.order_id == order_id, holding())
    )
    for line_id, ref, units in session.execute(statement):
        by_return[line_id][ref] = units
    received = booked_units(session, order_id)
    return {
        line: OwnLine(by_return.get(line, {}), received.get(line, 0)) for line in by_return.keys() | received.keys()
    }


def own_refunds(session: Session, order_id: int, currency: str) -> list[RefundHere]:
    """Our refunds of an order in its currency, void ones too."""
    statement = (
        select(Refund, Return.ref)
        .join(Return, Return.id == Refund.return_id)
        .where(Refund.order_id == order_id, Refund.currency == currency)
        .order_by(Refund.id)
    )
    return [
        RefundHere(
            refund.id,
            refund.idempotency_key,
            ref,
            refund.state,
            refund.amount,
            refund.created_at,
            refund.reference,
            refund.replaces,
        )
        for refund, ref in session.execute(statement)
    ]
