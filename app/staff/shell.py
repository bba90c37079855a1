"""The console's frame: what its templates may ask for, and the rail with the parts that this member opens."""

from dataclasses import dataclass

from flask import Flask, current_app, g, request, session, url_for
from flask_babel import gettext as _
from flask_login import current_user

from app.core.web import db_session
from app.staff.announcements import announcement
from app.staff.auth import roles
from app.staff.words import who
from app.staff.worklists.worklists import WORKLISTS, counts

# The counts stop at a hundred (`worklists.CAP`): a larger number would be made up.
MOST = 99


@dataclass(frozen=True, slots=True)
class RailLink:
    """One link of the rail; ``count`` is how much waits there, at most 99+."""

    label: str
    href: str
    count: str = ""
    current: bool = False


def install(app: Flask) -> None:
    """Give the templates ``may``, ``rail``, ``keys``, ``who`` and ``announcement``."""
    app.jinja_env.globals.update(may=may, rail=rail, keys=keys, who=who, announcement=announcement)


def may(part: str) -> bool:
    """Whether the member who is signed in opens a part of the console."""
    return bool(current_user.is_authenticated) and roles.may(current_user.role, part)


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
            _parts(("orders", _("Orders"), "console.orders"), ("returns", _("Returns"), "returning.listed")),
        ),
        (_("To do"), _worklists() if may("orders") else []),
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
    here = request.path
    return [
        RailLink(label, url_for(endpoint), current=here.startswith(url_for(endpoint)))
        for part, label, endpoint in parts
        # An application may be made of fewer blueprints, in tests for one: no link leads to a view that is not there.
        if may(part) and endpoint in current_app.view_functions
    ]


def _worklists() -> list[RailLink]:
    waiting = counts(db_session())
    return [
        RailLink(str(worklist.title), href, _capped(waiting.get(name, 0)), request.path == href)
        for name, worklist in WORKLISTS.items()
        for href in (url_for("work.listed", name=name),)
    ]


def _capped(count: int) -> str:
    return f"{MOST}+" if count > MOST else str(count or "")
