"""Which functions of the portal lock rows of the four tables, by the code; and which of them a story has driven."""

import ast
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from types import FrameType

from app import models
from app.core.db import Model
from app.core.tables.records import Record
from tests.house.code.source import BODY, ROOT, Definitions, Place, Source, SourceFile
from tests.locks import ORDER

LOCKS = re.compile(r"with_for_update|\bfor (no key )?update\b")
WRITES = {("sqlalchemy", "update"), ("sqlalchemy", "delete")}
SQL = re.compile(rf'\b(?:update|of|from)\s+"?({"|".join(ORDER)})\b')


@cache
def classes_of_tables() -> frozenset[str]:
    """The names by which code speaks of rows of the four tables: models, and records that others read."""
    assert models  # every table is loaded
    mappers = [*Model.registry.mappers, *Record.registry.mappers]
    return frozenset(mapper.class_.__name__ for mapper in mappers if getattr(mapper.local_table, "name", "") in ORDER)


def locking(source: Source) -> set[Place]:
    """Every definition that locks rows of orders, parcels, returns or refunds: for update, or by changing them."""
    return {
        (file.dotted, top.name)
        for file in source
        for top in file.tree.body
        if isinstance(top, Definitions) and _locks(source, file, top)
    }


def _locks(source: Source, file: SourceFile, top: Definitions) -> bool:
    uses = source.graph.uses((file.dotted, top.name))
    texts, used = [ast.unparse(top)], set(uses)
    for module, name in uses:  # a statement that is made once, at the top of the file
        if module == file.dotted and name in file.values:
            texts.append(ast.unparse(file.values[name]))
            used |= set(source.graph.uses((module, name)))
    text = "\n".join(texts)
    written = bool(WRITES & used)
    of_ours = any(name in classes_of_tables() for _module, name in used)
    return (of_ours and (written or bool(LOCKS.search(text)))) or bool(LOCKS.search(text) and SQL.search(text))


@contextmanager
def noting(driven: set[Place]) -> Iterator[None]:
    """Note every definition of the application that is called in this thread meanwhile."""
    names: dict[str, str] = {}

    def note(frame: FrameType, event: str, _arg: object) -> None:
        if event == "call":
            path = frame.f_code.co_filename
            if path not in names:
                names[path] = _dotted(path)
            if names[path]:
                driven.add((names[path], frame.f_code.co_qualname.partition(".")[0]))

    usual = sys.getprofile()
    sys.setprofile(note)
    try:
        yield
    finally:
        sys.setprofile(usual)


def _dotted(path: str) -> str:
    inside = Path(path)
    if not inside.is_relative_to(ROOT / "app"):
        return BODY
    return inside.relative_to(ROOT).as_posix().removesuffix(".py").removesuffix("/__init__").replace("/", ".")
