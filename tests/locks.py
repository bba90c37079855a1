"""In which order rows are locked: a recorder that asks PostgreSQL after every statement, and complains of a reversal.

Two transactions that lock the same rows in different orders wait for each other until one of them is shot. So there is
one order: orders by id, then shipments by id, then returns by id, then refunds by id.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Engine, event

ORDER = ("order", "shipment", "return", "refund")
Row = tuple[int, int]
"""The rank of its table, and its id."""

# A row that this transaction wrote or locked bears one of its ids. One that it made itself (`xmax` still 0 after an
# insert) nobody else can wait for.
_MINE = " union all ".join(
    f"""select {rank}, id, xmin in (select xid from mine), xmax::text = '0'
    from "{table}" where xmin in (select xid from mine) or xmax in (select xid from mine)"""
    for rank, table in enumerate(ORDER)
)
_PROBE = (
    "with mine as materialized (select transactionid as xid from pg_locks where pid = pg_backend_pid() "
    f"and locktype = 'transactionid' and mode = 'ExclusiveLock') {_MINE}"
)
_LOCKS = re.compile(r"^\s*(insert|update|delete|with)\b|\bfor (no key )?update\b", re.IGNORECASE)
_SKIPS = re.compile(r"\bskip locked\b", re.IGNORECASE)
_SORTED = re.compile(r"\border by\b", re.IGNORECASE)
_FOR_UPDATE = re.compile(r"\bfor (no key )?update\b", re.IGNORECASE)
_WRITES = re.compile(r'^\s*(?:insert into|update|delete from)\s+"?(\w+)', re.IGNORECASE)


@dataclass
class Held:
    """What one transaction has locked so far; ``marks`` is how much of it at each open savepoint.

    ``born`` it made itself; ``referred`` are rows whose key alone is locked, because a row of its own refers to them:
    no lock of ours waits for that.
    """

    locked: dict[Row, None] = field(default_factory=dict)
    born: set[Row] = field(default_factory=set)
    referred: set[Row] = field(default_factory=set)
    marks: list[int] = field(default_factory=list)


class LockOrder:
    """Watches the transactions of an engine; ``reversals`` tells each that went against the order."""

    def __init__(self) -> None:
        """Nothing is held yet."""
        self.reversals: list[str] = []
        self._held: dict[int, Held] = {}

    @contextmanager
    def watching(self, engine: Engine) -> Iterator[None]:
        """Watch while the block runs."""
        heard = {
            "after_cursor_execute": self._after,
            "begin": self._over,
            "commit": self._over,
            "rollback": self._over,
            "savepoint": self._savepoint,
            "rollback_savepoint": self._back,
            "release_savepoint": self._released,
        }
        for name, listener in heard.items():
            event.listen(engine, name, listener)
        try:
            yield
        finally:
            for name, listener in heard.items():
                event.remove(engine, name, listener)

    def _of(self, connection: Any) -> Held:
        if connection.invalidated:  # it went, and its locks with it
            return Held()
        return self._held.setdefault(id(connection.connection.driver_connection), Held())

    def _after(self, connection: Any, _cursor: Any, sql: str, *_more: Any) -> None:
        if not _LOCKS.search(sql):
            return
        with connection.connection.driver_connection.cursor() as cursor:
            rows = cursor.execute(_PROBE).fetchall()
        transaction, fresh = self._of(connection), []
        into = _WRITES.match(sql)
        for rank, row_id, written, untouched in sorted(rows):
            row = (rank, row_id)
            if row in transaction.born or row in transaction.locked:
                continue
            if written and untouched and into and sql.lstrip()[:6].lower() == "insert":
                transaction.born.add(row)
            elif written or (row not in transaction.referred and (not into or _FOR_UPDATE.search(sql))):
                fresh.append(row)
            else:
                transaction.referred.add(row)
        self._check(transaction, fresh, sql)
        transaction.locked |= dict.fromkeys(fresh)

    def _check(self, transaction: Held, rows: list[Row], sql: str) -> None:
        """Whoever skips what is locked never waits, so it may come in any order."""
        if not rows or _SKIPS.search(sql):
            return
        statement = " ".join(sql.split())[:300]
        last = max(transaction.locked, default=rows[0])
        if rows[0] < last:
            self.reversals.append(f"{_name(rows[0])} after {_name(last)}: {statement}")
        same = {rank for rank, _ in rows if sum(other == rank for other, _ in rows) > 1}
        if same and not _SORTED.search(sql):
            self.reversals.append(f"many of {ORDER[min(same)]} in no order: {statement}")

    def _over(self, connection: Any) -> None:
        if not connection.invalidated:
            self._held.pop(id(connection.connection.driver_connection), None)

    def _savepoint(self, connection: Any, _name: str) -> None:
        transaction = self._of(connection)
        transaction.marks.append(len(transaction.locked))

    def _back(self, connection: Any, _name: str, _context: Any) -> None:
        """What was locked since is free again."""
        transaction = self._of(connection)
        if transaction.marks:
            transaction.locked = dict.fromkeys(list(transaction.locked)[: transaction.marks.pop()])

    def _released(self, connection: Any, _name: str, _context: Any) -> None:
        transaction = self._of(connection)
        if transaction.marks:
            transaction.marks.pop()


def _name(row: Row) -> str:
    return f"{ORDER[row[0]]} {row[1]}"
