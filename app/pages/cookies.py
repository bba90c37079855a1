"""Every cookie that this site may set: its name, what it is for and how long it stays, for the privacy page."""

from dataclasses import dataclass

from flask_babel import gettext as _

from app.core.i18n.locale import CHOICE_COOKIE
from app.orders.lookup import limits, numbers, sessions
from app.pages.shell import THEME_COOKIE


@dataclass(frozen=True, slots=True)
class Cookie:
    """One cookie, in words."""

    name: str
    purpose: str
    lasting: str


def cookies() -> list[Cookie]:
    """All of them; a test compares their names with those that the site sets."""
    year = _("It lasts a year.")
    return [
        Cookie(
            sessions.cookie_name(),
            _("keeps you signed in to your order, until you close it or it expires."),
            _("It goes when you close the browser, and expires after a day."),
        ),
        Cookie(
            numbers.cookie_name(),
            _("keeps the numbers of orders you opened: you needn't type them again when your access to one has ended."),
            _("It lasts 7 days, or until you close your orders."),
        ),
        Cookie(
            limits.cookie_name(),
            _(
                "remembers the browser in which you opened one of our links or signed in as staff. The "
                "link goes on working there, and nobody else can use up your tries."
            ),
            _("It lasts 21 days."),
        ),
        Cookie(CHOICE_COOKIE, _("the language, only if you choose it."), year),
        Cookie(THEME_COOKIE, _("the light or dark theme, only if you choose it."), year),
    ]
