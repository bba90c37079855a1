"""Notes of orders that are typed and not added yet: kept in the browser's session while other things are looked at."""

from flask import session

KEY = "note_drafts"
MOST = 20  # orders with a note begun by one member; beyond it the one begun first is forgotten


def keep(ref: str, text: str) -> None:
    """Keep what is typed for this order; an empty text forgets it."""
    others = {order: kept for order, kept in _kept().items() if order != ref}
    if text or ref in _kept():
        session[KEY] = dict([*others.items(), *([(ref, text)] if text else [])][-MOST:])


def load(ref: str) -> str:
    """What was typed for this order."""
    return _kept().get(ref, "")


def _kept() -> dict[str, str]:
    kept: dict[str, str] = session.get(KEY) or {}
    return kept
