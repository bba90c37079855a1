"""The project's own source, each file parsed once: its lines, its imports, and who may reach what from where."""

import ast
import tokenize
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from io import StringIO
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
Functions = ast.FunctionDef | ast.AsyncFunctionDef
Definitions = Functions | ast.ClassDef
BODY = ""
"""The name under which a file's own statements stand among its definitions."""


@dataclass(frozen=True, slots=True)
class Import:
    """One name that an import brings: ``target`` is a file's dotted name, ``name`` what is taken out of it, if any."""

    target: str
    name: str
    local: str
    line: int
    for_types: bool


@dataclass(frozen=True)
class SourceFile:
    """One Python file."""

    path: str
    text: str

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.text)

    @cached_property
    def dotted(self) -> str:
        """``app.returns.moves``; a package by its folder."""
        return self.path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")

    @cached_property
    def stem(self) -> str:
        return Path(self.path).stem

    @property
    def is_head(self) -> bool:
        return self.stem == "__init__"

    @cached_property
    def folder(self) -> str:
        return str(Path(self.path).parent)

    @property
    def room(self) -> str:
        """The top folder of ``app`` that it is in; a file beside them is a room of its own."""
        return self.path.split("/")[1].removesuffix(".py")

    @cached_property
    def lines(self) -> int:
        return len(self.text.splitlines())

    @cached_property
    def docstring(self) -> str:
        return ast.get_docstring(self.tree) or ""

    @cached_property
    def nodes(self) -> list[ast.AST]:
        return list(ast.walk(self.tree))

    @cached_property
    def functions(self) -> list[Functions]:
        return [node for node in self.nodes if isinstance(node, Functions)]

    @cached_property
    def classes(self) -> list[ast.ClassDef]:
        return [node for node in self.nodes if isinstance(node, ast.ClassDef)]

    @cached_property
    def calls(self) -> list[ast.Call]:
        return [node for node in self.nodes if isinstance(node, ast.Call)]

    @cached_property
    def comments(self) -> list[tuple[int, str]]:
        """Each comment with its line; what speaks to tools (``noqa``, ``fmt``, ``type``) is none."""
        tokens = tokenize.generate_tokens(StringIO(self.text).readline)
        comments = [
            (token.start[0], token.string.lstrip("#").strip()) for token in tokens if token.type == tokenize.COMMENT
        ]
        return [(line, text) for line, text in comments if text and not _is_for_tools(text)]

    @cached_property
    def imports(self) -> list[Import]:
        typing = {id(node) for branch in self.nodes if _is_for_types(branch) for node in ast.walk(branch)}
        return [one for node in self.nodes for one in _imported(node, for_types=id(node) in typing)]

    @cached_property
    def values(self) -> dict[str, ast.stmt]:
        """Each name that is given a value at its top, with the statement."""
        statements: dict[str, ast.stmt] = {}
        for node in self.tree.body:
            if isinstance(node, ast.Assign | ast.AnnAssign):
                targets = node.targets if isinstance(node, ast.Assign) else [node.target]
                names = [one.id for target in targets for one in ast.walk(target) if isinstance(one, ast.Name)]
                statements |= dict.fromkeys(names, node)
        return statements

    @cached_property
    def names(self) -> frozenset[str]:
        """What it declares itself: definitions and values."""
        return frozenset({node.name for node in self.tree.body if isinstance(node, Definitions)} | self.values.keys())

    @cached_property
    def locals(self) -> dict[str, Import]:
        """Each name that an import brings; the first where there are several."""
        return {one.local: one for one in reversed(self.imports)}

    @cached_property
    def owners(self) -> dict[int, str]:
        """The top definition in which each line stands."""
        tops = [node for node in self.tree.body if isinstance(node, Definitions)]
        return {line: top.name for top in tops for line in range(_first(top), (top.end_lineno or 0) + 1)}

    def at(self, node: ast.AST) -> str:
        """Where a node stands, as a person looks it up."""
        return f"{self.path}:{getattr(node, 'lineno', 0)}"


class Source:
    """Many files, by their dotted names."""

    def __init__(self, files: Iterable[SourceFile]) -> None:
        self.files = sorted(files, key=lambda file: file.path)
        self.by_name = {file.dotted: file for file in self.files}

    @classmethod
    def read(cls, root: Path, *folders: str) -> "Source":
        """Every Python file of these folders."""
        paths = [path for folder in folders for path in (root / folder).rglob("*.py")]
        return cls(SourceFile(path.relative_to(root).as_posix(), path.read_text("utf-8")) for path in paths)

    def __iter__(self) -> Iterator[SourceFile]:
        return iter(self.files)

    def planted(self, files: Mapping[str, str]) -> "Source":
        """The same with these texts in the place of some files, or beside them; ``+`` puts a text at a file's end."""
        old = {file.path: file for file in self.files}
        new = {
            path: SourceFile(path, f"{old[path].text}\n{text[1:]}\n" if text.startswith("+") else text)
            for path, text in files.items()
        }
        made = Source((old | new).values())
        made.graph.known(self.graph, but={file.dotted for file in new.values()})
        return made

    def folders(self) -> dict[str, list[SourceFile]]:
        """Which files lie side by side."""
        folders: dict[str, list[SourceFile]] = {}
        for file in self.files:
            folders.setdefault(file.folder, []).append(file)
        return folders

    def target(self, brought: Import) -> str:
        """The dotted name of the file that an import leads to: a module taken out of its package is the module."""
        inner = f"{brought.target}.{brought.name}"
        return inner if brought.name and inner in self.by_name else brought.target

    @cached_property
    def graph(self) -> "CallGraph":
        return CallGraph(self)


Place = tuple[str, str]
"""A definition: its file's dotted name and its own; a library's is the library's name and what is used of it."""
CLOCK = ("datetime", "now")


class CallGraph:
    """Which definition uses which, over all files; names in annotations alone are no use.

    What is passed as a value counts as used where it is named. A method is used with its class.
    """

    def __init__(self, source: Source) -> None:
        self.source = source
        self._uses: dict[Place, list[Place]] = {}

    def known(self, other: "CallGraph", *, but: set[str]) -> None:
        """Take over what another graph knows of files that are the same in both."""
        self._uses |= {place: uses for place, uses in other._uses.items() if place[0] not in but}

    def places(self, file: SourceFile) -> list[Place]:
        """Every definition of a file, and its own statements."""
        names = {node.name for node in file.tree.body if isinstance(node, Definitions)}
        return [(file.dotted, name) for name in [BODY, *sorted(names)]]

    def uses(self, place: Place) -> list[Place]:
        """What a definition uses itself."""
        if place not in self._uses:
            file = self.source.by_name.get(place[0])
            self._uses[place] = [] if file is None else sorted(_used(self.source, file, place[1]))
        return self._uses[place]

    def chain(
        self,
        starts: Iterable[Place],
        wrong: Callable[[Place], bool],
        *,
        through: Callable[[Place], bool] = lambda _place: True,
    ) -> list[Place]:
        """The shortest way from one of these to something wrong, or nothing; only ``through`` what may be passed."""
        before: dict[Place, Place | None] = dict.fromkeys(starts)
        waiting = deque(before)
        while waiting:
            here = waiting.popleft()
            if wrong(here):
                return _way(before, here)
            for there in self.uses(here) if through(here) else ():
                if there not in before:
                    before[there] = here
                    waiting.append(there)
        return []


def shown(chain: Iterable[Place]) -> str:
    """A way through the code on one line."""
    return " > ".join(f"{module}:{name}" if name else module for module, name in chain)


@cache
def app() -> Source:
    """The application."""
    return Source.read(ROOT, "app")


@cache
def tests() -> Source:
    """Its tests."""
    return Source.read(ROOT, "tests")


def _way(before: Mapping[Place, Place | None], last: Place) -> list[Place]:
    way: list[Place] = []
    at: Place | None = last
    while at is not None:
        way.insert(0, at)
        at = before[at]
    return way


def _first(top: Definitions) -> int:
    return min([top.lineno, *(one.lineno for one in top.decorator_list)])


def _is_for_tools(comment: str) -> bool:
    return comment.startswith(("noqa", "type:", "fmt:", "pragma", "!"))


def _is_for_types(node: ast.AST) -> bool:
    return isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test)


def _imported(node: ast.AST, *, for_types: bool) -> list[Import]:
    if isinstance(node, ast.Import):
        return [
            Import(one.name, "", one.asname or one.name.partition(".")[0], node.lineno, for_types) for one in node.names
        ]
    if isinstance(node, ast.ImportFrom) and node.module and not node.level:
        return [Import(node.module, one.name, one.asname or one.name, node.lineno, for_types) for one in node.names]
    return []


def _used(source: Source, file: SourceFile, name: str) -> set[Place]:
    """What one definition of a file names, outside of annotations, whatever its name means there."""
    here = {one.local: one for one in file.imports if file.owners.get(one.line, BODY) in (BODY, name)}
    parts: list[ast.AST] = [node for node in file.tree.body if getattr(node, "name", BODY) == name != BODY]
    if name in file.values:
        parts.append(file.values[name])
    elif not name:
        parts = [node for node in file.tree.body if not isinstance(node, Definitions) and not _is_for_types(node)]
    elif not parts and name in here:  # it passes on what it took from elsewhere
        parts = [ast.Name(name, ast.Load())]
    used: set[Place] = set()
    for node in (inner for part in parts for inner in _without_annotations(part)):
        used |= _meant(source, file, node, here, file.names)
    return used - {(file.dotted, name)}


def _meant(
    source: Source, file: SourceFile, node: ast.AST, here: Mapping[str, Import], own: Iterable[str]
) -> set[Place]:
    if isinstance(node, ast.Attribute):
        return {CLOCK} if _reads_the_time(node) else _of_module(source, node, here)
    if isinstance(node, ast.Import | ast.ImportFrom):
        return {(one.target, one.name) for one in _imported(node, for_types=False) if one.target not in source.by_name}
    if not isinstance(node, ast.Name) or not isinstance(node.ctx, ast.Load):
        return set()
    if node.id in here:
        brought = here[node.id]
        target = source.target(brought)
        is_module = target != brought.target or not brought.name
        if is_module:
            return set() if target in source.by_name else {(target, BODY)}
        return {(target, brought.name)}
    return {(file.dotted, node.id)} if node.id in own else set()


def _of_module(source: Source, node: ast.Attribute, here: Mapping[str, Import]) -> set[Place]:
    """``module.name``, where the module is one of ours or a library's."""
    words = ast.unparse(node).split(".")
    brought = here.get(words[0])
    if brought is None:
        return set()
    target = source.target(brought)
    if brought.name and target == brought.target:
        return set()
    if not brought.name and target.startswith(f"{brought.local}."):  # ``import a.b`` brings ``a``
        target = brought.local
    while len(words) > 2 and f"{target}.{words[1]}" in source.by_name:
        target, words = f"{target}.{words[1]}", words[1:]
    return {(target, words[1])}


def _reads_the_time(node: ast.Attribute) -> bool:
    return node.attr in ("now", "today", "utcnow") and ast.unparse(node.value).split(".")[-1] in ("date", "datetime")


def _without_annotations(node: ast.AST, bound: frozenset[str] = frozenset()) -> Iterator[ast.AST]:
    """A node and all below it but annotations, and but names that a function around them gives a value of its own."""
    if isinstance(node, Functions | ast.Lambda):
        bound |= _bound(node)
    if isinstance(node, ast.Name) and node.id in bound:
        return
    if not (isinstance(node, ast.Attribute) and ast.unparse(node).partition(".")[0] in bound):
        yield node
    annotations = {id(one) for one in (getattr(node, "annotation", None), getattr(node, "returns", None)) if one}
    for child in ast.iter_child_nodes(node):
        if id(child) not in annotations:
            yield from _without_annotations(child, bound)


def _bound(function: Functions | ast.Lambda) -> frozenset[str]:
    """The names of a function's parameters and of what it assigns to."""
    arguments = function.args
    names = {
        one.arg
        for one in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs, arguments.vararg, arguments.kwarg)
        if one
    }
    return frozenset(
        names | {one.id for one in ast.walk(function) if isinstance(one, ast.Name) and isinstance(one.ctx, ast.Store)}
    )
