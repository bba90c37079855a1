"""Tagged PDF: what is drawn is marked as it is drawn, and the tree of what it means is put behind the drawing.

ReportLab draws and knows no tags: its file stays as it is, and what PDF 32000-1 (14.7, 14.8) asks for follows as an
update of it, so that a screen reader finds headings, paragraphs, lists and the words for each code.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from reportlab.pdfgen.canvas import Canvas


@dataclass(slots=True)
class Element:
    """One element of the tree: its role, what is in it, the words for a picture, and the mark of what is drawn."""

    role: str
    alt: str = ""
    mark: int | None = None
    kids: list["Element"] = field(default_factory=list)


class Tags:
    """The tree of one page, in the order in which it is to be read, which is that of its drawing."""

    def __init__(self, canvas: Canvas) -> None:
        self.root = Element("Document")
        self.marks = 0
        self._canvas = canvas
        self._open = [self.root]

    @contextmanager
    def group(self, role: str) -> Iterator[None]:
        """Elements that belong together: a section, a list, an entry of one."""
        self._open.append(self._begin(Element(role)))
        yield
        self._open.pop()

    @contextmanager
    def element(self, role: str, alt: str = "") -> Iterator[None]:
        """What is drawn within is one element: a heading, a paragraph, a figure with words for it."""
        self._begin(Element(role, alt, self.marks))
        self._canvas.addLiteral(f"/{role} <</MCID {self.marks}>> BDC")
        self.marks += 1
        yield
        self._canvas.addLiteral("EMC")

    @contextmanager
    def artifact(self) -> Iterator[None]:
        """What is drawn within means nothing: a rule, a frame."""
        self._canvas.addLiteral("/Artifact BMC")
        yield
        self._canvas.addLiteral("EMC")

    def _begin(self, element: Element) -> Element:
        self._open[-1].kids.append(element)
        return element


def tagged(pdf: bytes, tags: Tags) -> bytes:
    """The file of one page with the tree of its tags. Raises ValueError for a file that ReportLab did not write."""
    text = pdf.decode("latin-1")
    size, catalog = int(_found(r"/Size (\d+)", text)), int(_found(r"/Root (\d+) 0 R", text))
    page, before = int(_found(r"/Kids \[ (\d+) 0 R \]", text)), int(_found(r"startxref\s+(\d+)", text))
    objects = _tree(tags, size, page)
    more = f"/StructTreeRoot {size} 0 R /MarkInfo <</Marked true>> /ViewerPreferences <</DisplayDocTitle true>>"
    objects[catalog] = _with(text, catalog, f"{more} /Version /1.7")
    objects[page] = _with(text, page, "/StructParents 0 /Tabs /S")
    body, table = bytearray(pdf), []
    for number, content in sorted(objects.items()):
        table.append(f"{number} 1\n{len(body):010d} 00000 n \n")
        body += f"{number} 0 obj\n{content}\nendobj\n".encode("latin-1")
    about, identity = _found(r"/Info (\d+) 0 R", text), _found(r"/ID\s+(\[[^\]]*\])", text)
    trailer = f"<</Size {max(objects) + 1} /Root {catalog} 0 R /Info {about} 0 R /ID {identity} /Prev {before}>>"
    end = f"xref\n{''.join(table)}trailer\n{trailer}\nstartxref\n{len(body)}\n%%EOF\n"
    return bytes(body) + end.encode("latin-1")


def _tree(tags: Tags, first: int, page: int) -> dict[int, str]:
    """The objects of the tree by their numbers: its root, what finds an element by its mark, then each element."""
    objects: dict[int, str] = {}
    parents: dict[int, int] = {}
    numbers = iter(range(first + 2, first + 2 + _count(tags.root)))

    def write(element: Element, parent: int) -> int:
        number = next(numbers)
        kids = " ".join(f"{write(kid, number)} 0 R" for kid in element.kids)
        alt = f" /Alt {_string(element.alt)}" if element.alt else ""
        content = f"[{kids}]" if element.mark is None else str(element.mark)
        objects[number] = f"<</S /{element.role} /P {parent} 0 R /Pg {page} 0 R{alt} /K {content}>>"
        if element.mark is not None:
            parents[element.mark] = number
        return number

    document = write(tags.root, first)
    objects[first] = f"<</Type /StructTreeRoot /K {document} 0 R /ParentTree {first + 1} 0 R /ParentTreeNextKey 1>>"
    marked = " ".join(f"{parents[mark]} 0 R" for mark in sorted(parents))
    objects[first + 1] = f"<</Nums [0 [{marked}]]>>"
    return objects


def _count(element: Element) -> int:
    return 1 + sum(map(_count, element.kids))


def _with(text: str, number: int, entries: str) -> str:
    """An object of the file with further entries."""
    content = _found(rf"(?s)(?:^|\n){number} 0 obj\n(.*?)\nendobj", text)
    return f"{content.rstrip().removesuffix('>>')}{entries}\n>>"


def _string(text: str) -> str:
    return f"<FEFF{text.encode('utf-16-be').hex().upper()}>"


def _found(pattern: str, text: str) -> str:
    match = re.search(pattern, text)
    if match is None:
        raise ValueError(f"no {pattern} in a file that ReportLab wrote")
    return match[1]
