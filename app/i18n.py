"""Which language and region a page speaks: the reader's choice, the order's locale, or what the browser asks for."""

from functools import lru_cache

from babel import Locale, UnknownLocaleError
from flask import g, has_request_context, request

LANGUAGES = {"es": "Español", "en": "English"}
HOME_LANGUAGE = "es"
HOME_REGION = {"es": "ES", "en": "GB"}
CHOICE_COOKIE = "language"


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
    return Locale(language, next(regions, HOME_REGION[language]))


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
