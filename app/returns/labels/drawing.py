"""The 4×6 in label drawn with vectors on a canvas: carrier, addresses, bar code, return code and deadline."""

from reportlab.lib.units import inch
from reportlab.pdfgen.canvas import Canvas

from app.returns.labels.codes import code128, qr
from app.returns.labels.latin import fitted
from app.returns.labels.ports import Label, LabelWords

WIDTH, HEIGHT = 4 * inch, 6 * inch
PLAIN, BOLD = "Helvetica", "Helvetica-Bold"
_MARGIN = 12
_INNER = WIDTH - 2 * _MARGIN


def draw_label(canvas: Canvas, label: Label, words: LabelWords) -> None:
    """Draw the label with its lower left corner at the canvas's origin."""
    canvas.setLineWidth(1)
    _text(canvas, BOLD, 20, _MARGIN, 404, label.carrier)
    _text(canvas, PLAIN, 10, _MARGIN, 390, label.service)
    _address(canvas, words.sender, label.sender, (374, 312), 9, PLAIN)
    _rule(canvas, 308)
    _address(canvas, words.recipient, label.recipient, (295, 210), 13, BOLD)
    _rule(canvas, 204)
    draw_bars(canvas, label.tracking_number, 132, 62)
    _text(canvas, BOLD, 12, _MARGIN, 114, label.tracking_number)
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
    """Write a title and all lines of an address between two heights, smaller where there are many."""
    top, bottom = span
    _text(canvas, PLAIN, 7, _MARGIN, top, title)
    step = min(size + 3, (top - bottom) / max(1, len(lines)))
    for number, line in enumerate(lines, 1):
        _text(canvas, font, min(size, step * 0.9), _MARGIN, top - step * number, line)


def _facts(canvas: Canvas, words: LabelWords) -> None:
    texts = [text for text in (words.reference, words.order, words.deadline, words.weight) if text]
    for number, text in enumerate(texts):
        font = BOLD if number == 0 else PLAIN
        _text(canvas, font, 10, 108, 82 - number * 18, text, WIDTH - 108 - _MARGIN)


def _text(canvas: Canvas, font: str, size: float, left: float, bottom: float, text: str, width: float = _INNER) -> None:
    line, smaller = fitted(text, font, size, width)
    canvas.setFont(font, smaller)
    canvas.drawString(left, bottom, line)


def _rule(canvas: Canvas, height: float) -> None:
    canvas.line(_MARGIN, height, WIDTH - _MARGIN, height)
