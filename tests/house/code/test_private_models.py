"""Models are private: a room's tables are named by its own files; others read its records and ask its services.

A room is a top folder of ``app``. However a model is brought (by its file, from a file that took it from there, for
types alone, by a text), the room that brings it must be the one that declares it.
"""

import ast
import re
from collections.abc import Mapping

import pytest

from tests.house.code.source import Place, Source, SourceFile, app

TEXT = re.compile(r"app(?:\.\w+)*\.models(?:[.:]\w+)*")
# Every table at once: for the migrations, and where a process must know them all.
ALL_TABLES = {
    "app/models.py": "names every table, and none of it is for others",
    "app/server/worker.py": "loads every table before the first job",
}


def declares(file: SourceFile | None) -> bool:
    """Whether a file holds models."""
    return file is not None and file.stem == "models" and file.path != "app/models.py"


def origin(source: Source, place: Place) -> Place:
    """Where a name was declared that files have handed on; the file itself, if it is one."""
    module, name = place
    seen = {place}
    while (file := source.by_name.get(module)) is not None and name not in file.names:
        brought = file.locals.get(name)
        if brought is None:
            break
        target = source.target(brought)
        module, name = target, brought.name if target == brought.target else ""
        if (module, name) in seen:
            break
        seen.add((module, name))
    return module, name


def brought(source: Source, file: SourceFile) -> set[tuple[int, Place]]:
    """Everything that a file names of other files, with the line: by imports, and by modules that it imports."""
    imports = {
        (one.line, (target, one.name if target == one.target else ""))
        for one in file.imports
        for target in [source.target(one)]
    }
    return imports | {(0, used) for place in source.graph.places(file) for used in source.graph.uses(place)}


def foreign(source: Source) -> list[str]:
    """Each place where a file reaches for the tables of another room."""
    faults = []
    classes = {one.name: file.room for file in source if declares(file) for one in file.classes}
    for file in source:
        if file.path in ALL_TABLES:
            continue
        for line, place in brought(source, file):
            module, name = origin(source, place)
            theirs = source.by_name.get(module)
            if module == "app.models" or (theirs is not None and declares(theirs) and theirs.room != file.room):
                faults.append(f"{file.path}:{line} takes {name or 'models'} of {module}")
        faults += by_a_text(file, classes) + whole(file)
    return sorted(set(faults))


def by_a_text(file: SourceFile, classes: Mapping[str, str]) -> list[str]:
    """Texts that name models of another room: by their path, or by their class in a relation."""
    texts = [node for node in file.nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)]
    paths = [node for node in texts if TEXT.fullmatch(str(node.value))]
    wrong = [node for node in paths if str(node.value).split(".")[1] != file.room]
    related = [
        expr
        for call in file.calls
        if getattr(call.func, "id", getattr(call.func, "attr", "")) in ("relationship", "related")
        for expr in call.args
        if isinstance(expr, ast.Constant) and classes.get(str(expr.value), file.room) != file.room
    ]
    return [f"{file.at(node)} names {ast.unparse(node)}" for node in [*wrong, *related]]


def whole(file: SourceFile) -> list[str]:
    """Whoever asks the metadata for a table, or the registry for a class, asks for any room's."""
    if file.room == "core":
        return []
    attributes = [node for node in file.nodes if isinstance(node, ast.Attribute) and node.attr in ("mappers", "tables")]
    texts = [ast.unparse(node) for node in attributes]
    return [
        f"{file.at(node)} asks {text}"
        for node, text in zip(attributes, texts, strict=True)
        if "metadata" in text or "registry" in text
    ]


def test_no_room_reaches_for_the_tables_of_another() -> None:
    assert sum(map(declares, app())) >= 10
    assert foreign(app()) == []


QUERIES = "app/returns/queries.py"
FAULTS = {
    "a model": {QUERIES: "+from app.orders.models import Order"},
    "the file": {QUERIES: "+from app.orders import models as orders"},
    "the file by its path": {QUERIES: "+import app.orders.models as orders"},
    "within a function": {QUERIES: "+def f() -> None:\n    from app.orders.models import Order"},
    "for types alone": {QUERIES: "+if TYPE_CHECKING:\n    from app.orders.models import Order"},
    "all tables": {QUERIES: "+from app.models import orders"},
    "all tables as one": {QUERIES: "+from app import models"},
    "handed on": {QUERIES: "+from app.orders.intake.upsert import Order"},
    "by the file that has it": {QUERIES: "+from app.orders.intake import upsert\nNEW = upsert.Order"},
    "by a text": {QUERIES: "+import importlib\nORDERS = importlib.import_module('app.orders.models')"},
    "in a relation": {QUERIES: "+order = relationship('Order')"},
    "out of the metadata": {QUERIES: "+ORDERS = Model.metadata.tables['order']"},
}


@pytest.mark.parametrize("fault", FAULTS)
def test_whoever_reaches_for_them_is_told(fault: str) -> None:
    assert set(foreign(app().planted(FAULTS[fault]))) > set(foreign(app()))


def test_a_rooms_own_files_and_others_records_are_let_be() -> None:
    fine = "+from app.returns.models import Return\nfrom app.orders.records import OrderRecord\nprint(OrderRecord.id)"
    assert foreign(app().planted({QUERIES: fine})) == foreign(app())
