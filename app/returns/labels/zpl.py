"""The 4×6 in label for thermal printers: ZPL II at 203 dots an inch, every field escaped."""

from app.returns.labels.codes import code128
from app.returns.labels.latin import printable
from app.returns.labels.ports import Label, LabelWords

WIDTH, HEIGHT, MARGIN = 812, 1218, 30
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
    return [
        _text(MARGIN, 30, 52, label.carrier, WIDTH - 2 * MARGIN),
        _text(MARGIN, 86, 30, label.service, WIDTH - 2 * MARGIN),
    ]


def _address(title: str, lines: tuple[str, ...], span: tuple[int, int], size: int) -> list[str]:
    """A title and all lines of an address between two heights, smaller where there are many."""
    top, bottom = span[0] + 28, span[1]
    step = min(size + 8, (bottom - top) // max(1, len(lines)))
    rows = [_text(MARGIN, span[0], 20, title, WIDTH - 2 * MARGIN)]
    for number, line in enumerate(lines):
        rows.append(_text(MARGIN, top + number * step, min(size, step - 4), line, WIDTH - 2 * MARGIN))
    return rows


def _barcode(number: str) -> list[str]:
    bars = code128(number).width
    module = max(1, min(4, WIDTH // (bars + 20)))
    left = max(0, (WIDTH - module * bars) // 2)
    # «>» starts a command inside Code 128 field data; «>0» prints it.
    data = number.replace(">", ">0")
    return [
        f"^FO{left},665^BY{module}^BCN,180,N,N,N,A" + field(data),
        _text(MARGIN, 862, 36, number, WIDTH - 2 * MARGIN),
    ]


def _foot(label: Label, words: LabelWords) -> list[str]:
    texts = (words.reference, words.order, words.deadline, words.weight)
    rows = [
        _text(280, 950 + number * 44, 30, text, WIDTH - 280 - MARGIN)
        for number, text in enumerate(text for text in texts if text)
    ]
    return [f"^FO{MARGIN},945^BQN,2,7" + field("MA," + label.code), *rows]


def _text(left: int, top: int, size: int, text: str, width: int) -> str:
    """One line of scalable font 0, made narrower rather than longer than ``width`` dots."""
    line = printable(text)
    natural = max(1, int(len(line) * size * 0.55))
    across = size if natural <= width else max(12, size * width // natural)
    return f"^FO{left},{top}^A0N,{size},{across}" + field(line)


def _line(top: int) -> str:
    return f"^FO{MARGIN},{top}^GB{WIDTH - 2 * MARGIN},2,2^FS"


def _escaped(character: str) -> str:
    if character in _SPECIAL or ord(character) < 32 or ord(character) == 127:
        return f"{_HEX}{ord(character):02X}"
    return character
