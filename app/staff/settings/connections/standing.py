"""How all connections stand together, in a few words beside the section's name."""

from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy.orm import Session

from app.connections.overview import failing
from app.core.web import settings
from app.notify.kinds import Channel
from app.staff.settings.connections.page import live


def trouble(session: Session) -> tuple[str, str] | None:
    """A badge's kind and words: what does not work; else that no mail leaves yet."""
    many = failing(session, live())
    if many:
        return "problem", ngettext("%(num)s not working", "%(num)s not working", many)
    return None if settings().carries(Channel.EMAIL) else ("attention", _("No e-mail yet"))
