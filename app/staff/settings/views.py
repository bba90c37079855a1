"""The settings' first page: every section that this member may open, with how it stands."""

from flask import Blueprint, render_template, url_for
from flask.typing import ResponseReturnValue

from app.core.web import db_session
from app.staff.auth.guard import role_required
from app.staff.auth.roles import Role
from app.staff.settings.sections import sections
from app.staff.shell import may

bp = Blueprint("settings", __name__, url_prefix="/staff/settings")
guarded = role_required(Role.ADMIN)


@bp.get("")
@guarded
def listed() -> ResponseReturnValue:
    """What can be set, group by group."""
    groups = [
        (
            title,
            [
                (section, url_for(section.endpoint), section.state(db_session()) if section.state else None)
                for section in group
                if may(section.part)
            ],
        )
        for title, group in sections()
    ]
    return render_template("staff/settings/list.html", groups=[(title, rows) for title, rows in groups if rows])
