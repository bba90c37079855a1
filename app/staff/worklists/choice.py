"""Which rows of a worklist are meant: the filters of its address, and the conditions that they come to."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, String, and_, cast, exists, false, func
from sqlalchemy.orm import aliased

from app.orders.records import OrderRecord
from app.staff.models import WorkMark

MINE, NOBODY = "mine", "nobody"
OLDEST, NEWEST = "oldest", "newest"
AGES = (1, 3, 7, 14)
"""Days that a row may be old at least, to choose from."""


@dataclass(frozen=True, slots=True)
class RowSource:
    """The columns by which the rows of a list are named, narrowed and sorted; what it has not is None.

    ``item`` names a row as `Row.item` does; ``assignee`` is who has it, where that is kept with the matter itself.
    """

    item: Any
    order_id: Any = None
    day: Any = None
    carrier: Any = None
    assignee: Any = None


@dataclass(frozen=True, slots=True)
class ListFilters:
    """What a list shows, as its address says it. ``who``: mine, nobody, or an address of staff; ``age`` in days."""

    who: str = ""
    snoozed: str = ""
    brand: str = ""
    carrier: str = ""
    age: str = ""
    sort: str = ""
    kind: str = ""

    @classmethod
    def read(cls, args: Mapping[str, str]) -> "ListFilters":
        """The filters of an address; what is not one is left out."""
        whole = cls(**{name: args.get(name, "").strip()[:254] for name in cls.__dataclass_fields__})
        return replace(
            whole,
            age=whole.age if whole.age in map(str, AGES) else "",
            sort=whole.sort if whole.sort in (OLDEST, NEWEST) else "",
            snoozed="1" if whole.snoozed else "",
        )

    @property
    def chosen(self) -> dict[str, Any]:
        """Those that are set, for an address."""
        values = {name: str(getattr(self, name)) for name in type(self).__dataclass_fields__}
        return {name: value for name, value in values.items() if value}


@dataclass(frozen=True, slots=True)
class RowChoice:
    """Conditions on the rows of a list, and the way they are sorted where that is not the list's own.

    ``hides`` are names of rows to leave out, ``items`` the only ones to show: for lists that are put together here.
    """

    where: tuple[ColumnElement[bool], ...] = ()
    sort: str = ""
    kind: str = ""
    items: frozenset[str] | None = None
    hides: frozenset[str] = field(default=frozenset())

    def order(self, column: Any, number: Any, *, newest: bool = False) -> tuple[ColumnElement[Any], ...]:
        """By day, and by number within one; ``newest`` is how the list itself begins."""
        down = self.sort == NEWEST if self.sort else newest
        # What has no such day waits behind those that have one, not before them.
        return (column.desc().nulls_last(), number.desc()) if down else (column.asc().nulls_last(), number)

    def shows(self, item: str) -> bool:
        """Whether a row that was put together here is meant."""
        return item not in self.hides and (self.items is None or item in self.items)


def choose(name: str, source: RowSource, filters: ListFilters, *, me: str, now: datetime) -> RowChoice:
    """The rows of a list that an address means."""
    snoozed = is_snoozed(name, source.item)
    where = [snoozed if filters.snoozed else ~snoozed, *_whose(name, source, filters.who, me)]
    if filters.brand:
        where.append(_of_brand(source, filters.brand))
    if filters.carrier:
        where.append(source.carrier == filters.carrier if source.carrier is not None else false())
    if filters.age and source.day is not None:
        where.append(source.day <= now - timedelta(days=int(filters.age)))
    return RowChoice(tuple(where), filters.sort, filters.kind)


def named(source: RowSource, items: Sequence[str]) -> RowChoice:
    """These rows, whoever has them and whether they rest or not."""
    return RowChoice((cast(source.item, String).in_(items),), items=frozenset(items))


def is_snoozed(name: str, item: Any) -> ColumnElement[bool]:
    """Whether a row rests at the moment."""
    return exists().where(*_marked(name, item), WorkMark.snoozed_until > func.now())


def is_of(name: str, source: RowSource, actor: str) -> ColumnElement[bool]:
    """Whether a row is this member's."""
    if source.assignee is not None:
        return and_(source.assignee == actor)
    return exists().where(*_marked(name, source.item), WorkMark.assigned_to == actor)


def _whose(name: str, source: RowSource, who: str, me: str) -> list[ColumnElement[bool]]:
    if not who:
        return []
    if who != NOBODY:
        return [is_of(name, source, me if who == MINE else who)]
    if source.assignee is not None:
        return [source.assignee.is_(None)]
    return [~exists().where(*_marked(name, source.item), WorkMark.assigned_to.is_not(None))]


def _of_brand(source: RowSource, brand: str) -> ColumnElement[bool]:
    if source.order_id is None:
        return false()
    # Under a name of its own: the list's statement joins the orders as well.
    order = aliased(OrderRecord)
    return exists().where(order.id == source.order_id, order.brand_key == brand)


def _marked(name: str, item: Any) -> tuple[ColumnElement[bool], ...]:
    return WorkMark.worklist == name, WorkMark.item == cast(item, String)
