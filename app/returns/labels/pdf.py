"""Labels as vector PDF: 4×6 in for label printers, and A4 with the packing slip below a fold line."""

from io import BytesIO

from reportlab.lib.pagesizes import A4
from reportlab.lib.units import inch
from reportlab.pdfgen.canvas import Canvas

from app.core.i18n.catalogues import HOME_LANGUAGE
from app.returns.labels.codes import code128, qr
from app.returns.labels.latin import printable
from app.returns.labels.layout import PrintedText, in_box, wrapped
from app.returns.labels.ports import Label, LabelWords, Slip

WIDTH, HEIGHT = 4 * inch, 6 * inch
PLAIN, BOLD = "Helvetica", "Helvetica-Bold"
_MARGIN = 12
_INNER = WIDTH - 2 * _MARGIN
# Thermal printers of 203 dots an inch draw letters down to here; a magnifier may be needed, but nothing is lost.
_SMALLEST = 4.0


def draw_label(canvas: Canvas, label: Label, words: LabelWords) -> None:
    """Draw the label with its lower left corner at the canvas's origin."""
    canvas.setLineWidth(1)
    _text(canvas, (BOLD, 20), (_MARGIN, 404), label.carrier)
    _text(canvas, (PLAIN, 10), (_MARGIN, 390), label.service)
    _address(canvas, words.sender, label.sender, (374, 312), 9, PLAIN)
    _rule(canvas, 308)
    _address(canvas, words.recipient, label.recipient, (295, 210), 13, BOLD)
    _rule(canvas, 204)
    draw_bars(canvas, label.tracking_number, 132, 62)
    _text(canvas, (BOLD, 12), (_MARGIN, 114), label.tracking_number)
    _rule(canvas, 104)
    draw_matrix(canvas, label.code, _MARGIN, 12, 80)
    _facts(canvas, words)


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
    canvas: Canvas, title: str, lines: tuple[str, ...], span: tuple[float, float], size: float, font: str
) -> None:
    """Write a title and all lines of an address between two heights, smaller where they are long or many."""
    top, bottom = span
    _text(canvas, (PLAIN, 7), (_MARGIN, top), title)
    _box(canvas, [PrintedText(font, line) for line in lines], (_MARGIN, top, bottom), size)


def _facts(canvas: Canvas, words: LabelWords) -> None:
    texts = [text for text in (words.reference, words.order, words.deadline, words.weight) if text]
    lines = [PrintedText(PLAIN if number else BOLD, text) for number, text in enumerate(texts)]
    _box(canvas, lines, (108, 96, 12), 10, spread=8)


def _box(
    canvas: Canvas, lines: list[PrintedText], place: tuple[float, float, float], size: float, *, spread: float = 3
) -> None:
    """Write lines between two heights to the right of an edge, with at most ``spread`` points between them."""
    left, top, bottom = place
    rows = in_box(lines, size, (WIDTH - left - _MARGIN, top - bottom), _SMALLEST)
    step = min(max((row.size for row in rows), default=0) + spread, (top - bottom) / max(1, len(rows)))
    for number, row in enumerate(rows, 1):
        canvas.setFont(row.font, row.size)
        canvas.drawString(left, top - step * number, row.text)


def _text(canvas: Canvas, font: tuple[str, float], place: tuple[float, float], text: str) -> None:
    """One row; none of the label's own is so long that it would need two."""
    name, size = font
    for row in in_box([PrintedText(name, text)], size, (_INNER, size * 1.2), _SMALLEST):
        canvas.setFont(row.font, row.size)
        canvas.drawString(*place, row.text)


def _rule(canvas: Canvas, height: float) -> None:
    canvas.line(_MARGIN, height, WIDTH - _MARGIN, height)


_PAGE_WIDTH: float = A4[0]
_PAGE_HEIGHT: float = A4[1]
_FOLD = _PAGE_HEIGHT - HEIGHT - 36
_EDGE = 40
_COLUMN = (_PAGE_WIDTH - 3 * _EDGE) / 2


def label_pdf(label: Label, words: LabelWords, *, language: str = HOME_LANGUAGE) -> bytes:
    """Draw the 4×6 in label; the same label always gives the same bytes."""
    canvas, stream = _canvas((WIDTH, HEIGHT), words.reference, language)
    draw_label(canvas, label, words)
    return _finished(canvas, stream)


def sheet_pdf(label: Label, words: LabelWords, slip: Slip, *, language: str = HOME_LANGUAGE) -> bytes:
    """Draw an A4 sheet: the label in its own size, a fold line, and a slip with the return's code, items and steps."""
    canvas, stream = _canvas(A4, words.reference, language)
    canvas.saveState()
    canvas.translate((_PAGE_WIDTH - WIDTH) / 2, _FOLD + 18)
    canvas.rect(0, 0, WIDTH, HEIGHT)
    draw_label(canvas, label, words)
    canvas.restoreState()
    _fold(canvas, slip.fold)
    canvas.setFont(BOLD, 14)
    canvas.drawString(_EDGE, _FOLD - 40, printable(slip.title))
    draw_matrix(canvas, label.code, _PAGE_WIDTH - _EDGE - 48, _FOLD - 64, 48)
    _items(canvas, slip)
    _steps(canvas, slip)
    return _finished(canvas, stream)


def _canvas(size: tuple[float, float], title: str, language: str) -> tuple[Canvas, BytesIO]:
    stream = BytesIO()
    canvas = Canvas(stream, pagesize=size, pageCompression=1, invariant=1, lang=language)
    canvas.setTitle(printable(title))
    return canvas, stream


def _finished(canvas: Canvas, stream: BytesIO) -> bytes:
    canvas.showPage()
    canvas.save()
    return stream.getvalue()


def _fold(canvas: Canvas, text: str) -> None:
    canvas.saveState()
    canvas.setDash(4, 3)
    canvas.line(0, _FOLD, _PAGE_WIDTH, _FOLD)
    canvas.restoreState()
    canvas.setFont(PLAIN, 8)
    canvas.drawString(_EDGE, _FOLD - 12, printable(text))


def _items(canvas: Canvas, slip: Slip) -> None:
    """List what goes into the parcel, each title whole; what no longer fits is counted in ``slip.more``."""
    y = _heading(canvas, slip.items_title, _EDGE)
    for item in slip.items:
        title = wrapped(f"{item.quantity} × {item.title}", PLAIN, 10, _COLUMN)
        detail = wrapped(item.detail, PLAIN, 8, _COLUMN - 14)
        if y - 12 * (len(title) + len(detail) - 1) < 2 * _EDGE:
            canvas.drawString(_EDGE, y, printable(slip.more))
            return
        for left, size, rows in ((_EDGE, 10, title), (_EDGE + 14, 8, detail)):
            canvas.setFont(PLAIN, size)
            for row in rows:
                canvas.drawString(left, y, row)
                y -= 12
        canvas.setFont(PLAIN, 10)


def _steps(canvas: Canvas, slip: Slip) -> None:
    left = 2 * _EDGE + _COLUMN
    y = _heading(canvas, slip.steps_title, left)
    for number, step in enumerate(slip.steps, 1):
        canvas.drawString(left, y, f"{number}.")
        for line in wrapped(step, PLAIN, 10, _COLUMN - 16):
            canvas.drawString(left + 16, y, line)
            y -= 13
        y -= 4


def _heading(canvas: Canvas, text: str, left: float) -> float:
    """Write a column's heading and return the height of its first line."""
    canvas.setFont(BOLD, 11)
    canvas.drawString(left, _FOLD - 88, printable(text))
    canvas.setFont(PLAIN, 10)
    return float(_FOLD - 106)
