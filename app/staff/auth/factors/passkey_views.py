"""Passkeys and recovery codes in one's own account, and signing in by a passkey, alone or after the password."""

from datetime import UTC, datetime, timedelta

from flask import Blueprint, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url

from app.core.clock import utcnow
from app.core.db import transaction
from app.core.errors import Conflict
from app.core.tokens import seal
from app.core.web import db_session, see_other, settings
from app.orders.lookup.sessions import end_of_staff, renew, session_id
from app.staff.announcements import announce
from app.staff.auth.factors import passkeys, recovery
from app.staff.auth.factors.passkeys import RelyingParty
from app.staff.auth.guard import lacks_own_password, member, member_required
from app.staff.auth.sign_in_views import own_path, welcome
from app.staff.confirmation import Confirmation
from app.staff.models import Passkey, StaffUser

bp = Blueprint("passkeys", __name__, url_prefix="/staff")
# A page may lie open while somebody looks for their key.
ASKED_FOR = timedelta(minutes=10)
MAKE, PROVE, ALONE = "passkey_make", "passkey_prove", "passkey_alone"
"""Under these names the session keeps what a passkey has to sign, for each of the three purposes apart."""


@bp.post("/account/passkeys")
@member_required
def add() -> ResponseReturnValue:
    """Keep the passkey that the browser has made. The first second factor ends the sessions opened without one."""
    from app.staff.auth.factors.second_factor_views import account_page

    name, challenged = request.form.get("name", "").strip(), taken(MAKE)
    if not name:
        return account_page([("name", _("Give it a name, such as the device it is on."))]), 422
    failed = [("name", _("The browser made no passkey for this page. Try again."))]
    if challenged is None or lacks_own_password(member()):
        return account_page(failed), 422
    challenge, handle = challenged
    try:
        with transaction(db_session()) as rows:
            user = rows.get_one(StaffUser, member().id, with_for_update=True)
            was_open, answer = not user.has_second_factor, request.form.get("credential", "")
            made = passkeys.add(
                rows, user, answer, party(), name=name, challenge=challenge, handle=handle, now=utcnow()
            )
            codes = recovery.make_codes(rows, user, key=_key(), now=utcnow()) if made and was_open else []
            # Opened by the password alone, perhaps by somebody who should not have it.
            if codes:
                end_of_staff(rows, user.id, but=session_id())
    except Conflict:
        return account_page([("name", _("There are ten already. Remove one first."))]), 409
    if made is None:
        return account_page(failed), 422
    show_codes(codes)
    renew()
    announce(_("The passkey “%(name)s” is added.", name=made.name))
    return see_other(url_for("second_factor.manage"))


@bp.route("/account/passkeys/<int:passkey_id>/removal", methods=["GET", "POST"])
@member_required
def remove(passkey_id: int) -> ResponseReturnValue:
    """Remove one of one's own passkeys."""
    passkey = db_session().get(Passkey, passkey_id)
    if passkey is None or passkey.staff_id != member().id:
        return see_other(url_for("second_factor.manage"))
    if request.method == "GET":
        return Confirmation(
            _("Remove the passkey “%(name)s”", name=passkey.name),
            _("It signs you in no more. Delete it on the device too, so that it isn't offered there."),
            _("Remove the passkey"),
            url_for("second_factor.manage"),
            danger=True,
        ).page()
    with transaction(db_session()) as rows:
        user = rows.get_one(StaffUser, member().id, with_for_update=True)
        passkeys.remove(rows, user, passkey_id, by=user.email, now=utcnow())
    announce(_("The passkey is removed."))
    return see_other(url_for("second_factor.manage"))


@bp.route("/account/recovery-codes", methods=["GET", "POST"])
@member_required
def codes() -> ResponseReturnValue:
    """Make recovery codes, which end those from before; the account's page shows them once."""
    if not member().has_second_factor:
        return see_other(url_for("second_factor.manage"))
    if request.method == "GET":
        return Confirmation(
            _("New recovery codes"),
            _("You get ten codes, shown once. Those from before stop working."),
            _("Make new codes"),
            url_for("second_factor.manage"),
        ).page()
    with transaction(db_session()) as rows:
        user = rows.get_one(StaffUser, member().id, with_for_update=True)
        show_codes(recovery.make_codes(rows, user, key=_key(), now=utcnow()))
    return see_other(url_for("second_factor.manage"))


@bp.post("/sign-in/code/passkey")
def prove() -> ResponseReturnValue:
    """The second factor by a passkey, after a right password."""
    from app.staff.auth.factors.second_factor_views import ask_page, halfway

    user_id = halfway()
    if user_id is None:
        return see_other(url_for("staff.sign_in"))
    user = _signed(PROVE, staff_id=user_id)
    if user is None:
        return ask_page([(None, _not_taken())]), 422
    _id, _at, next_path, way = session["halfway"]
    return welcome(user, str(next_path), str(way))


@bp.post("/sign-in/passkey")
def begin() -> ResponseReturnValue:
    """Begin to sign in by a passkey alone. A form and no link: looking at the sign-in page writes nothing."""
    ask(ALONE)
    session["next"] = own_path(request.form.get("next", ""))
    return see_other(url_for("passkeys.alone"))


@bp.get("/sign-in/passkey")
def alone() -> ResponseReturnValue:
    """Ask the browser for a passkey."""
    if ALONE not in session:
        return see_other(url_for("staff.sign_in"))
    return _alone_page([])


@bp.post("/sign-in/passkey/answer")
def enter() -> ResponseReturnValue:
    """Let in whose passkey has signed, and has verified who holds it."""
    if ALONE not in session:
        return see_other(url_for("staff.sign_in"))
    user, next_path = _signed(ALONE), str(session.get("next", ""))
    if user is None:
        return _alone_page([(None, _not_taken())]), 422
    return welcome(user, next_path, "passkey")


def party() -> RelyingParty:
    """This portal as authenticators know it."""
    return passkeys.relying_party(settings().public_url)


def ask(purpose: str, handle: bytes = b"") -> bytes:
    """A new challenge for this browser, kept in its session."""
    # Kept here and not in the page: what a page carries could be sent again.
    challenge = passkeys.new_challenge()
    session[purpose] = [bytes_to_base64url(challenge), bytes_to_base64url(handle), utcnow().timestamp()]
    return challenge


def taken(purpose: str) -> tuple[bytes, bytes] | None:
    """The challenge and the handle that were asked for, which count once; None when that is too long ago."""
    challenge, handle, asked_at = session.pop(purpose, ("", "", 0))
    if datetime.fromtimestamp(asked_at, UTC) < utcnow() - ASKED_FOR:
        return None
    return base64url_to_bytes(challenge), base64url_to_bytes(handle)


def show_codes(made: list[str]) -> None:
    """Have the account's page show recovery codes once; sealed, since a session is a row of the database."""
    if made:
        session["shown_codes"] = seal(_key(), "\n".join(made))


def _signed(purpose: str, *, staff_id: int | None = None) -> StaffUser | None:
    challenged = taken(purpose)
    if challenged is None:
        return None
    with transaction(db_session()) as rows:
        answer = request.form.get("credential", "")
        return passkeys.sign_in(rows, answer, party(), challenge=challenged[0], staff_id=staff_id, now=utcnow())


def _alone_page(errors: list[tuple[str | None, str]]) -> str:
    options = passkeys.request_options(db_session(), party(), challenge=ask(ALONE))
    return render_template("staff/passkeys/alone.html", options=options, errors=errors)


def _not_taken() -> str:
    return _("That passkey doesn't open this account, or it took too long. Try again, or sign in another way.")


def _key() -> str:
    return settings().key
