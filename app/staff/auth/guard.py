"""The guard of the console: who is signed in, and whether they may do what a page is for."""

from collections.abc import Callable
from functools import wraps
from typing import Any, cast

from flask import Flask, abort, redirect, request, session, url_for
from flask_login import LoginManager, UserMixin, current_user
from werkzeug.wrappers import Response

from app.core.web import db_session, settings
from app.staff import shell
from app.staff.auth.roles import Permission, Role, is_protected
from app.staff.auth.services import permissions_of
from app.staff.models import StaffUser

FACTOR_ELSEWHERE = "factor_elsewhere"
"""Under this name a session remembers that the provider who vouches for the member has asked for a second factor."""


class Member(UserMixin):  # type: ignore[misc]
    """Who is signed in, for Flask-Login."""

    def __init__(self, row: StaffUser, permissions: frozenset[Permission] = frozenset()) -> None:
        """The facts that pages show, and nothing secret."""
        self.id = row.id
        self.email = row.email
        self.name = row.name
        self.role = row.role
        self.permissions = permissions
        self.has_second_factor = row.has_second_factor
        self.has_password = bool(row.password_hash)
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
    """Who is signed in; only in views behind a guard."""
    return cast(Member, current_user)


View = Callable[..., Any]


def permission_required(*permissions: Permission, enrolling: bool = False) -> Callable[[View], View]:
    """Open a view to whoever has one of these permissions; others get 403, strangers the sign-in page.

    Who still has a password that somebody else made, or lacks a second factor that they need, is sent to
    mend that, unless the view is part of it.
    """
    allowed = frozenset(permissions)

    def guard(view: View) -> View:
        @wraps(view)
        def guarded(*args: Any, **kwargs: Any) -> Any:
            if not current_user.is_authenticated:
                return manager.unauthorized()
            # From the row, not from the session: a changed role holds from the next click on.
            if allowed.isdisjoint(member().permissions):
                abort(403)
            if not enrolling and (lacks_own_password(member()) or lacks_second_factor(member())):
                return redirect(url_for("second_factor.manage"), code=303)
            return view(*args, **kwargs)

        guarded.guarded_for = allowed  # type: ignore[attr-defined]
        return guarded

    return guard


def member_required(view: View) -> View:
    """Open a view of one's own account to every member, also to those who have yet to mend it."""

    @wraps(view)
    def guarded(*args: Any, **kwargs: Any) -> Any:
        return view(*args, **kwargs) if current_user.is_authenticated else manager.unauthorized()

    guarded.guarded_for = frozenset(Permission)  # type: ignore[attr-defined]
    return guarded


# What a page for one of the built-in roles is for, where it names the role.
_STANDS_FOR = {
    Role.ADMIN: Permission.SETTINGS,
    Role.SUPPORT: Permission.ORDERS,
    Role.WAREHOUSE: Permission.WAREHOUSE,
    Role.MARKETING: Permission.METRICS,
}


def role_required(*roles: Role) -> Callable[[View], View]:
    """Open a view to the permission that these roles stand for; what is new names permissions."""
    return permission_required(*(_STANDS_FOR[role] for role in roles))


def lacks_own_password(staff_member: Member) -> bool:
    """Whether somebody else knows this member's password."""
    return not staff_member.has_own_password


def lacks_second_factor(staff_member: Member) -> bool:
    """Whether this member may do nothing before they have added a second factor."""
    needs = settings().production and is_protected(staff_member.permissions)
    return needs and not staff_member.has_second_factor and not session.get(FACTOR_ELSEWHERE)


def _load(user_id: str) -> Member | None:
    rows = db_session()
    row = rows.get(StaffUser, int(user_id)) if user_id.isdigit() else None
    # Looked at on every request, so that who is shut out is out with the next click.
    return Member(row, permissions_of(rows, row.role)) if row is not None and row.active else None


def _to_sign_in() -> Response:
    # Only a page can be come back to; a form that was not let in is lost anyway.
    back = request.full_path.rstrip("?") if request.method == "GET" else ""
    # 303: a form that was sent without a session must not be sent again to the sign-in page.
    return redirect(url_for("staff.sign_in", next=back or None), code=303)
