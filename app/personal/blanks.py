"""What stands in a document's column once its person is erased: the same shape, with the names that may stay."""

from typing import Any

from sqlalchemy import ColumnElement, literal_column, null
from sqlalchemy.dialects.postgresql import JSONB

NOTHING: Any = null()
"""SQL's null: Python's None would be stored as JSON's."""


def _thin(source: str, staying: tuple[str, ...]) -> str:
    # Names are ours, written in the rooms' files: nothing from outside stands in this text.
    names = ", ".join(f"'{name}'" for name in staying) or "''"
    cell = f"case when key in ({names}) then value when jsonb_typeof(value) = 'array' then '[]' else 'null' end"
    return f"(select jsonb_object_agg(key, {cell}) from jsonb_each({source}))"  # noqa: S608


def thinned(column: str, *staying: str) -> ColumnElement[Any]:
    """An object of which only these names keep what they say; anything else than an object stays."""
    # An empty object has no rows to gather.
    thin = f"coalesce({_thin(column, staying)}, '{{}}')"
    return literal_column(f"case when jsonb_typeof({column}) = 'object' then {thin} else {column} end", JSONB)


def each_thinned(column: str, *staying: str) -> ColumnElement[Any]:
    """A list of objects, each thinned likewise."""
    thin = _thin("entry", staying)
    thinned_list = f"(select coalesce(jsonb_agg({thin}), '[]') from jsonb_array_elements({column}) as entry)"  # noqa: S608
    return literal_column(f"case when jsonb_typeof({column}) = 'array' then {thinned_list} else {column} end", JSONB)


def without(column: str, *dropped: str) -> ColumnElement[Any]:
    """An object without these names; anything else, such as JSON's null, stays."""
    names = ", ".join(f"'{name}'" for name in dropped)
    bare = f"{column} - array[{names}]"
    return literal_column(f"case when jsonb_typeof({column}) = 'object' then {bare} else {column} end", JSONB)
