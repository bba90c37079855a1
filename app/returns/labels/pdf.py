"""Labels as tagged vector PDF: 4×6 in for label printers, and A4 with the packing slip below a fold line."""

from dataclasses import dataclass
from io import BytesIO

from reportlab.lib.pagesizes import A4
from reportlab.lib.units import inch
from reportlab.pdfgen.canvas import Canvas

from app.core.i18n.catalogues import HOME_LANGUAGE
from app.returns.labels.codes import code128, qr
from app.returns.labels.latin import printable
from app.returns.labels.layout import PrintedText, in_box, wrapped
from app.returns.labels.ports import Label, LabelWords, Slip
from app.returns.labels.tagging import Tags, tagged

WIDTH, HEIGHT = 4 * inch, 6 * inch
PLAIN, BOLD = "Helvetica", "Helvetica-Bold"
_MARGIN = 12
_INNER = WIDTH - 2 * _MARGIN
# Thermal printers of 203 dots an inch draw letters down to here; a magnifier may be needed, but nothing is lost.
_SMALLEST = 4.0


@dataclass(frozen=True, slots=True)
class Paper:
    """Where a paper is drawn, and the tags of what is drawn."""

    canvas: Canvas
    tags: Tags
    stream: BytesIO


def draw_label(paper: Paper, label: Label, words: LabelWords) -> None:
    """Draw the label with its lower left corner at the canvas's origin, in the order in which it is read."""
    canvas, tags = paper.canvas, paper.tags
    canvas.setLineWidth(1)
    _text(paper, "H1", (BOLD, 20), (_MARGIN, 404), label.carrier)
    _text(paper, "P", (PLAIN, 10), (_MARGIN, 390), label.service)
    _address(paper, words.sender, label.sender, (374, 312), 9, PLAIN)
    _rule(paper, 308)
    _address(paper, words.recipient, label.recipient, (295, 210), 13, BOLD)
    _rule(paper, 204)
    with tags.element("Figure", words.barcode or label.tracking_number):
        draw_bars(canvas, label.tracking_number, 132, 62)
    _text(paper, "P", (BOLD, 12), (_MARGIN, 114), label.tracking_number)
    _rule(paper, 104)
    with tags.element("Figure", words.qr or label.code):
        draw_matrix(canvas, label.code, _MARGIN, 12, 80)
    _facts(paper, words)


def draw_bars(canvas: Canvas, number: str, bottom: float, height: float) -> None:
    """Draw a Code 128 across the label, centred, with at least ten modules of white on both sides."""
    code = code128(number)
    module = min(1.5, (WIDTH - 8) / (code.width + 20))
    canvas.saveState()
    canvas.translate((WIDTH - module * code.width) / 2, bottom)
    canvas.scale(module, height)
    path = canvas.beginPath()
    for x, width in code.bars:
        path.rect(x, 0, width, 1)
    canvas.drawPath(path, stroke=0, fill=1)
    canvas.restoreState()


def draw_matrix(canvas: Canvas, text: str, left: float, bottom: float, side: float) -> None:
    """Draw a QR code of ``side`` points without its quiet zone."""
    matrix = qr(text)
    module = side / matrix.size
    canvas.saveState()
    canvas.translate(left, bottom + side)
    canvas.scale(module, -module)
    path = canvas.beginPath()
    for run in matrix.runs:
        path.rect(run.x, run.y, run.length, 1)
    canvas.drawPath(path, stroke=0, fill=1)
    canvas.restoreState()


def _address(
    paper: Paper, title: str, lines: tuple[str, ...], span: tuple[float, float], size: float, font: str
) -> None:
    """Write a title and all lines of an address between two heights, smaller where they are long or many."""
    top, bottom = span
    _text(paper, "P", (PLAIN, 7), (_MARGIN, top), title)
    _box(paper, [PrintedText(font, line) for line in lines], (_MARGIN, top, bottom), size)


def _facts(paper: Paper, words: LabelWords) -> None:
    lines = [PrintedText(PLAIN if number else BOLD, text) for number, text in enumerate(words.facts())]
    _box(paper, lines, (108, 98, 8), 10, spread=8)


def _box(
    paper: Paper, lines: list[PrintedText], place: tuple[float, float, float], size: float, *, spread: float = 3
) -> None:
    """Write lines between two heights to the right of an edge, with at most ``spread`` points between them."""
    left, top, bottom = place
    rows = in_box(lines, size, (WIDTH - left - _MARGIN, top - bottom), _SMALLEST)
    step = min(max((row.size for row in rows), default=0) + spread, (top - bottom) / max(1, len(rows)))
    for number, row in enumerate(rows, 1):
        with paper.tags.element("P"):
            paper.canvas.setFont(row.font, row.size)
            paper.canvas.drawString(left, top - step * number, row.text)


def _text(paper: Paper, role: str, font: tuple[str, float], place: tuple[float, float], text: str) -> None:
    """One row; none of the label's own is so long that it would need two."""
    name, size = font
    for row in in_box([PrintedText(name, text)], size, (_INNER, size * 1.2), _SMALLEST):
        with paper.tags.element(role):
            paper.canvas.setFont(row.font, row.size)
            paper.canvas.drawString(*place, row.text)


def _rule(paper: Paper, height: float) -> None:
    with paper.tags.artifact():
        paper.canvas.line(_MARGIN, height, WIDTH - _MARGIN, height)


_PAGE_WIDTH: float = A4[0]
_PAGE_HEIGHT: float = A4[1]
_FOLD = _PAGE_HEIGHT - HEIGHT - 36
_EDGE = 40
_COLUMN = (_PAGE_WIDTH - 3 * _EDGE) / 2


def label_pdf(label: Label, words: LabelWords, *, language: str = HOME_LANGUAGE) -> bytes:
    """Draw the 4×6 in label; the same label always gives the same bytes."""
    paper = _paper((WIDTH, HEIGHT), label, words, language)
    draw_label(paper, label, words)
    return _finished(paper)


def sheet_pdf(label: Label, words: LabelWords, slip: Slip, *, language: str = HOME_LANGUAGE) -> bytes:
    """Draw an A4 sheet: the label in its own size, a fold line, and a slip with the return's code, items and steps."""
    paper = _paper(A4, label, words, language)
    canvas, tags = paper.canvas, paper.tags
    canvas.saveState()
    canvas.translate((_PAGE_WIDTH - WIDTH) / 2, _FOLD + 18)
    with tags.artifact():
        canvas.rect(0, 0, WIDTH, HEIGHT)
    with tags.group("Sect"):
        draw_label(paper, label, words)
    canvas.restoreState()
    _fold(paper, slip.fold)
    with tags.group("Sect"):
        with tags.element("H2"):
            canvas.setFont(BOLD, 14)
            canvas.drawString(_EDGE, _FOLD - 40, printable(slip.title))
        with tags.element("Figure", words.qr or label.code):
            draw_matrix(canvas, label.code, _PAGE_WIDTH - _EDGE - 48, _FOLD - 64, 48)
        _items(paper, slip)
        _steps(paper, slip)
    return _finished(paper)


def _paper(size: tuple[float, float], label: Label, words: LabelWords, language: str) -> Paper:
    stream = BytesIO()
    canvas = Canvas(stream, pagesize=size, pageCompression=1, invariant=1, lang=language)
    canvas.setTitle(printable(words.reference))
    shop = printable(label.shop or label.carrier)
    canvas.setAuthor(shop)
    canvas.setCreator(shop)
    return Paper(canvas, Tags(canvas), stream)


def _finished(paper: Paper) -> bytes:
    paper.canvas.showPage()
    paper.canvas.save()
    return tagged(paper.stream.getvalue(), paper.tags)


def _fold(paper: Paper, text: str) -> None:
    canvas = paper.canvas
    with paper.tags.artifact():
        canvas.saveState()
        canvas.setDash(4, 3)
        canvas.line(0, _FOLD, _PAGE_WIDTH, _FOLD)
        canvas.restoreState()
    with paper.tags.element("P"):
        canvas.setFont(PLAIN, 8)
        canvas.drawString(_EDGE, _FOLD - 12, printable(text))


def _items(paper: Paper, slip: Slip) -> None:
    """List what goes into the parcel, each title whole; what no longer fits is counted in ``slip.more``."""
    canvas, y = paper.canvas, _heading(paper, slip.items_title, _EDGE)
    with paper.tags.group("L"):
        for item in slip.items:
            title = wrapped(f"{item.quantity} × {item.title}", PLAIN, 10, _COLUMN)
            detail = wrapped(item.detail, PLAIN, 8, _COLUMN - 14)
            if y - 12 * (len(title) + len(detail) - 1) < 2 * _EDGE:
                with paper.tags.group("LI"), paper.tags.element("LBody"):
                    canvas.drawString(_EDGE, y, printable(slip.more))
                return
            with paper.tags.group("LI"), paper.tags.element("LBody"):
                for left, size, rows in ((_EDGE, 10, title), (_EDGE + 14, 8, detail)):
                    canvas.setFont(PLAIN, size)
                    for row in rows:
                        canvas.drawString(left, y, row)
                        y -= 12
                canvas.setFont(PLAIN, 10)


def _steps(paper: Paper, slip: Slip) -> None:
    canvas, tags, left = paper.canvas, paper.tags, 2 * _EDGE + _COLUMN
    y = _heading(paper, slip.steps_title, left)
    with tags.group("L"):
        for number, step in enumerate(slip.steps, 1):
            with tags.group("LI"):
                with tags.element("Lbl"):
                    canvas.drawString(left, y, f"{number}.")
                with tags.element("LBody"):
                    for line in wrapped(step, PLAIN, 10, _COLUMN - 16):
                        canvas.drawString(left + 16, y, line)
                        y -= 13
            y -= 4


def _heading(paper: Paper, text: str, left: float) -> float:
    """Write a column's heading and return the height of its first line."""
    with paper.tags.element("H3"):
        paper.canvas.setFont(BOLD, 11)
        paper.canvas.drawString(left, _FOLD - 88, printable(text))
    paper.canvas.setFont(PLAIN, 10)
    return float(_FOLD - 106)
