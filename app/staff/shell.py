"""The console's frame: what its templates may ask for, and the rail with the parts that this member opens."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from flask import Flask, current_app, g, request, session, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.exceptions import MethodNotAllowed, NotFound
from werkzeug.routing import RequestRedirect

from app.core.web import db_session, settings
from app.staff.announcements import announced_undo, announcement
from app.staff.auth.roles import Permission, needed_for_list
from app.staff.setup.page import Checklist, card
from app.staff.words import who
from app.staff.worklists import trail
from app.staff.worklists.worklists import WORKLISTS, counts, mine

# The counts stop at a hundred (`worklists.CAP`): a larger number would be made up.
MOST = 99


@dataclass(frozen=True, slots=True)
class RailLink:
    """One link of the rail; ``count`` is how much waits there, at most 99+, and ``own`` how much of it is one's own."""

    label: str
    href: str
    count: str = ""
    current: bool = False
    own: str = ""


def install(app: Flask) -> None:
    """Give the templates what they ask of member, rail, keys, what was announced, and the way back to a worklist."""
    announced = {"announcement": announcement, "announced_undo": announced_undo}
    app.jinja_env.globals.update(
        setup_card=setup_card,
        training=training,
        may=may,
        opens=opens,
        rail=rail,
        keys=keys,
        who=who,
        work_trail=work_trail,
        **announced,
    )


def setup_card() -> Checklist | None:
    """The checklist, for who sets the shop up and while there is something to do."""
    # An application may be made of fewer blueprints, in tests for one.
    return card(db_session()) if may("settings") and "setup.page" in current_app.view_functions else None


def may(permission: str) -> bool:
    """Whether the member who is signed in has a permission."""
    return bool(current_user.is_authenticated) and Permission(permission) in current_user.permissions


def opens(href: str) -> bool:
    """Whether the page at an address of the console is open to the member who is signed in: no button leads to a 403.

    Asked of the view's own guard, so that no second list can say otherwise.
    """
    try:
        endpoint, _values = current_app.url_map.bind("").match(urlsplit(href).path)
    except (NotFound, MethodNotAllowed, RequestRedirect):
        return True
    guarded_for = getattr(current_app.view_functions[endpoint], "guarded_for", None)
    return guarded_for is None or not guarded_for.isdisjoint(getattr(current_user, "permissions", ()))


def keys() -> str:
    """``off`` when this member does not want single keys to act."""
    return str(session.get("keys", ""))


def rail() -> list[tuple[str, list[RailLink]]]:
    """The groups of the rail that this member may open, without empty ones; made once a page."""
    # The layout asks for it twice, and each time would be the statement over all worklists.
    if "rail" not in g:
        g.rail = _groups()
    groups: list[tuple[str, list[RailLink]]] = g.rail
    return groups


def _groups() -> list[tuple[str, list[RailLink]]]:
    groups = [
        (
            _("Customers"),
            _parts(
                ("orders", _("Orders"), "console.orders"),
                ("returns", _("Returns"), "returning.listed"),
                ("cases", _("Saved replies"), "replies.listed"),
            ),
        ),
        (_("To do"), _worklists()),
        (
            _("Operations"),
            _parts(("warehouse", _("Warehouse"), "warehouse.scan"), ("metrics", _("Figures"), "metrics.delivery")),
        ),
        (
            _("The shop"),
            _parts(
                ("settings", _("Settings"), "settings.listed"),
                ("people", _("People"), "people.listed"),
                ("audit", _("Audit trail"), "audit.listed"),
            ),
        ),
    ]
    return [(title, stops) for title, stops in groups if stops]


def _parts(*parts: tuple[str, str, str]) -> list[RailLink]:
    return [
        RailLink(label, url_for(endpoint), current=_is_here(endpoint))
        for part, label, endpoint in parts
        # An application may be made of fewer blueprints, in tests for one: no link leads to a view that is not there.
        if may(part) and endpoint in current_app.view_functions
    ]


def _is_here(endpoint: str) -> bool:
    """Whether this page is of a part; the saved replies stand below the settings, and beside them in the rail."""
    part = "replies.listed" if request.blueprint == "replies" and may("cases") else None
    return endpoint == part if part else request.path.startswith(url_for(endpoint))


def training() -> str:
    """Where the exercises for new people are; nothing where no demo shop is."""
    return url_for("training.page") if settings().demo and "training.page" in current_app.view_functions else ""


def work_trail() -> trail.WorkTrail | None:
    """The way back to the worklist from whose row this page was opened."""
    return trail.read_trail(current_user.email) if may("orders") and request.method == "GET" else None


def _worklists() -> list[RailLink]:
    names = [name for name in WORKLISTS if may(needed_for_list(name))]
    # Who works no list off waits for no counting.
    waiting = counts(db_session()) if names else {}
    own = mine(db_session(), current_user.email) if names else {}
    return [
        RailLink(
            str(WORKLISTS[name].title),
            href,
            _capped(waiting.get(name, 0)),
            request.path == href,
            _capped(own.get(name, 0)),
        )
        for name in names
        for href in (url_for("work.listed", name=name),)
    ]


def _capped(count: int) -> str:
    return f"{MOST}+" if count > MOST else str(count or "")
