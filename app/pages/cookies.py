"""Every cookie that this site may set: its name, what it is for and how long it stays, for the privacy page."""

from dataclasses import dataclass

from flask_babel import gettext as _

from app.core.i18n.locale import CHOICE_COOKIE
from app.orders.lookup import limits, sessions
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
            _("keeps what you do here together, such as the order that you looked up."),
            _("It goes when you close the browser, and works for a day at the most."),
        ),
        Cookie(
            limits.cookie_name(),
            _(
                "set when you open one of our links, or sign in as staff: it lets the link go on working in this "
                "browser, and keeps others from using up your codes or your tries."
            ),
            _("It lasts 21 days."),
        ),
        Cookie(CHOICE_COOKIE, _("the language, only if you choose it."), year),
        Cookie(THEME_COOKIE, _("the light or dark theme, only if you choose it."), year),
    ]
