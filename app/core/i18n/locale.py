"""Which language and region a page speaks: the reader's choice, the order's locale, or what the browser asks for.

A page says a hundred texts, and Flask-Babel looks its context up four times for each: here it is once. A hot path.
"""

from functools import lru_cache
from typing import Any

import flask_babel
from babel import Locale, UnknownLocaleError
from babel.support import NullTranslations
from flask import Flask, g, has_request_context, request
from markupsafe import Markup

from app.core.i18n.catalogues import translator

LANGUAGES = {"es": "Español", "en": "English"}
HOME_LANGUAGE = "es"
HOME_REGION = {"es": "ES", "en": "GB"}
CHOICE_COOKIE = "language"
_catalogues: dict[Locale, NullTranslations] = {}


def gettext(text: str, **facts: object) -> str:
    """A text in the reader's language."""
    said = _catalogue().gettext(text)
    return said % facts if facts else said


def ngettext(one: str, many: str, num: int, **facts: object) -> str:
    """A text that counts; ``num`` is among its facts."""
    return _catalogue().ngettext(one, many, num) % {"num": num, **facts}


def pgettext(context: str, text: str, **facts: object) -> str:
    """A text whose words mean something else elsewhere."""
    said = str(_catalogue().pgettext(context, text))
    return said % facts if facts else said


def get_locale() -> Locale | None:
    """The reader's locale, as Flask-Babel keeps it for the request; None outside of the application."""
    try:
        kept = g._get_current_object().__dict__.get("_flask_babel")
    except RuntimeError:
        return None
    found: Locale | None = getattr(kept, "babel_locale", None)
    return found or flask_babel.get_locale()


def speak(app: Flask) -> None:
    """Let the templates say texts the short way; what they put into one is escaped, and % is always a format."""

    def say(text: str, /, **facts: Any) -> Markup:
        said = Markup(_catalogue().gettext(text))  # noqa: S704 (our own texts)
        return said % facts if facts or "%" in said else said

    def count(one: str, many: str, /, num: int, **facts: Any) -> Markup:
        return Markup(_catalogue().ngettext(one, many, num)) % {"num": num, **facts}  # noqa: S704 (our own texts)

    app.jinja_env.globals.update(_=say, gettext=say, ngettext=count)


def select_locale() -> Locale:
    """The locale of this request, for Flask-Babel. A view that knows the order says its locale in ``g.locale``."""
    told = g.get("locale")
    if not has_request_context():
        return best_locale(None, told, "")
    header = request.headers.get("Accept-Language", "")
    return best_locale(request.cookies.get(CHOICE_COOKIE), told, header[:200])


@lru_cache(maxsize=1024)
def best_locale(chosen: str | None, told: str | None, accepted: str) -> Locale:
    """The first language wished for that we speak, in the region named with it or else its usual one.

    >>> str(best_locale("en", "es-MX", "es-ES,es;q=0.9"))
    'en_GB'
    """
    wishes = [wish for wish in (_parsed(chosen), _parsed(told), *_by_weight(accepted)) if wish is not None]
    language = next((wish.language for wish in wishes if wish.language in LANGUAGES), HOME_LANGUAGE)
    regions = (wish.territory for wish in wishes if wish.language == language and wish.territory)
    return _locale(language, next(regions, HOME_REGION[language]))


@lru_cache(maxsize=256)
def _locale(language: str, region: str) -> Locale:
    """One object a locale: looking it up in a dictionary then compares nothing."""
    return Locale(language, region)


def _by_weight(header: str) -> list[Locale | None]:
    """The languages of an Accept-Language header, the most wanted first; what cannot be read counts least."""
    weighed = []
    for place, part in enumerate(header.split(",")):
        tag, _, rest = part.strip().partition(";")
        try:
            weight = float(rest.partition("=")[2] or 1)
        except ValueError:
            weight = 0.0
        weighed.append((-weight, place, tag))
    return [_parsed(tag) for weight, _, tag in sorted(weighed) if weight < 0]


def _parsed(tag: str | None) -> Locale | None:
    try:
        return Locale.parse(tag.replace("-", "_")) if tag else None
    except (ValueError, UnknownLocaleError, TypeError):
        return None


def _catalogue() -> NullTranslations:
    locale = get_locale()
    if locale is None:
        return NullTranslations()
    found = _catalogues.get(locale)
    if found is None:
        found = _catalogues[locale] = translator(str(locale))
    return found
