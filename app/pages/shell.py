"""What every template may ask for: words, assets, the shop, the language and theme chosen, the way back."""

import json

from flask import Flask, g, request
from flask_babel import gettext as _

from app.core.drawing import colour
from app.core.i18n import words
from app.core.i18n.locale import get_locale, languages_here, page_language, speak
from app.pages.assets import asset
from app.pages.compact import Compact
from app.pages.shop import brand_query, said, shop

THEME_COOKIE = "theme"
THEMES = ("light", "dark")
# Names of htmx 2. Unknown names are ignored without a word, so the browser tests read them back.
HTMX_CONFIG = json.dumps(
    {
        "allowEval": False,
        "allowScriptTags": False,
        "includeIndicatorStyles": False,
        "selfRequestsOnly": True,
        # Pages with an order must not rest in the browser's storage (H-05); going back asks the server again.
        "historyCacheSize": 0,
        "refreshOnHistoryMiss": True,
        "inlineScriptNonce": "",
        "inlineStyleNonce": "",
        "responseHandling": [
            {"code": "(204|304)", "swap": False},
            # htmx 2 leaves a 422 out, which here is the form with what is wrong in it.
            {"code": "([23]..|422)", "swap": True},
            {"code": "[45]..", "swap": False, "error": True},
        ],
    }
)


def theme() -> str | None:
    """The theme that a view shows, or the reader chose; None for what their device says."""
    shown: str | None = g.get("shown_theme")
    name = shown or request.cookies.get(THEME_COOKIE)
    return name if name in THEMES else None


def other_languages() -> list[tuple[str, str]]:
    """The languages this page is not in, each with its own name."""
    current = get_locale()
    spoken = current.language if current is not None else None
    return [(code, name) for code, name in languages_here().items() if code != spoken]


def here() -> str:
    """Where a switch leads back to: this page, as a path. A view of a POST may say a better one in ``g.here``."""
    path: str | None = g.get("here")
    return path or request.full_path.rstrip("?")


def htmx_config() -> str:
    """How htmx is hardened, for the page's meta element."""
    return HTMX_CONFIG


def sized(icon: str, side: int) -> str:
    """The address of a brand's icon in another size; one that is only tried out has none."""
    return icon if icon.startswith("data:") else f"{icon.removesuffix('.png')}/{side}.png"


def notice_labels() -> list[tuple[str, str]]:
    """A shop's own notices by what links to them are called."""
    return [("imprint", _("Legal notice")), ("terms", _("Terms")), ("privacy", _("Privacy notice"))]


def register(app: Flask) -> None:
    """Give the templates their words and helpers."""
    speak(app)
    app.jinja_env.add_extension(Compact)
    helpers = (
        asset,
        colour,
        shop,
        brand_query,
        said,
        sized,
        notice_labels,
        theme,
        page_language,
        other_languages,
        here,
        htmx_config,
    )
    spoken = (
        words.day,
        words.short_day,
        words.trail_day,
        words.day_range,
        words.between,
        words.moment,
        words.clock_time,
        words.time_range,
        words.zone_city,
    )
    amounts = (words.money, words.number, words.percent)
    app.jinja_env.globals.update({helper.__name__: helper for helper in (*helpers, *spoken, *amounts)})
