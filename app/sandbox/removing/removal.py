"""The demo's data taken out of a database: its orders with all that hangs on them, its points, its name; never more."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Table, delete, exists, func, select, true, tuple_
from sqlalchemy.orm import Session
from sqlalchemy.sql.ddl import sort_tables

from app.audit import trail as audit
from app.brands.queries import speaking_brand
from app.brands.services import describe_default
from app.core.errors import Conflict
from app.orders.demo import demos_alone, is_demos, is_real
from app.orders.records import OrderContactRecord, OrderRecord
from app.orders.services import lock_order
from app.personal.claims import DataSubject, TableClaim, rooms
from app.returns.points.importing import remove_points
from app.sandbox.places import BRAND, point_rows
from app.staff.auth.roles import Role
from app.staff.people import people
from app.tracking.records import ShipmentRecord, TrackingEventRecord

# One transaction's orders: each brings some dozens of rows along.
BATCH = 25
# Requests to be erased and the trail of who did what tell of people and stay, whatever they were about.
STAY = frozenset({"audit", "personal", "privacy"})
# Found by opening every row, and gone in two days by themselves.
READ_THROUGH = frozenset({"kept_answer"})
LOCKED = ("shipment", "return", "refund")
# What the first migration gave the default brand.
UNNAMED: dict[str, Any] = {
    "name": "Paradero",
    "sms_name": "",
    "help_email": None,
    "help_phone": None,
    "postal_address": "",
    "return_address": {},
}


# Only the edge commits: it says in which transaction each batch is removed.
Committing = Callable[[Callable[[Session], "Counter[str]"]], "Counter[str]"]


@dataclass(frozen=True, slots=True)
class DemoData:
    """What of the demo there is: rows by table, the brand's facts that are still the demo's, and its people."""

    rows: Mapping[str, int] = field(default_factory=dict)
    facts: tuple[str, ...] = ()
    people: tuple[str, ...] = ()

    @property
    def orders(self) -> int:
        """How many orders."""
        return self.rows.get("order", 0)

    @property
    def any(self) -> bool:
        """Whether there is something to remove."""
        return bool(self.facts or any(self.rows.values()))


def foreseen(session: Session) -> DemoData:
    """What would go, counted; nothing is changed."""
    order_ids = tuple(session.scalars(select(OrderRecord.id).where(is_demos())))
    rows = dict(_counts(session, order_ids)) | {"drop_off_point": remove_points(session, point_rows(), count=True)}
    return DemoData({name: count for name, count in rows.items() if count}, _facts(session), _people(session))


def remove_all(commit: Committing, *, key: str, by: str, now: datetime) -> dict[str, int]:
    """Remove it, each batch in a transaction by ``commit``; call it again after an interruption.

    Gives the rows that went, by table.
    """
    gone: Counter[str] = Counter()
    while batch := commit(lambda session: _remove_batch(session, key=key, by=by, now=now)):
        gone.update(batch)
    gone.update(commit(lambda session: _remove_places(session, by=by, now=now)))
    return dict(gone)


def remove_orders(session: Session, order_ids: Sequence[int], *, key: str) -> Counter[str]:
    """Remove these orders of the demo, in the caller's transaction; one that the shop has made its own stays."""
    for order_id in sorted(order_ids):
        lock_order(session, order_id)
    # Read again under the locks: a document of the shop's own may have come meanwhile.
    still = select(OrderRecord.id).where(OrderRecord.id.in_(order_ids), is_demos()).order_by(OrderRecord.id)
    chosen = tuple(session.scalars(still))
    if not chosen:
        return Counter()
    person = _invented(session, chosen, key=key)
    hanging = {claim.table: which for claim, which in _hanging(session, person)}
    # All are found before any goes: some are known only by others that go too.
    keys_by_table = {table: _found(session, table, which) for table, which in sorted(hanging.items(), key=_turn)}
    gone: Counter[str] = Counter()
    # What refers to another goes before it: a refund refuses to lose its return.
    for table in reversed(sort_tables(list(keys_by_table))):
        keys = list(table.primary_key.columns)
        rows = keys_by_table[table]
        if rows:
            which = keys[0].in_([row[0] for row in rows]) if len(keys) == 1 else tuple_(*keys).in_(rows)
            session.execute(delete(table).where(which))
        gone[table.name] += len(rows)
    # Rows were deleted past the session's own objects.
    session.expire_all()
    return +gone


def _found(session: Session, table: Table, which: ColumnElement[bool]) -> list[tuple[Any, ...]]:
    """The keys of these rows, locked until the commit."""
    keys = list(table.primary_key.columns)
    statement = select(*keys).where(which).order_by(*keys).with_for_update(of=table)
    return [tuple(row) for row in session.execute(statement)]


def _turn(hanging: tuple[Table, ColumnElement[bool]]) -> int:
    """Parcels, returns and refunds are locked in this order by everybody, the orders before them."""
    name = hanging[0].name
    return LOCKED.index(name) if name in LOCKED else len(LOCKED)


def shut_out(session: Session, *, by: str, but: str = "", now: datetime) -> list[str]:
    """Deactivate the demo's people, except who asks; gives whom. The last admin stays."""
    done = []
    for user in people.members(session):
        if user.active and user.email in DEMO_PEOPLE and user.email != but:
            try:
                people.set_active(session, user, False, by=by, now=now)
            except Conflict:
                continue
            done.append(user.email)
    return done


DEMO_PEOPLE = frozenset(f"{role}@almazara.example" for role in Role)


def _people(session: Session) -> tuple[str, ...]:
    return tuple(user.email for user in people.members(session) if user.active and user.email in DEMO_PEOPLE)


def _remove_batch(session: Session, *, key: str, by: str, now: datetime) -> Counter[str]:
    some = select(OrderRecord.id).where(is_demos()).order_by(OrderRecord.id).limit(BATCH)
    gone = remove_orders(session, session.scalars(some).all(), key=key)
    if gone:
        audit.record(session, actor=by, action="demo.removed", subject="demo", detail={"rows": dict(gone)}, now=now)
    return gone


def _remove_places(session: Session, *, by: str, now: datetime) -> Counter[str]:
    """The points and the brand's facts, as far as they are as the demo has made them."""
    points, facts = remove_points(session, point_rows()), _facts(session)
    if facts:
        describe_default(session, {name: UNNAMED[name] for name in facts})
    if points or facts:
        detail = {"rows": {"drop_off_point": points}, "brand": list(facts)}
        audit.record(session, actor=by, action="demo.removed", subject="demo", detail=detail, now=now)
    return +Counter({"drop_off_point": points})


def _facts(session: Session) -> tuple[str, ...]:
    """The columns of the default brand that still say what the demo says."""
    brand = speaking_brand(session)
    return tuple(name for name in UNNAMED if brand is not None and getattr(brand, name) == BRAND[name])


def _invented(session: Session, order_ids: tuple[int, ...], *, key: str) -> DataSubject:
    """These orders, and the addresses on them that stand on no order of the shop's own."""
    contacts = select(OrderContactRecord.email_folded, OrderContactRecord.phone_e164)
    rows = session.execute(contacts.where(OrderContactRecord.order_id.in_(order_ids))).all()
    emails = {row.email_folded for row in rows if row.email_folded and demos_alone(session, row.email_folded)}
    phones = {row.phone_e164 for row in rows if row.phone_e164 and demos_alone(session, row.phone_e164)}
    return DataSubject(key, frozenset(emails), frozenset(phones), order_ids=order_ids)


def _hanging(session: Session, person: DataSubject) -> Iterator[tuple[TableClaim, ColumnElement[bool]]]:
    """Every table that holds something of these orders, with which of its rows; the rest goes with those."""
    for room in rooms().values():
        for claim in room.tables:
            if room.name in STAY or claim.apart or claim.of is None or claim.table.name in READ_THROUGH:
                continue
            yield claim, claim.of(session, person) & _no_other(claim, person)


def _no_other(claim: TableClaim, person: DataSubject) -> ColumnElement[bool]:
    """Nothing of an order of the shop's own, however it was found."""
    if claim.table.name == "tracking_event":
        same = (
            ShipmentRecord.number == TrackingEventRecord.number,
            ShipmentRecord.carrier == TrackingEventRecord.carrier,
        )
        return ~exists().where(*same, ShipmentRecord.order_id == OrderRecord.id, is_real())
    column = claim.table.columns.get("order_id")
    return true() if column is None else column.in_(person.order_ids) | column.is_(None)


def _counts(session: Session, order_ids: tuple[int, ...]) -> Iterator[tuple[str, int]]:
    person = DataSubject("", order_ids=order_ids)
    for claim, which in _hanging(session, person) if order_ids else ():
        yield claim.table.name, session.scalar(select(func.count()).select_from(claim.table).where(which)) or 0
