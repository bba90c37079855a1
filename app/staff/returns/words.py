"""What a return is of, in the few words that a row of a list has room for."""

from flask_babel import ngettext

from app.core.i18n.words import amount
from app.returns.queries import ReturnView


def goods_words(view: ReturnView) -> str:
    """«2 × Camiseta and 3 more»: the first thing with its units, and how many things beside it; a dash for none."""
    # What came without notice has no lines until somebody has put them in.
    if not view.return_.lines:
        return "—"
    first, *others = view.return_.lines
    line = view.lines.get(first.order_line_id)
    title = (
        f"{amount(first.quantity, line.measure_of(first.quantity) if line else None)} × {line.title if line else '?'}"
    )
    if not others:
        return title
    return ngettext("%(first)s and %(num)s more", "%(first)s and %(num)s more", len(others), first=title)
