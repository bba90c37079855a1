"""The guard of the console: who is signed in, and whether their role opens a page."""

from collections.abc import Callable
from functools import wraps
from typing import Any, cast

from flask import Flask, abort, redirect, request, url_for
from flask_login import LoginManager, UserMixin, current_user
from werkzeug.wrappers import Response

from app.core.web import db_session, settings
from app.staff import shell
from app.staff.auth.roles import PROTECTED, Role
from app.staff.models import StaffUser


class Member(UserMixin):  # type: ignore[misc]
    """Who is signed in, for Flask-Login."""

    def __init__(self, row: StaffUser) -> None:
        """The facts that pages show, and nothing secret."""
        self.id = row.id
        self.email = row.email
        self.name = row.name
        self.role = row.role
        self.has_second_factor = row.totp_secret is not None
        self.has_own_password = not row.handed_over

    @property
    def actor(self) -> str:
        """How this member is named in the audit trail."""
        return self.email


class StaffLogin(LoginManager):  # type: ignore[misc]
    """Flask-Login without its «remember me»: that would read the session on every request of every customer."""

    def _update_remember_cookie(self, response: Response) -> Response:
        return response


manager = StaffLogin()


def install(app: Flask) -> None:
    """Hook sign-in into the application."""
    # Flask-Login's own ties a session to address and browser, and would sign out whoever changes the network.
    manager.session_protection = None
    manager.init_app(app)
    manager.user_loader(_load)
    manager.unauthorized_handler(_to_sign_in)
    shell.install(app)


def member() -> Member:
    """Who is signed in; only in views behind ``role_required``."""
    return cast(Member, current_user)


def role_required(*roles: str, enrolling: bool = False) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Open a view to these roles and to admins; others get 403, strangers the sign-in page.

    Who still has a password that somebody else made, or lacks a second factor that their role needs, is sent to
    mend that, unless the view is part of it.
    """
    allowed = {*roles, Role.ADMIN.value}

    def guard(view: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(view)
        def guarded(*args: Any, **kwargs: Any) -> Any:
            if not current_user.is_authenticated:
                return manager.unauthorized()
            # From the row, not from the session: a changed role holds from the next click on.
            if current_user.role not in allowed:
                abort(403)
            if not enrolling and (lacks_own_password(member()) or lacks_second_factor(member())):
                return redirect(url_for("second_factor.manage"), code=303)
            return view(*args, **kwargs)

        guarded.guarded_for = frozenset(allowed)  # type: ignore[attr-defined]
        return guarded

    return guard


def lacks_own_password(staff_member: Member) -> bool:
    """Whether somebody else knows this member's password."""
    return not staff_member.has_own_password


def lacks_second_factor(staff_member: Member) -> bool:
    """Whether this member may do nothing before they have added a second factor."""
    return settings().production and staff_member.role in PROTECTED and not staff_member.has_second_factor


def _load(user_id: str) -> Member | None:
    row = db_session().get(StaffUser, int(user_id)) if user_id.isdigit() else None
    # Looked at on every request, so that who is shut out is out with the next click.
    return Member(row) if row is not None and row.active else None


def _to_sign_in() -> Response:
    # Only a page can be come back to; a form that was not let in is lost anyway.
    back = request.full_path.rstrip("?") if request.method == "GET" else ""
    # 303: a form that was sent without a session must not be sent again to the sign-in page.
    return redirect(url_for("staff.sign_in", next=back or None), code=303)
