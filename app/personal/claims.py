"""How a room claims the columns of its tables: what each is for, whether it tells of a person, and how it ends..

A room's file ``personal.py`` names a ``PERSONAL``; nobody keeps a list of tables. A column more is a word more in its
table's ``plain``, or a line in its ``personal``.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Table
from sqlalchemy.orm import DeclarativeBase, InstrumentedAttribute, Session

from app.core.parts import PERSONAL, declared


def _l(text: str) -> str:
    """Mark a text for translation where it stands; it is translated when a person reads it."""
    return text


class Basis(StrEnum):
    """Why the law lets a shop keep it (article 6 of the GDPR)."""

    CONTRACT = "contract"
    DUTY = "legal duty"
    INTEREST = "legitimate interest"
    CONSENT = "consent"


class Tier(StrEnum):
    """Who may see it: whoever has a mailed link, only who proved the address by a code, the shop's people, nobody."""

    LINK = "1"
    CODE = "2"
    STAFF = "staff"
    NOBODY = "nobody"


@dataclass(frozen=True, slots=True)
class DataSubject:
    """One customer: what they are known by, the orders that are theirs, and those that only name them.

    ``named_in`` are orders of others that name them as a further contact. ``words`` are how texts that nobody has taken
    apart may name them. ``key`` makes the digests. What came before ``swept_at`` was read through already.
    """

    # The installation's own secret: without it nobody tells whom a digest stands for.
    key: str
    emails: frozenset[str] = frozenset()
    phones: frozenset[str] = frozenset()
    customer_ids: frozenset[str] = frozenset()
    order_ids: tuple[int, ...] = ()
    named_in: tuple[int, ...] = ()
    words: frozenset[str] = frozenset()
    swept_at: datetime | None = None

    @property
    def nobody(self) -> bool:
        """Whether nothing leads to anybody."""
        return not (self.emails or self.phones or self.customer_ids or self.order_ids or self.named_in)

    def is_named_in(self, text: str) -> bool:
        """Whether a text that nobody has taken apart names them."""
        folded = text.casefold()
        return any(word in folded for word in self.words)


@dataclass(frozen=True, slots=True)
class Use:
    """What a personal column is for, and what stands there after an erasure: a value, or one made of the row."""

    purpose: str
    blank: Any = None
    tier: Tier | None = None


@dataclass(frozen=True, slots=True)
class Retained:
    """Why a table's facts of an erased person stay, sealed, until so many days after ``since``."""

    reason: str
    term: str
    since: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TableClaim:
    """A table, all its columns claimed: ``plain`` tell of no customer, ``staff`` of the shop's people, ``personal`` do.

    ``of`` finds a person's rows; erasing blanks the personal columns there, or deletes the rows that are ``deleted``.
    ``apart``: its rows are many and found by reading, in transactions of their own. ``hidden`` columns are secrets or
    digests, which no export shows. ``term`` names how long it is kept, counted from ``since``; without ``since`` it
    goes with what it hangs on, and by ``until`` each row has its own day. ``ended``: only such rows come to an end.
    """

    model: type[DeclarativeBase]
    purpose: str
    basis: Basis = Basis.CONTRACT
    tier: Tier = Tier.STAFF
    term: str
    plain: str = ""
    staff: str = ""
    hidden: str = ""
    personal: Mapping[str, Use] = field(default_factory=dict)
    # With the session, for what can only be found by reading.
    of: Callable[[Session, DataSubject], ColumnElement[bool]] | None = None
    apart: bool = False
    deleted: bool = False
    since: InstrumentedAttribute[Any] | None = None
    until: InstrumentedAttribute[Any] | None = None
    ended: ColumnElement[bool] | None = None
    retained: Retained | None = None

    @property
    def table(self) -> Table:
        """The table itself."""
        table = self.model.__table__
        if not isinstance(table, Table):
            raise TypeError(f"{self.model} is mapped to no table")
        return table

    @property
    def claimed(self) -> dict[str, str]:
        """Every column by its name in the database, with how it was claimed; the last of two words for one counts."""
        plain = {name: "plain" for name in self.plain.split()}
        others = {name: "staff" for name in self.staff.split()} | {name: "hidden" for name in self.hidden.split()}
        return plain | others | {name: "personal" for name in self.personal}


@dataclass(frozen=True, slots=True)
class RoomClaims:
    """What one room keeps.

    ``close`` is done before anything of a person is blanked: what waits for them must stop. ``hold`` is done after a
    backup was put back: what waits there may have left already, and gives how many that is.
    """

    name: str
    tables: tuple[TableClaim, ...]
    close: Callable[..., None] | None = None
    hold: Callable[..., int] | None = None


def rooms() -> dict[str, RoomClaims]:
    """Every room that says what it keeps, by name."""
    return declared(PERSONAL, RoomClaims)


def claims() -> Iterator[TableClaim]:
    """Every table's claim, rooms in their order."""
    # Found anew at each call, and loaded once: an installed package may bring tables of its own.
    for room in rooms().values():
        yield from room.tables


def claim_of(table: str) -> TableClaim | None:
    """The claim of a table by its name."""
    return next((claim for claim in claims() if claim.table.name == table), None)
