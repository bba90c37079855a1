"""How much of something was ordered, in words."""

from app.core.i18n.locale import gettext as _
from app.core.i18n.words import amount


def quantity_words(text: str | None) -> str | None:
    """What was ordered where it is no number of pieces: «Quantity: 2.5», the number as the reader writes it."""
    return None if text is None else _("Quantity: %(quantity)s", quantity=amount(0, text))
