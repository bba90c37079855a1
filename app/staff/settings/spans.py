"""Stretches of time in words, as pages of state say them."""

from datetime import timedelta

from babel.dates import format_timedelta

from app.core.i18n.locale import get_locale


def span_words(span: timedelta) -> str:
    """«4 seconds», «3 hours»."""
    return str(format_timedelta(max(span, timedelta(seconds=1)), locale=get_locale() or "en"))
