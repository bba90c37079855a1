"""Labels as vector PDF: 4×6 in for label printers, and A4 with the packing slip below a fold line."""

from io import BytesIO

from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

from app.returns.labels.drawing import BOLD, HEIGHT, PLAIN, WIDTH, draw_label, draw_matrix
from app.returns.labels.latin import fitted, printable, wrapped
from app.returns.labels.ports import Label, LabelWords, Slip

_PAGE_WIDTH: float = A4[0]
_PAGE_HEIGHT: float = A4[1]
_FOLD = _PAGE_HEIGHT - HEIGHT - 36
_EDGE = 40
_COLUMN = (_PAGE_WIDTH - 3 * _EDGE) / 2


def label_pdf(label: Label, words: LabelWords, *, language: str = "es") -> bytes:
    """Draw the 4×6 in label; the same label always gives the same bytes."""
    canvas, stream = _canvas((WIDTH, HEIGHT), words.reference, language)
    draw_label(canvas, label, words)
    return _finished(canvas, stream)


def sheet_pdf(label: Label, words: LabelWords, slip: Slip, *, language: str = "es") -> bytes:
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
    """List what goes into the parcel; what no longer fits is counted in ``slip.more``."""
    y = _heading(canvas, slip.items_title, _EDGE)
    for item in slip.items:
        if y < 2 * _EDGE:
            canvas.drawString(_EDGE, y, printable(slip.more))
            return
        text = f"{item.quantity} × {item.title}"
        line, size = fitted(text, PLAIN, 10, _COLUMN, 8)
        canvas.setFont(PLAIN, size)
        canvas.drawString(_EDGE, y, line)
        y -= 12
        if item.detail:
            line, size = fitted(item.detail, PLAIN, 8, _COLUMN)
            canvas.setFont(PLAIN, size)
            canvas.drawString(_EDGE + 14, y, line)
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
