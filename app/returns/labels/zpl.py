"""The 4×6 in label for thermal printers: ZPL II at 203 dots an inch, every field escaped."""

from collections.abc import Iterable

from app.returns.labels.codes import code128
from app.returns.labels.layout import PrintedText, in_box
from app.returns.labels.ports import Label, LabelWords

WIDTH, HEIGHT, MARGIN = 812, 1218, 30
# The printer's own font 0 is narrower than this one: what fits in this fits on the label.
_MEASURE = "Helvetica-Bold"
_SMALLEST = 11.0
_HEX = "_"
# What ZPL reads as a command, what ^FH reads as an escape, and the line break of a text block.
_SPECIAL = frozenset("^~_\\")


def label_zpl(label: Label, words: LabelWords) -> str:
    """Write the label as ZPL text, UTF-8, one ``^XA…^XZ`` block; the same label always gives the same text."""
    fields = [
        *_head(label),
        *_address(words.sender, label.sender, (130, 316), 26),
        _line(320),
        *_address(words.recipient, label.recipient, (340, 632), 40),
        _line(640),
        *_barcode(label.tracking_number),
        _line(920),
        *_foot(label, words),
    ]
    return "\n".join(["^XA", "^CI28", f"^PW{WIDTH}", f"^LL{HEIGHT}", "^LH0,0", *fields, "^XZ", ""])


def field(text: str) -> str:
    """Write field data so that no character of it can become a command; letters stay readable."""
    return "^FH" + _HEX + "^FD" + "".join(_escaped(character) for character in text) + "^FS"


def _head(label: Label) -> list[str]:
    return [*_text(MARGIN, 30, 52, label.carrier), *_text(MARGIN, 86, 30, label.service)]


def _address(title: str, lines: tuple[str, ...], span: tuple[int, int], size: int) -> list[str]:
    """A title and all lines of an address between two heights, smaller where they are long or many."""
    top, bottom = span
    return [*_text(MARGIN, top, 20, title), *_box(lines, (MARGIN, top + 28, bottom), size, spread=8)]


def _barcode(number: str) -> list[str]:
    bars = code128(number).width
    module = max(1, min(4, WIDTH // (bars + 20)))
    left = max(0, (WIDTH - module * bars) // 2)
    # «>» starts a command inside Code 128 field data; «>0» prints it.
    data = number.replace(">", ">0")
    return [
        f"^FO{left},665^BY{module}^BCN,180,N,N,N,A" + field(data),
        *_text(MARGIN, 862, 36, number),
    ]


def _foot(label: Label, words: LabelWords) -> list[str]:
    rows = _box(words.facts(), (280, 950, HEIGHT - 30), 30, spread=14)
    return [f"^FO{MARGIN},945^BQN,2,7" + field("MA," + label.code), *rows]


def _text(left: int, top: int, size: int, text: str) -> list[str]:
    """One row; none of the label's own is so long that it would need two."""
    return _box([text], (left, top, top + size + 8), size, spread=0)


def _box(texts: Iterable[str], place: tuple[int, int, int], size: int, *, spread: int) -> list[str]:
    """Lines between two heights to the right of an edge, with at most ``spread`` dots between them."""
    left, top, bottom = place
    rows = in_box(
        [PrintedText(_MEASURE, text) for text in texts], size, (WIDTH - left - MARGIN, bottom - top), _SMALLEST
    )
    step = min(max((row.size for row in rows), default=0) + spread, (bottom - top) / max(1, len(rows)))
    return [
        f"^FO{left},{top + int(number * step)}^A0N,{int(row.size)},{int(row.size)}" + field(row.text)
        for number, row in enumerate(rows)
    ]


def _line(top: int) -> str:
    return f"^FO{MARGIN},{top}^GB{WIDTH - 2 * MARGIN},2,2^FS"


def _escaped(character: str) -> str:
    if character in _SPECIAL or ord(character) < 32 or ord(character) == 127:
        return f"{_HEX}{ord(character):02X}"
    return character
