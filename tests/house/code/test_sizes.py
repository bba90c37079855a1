"""A file is as long as its concept, a function as a thought, and a folder as what one can look over."""

import ast
import statistics
import tomllib
from collections.abc import Sequence

import pytest

from app.core.parts import SEAMS
from tests.house.code.source import ROOT, Functions, Source, SourceFile, app
from tests.house.code.test_imports import parts

MOST_SIDE_BY_SIDE = 15
MOST_PARAMETERS = 6
# What every service takes before its own facts: whom to ask, and when it is.
NO_FACTS = frozenset({"self", "cls", "session", "sessions", "now", "clock"})
LONGEST_FILE, SHORTEST_FILE = 400, 30
LONGEST_FUNCTION, USUAL_FUNCTION, NINE_IN_TEN = 45, 9, 24
MOST_PARAMETERS = 6
# What every service takes before its own facts: who is asked, and when.
NO_FACTS = {"self", "cls", "session", "sessions", "now", "clock"}


def crowded(source: Source) -> list[str]:
    """Folders with more files than one can look over; a head that only says what the folder holds is none."""
    counted = {folder: [file for file in files if not is_bare_head(file)] for folder, files in source.folders().items()}
    return [f"{folder}: {len(files)}" for folder, files in counted.items() if len(files) > MOST_SIDE_BY_SIDE]


def is_bare_head(file: SourceFile) -> bool:
    """Whether a package's head holds nothing but its first line."""
    return file.is_head and all(isinstance(node, ast.Expr) for node in file.tree.body)


def is_declaration(file: SourceFile) -> bool:
    """Whether a file does nothing but say what there is: names, tables, shapes, and what a part declares of itself."""
    if file.stem in {seam.module for seam in SEAMS.values()}:
        return True
    return not file.functions and not any(isinstance(node, ast.For | ast.With | ast.Try) for node in file.tree.body)


def odd_sizes(source: Source) -> list[str]:
    """Files that are two concepts, or part of one; a part that can be added is as short as what it declares."""
    long = [file for file in source if file.lines > LONGEST_FILE]
    own = parts(source)
    short = [
        file for file in source if file.lines < SHORTEST_FILE and not is_declaration(file) and file.folder not in own
    ]
    return [f"{file.path}: {file.lines}" for file in [*long, *short]]


def length(function: Functions) -> int:
    return (function.end_lineno or 0) - function.lineno + 1


def long_functions(source: Source) -> list[str]:
    """Functions of more than one thought."""
    return [
        f"{file.at(one)} {one.name}: {length(one)}"
        for file in source
        for one in file.functions
        if length(one) > LONGEST_FUNCTION
    ]


def many_parameters(source: Source) -> list[str]:
    """Functions that want more facts than one can keep apart; a command's are its options."""
    return [
        f"{file.at(one)} {one.name}: {count}"
        for file in source
        for one in file.functions
        if not any("option" in ast.unparse(decorator) for decorator in one.decorator_list)
        and (count := len({argument.arg for argument in arguments(one)} - NO_FACTS)) > MOST_PARAMETERS
    ]


def arguments(function: Functions) -> list[ast.arg]:
    return [*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs]


def ninth_of_ten(sizes: Sequence[int]) -> int:
    return sorted(sizes)[int(len(sizes) * 0.9)]


def silent_files(source: Source) -> list[str]:
    """Files that do not say first what they hold, in one line that ends."""
    return [file.path for file in source if not file.docstring.partition("\n")[0].strip().endswith((".", ":"))]


def test_a_folder_holds_what_one_can_look_over() -> None:
    assert crowded(app()) == []


def test_a_file_is_as_long_as_its_concept() -> None:
    sizes = [file.lines for file in app() if not file.is_head]
    assert odd_sizes(app()) == []
    assert 60 <= statistics.median(sizes) <= 120
    assert ninth_of_ten(sizes) <= 250


def test_functions_are_short() -> None:
    sizes = [length(one) for file in app() for one in file.functions]
    assert long_functions(app()) == []
    assert statistics.median(sizes) <= USUAL_FUNCTION
    assert ninth_of_ten(sizes) <= NINE_IN_TEN


def test_functions_want_few_facts() -> None:
    assert many_parameters(app()) == []


def test_the_linter_bounds_complexity_everywhere() -> None:
    rules = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["ruff"]["lint"]
    assert rules["mccabe"]["max-complexity"] <= 8
    assert "C90" in rules["select"]
    exempt = [path for path, codes in rules["per-file-ignores"].items() if any(code.startswith("C9") for code in codes)]
    assert exempt == []
    assert [file.path for file in app() if "noqa: C901" in file.text] == []


def test_a_file_says_first_what_it_holds() -> None:
    assert silent_files(app()) == []


HEAD = '"""One thing."""\n'
FAULTS = {
    "a crowded folder": (crowded, {f"app/new/f{at}.py": HEAD for at in range(16)}),
    "a head that does work": (
        crowded,
        {f"app/new/f{at}.py": HEAD for at in range(15)} | {"app/new/__init__.py": HEAD + "import os\n"},
    ),
    "a long file": (odd_sizes, {"app/new.py": HEAD + "A = 1\n" * 400}),
    "a short file": (odd_sizes, {"app/new.py": HEAD + "def one() -> int:\n    return 1\n"}),
    "a long function": (long_functions, {"app/new.py": HEAD + "def one() -> None:\n" + "    print()\n" * 45}),
    "a long function in a class": (
        long_functions,
        {"app/new.py": HEAD + "class A:\n    def one(self) -> None:\n" + "        print()\n" * 45},
    ),
    "many parameters": (
        many_parameters,
        {"app/new.py": HEAD + "def one(session, a, b, c, d, e, f, g, now):\n" + "    print()\n" * 30},
    ),
    "a silent file": (silent_files, {"app/new.py": "A = 1\n"}),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_what_has_the_wrong_size_is_named(fault: str) -> None:
    check, planted = FAULTS[fault]
    assert len(check(app().planted(planted))) == len(check(app())) + 1


def test_a_head_and_a_table_may_be_short() -> None:
    small = {"app/new/__init__.py": HEAD, "app/new/names.py": HEAD + "NAMES = ('a', 'b')\n"}
    assert odd_sizes(app().planted(small)) == odd_sizes(app())
