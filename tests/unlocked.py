"""Who changes a row has locked it before reading it: a recorder that asks PostgreSQL before every flush.

What is read without a lock, decided on, and then written, takes back whatever somebody else wrote in between.
Statements that find and change in one go need no lock, and are not looked at.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Engine, create_engine, event, inspect, text
from sqlalchemy.orm import Session

# Asked beside the transaction: a row that it has locked is skipped, one that it made is not to be seen. That another
# row refers to it, which is a weaker lock, keeps nobody from changing it.
_PROBE = 'select 1 from "{table}" where {conditions} for no key update skip locked'
# Whose order is locked with them: what is decided about a return depends on all returns of its order.
WITH_ORDER = ("return", "refund")
# Rows that are part of another, whose lock is theirs.
PART_OF = {
    "order_line": ("order", "id", "order_id"),
    "order_contact": ("order", "id", "order_id"),
    "return_line": ("return", "id", "return_id"),
    "receipt": ("return", "id", "return_id"),
    "brand_messages": ("brand", "key", "brand_key"),
}


class Unlocked:
    """Watches the sessions of some engines; ``changes`` tells each row that was changed and had not been locked."""

    def __init__(self) -> None:
        """Nothing has been changed yet."""
        self.changes: list[str] = []
        self._beside: dict[Engine, Engine] = {}

    @contextmanager
    def watching(self, *engines: Engine) -> Iterator[None]:
        """Watch while the block runs."""
        self._beside = {one: create_engine(one.url, isolation_level="AUTOCOMMIT") for one in engines}
        event.listen(Session, "before_flush", self._before)
        try:
            yield
        finally:
            event.remove(Session, "before_flush", self._before)
            for one in self._beside.values():
                one.dispose()

    def _before(self, session: Session, *_more: Any) -> None:
        if session.get_bind() not in self._beside:
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
            name, key, column = PART_OF[name]
            keys = {key: getattr(row, column)}
        self._ask(session, name, keys, changed)
        self._look_at_order(session, row)

    def _look_at_order(self, session: Session, row: Any) -> None:
        if row.__tablename__ in WITH_ORDER:
            order = row.order_id or (row.order.id if row.order else None)
            if order:
                self._ask(session, "order", {"id": order}, {f"a {row.__tablename__} of it"})

    def _ask(self, session: Session, table: str, keys: dict[str, Any], changed: set[str]) -> None:
        conditions = " and ".join(f'"{name}" = :{name}' for name in keys)
        with self._beside[session.get_bind()].connect() as another:
            free = another.scalar(text(_PROBE.format(table=table, conditions=conditions)), keys)
        if free:
            self.changes.append(f"{table} {keys}: {', '.join(sorted(changed)) or 'taken away'}")
