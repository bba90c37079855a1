"""No state moves silently: the files of its table alone move it, and each move appends an event or says why not."""

import ast
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

import pytest
from sqlalchemy import Integer, String
from sqlalchemy.types import TypeEngine

from app import models
from app.core.db import Model
from tests.house.code.source import BODY, Place, Source, SourceFile, app

NAMES = frozenset({"decision", "goods", "state", "status"})
# Who moves what. A second file for one column is a second place where its table has to be kept.
MOVING = {
    "app/api/webhooks_out/deliveries.py": {"WebhookDelivery.state"},
    "app/brands/versions.py": {"SettingVersion.state"},
    "app/events/inbox.py": {"InboxRow.state"},
    "app/notify/personal.py": {"Message.state"},
    "app/notify/plan/listener.py": {"Message.state"},
    "app/notify/providers/callbacks.py": {"Message.state"},
    "app/notify/send/claim.py": {"Message.state"},
    "app/notify/send/reconcile.py": {"Message.state"},
    "app/notify/send/resend.py": {"Message.state"},
    "app/orders/intake/upsert.py": {"Order.status"},
    "app/returns/moves.py": {"Refund.state", "Return.decision", "Return.goods"},
    "app/privacy/requests.py": {"Erasure.state"},
    "app/support/cases.py": {"SupportCase.state"},
    "app/tracking/fold/job.py": {"Shipment.state"},
    "app/tracking/parcels.py": {"Shipment.state"},
}
# Written as it was said, by a carrier or by a person who explains the carrier's code.
FACTS = {"TrackingEvent.status", "WordMeaning.state"}
# No part of the portal hears of these moves, and why.
SILENT = {
    "Erasure.state": "what was done stands in the trail; nobody is left to hear of it",
    "InboxRow.state": "a delivery from outside: what it means is told when it is understood",
    "Message.state": "a message is what follows from an event; its attempts and reports stand with it",
    "SettingVersion.state": "a setting is read by whoever needs it; who changed what stands in the trail",
    "WebhookDelivery.state": "a delivery is what follows from an event; its attempts stand with it",
}
# Shapes that bear the names of states and are no rows.
SHAPES = {"app/api/webhooks_out/announcements.py": "the bodies of webhooks"}
# Who moves states anew without telling anybody again, and why.
REPAIRS = {"app.tracking.fold.rebuild": "a command that folds once more what is there; all that happened was told then"}
APPENDING = {("app.events.log", "append"), ("app.events.log", "append_all")}
SQL = re.compile(rf"\bset\b[^;]*\b({'|'.join(sorted(NAMES))})\s*=", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Move:
    """A place in the code that gives a state column a value."""

    file: SourceFile
    column: str
    line: int

    @property
    def place(self) -> Place:
        return (self.file.dotted, self.file.owners.get(self.line, BODY))

    def __str__(self) -> str:
        return f"{self.file.path}:{self.line} moves {self.column}"


@cache
def columns(kind: type[TypeEngine[Any]] = String) -> frozenset[str]:
    """Every column, of words unless asked otherwise, that is named as if it said in which state a row is."""
    assert models  # every table is loaded
    return frozenset(
        f"{mapper.class_.__name__}.{column.key}"
        for mapper in Model.registry.mappers
        for column in mapper.column_attrs
        if column.key in NAMES and isinstance(column.columns[0].type, kind)
    )


def moves(file: SourceFile) -> list[Move]:
    """Where a file moves a state, by the tables that it names."""
    brought = {one.name for one in file.imports} | {one.name for one in file.classes}
    states, numbers = _of(brought, columns()), _of(brought, columns(Integer))
    dictionaries = file.path not in SHAPES and any(
        _called(call) in ("update", "insert", "update_rows") for call in file.calls
    )
    lines = {(node.lineno, name) for node in file.nodes for name in _moved(node, states, dictionaries=dictionaries)}  # type: ignore[attr-defined]
    return [
        Move(file, states.get(name, f"?.{name}"), line)
        for line, name in sorted(lines)
        if name in states or name not in numbers
    ]


def _of(tables: set[str], columns: Iterable[str]) -> dict[str, str]:
    return {name.rpartition(".")[2]: name for name in sorted(columns) if name.partition(".")[0] in tables}


def _moved(node: ast.AST, states: dict[str, str], *, dictionaries: bool) -> Iterator[str]:
    """The state columns to which one node gives a value; ``states`` are those of tables that its file names."""
    if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store) and node.attr in NAMES:
        if ast.unparse(node.value) != "self":
            yield node.attr
    elif isinstance(node, ast.Call):
        named = [word.arg for word in node.keywords if word.arg in states]
        makes = any(name.partition(".")[0] == _called(node) for name in states.values())
        yield from (name for name in named if name and (makes or _called(node) == "values"))
        if _called(node) == "setattr" and isinstance(node.args[1], ast.Constant):
            yield from {str(node.args[1].value)} & NAMES
    elif isinstance(node, ast.Dict) and dictionaries:
        yield from (str(key.value) for key in node.keys if isinstance(key, ast.Constant) and key.value in states)
    elif (
        isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and node.value.lower().lstrip().startswith("update ")
    ):
        yield from SQL.findall(node.value)


def _called(call: ast.Call) -> str:
    return str(getattr(call.func, "id", getattr(call.func, "attr", "")))


def strangers(source: Source) -> list[str]:
    """Moves by a file that has no business with that state."""
    all_moves = [one for file in source for one in moves(file)]
    return [str(one) for one in all_moves if one.column not in MOVING.get(one.file.path, set()) | FACTS]


def silent(source: Source) -> list[str]:
    """Moves after which no event can follow: neither where they are made nor by all who ask for them."""
    users: dict[Place, set[Place]] = {}
    for file in source:
        for place in source.graph.places(file):
            for used in source.graph.uses(place):
                users.setdefault(used, set()).add(place)

    def told(place: Place, seen: frozenset[Place] = frozenset()) -> bool:
        if place[0] in REPAIRS or source.graph.chain([place], APPENDING.__contains__):
            return True
        asking = users.get(place, set()) - seen - {place}
        return bool(asking) and all(told(one, seen | {place}) for one in asking)

    all_moves = [one for file in source if file.path in MOVING for one in moves(file)]
    return [str(one) for one in all_moves if one.column not in SILENT.keys() | FACTS and not told(one.place)]


def test_every_state_has_its_table() -> None:
    moved = {column for owned in MOVING.values() for column in owned}
    assert moved | FACTS == columns()
    assert SILENT.keys() <= moved


def test_states_are_moved_by_the_files_of_their_tables_alone() -> None:
    assert strangers(app()) == []


def test_whoever_may_move_a_state_does() -> None:
    files = {file.path: file for file in app()}
    assert {path: {one.column for one in moves(files[path])} - FACTS for path in MOVING} == MOVING


def test_every_move_is_told() -> None:
    assert silent(app()) == []


WORKLIST = "app/staff/worklists/worklists.py"
FAULTS = {
    "an assignment": {WORKLIST: "+def end(order: object) -> None:\n    order.status = 'cancelled'"},
    "two at once": {WORKLIST: "+def end(back: object) -> None:\n    back.version, back.goods = 1, 'received'"},
    "by its name": {WORKLIST: "+def end(row: object) -> None:\n    setattr(row, 'state', 'dead')"},
    "a statement": {
        "app/tracking/services.py": "+from app.tracking.models import Shipment\n"
        "END = update(Shipment).values(state='delivered')"
    },
    "a statement of a dictionary": {
        "app/tracking/watch.py": "+from app.tracking.models import Shipment\n"
        "END = update(Shipment).values({'state': 'delivered'})"
    },
    "a row that is made": {
        "app/returns/decisions.py": "+from app.returns.models import Return\nMADE = Return(decision='approved')"
    },
    "plain SQL": {WORKLIST: "+END = text('update shipment set dirty_at = null, state = 1')"},
}  # fmt: skip


@pytest.mark.parametrize("fault", FAULTS)
def test_a_move_by_a_stranger_is_told(fault: str) -> None:
    assert len(strangers(app().planted(FAULTS[fault]))) == 1


def test_what_only_reads_or_answers_with_a_state_is_let_be() -> None:
    fine = "+def shown(order: object) -> object:\n    return {'status': order.status, 'state': dict(state=1)}"
    assert strangers(app().planted({WORKLIST: fine})) == []


def test_a_move_that_nobody_is_told_of_is_told() -> None:
    quiet = "+def close(found: Return) -> None:\n    found.decision = Decision.CANCELLED"
    assert len(silent(app().planted({"app/returns/moves.py": quiet}))) == 1
