"""Signing in and out of the console."""

from flask import Blueprint, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user, login_user, logout_user

from app.core.clock import utcnow
from app.core.db import transaction
from app.core.tokens import new_secret
from app.core.web import db_session, see_other, settings
from app.orders.lookup.guard import ask_database, client_address, secret_key
from app.orders.lookup.limits import browser_secret, know_again
from app.orders.lookup.sessions import PLACE, begin_anew
from app.staff import shell
from app.staff.announcements import KEY as ANNOUNCED
from app.staff.announcements import announce
from app.staff.auth import services, tries
from app.staff.auth.factors import passkeys
from app.staff.auth.guard import Member, member, member_required
from app.staff.auth.places import note_place
from app.staff.auth.provider_rules import provider_of_staff
from app.staff.auth.roles import Permission
from app.staff.confirmation import Confirmation
from app.staff.models import StaffUser
from app.staff.people import people

bp = Blueprint("staff", __name__, url_prefix="/staff")
# Where a member begins: at the first of these that they may.
HOMES = {
    Permission.ORDERS: "console.orders",
    Permission.RETURNS: "returning.listed",
    Permission.WAREHOUSE: "warehouse.scan",
    Permission.METRICS: "metrics.delivery",
    Permission.PEOPLE: "people.listed",
    Permission.AUDIT: "audit.listed",
}


@bp.get("/")
@bp.get("")
def home() -> ResponseReturnValue:
    """The part of the console where this member works; for who sets up a shop without orders, the checklist."""
    if not current_user.is_authenticated:
        return see_other(url_for("staff.sign_in"))
    # A list of no orders would tell somebody who has just installed it nothing.
    setup = shell.setup_card()
    if setup is not None and not setup.state.real_orders:
        return see_other(url_for("setup.page"))
    pages = (page for permission, page in HOMES.items() if permission in member().permissions)
    return see_other(url_for(next(pages, "second_factor.manage")))


@bp.get("/sign-in")
def sign_in() -> ResponseReturnValue:
    """The sign-in page; who is signed in goes on."""
    if current_user.is_authenticated:
        return see_other(url_for("staff.home"))
    context = {
        "next": request.args.get("next", ""),
        "changed": "changed" in request.args,
        "wrong": "wrong" in request.args,
        "left": "left" in request.args,
        **ways(),
    }
    # A form on a page that came from memory would be filled in for nothing.
    ask_database()
    return render_template("staff/sign_in.html", email="", errors=[], **context)


@bp.post("/sign-in")
def enter() -> ResponseReturnValue:
    """Let a member in; every wrong try reads the same."""
    email, password = request.form.get("email", ""), request.form.get("password", "")
    next_path = own_path(request.form.get("next", ""))
    # What is empty may be said: it tells nobody who is a member.
    empty = [("email", _("Write your e-mail address."))] if not email.strip() else []
    empty += [("password", _("Write your password."))] if not password else []
    user = None if empty else _signed_in(email, password)
    if user is None:
        # How long a pause lasts depends on the tries before, and telling would tell whether the address has any.
        wrong = _("Wrong e-mail or password, or too many attempts. Wait a few minutes, then try again.")
        errors = empty or [("email", wrong)]
        return render_template("staff/sign_in.html", email=email, errors=errors, next=next_path, **ways()), 422
    return go_on(user, next_path)


def ways() -> dict[str, object]:
    """The ways in that are set up beside the password: passkeys, and the shop's provider."""
    party = passkeys.relying_party(settings().public_url)
    return {
        "passkeys": party.possible and passkeys.are_there(db_session()),
        "provider": provider_of_staff(db_session()),
        "mails": settings().carries("email") or settings().demo,
    }


def go_on(user: StaffUser, next_path: str, way: str = "password") -> ResponseReturnValue:
    """Ask a member who has a second factor for it; let anybody else in."""
    if not user.has_second_factor:
        return welcome(user, next_path, way)
    begin_anew()
    # Nothing else of the session says who this is, so no page opens by it until the code is right.
    session["halfway"] = [user.id, utcnow().timestamp(), next_path, way]
    return see_other(url_for("second_factor.ask"))


def welcome(user: StaffUser, next_path: str, way: str = "password") -> ResponseReturnValue:
    """Sign a member in who has shown all that is asked for, and know this browser again."""
    announced = session.get(ANNOUNCED)
    begin_anew()
    if announced:
        announce(announced)
    login_user(Member(user))
    note_place(way)
    browser = browser_secret() or new_secret()
    with transaction(db_session()) as rows:
        tries.remember_browser(rows, user.id, browser, now=utcnow())
    response = see_other(next_path or url_for("staff.home"))
    know_again(response, browser)
    return response


@bp.get("/sign-out")
@member_required
def ask_to_leave() -> ResponseReturnValue:
    """Ask before all of this member's sessions end."""
    return Confirmation(
        _("Sign out everywhere"),
        _("All your sessions end, this one too. What you typed elsewhere and did not send is lost."),
        _("Sign out everywhere"),
        url_for("second_factor.manage"),
        danger=True,
        hidden=[("everywhere", "1")],
    ).page()


@bp.post("/sign-out")
@member_required
def leave() -> ResponseReturnValue:
    """End this session, or all of this member's."""
    if request.form.get("everywhere"):
        with transaction(db_session()) as rows:
            user = rows.get_one(StaffUser, member().id)
            people.sign_out_everywhere(rows, user, by=member().actor, now=utcnow())
    came_by_provider = session.get(PLACE, {}).get("way") == "provider"
    logout_user()
    session.clear()
    response = see_other(url_for("staff.sign_in", left=1 if came_by_provider else None))
    # The next person at a shared machine must not find pages by going back.
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response


@bp.post("/keys")
@member_required
def switch_keys() -> ResponseReturnValue:
    """Turn the console's single keys off or on (WCAG 2.1.4)."""
    session["keys"] = "off" if request.form.get("keys") == "off" else ""
    announce(_("Single keys are off.") if session["keys"] else _("Single keys are on."))
    return see_other(own_path(request.form.get("next", "")) or url_for("staff.home"))


def _signed_in(email: str, password: str) -> StaffUser | None:
    """One try, counted before the password is looked at; no connection is held while that takes its time."""
    asker = tries.SignInClient(client_address(), browser_secret())
    with transaction(db_session()) as rows:
        begun = services.begin_sign_in(rows, email=email, asker=asker, key=secret_key(), now=utcnow())
    if begun is None:
        return None
    # Outside of both transactions: a burst of tries would hold as many connections while argon2 works.
    right = begun.is_right(password)
    with transaction(db_session()) as rows:
        return services.end_sign_in(rows, begun, right=right, now=utcnow())


def own_path(target: str) -> str:
    """A path of the console, else nothing: never another host, however spelt."""
    path = target.partition("?")[0]
    ours = path == "/staff" or path.startswith("/staff/")
    # Browsers drop tabs and line ends and read a backslash as a slash, which could make another host of it.
    return target if ours and target.isprintable() and "\\" not in target else ""
