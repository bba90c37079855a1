"""Who changes a row has locked it before reading it: a recorder that asks PostgreSQL before every flush.

What is read without a lock, decided on, and then written, takes back whatever somebody else wrote in between.
Statements that find and change in one go need no lock, and are not looked at.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Engine, event, inspect, text
from sqlalchemy.orm import Session

# A row bears the number of the transaction that wrote it (`xmin`) and of the one that locked it last (`xmax`): while
# the former has not ended the row is our own, while the latter has not ended it is locked. A number that several share
# at once belongs to another series, whose newest is far below; of such a row nothing is said.
_PROBE = """
select coalesce(txid_status(xmin::text::bigint), '') <> 'in progress' and case
    when xmax::text = '0' then true
    when mxid_age(xmax) < 0 then coalesce(txid_status(xmax::text::bigint), '') <> 'in progress'
    else false end
from "{table}" where {found}
"""
# Whose order is locked with them: what is decided about a return depends on all returns of its order.
WITH_ORDER = ("return", "refund")
# Rows that are part of another, whose lock is theirs.
PART_OF = {
    "order_line": ("order", "order_id"),
    "order_contact": ("order", "order_id"),
    "return_line": ("return", "return_id"),
    "receipt": ("return", "return_id"),
}


class Unlocked:
    """Watches the sessions of some engines; ``changes`` tells each row that was changed and had not been locked."""

    def __init__(self) -> None:
        """Nothing has been changed yet."""
        self.changes: list[str] = []
        self._engines: set[Engine] = set()

    @contextmanager
    def watching(self, *engines: Engine) -> Iterator[None]:
        """Watch while the block runs."""
        self._engines = set(engines)
        event.listen(Session, "before_flush", self._before)
        try:
            yield
        finally:
            event.remove(Session, "before_flush", self._before)

    def _before(self, session: Session, *_more: Any) -> None:
        if session.get_bind() not in self._engines:
            return
        for row in [*(one for one in session.dirty if session.is_modified(one)), *session.deleted]:
            self._look(session, row)
        for row in session.new:
            self._look_at_order(session, row)

    def _look(self, session: Session, row: Any) -> None:
        state = inspect(row)
        table = state.mapper.local_table
        changed = {one.key for one in state.attrs if one.history.has_changes()} & set(table.c.keys())
        keys = dict(zip((one.name for one in table.primary_key), state.identity, strict=True))
        name = table.name
        if name in PART_OF:
            name, column = PART_OF[name]
            keys = {"id": getattr(row, column)}
        self._ask(session, name, keys, changed)
        self._look_at_order(session, row)

    def _look_at_order(self, session: Session, row: Any) -> None:
        if row.__tablename__ in WITH_ORDER:
            order = row.order_id or (row.order.id if row.order else None)
            if order:
                self._ask(session, "order", {"id": order}, {f"a {row.__tablename__} of it"})

    def _ask(self, session: Session, table: str, keys: dict[str, Any], changed: set[str]) -> None:
        found = " and ".join(f'"{name}" = :{name}' for name in keys)
        if session.connection().scalar(text(_PROBE.format(table=table, found=found)), keys):
            self.changes.append(f"{table} {keys}: {', '.join(sorted(changed)) or 'taken away'}")
