"""Looking for words in every text, document and byte of every table: what is found is told with its place."""

from collections.abc import Iterable

from sqlalchemy import text
from sqlalchemy.orm import Session

_COLUMNS = text(
    """
    select table_name, column_name, udt_name from information_schema.columns
    where table_schema = 'public' and udt_name in ('text', 'varchar', 'json', 'jsonb', 'bytea', '_text', '_varchar')
    order by 1, 2
    """
)


def found(session: Session, words: Iterable[str]) -> list[str]:
    """«table.column: word» for each that is there, in whatever case, in bytes as UTF-8."""
    session.flush()
    small = [word.casefold() for word in words]
    places = []
    for table, column, kind in session.execute(_COLUMNS):
        quoted = f'"{column}"'
        written = f"encode({quoted}, 'escape')" if kind == "bytea" else f"{quoted}::text"
        statement = f'select distinct word from "{table}", unnest(cast(:words as text[])) as word ' + (
            f"where position(word in lower({written})) > 0"
        )
        places += [f"{table}.{column}: {word}" for word in session.scalars(text(statement), {"words": small})]
    return places
