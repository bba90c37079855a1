"""Which language and region a page speaks: the reader's choice, the order's locale, or what the browser asks for.

A page says a hundred texts, and Flask-Babel looks its context up four times for each: here it is once. A hot path.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cached_property, lru_cache
from typing import Any

import flask_babel
from babel import Locale, UnknownLocaleError
from babel.core import get_global
from babel.languages import get_official_languages
from babel.support import NullTranslations
from flask import Flask, current_app, g, has_request_context, request
from markupsafe import Markup

from app.core.i18n.catalogues import HOME_LOCALE, SOURCE_LOCALE, offered, translator
from app.core.settings import Settings

CHOICE_COOKIE = "language"
# What a mail says is said in its reader's language, in a worker that has no request.
_spoken: ContextVar[Locale | None] = ContextVar("spoken", default=None)


def filled(text: str, facts: Mapping[str, object]) -> str:
    """A text with its ``%(name)s`` filled in and its ``%%`` as a percent sign; without facts, names wait for theirs."""
    return text % facts if facts or ("%%" in text and "%(" not in text) else text


def gettext(text: str, /, **facts: object) -> str:
    """A text in the reader's language."""
    return filled(_catalogue().gettext(text), facts)


def ngettext(singular: str, plural: str, /, num: int, **facts: object) -> str:
    """A text that counts; ``num`` is among its facts."""
    return _catalogue().ngettext(singular, plural, num) % {"num": num, **facts}


def pgettext(context: str, text: str, /, **facts: object) -> str:
    """A text whose words mean something else elsewhere."""
    return filled(str(_catalogue().pgettext(context, text)), facts)


def get_locale() -> Locale | None:
    """The reader's locale, looked up once in a request; None outside of the application and of ``speaking``."""
    spoken = _spoken.get()
    if spoken is not None:
        return spoken
    try:
        here = g._get_current_object()
    except RuntimeError:
        return None
    locale: Locale | None = here.get("reader_locale")
    if locale is None:
        locale = here.reader_locale = flask_babel.get_locale()
    return locale


def page_language() -> str:
    """The page's language as HTML writes it: ``es-ES``."""
    return str(get_locale()).replace("_", "-")


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """What is said within is said in this language, whoever reads it, with and without a request."""
    mark = _spoken.set(_same(Locale.parse(language.replace("-", "_"))))
    try:
        with flask_babel.force_locale(language):
            yield
    finally:
        _spoken.reset(mark)


class TextDomain(flask_babel.Domain):
    """What Flask-Babel's own functions, lazy ones too, find a text in."""

    def get_translations(self) -> NullTranslations:
        """The catalogue of this request."""
        return _catalogue()

    def gettext(self, string: str, /, **variables: object) -> str:
        """A text in the reader's language."""
        return gettext(string, **variables)

    def pgettext(self, context: str, string: str, /, **variables: object) -> str:
        """A text whose words mean something else elsewhere."""
        return pgettext(context, string, **variables)


class Languages(flask_babel.Babel):
    """Flask-Babel with this module's catalogues: regions inherit from their language, which it does not know."""

    @cached_property
    def domain_instance(self) -> TextDomain:
        """The texts of every request that asks for no others."""
        return TextDomain()


def speak(app: Flask) -> None:
    """Let the templates say texts the short way; what they put into one is escaped, and % is always a format."""
    Languages(app, locale_selector=select_locale)
    # How a template's lines are broken is no part of what it says.
    app.jinja_env.policies["ext.i18n.trimmed"] = True

    def say(text: str, /, **facts: Any) -> Markup:
        translated = Markup(_catalogue().gettext(text))  # noqa: S704 (our own texts)
        return translated % facts if facts or "%" in translated else translated

    def count(singular: str, plural: str, /, num: int, **facts: Any) -> Markup:
        return Markup(_catalogue().ngettext(singular, plural, num)) % {"num": num, **facts}  # noqa: S704 (our own texts)

    app.jinja_env.globals.update(_=say, gettext=say, ngettext=count)


def select_locale() -> Locale:
    """The locale of this request, for Flask-Babel. A view that knows the order says its locale in ``g.locale``."""
    order_locale, languages = g.get("locale"), _shop_languages()
    if not has_request_context():
        return best_locale(None, order_locale, "", languages)
    header = request.headers.get("Accept-Language", "")
    return best_locale(request.cookies.get(CHOICE_COOKIE), order_locale, header[:200], languages)


def languages_here() -> dict[str, str]:
    """The languages that this shop speaks, its own one first, each with its name in itself: «Español», «Français»."""
    return {code: _own_name(code) for code in offered(_shop_languages())}


@lru_cache(maxsize=1024)
def best_locale(chosen: str | None, order_locale: str | None, accepted: str, languages: tuple[str, ...] = ()) -> Locale:
    """The first language wished for that the shop speaks, in the region named with it or else its usual one.

    ``languages`` are the languages that the shop names in its settings. Who wishes for none of them reads what is
    official where theirs is spoken, as Spanish where Catalan is, or else English; who wishes for none at all, the
    shop's own.

    >>> str(best_locale("en", "es-MX", "es-ES,es;q=0.9"))
    'en_GB'
    >>> str(best_locale(None, None, "fr-FR,fr;q=0.9"))
    'en_GB'
    """
    spoken = offered(languages)
    wishes = [wish for wish in (_parsed(chosen), _parsed(order_locale), *_by_weight(accepted)) if wish is not None]
    language = next((wish.language for wish in wishes if wish.language in spoken), None)
    language = language or _understood(wishes, spoken)
    return next(
        (_same(wish) for wish in wishes if wish.language == language and wish.territory), usual_locale(language)
    )


def _understood(wishes: Sequence[Locale], spoken: Sequence[str]) -> str:
    """A language of the shop for who named others."""
    likely = get_global("likely_subtags")
    territories = [wish.territory or likely.get(wish.language, "")[-2:] for wish in wishes]
    official = [language for place in territories for language in get_official_languages(place, de_facto=True)]
    english = [SOURCE_LOCALE.partition("_")[0]] if wishes else []
    return next((language for language in (*official, *english) if language in spoken), spoken[0])


@lru_cache(maxsize=256)
def usual_locale(language: str) -> Locale:
    """A language as it is spoken when nobody says where: at home, where the code's own texts come from, or by CLDR."""
    candidates = (HOME_LOCALE, SOURCE_LOCALE, get_global("likely_subtags").get(language, language))
    return next(locale for locale in map(Locale.parse, candidates) if locale.language == language)


@lru_cache(maxsize=256)
def _same(locale: Locale) -> Locale:
    """One object a locale: looking it up in a dictionary then compares nothing."""
    return locale


def _shop_languages() -> tuple[str, ...]:
    settings: Settings = current_app.config["SETTINGS"]
    # Brands are above this room: who knows them has hung the look-up in.
    own = current_app.extensions.get("own_languages")
    spoken: tuple[str, ...] = own() if own and has_request_context() else ()
    return tuple(code for code in spoken if code in offered(settings.languages)) or settings.languages


def _own_name(language: str) -> str:
    name = Locale(language).get_language_name(language) or language
    return name[:1].upper() + name[1:]


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
    return NullTranslations() if locale is None else _texts_of(locale)


@lru_cache(maxsize=256)
def _texts_of(locale: Locale) -> NullTranslations:
    """By the object itself: writing a locale as text for each of a page's hundred texts is dear."""
    return translator(str(locale))
