"""The language of a shop's own texts: words, names and «if»; read by us, then run in Jinja's sandbox; pure.

``{{ name }}`` says a value; ``{% if name %}…{% elif not other %}…{% else %}…{% endif %}`` asks whether there is one,
with «and», «or» and «not» between names. There is nothing else, so that a text takes a bounded number of steps.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import lru_cache

from jinja2 import StrictUndefined, Template, nodes
from jinja2.exceptions import TemplateError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from app.core.errors import PortalError

# More of either is no message any more; a value longer than this is cut.
MOST_MARKS, DEEPEST, LONGEST_VALUE = 120, 5, 600
_MARK = re.compile(r"\{\{|\{%|\{#|\}\}|%\}|#\}")
_NAME = re.compile(r"[a-z][a-z0-9_]*")
_CLOSES = {"{{": "}}", "{%": "%}"}
# What a reader cannot see may hide another word, or break a header.
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_BREAKS = re.compile(r"[\r\n\t\v\f\x85\u2028\u2029 ]+")
# A list of what may stand in it: a sandbox alone still runs loops and filters.
_ALLOWED = (nodes.Template, nodes.Output, nodes.TemplateData, nodes.Name, nodes.If, nodes.And, nodes.Or, nodes.Not)
_environment = ImmutableSandboxedEnvironment(autoescape=False, undefined=StrictUndefined, keep_trailing_newline=True)


def _l(text: str) -> str:
    """Mark a text for translation."""
    return text


class BadText(PortalError, ValueError):
    """The text cannot be used: ``sentence`` says why, in English and to be translated, with ``values`` in it."""

    def __init__(self, sentence: str, **values: object) -> None:
        super().__init__(sentence % values)
        self.sentence, self.values = sentence, values


@dataclass(frozen=True, slots=True)
class PlainWords:
    """Words as they stand."""

    text: str


@dataclass(frozen=True, slots=True)
class SaidName:
    """A value that is said."""

    name: str


@dataclass(frozen=True, slots=True)
class ChoiceOfWords:
    """«if»: conditions, each a list of words of the language, with what stands under each; an empty one is «else»."""

    branches: tuple[tuple[tuple[str, ...], "Pieces"], ...]

    @property
    def is_whole(self) -> bool:
        """Whether one of the branches is always taken."""
        return not self.branches[-1][0]


Piece = PlainWords | SaidName | ChoiceOfWords
Pieces = tuple[Piece, ...]


@dataclass
class _OpenChoice:
    """An «if» whose end has not come yet."""

    branches: list[tuple[tuple[str, ...], Pieces]] = field(default_factory=list)
    condition: tuple[str, ...] = ()
    pieces: list[Piece] = field(default_factory=list)


def one_line(text: str, most: int) -> str:
    """One line of what can be seen; blanks that keep a figure and its unit together stay."""
    line = _BREAKS.sub(" ", text)
    return "".join(c for c in line if unicodedata.category(c) not in _UNSEEN).strip()[:most].rstrip()


def clean(source: str, *, lines: bool) -> str:
    """The text without what nobody sees; as one line, or as lines without blank ones."""
    parts = source.splitlines() if lines else [source]
    return "\n".join(filter(None, (one_line(part, len(part)) for part in parts)))


def read_text(source: str, names: Mapping[str, bool]) -> Pieces:
    """The pieces of a text. ``names`` are those it may use, and whether each can be said or only asked for.

    Raises BadText.
    """
    stack = [_OpenChoice()]
    for mark, inside in _marks(source):
        if mark == "":
            stack[-1].pieces.append(PlainWords(inside))
        elif mark == "{{":
            stack[-1].pieces.append(SaidName(_said(inside.split(), names)))
        else:
            _turn(stack, inside.split(), names)
    if len(stack) > 1:
        raise BadText(_l("An “if” has no end: write {%% endif %%} after it."))
    return tuple(stack[0].pieces)


def _marks(source: str) -> Iterator[tuple[str, str]]:
    """Words, with an empty mark, and what stands between marks, with the mark that opens it."""
    at, count = 0, 0
    while (mark := _MARK.search(source, at)) is not None:
        if mark.start() > at:
            yield "", source[at : mark.start()]
        count += 1
        closing = _CLOSES.get(mark.group())
        if closing is None:
            raise BadText(_l("“%(mark)s” may not stand here."), mark=mark.group())
        if count > MOST_MARKS:
            raise BadText(_l("There are more than %(most)s marks in it."), most=MOST_MARKS)
        end = source.find(closing, mark.end())
        if end < 0:
            raise BadText(_l("“%(mark)s” is never closed: write “%(closing)s”."), mark=mark.group(), closing=closing)
        yield mark.group(), source[mark.end() : end]
        at = end + len(closing)
    if at < len(source):
        yield "", source[at:]


def _said(words: Sequence[str], names: Mapping[str, bool]) -> str:
    if len(words) != 1 or not _NAME.fullmatch(words[0]):
        raise BadText(_l("Between {{ and }} stands one name, and nothing else: “%(words)s”."), words=_shown(words))
    _check_name(words[0], names)
    if not names[words[0]]:
        raise BadText(_l("“%(name)s” can't be said, only asked for: {%% if %(name)s %%}."), name=words[0])
    return words[0]


def _check_name(name: str, names: Mapping[str, bool]) -> None:
    if name in names:
        return
    nearest = get_close_matches(name[:60], names, 1, 0.5)
    if nearest:
        raise BadText(
            _l("There is no “%(name)s” here. Did you mean “%(nearest)s”?"), name=name[:60], nearest=nearest[0]
        )
    raise BadText(_l("There is no “%(name)s” here."), name=name[:60])


def _shown(words: Sequence[str]) -> str:
    return " ".join(words)[:60]


def _turn(stack: list[_OpenChoice], words: Sequence[str], names: Mapping[str, bool]) -> None:
    """What stands between {% and %}."""
    verb, condition = (words[0] if words else ""), words[1:]
    if verb not in ("if", "elif", "else", "endif") or (condition and verb in ("else", "endif")):
        raise BadText(_l("Between {%% and %%} stand if, elif, else and endif alone: “%(words)s”."), words=_shown(words))
    if verb in ("if", "elif"):
        _check_condition(condition, names)
    if verb == "if":
        if len(stack) > DEEPEST:
            raise BadText(_l("More than %(most)s “if” stand inside each other."), most=DEEPEST)
        stack.append(_OpenChoice(condition=tuple(condition)))
        return
    # The first on the stack is the text itself, the second an «if»; what follows «else» has no condition.
    if len(stack) < 2 or (verb != "endif" and not stack[-1].condition):
        raise BadText(_l("There is a “%(verb)s” without its “if”."), verb=verb)
    choice = stack[-1]
    choice.branches.append((choice.condition, tuple(choice.pieces)))
    choice.condition, choice.pieces = tuple(condition), []
    if verb == "endif":
        stack.pop()
        stack[-1].pieces.append(ChoiceOfWords(tuple(choice.branches)))


def _check_condition(words: Sequence[str], names: Mapping[str, bool]) -> None:
    """Names with «and» or «or» between them, each with or without «not»."""
    expected = True
    for at, word in enumerate(words):
        if word in ("and", "or") and not expected:
            expected = True
        elif word == "not" and expected and (at == 0 or words[at - 1] != "not"):
            continue
        elif expected and _NAME.fullmatch(word) and word not in ("and", "or", "not"):
            _check_name(word, names)
            expected = False
        else:
            break
    else:
        if not expected:
            return
    raise BadText(_l("After “if” stand names with and, or, not between them: “%(words)s”."), words=_shown(words))


def written(pieces: Pieces) -> str:
    """The text in its one form: what Jinja gets is written by us, mark by mark."""
    return "".join(map(_written, pieces))


def _written(piece: Piece) -> str:
    if isinstance(piece, PlainWords):
        return piece.text
    if isinstance(piece, SaidName):
        return f"{{{{ {piece.name} }}}}"
    parts = []
    for at, (condition, pieces) in enumerate(piece.branches):
        verb = " ".join(("if" if at == 0 else "elif", *condition)) if condition else "else"
        parts.append(f"{{% {verb} %}}{written(pieces)}")
    return "".join((*parts, "{% endif %}"))


def always_said(pieces: Pieces) -> frozenset[str]:
    """The names that are said whichever way the choices go."""
    names = {piece.name for piece in pieces if isinstance(piece, SaidName)}
    for piece in pieces:
        if isinstance(piece, ChoiceOfWords) and piece.is_whole:
            names |= frozenset.intersection(*(always_said(branch) for _, branch in piece.branches))
    return frozenset(names)


def asked_for(pieces: Pieces) -> frozenset[str]:
    """The names that its conditions ask for."""
    names = set[str]()
    for piece in pieces:
        for condition, branch in piece.branches if isinstance(piece, ChoiceOfWords) else ():
            names |= {*condition} - {"and", "or", "not"} | asked_for(branch)
    return frozenset(names)


def words_of(pieces: Pieces) -> Iterator[str]:
    """The words that stand in it, stretch by stretch."""
    for piece in pieces:
        if isinstance(piece, PlainWords):
            yield piece.text
        elif isinstance(piece, ChoiceOfWords):
            for _, branch in piece.branches:
                yield from words_of(branch)


def fill(source: str, values: Mapping[str, str], names: Mapping[str, bool]) -> str:
    """The text with its values in it. Raises BadText; what a value says is never read as a mark."""
    template = _compiled(written(read_text(source, names)))
    try:
        return template.render({name: _cut(values.get(name, "")) for name in names})
    except TemplateError as error:
        raise BadText(_l("The text can't be filled in.")) from error


def _cut(value: str) -> str:
    lines = (one_line(line, LONGEST_VALUE) for line in value.splitlines())
    return "\n".join(filter(None, lines))[: 4 * LONGEST_VALUE]


@lru_cache(maxsize=512)
def _compiled(source: str) -> Template:
    tree = _environment.parse(source)
    for node in tree.find_all(nodes.Node):
        # Our own reading lets nothing else through; should it ever, the sandbox gets none of it.
        if not isinstance(node, _ALLOWED):
            raise BadText(_l("“%(mark)s” may not stand here."), mark=type(node).__name__)
    return _environment.from_string(source)
