"""A raw scan in words: what it means to us, where it was, and what is odd about it."""

from typing import Any

from flask_babel import get_locale
from flask_babel import gettext as _

from app.tracking.models import TrackingEvent
from app.tracking.page.words import INCIDENTS, short_state, state_words, way_back_words
from app.tracking.states import ShipmentState


def our_words(event: TrackingEvent, *, returning: bool) -> str:
    """Our word for a scan, with what is wrong."""
    state = ShipmentState(event.status) if event.status in set(ShipmentState) else ShipmentState.UNKNOWN
    words = way_back_words(state) if returning else state_words(state)
    if event.incident in INCIDENTS:
        words = f"{short_state(state)}: {_(INCIDENTS[event.incident])}"
    if event.withdrawn_at is not None:
        return _("%(what)s (taken back by the carrier)", what=words)
    if event.occurred_at is None:
        return _("%(what)s (no time told)", what=words)
    return words


def place_words(place: dict[str, Any]) -> str:
    """«Coslada, España»."""
    locale = get_locale()
    country = place.get("country")
    named = locale.territories.get(country, country) if country and locale else country
    return ", ".join(part for part in (place.get("city"), named) if part)
