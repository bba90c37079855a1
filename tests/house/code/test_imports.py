"""Who names whom: only the seams name a part that can be added, and no two files need each other to be loaded."""

import ast
import importlib
import importlib.util
from collections.abc import Iterator
from pathlib import PurePosixPath

import pytest

from app.core.parts import SEAMS
from tests.house.code.source import ROOT, Import, Source, SourceFile, app

# Who names a carrier, a sender of messages or a system by its own name, with the reason.
NAMING = {
    "app/providers.py": "from the settings to what is used",
    "app/oms/personal.py": "what the way in of files keeps",
    "app/models.py": "every table of the schema, whoever brings it",
    "app/returns/labels/files.py": "our own label's files, where nobody else made one",
    "app/returns/labels/making.py": "our own label, which takes the place of one that cannot be had",
    "app/jobs/carriers.py": "the one carrier whose reports are to be ordered number by number",
}


def parts(source: Source) -> set[str]:
    """The folders that are parts: carriers, senders, systems, makers of labels."""
    return {
        file.folder
        for file in source
        for seam in SEAMS.values()
        # Rooms are no parts, though each says what it keeps.
        if seam.package != "app"
        and PurePosixPath(file.folder).parent == PurePosixPath(seam.package.replace(".", "/"))
        and file.stem in (seam.module, "send")
    }


def named_parts(source: Source) -> list[str]:
    """Each import of a part by a file that is in no part and does not stand among those that may."""
    folders = parts(source)
    return [
        f"{file.path}:{one.line} names {one.target}"
        for file in source
        if file.path not in NAMING and not _within(file.path, folders)
        for one in file.imports
        if _within(source.target(one).replace(".", "/") + ".py", folders)
    ]


def _within(path: str, folders: set[str]) -> bool:
    return any(path.startswith((f"{folder}/", f"{folder}.py")) for folder in folders)


def circles(source: Source) -> list[list[str]]:
    """Files that need each other while they are loaded, each circle once."""
    needs = {file.dotted: set(_needed(source, file)) for file in source}
    while leaves := [name for name, needed in needs.items() if not needed & needs.keys()]:
        for name in leaves:
            del needs[name]
    ways = []
    while needs:
        way = [min(needs)]
        while (after := min(needs[way[-1]] & needs.keys())) not in way:
            way.append(after)
        ways.append(way[way.index(after) :])
        for name in ways[-1]:
            needs.pop(name)
        while leaves := [name for name, needed in needs.items() if not needed & needs.keys()]:
            for name in leaves:
                del needs[name]
    return ways


def _needed(source: Source, file: SourceFile) -> Iterator[str]:
    """What is loaded before it: imports at its top, not those for types nor those within functions."""
    for one in file.imports:
        if not one.for_types and not _is_late(file, one):
            yield source.target(one)


def _is_late(file: SourceFile, one: Import) -> bool:
    return any(function.lineno < one.line <= (function.end_lineno or 0) for function in file.functions)


def strange(source: Source) -> list[str]:
    """Imports of ours by a text: nobody can see who needs whom."""
    return [
        f"{file.at(call)} imports by a text"
        for file in source
        if file.path not in BY_A_TEXT
        for call in file.calls
        if getattr(call.func, "attr", getattr(call.func, "id", "")) in ("import_module", "__import__")
        and any("app." in ast.unparse(expr) or not isinstance(expr, ast.Constant | ast.JoinedStr) for expr in call.args)
    ]


# What is only known while the portal runs.
BY_A_TEXT = {
    "app/__init__.py": "blueprints, gathered without loading what a process does not serve",
    "app/cli.py": "commands, each loaded when it is called: help and version wait for none",
    "app/core/parts.py": "parts, whoever brings them",
    "app/carriers/base/karrio.py": "the readers of a library, each loaded when its carrier is first met",
    "app/jobs/engine.py": "the jobs of every domain, in the worker alone",
    "app/server/worker.py": "every table of the schema, in the worker alone",
}


def gone(source: Source) -> list[str]:
    """What is taken out of the portal and is not there: trials are run seldom, and would fail only then."""
    return [
        f"{file.path}:{one.line} takes {one.name or one.target}"
        for file in source
        for one in file.imports
        if one.target.startswith("app") and not _is_there(one)
    ]


def _is_there(one: Import) -> bool:
    module = importlib.import_module(one.target)
    if not one.name or hasattr(module, one.name):
        return True
    return hasattr(module, "__path__") and importlib.util.find_spec(f"{one.target}.{one.name}") is not None


def test_parts_are_named_by_nobody_but_their_seams() -> None:
    assert len(parts(app())) >= 15
    assert named_parts(app()) == []


def test_no_file_needs_itself_to_be_loaded() -> None:
    assert circles(app()) == []


def test_imports_are_written_as_imports() -> None:
    assert strange(app()) == []


def test_what_trials_and_tools_take_from_the_portal_is_there() -> None:
    trials = Source.read(ROOT, "benchmarks", "tools")
    assert gone(trials) == []
    planted = trials.planted({"benchmarks/crowd.py": "from app.core import clock\nfrom app.core.clock import sundial"})
    assert gone(planted) == ["benchmarks/crowd.py:2 takes sundial"]


def test_a_part_that_is_named_is_told() -> None:
    named = app().planted({"app/orders/queries.py": "+def ask() -> None:\n    from app.carriers.ups import carrier"})
    assert len(named_parts(named)) == 1


CIRCLE = {
    "app/tracking/states.py": "+from app.core.tokens import digest",
    "app/core/tokens.py": "+from app.tracking.states import ShipmentState",
}


@pytest.mark.parametrize("late", [False, True])
def test_a_circle_is_found_unless_one_half_comes_late(late: bool) -> None:
    files = dict(CIRCLE)
    if late:
        files["app/core/tokens.py"] = "+def late() -> None:\n    from app.tracking.states import ShipmentState"
    assert circles(app().planted(files)) == [] if late else [["app.core.tokens", "app.tracking.states"]]


def test_an_import_by_a_text_is_named() -> None:
    assert strange(
        app().planted({"app/orders/queries.py": "+import importlib\nimportlib.import_module('app.api.keys')"})
    )
