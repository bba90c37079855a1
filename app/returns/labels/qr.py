"""The code to show with no printer, as an SVG that stays crisp at any size and says what it is."""

from markupsafe import Markup

from app.returns.labels.codes import qr

QUIET = 4


def qr_svg(text: str, label: str | None = None) -> Markup:
    """Draw a text as a QR code in SVG, dark on white in both themes; ``label`` is read out, else the text itself."""
    matrix = qr(text)
    side = matrix.size + 2 * QUIET
    path = "".join(f"M{run.x + QUIET} {run.y + QUIET}h{run.length}v1h-{run.length}z" for run in matrix.runs)
    return Markup(
        '<svg class="qr" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {0} {0}" role="img" '
        'aria-label="{1}" shape-rendering="crispEdges">'
        '<path fill="#fff" d="M0 0h{0}v{0}H0z"/><path fill="#000" d="{2}"/></svg>'
    ).format(side, label or text, path)
