"""What rests sealed, whichever room keeps it: sealed anew with the SECRET_KEY of today; the one before may go then."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Column, bindparam, select, update
from sqlalchemy.orm import Session

from app.core.db import Model
from app.core.tokens import seal_again

SEALED = {"sealed": True}
"""The ``info`` of a column that holds sealed texts, one or a list."""


def sealed_columns() -> Iterator[Column[Any]]:
    """Every column that holds sealed texts."""
    tables = Model.metadata.sorted_tables
    return (column for table in tables for column in table.columns if column.info.get("sealed"))


def reseal(session: Session, key: str) -> int:
    """Seal everything with the key of today; gives how many texts. What no key of ours opens stays as it is."""
    return sum(_reseal_column(session, column, key) for column in sealed_columns())


def _reseal_column(session: Session, column: Column[Any], key: str) -> int:
    own = list(column.table.primary_key.columns)
    # In one order and locked: whoever sets one of them meanwhile waits, and is not overwritten.
    rows = session.execute(select(*own, column).where(column.is_not(None)).order_by(*own).with_for_update()).all()
    anew, many = [], 0
    for *where, value in rows:
        texts = value if isinstance(value, list) else [value]
        again = [seal_again(key, text) for text in texts]
        many += sum(text is not None for text in again)
        after = [new or old for new, old in zip(again, texts, strict=True)]
        places = {f"own_{at}": one for at, one in enumerate(where)}
        anew.append({**places, "anew": after if isinstance(value, list) else after[0]})
    if anew:
        chosen = (one == bindparam(f"own_{at}") for at, one in enumerate(own))
        session.connection().execute(update(column.table).where(*chosen).values({column: bindparam("anew")}), anew)
    return many
