"""Many rows in one statement: they go as one JSON value, a single parameter however many cells there are."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import cache
from typing import Any, cast

from pydantic_core import to_json
from sqlalchemy import (
    Column,
    ColumnElement,
    LargeBinary,
    Table,
    Text,
    Update,
    any_,
    bindparam,
    func,
    literal,
    literal_column,
    select,
    tuple_,
    update,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSON, Insert, insert
from sqlalchemy.orm import InstrumentedAttribute
from sqlalchemy.sql.selectable import TableValuedAlias

from app.core.db import Model

Row = Mapping[str, Any]
_ROWS = "rows"


def insert_rows(model: type[Model], attributes: Sequence[str]) -> Insert:
    """Insert the rows of ``parameters``; ``on_conflict_…`` and ``returning`` can be put after it."""
    columns, source = _columns(model, attributes), _source(model)
    return insert(_table(model)).from_select(columns, select(*(source.c[column.name] for column in columns)))


def update_rows(model: type[Model], attributes: Sequence[str]) -> Update:
    """Set these attributes of the rows with the ``id`` of each of ``parameters``."""
    table, source = _table(model), _source(model)
    values = {column: source.c[column.name] for column in _columns(model, attributes)}
    return update(table).values(values).where(table.c.id == source.c.id)


def any_of(column: InstrumentedAttribute[Any], values: Iterable[Any]) -> ColumnElement[bool]:
    """Whether a column has one of these values: one parameter, where a list would be read anew for every length."""
    is_one: ColumnElement[bool] = column == any_(literal(list(values), ARRAY(column.type)))
    return is_one


def paired(
    first: InstrumentedAttribute[Any], second: InstrumentedAttribute[Any], pairs: Collection[tuple[str, str]]
) -> ColumnElement[bool]:
    """Whether two columns of text have one of these pairs of values, likewise."""
    firsts, seconds = zip(*pairs, strict=True) if pairs else ((), ())
    texts = ARRAY(Text)
    source = (
        func.unnest(literal(list(firsts), texts), literal(list(seconds), texts))
        .table_valued("first", "second")
        .render_derived(name="told")
    )
    return tuple_(first, second).in_(select(source.c.first, source.c.second))


def parameters(model: type[Model], rows: Sequence[Row]) -> dict[str, str]:
    """The rows, by attribute, as the statements above take them. All have the attributes of the first."""
    binary = _binary(model)
    names = dict(zip(rows[0], (column.name for column in _columns(model, list(rows[0]))), strict=True))
    named = [{names[key]: _as_hex(cell) if key in binary else cell for key, cell in row.items()} for row in rows]
    return {_ROWS: to_json(named).decode()}


def _columns(model: type[Model], attributes: Sequence[str]) -> list[Column[Any]]:
    return [model.__mapper__.columns[attribute] for attribute in attributes]


def _as_hex(value: bytes | None) -> str | None:
    return None if value is None else f"\\x{value.hex()}"


@cache
def _binary(model: type[Model]) -> frozenset[str]:
    return frozenset(
        attribute.key
        for attribute in model.__mapper__.column_attrs
        if isinstance(attribute.columns[0].type, LargeBinary)
    )


def _table(model: type[Model]) -> Table:
    return cast("Table", model.__table__)


@cache
def _source(model: type[Model]) -> TableValuedAlias:
    table = _table(model)
    function = func.json_populate_recordset(literal_column(f'null::"{table.name}"'), func.cast(bindparam(_ROWS), JSON))
    return function.table_valued(*(column.name for column in table.columns), name="given")
