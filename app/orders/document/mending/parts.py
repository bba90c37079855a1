"""Where a document is mended: its parts one by one, each with its menders, and the notes of what was done. Pure."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, TypeAlias

from app.core.bodies.documents import pointer
from app.orders.document.faults import Place
from app.orders.document.mending.texts import Mender, plain
from app.orders.document.notes import LONGEST_WAS, Note, NoteKind

Part: TypeAlias = dict[str, Any]


class Workbench:
    """Collects the notes of one document while its parts are mended."""

    def __init__(self) -> None:
        self.notes: list[Note] = []

    def note(self, place: Place, kind: NoteKind, was: object = None) -> None:
        """Say what was done at a place, and what stood there."""
        text = None if was is None else plain(str(was))[:LONGEST_WAS]
        self.notes.append(Note(pointer(place), kind, text))

    def mend(self, part: Part, place: Place, menders: Mapping[str, Mender], *, usual: Iterable[str] = ()) -> None:
        """Mend the fields of a part in place; what is absent or null stays so.

        Of the ``usual`` ones, null is as good as absent: the document has a value for when nothing is said.
        """
        for name, mender in menders.items():
            value = part.get(name)
            if value is not None:
                part[name], kind = mender(value)
                if kind is not None:
                    self.note((*place, name), kind, value if isinstance(value, str | int | float) else None)
        for name in usual:
            if name in part and part[name] is None:
                del part[name]


def objects(parts: Any) -> Iterator[tuple[int, Part]]:
    """The objects of a list with their places; what is no object is left for the check."""
    for at, part in enumerate(parts if isinstance(parts, list) else ()):
        if isinstance(part, dict):
            yield at, part


def copied(value: Any) -> Any:
    """A copy whose parts can be mended without touching what was sent."""
    if isinstance(value, dict):
        return {name: copied(inner) for name, inner in value.items()}
    return [copied(inner) for inner in value] if isinstance(value, list | tuple) else value
