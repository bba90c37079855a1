"""Which states a transaction has moved without appending an event: rows before and after it, against the log."""

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.orm import Session, sessionmaker

from app.tracking.fold.milestones import REACHED
from app.tracking.states import ShipmentState

STATES = """
    select 'order' as of, id, status as state from "order"
    union all select 'shipment', id, state from shipment
    union all select 'decision', id, decision from "return"
    union all select 'goods', id, goods from "return"
    union all select 'refund', id, state from refund
"""
# By which column of an event its subject is known, and how its kind begins.
SUBJECTS = {
    "order": ("order_id", "order."),
    "shipment": ("shipment_id", "shipment."),
    "decision": ("return_id", "return."),
    "goods": ("return_id", "return."),
    "refund": ("cast(payload->>'refund_id' as bigint)", "refund."),
}
ORDERS_TOLD = frozenset({"cancelled", "on_hold", "preparing", "received"})
Row = tuple[str, int]


@dataclass
class Telling:
    """Compares the states around each action with the events that it appended."""

    sessions: sessionmaker[Session]

    def watched(self, action: Callable[[], object]) -> list[str]:
        """Do it; gives each state that moved and was told to nobody."""
        before, last = self._states(), self._scalar("select coalesce(max(id), 0) from domain_event")
        action()
        after = self._states()
        moved = [(row, state) for row, state in after.items() if before.get(row) != state and must_be_told(row, state)]
        return [f"{row[0]} {row[1]} is {state}" for row, state in moved if not self._told(row, since=last)]

    def _states(self) -> dict[Row, str]:
        with self.sessions() as session:
            return {(row.of, row.id): row.state for row in session.execute(text(STATES))}

    def _scalar(self, sql: str, **facts: object) -> int:
        with self.sessions() as session:
            return int(session.scalar(text(sql), facts) or 0)

    def _told(self, row: Row, *, since: int) -> bool:
        """A parcel's stage may have been told before: it is told once for each of its journeys."""
        column, begins = SUBJECTS[row[0]]
        sql = f"select count(*) from domain_event where {column} = :row and kind like :kind and id > :since"
        return self._scalar(sql, row=row[1], kind=f"{begins}%", since=0 if row[0] == "shipment" else since) > 0


def must_be_told(row: Row, state: str) -> bool:
    """Whether anybody waits to hear of it: a parcel's stages, an order while it can still be followed; all of a return.

    That goods are awaited is how a return begins, which is told as its decision.
    """
    if row[0] == "order":
        return state in ORDERS_TOLD
    if row[0] == "shipment":
        return ShipmentState(state) in REACHED
    return (row[0], state) != ("goods", "awaiting")
