"""What is said of an import while it runs and at its end: faults at once, notes in sum, how far it has come."""

import re
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import click

from app.oms.files.entries import LineFault

# A nightly run's log should show that it lives, not fill a page.
_SECONDS_BETWEEN = 10.0
_FIRST_LINES = 3
_POSITION = re.compile(r"/\d+(?=/|$)")


@dataclass(slots=True)
class NoteSums:
    """Notes of many orders, each kind once with how often and where it came first."""

    lines: dict[tuple[str, str], list[int]] = field(default_factory=dict)
    counts: dict[tuple[str, str], int] = field(default_factory=dict)

    def add(self, notes: Iterable[LineFault]) -> None:
        """Count these in."""
        for note in notes:
            kind = (_POSITION.sub("/*", note.fault.pointer), note.fault.detail)
            self.counts[kind] = self.counts.get(kind, 0) + 1
            lines = self.lines.setdefault(kind, [])
            if len(lines) < _FIRST_LINES and note.line not in lines:
                lines.append(note.line)

    def sentences(self) -> Iterator[str]:
        """A line for each kind of note."""
        for kind, count in self.counts.items():
            lines = ", ".join(map(str, self.lines[kind]))
            where = f"line {lines}" if count <= len(self.lines[kind]) else f"{count:,} times, first in line {lines}"
            place = f"#{kind[0]}" if kind[0][:1] in ("", "/") else kind[0]
            yield f"note: {place}: {kind[1]} ({where})"


@contextmanager
def progress_shown(length: int, name: str) -> Iterator[Callable[[int], None]]:
    """Tells how far it is: a bar on a terminal, a line now and then anywhere else. Called with the line reached."""
    if sys.stderr.isatty():
        with click.progressbar(length=length, label=name, file=sys.stderr) as bar:
            yield lambda line: bar.update(max(0, line - bar.pos))
            bar.update(max(0, length - bar.pos))
        return
    last = time.monotonic()

    def tell(line: int) -> None:
        nonlocal last
        if time.monotonic() - last >= _SECONDS_BETWEEN:
            last = time.monotonic()
            click.echo(f"{name}: line {line:,} of {length:,}", err=True)

    yield tell
