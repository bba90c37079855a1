"""The second factor's pages: asked for after the password; and one's own account: factor, password, sessions."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from flask import Blueprint, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import logout_user

from app.core.clock import utcnow
from app.core.db import transaction
from app.core.errors import Invalid
from app.core.tokens import digest, seal, unseal
from app.core.web import db_session, see_other, settings
from app.orders.lookup.sessions import end_of_staff, of_staff, renew, session_id
from app.returns.labels.codes import qr_svg
from app.staff.announcements import announce
from app.staff.auth import passwords, services, tries
from app.staff.auth.factors import passkeys, recovery, second_factor
from app.staff.auth.factors.passkey_views import MAKE, PROVE, party, show_codes
from app.staff.auth.factors.passkey_views import ask as ask_passkey
from app.staff.auth.guard import lacks_own_password, lacks_second_factor, member, member_required
from app.staff.auth.places import session_rows
from app.staff.auth.provider_rules import is_connected, provider_of_staff
from app.staff.auth.sign_in_views import welcome
from app.staff.models import StaffUser
from app.staff.people import people
from app.staff.people.words import password_fault
from app.staff.words import key_help

bp = Blueprint("second_factor", __name__, url_prefix="/staff")
# Time to find the telephone; whoever leaves the screen after the password leaves no door half open for the day.
HALFWAY = timedelta(minutes=10)
# Shown again unchanged if the page is loaded again: a new picture each time would make the scanned one wrong.
SECRET_SHOWN_SECONDS = 1800
# The next page shows them once; a session in which that page is never loaded must not offer them for hours.
CODES_SHOWN_SECONDS = 600


@bp.get("/sign-in/code")
def ask() -> ResponseReturnValue:
    """Ask for the code after a right password."""
    if halfway() is None:
        return see_other(url_for("staff.sign_in"))
    return ask_page([])


@bp.post("/sign-in/code")
def check() -> ResponseReturnValue:
    """Let in with a right code; too many wrong ones wait as wrong passwords do."""
    user_id = halfway()
    if user_id is None:
        return see_other(url_for("staff.sign_in"))
    with transaction(db_session()) as rows:
        user = second_factor.verify(rows, user_id, code=request.form.get("code", ""), key=_key(), now=utcnow())
    if user is None:
        errors = [("code", _("That code is not right, or was used before. Wait for the next one and try again."))]
        return ask_page(errors), 422
    _id, _at, next_path, way = session["halfway"]
    return welcome(user, str(next_path), str(way))


def ask_page(errors: Sequence[tuple[str | None, str]]) -> str:
    """Ask for a code, and for a passkey where the member has one."""
    user = db_session().get_one(StaffUser, halfway() or 0)
    by_passkey = user.passkeys > 0 and party().possible
    options = (
        passkeys.request_options(db_session(), party(), challenge=ask_passkey(PROVE), staff_id=user.id)
        if by_passkey
        else None
    )
    return render_template(
        "staff/second_factor/ask.html", errors=errors, options=options, has_device=user.totp_secret is not None
    )


@bp.get("/account")
@member_required
def manage() -> ResponseReturnValue:
    """One's own account; without a second factor, the code to scan."""
    return account_page([])


@bp.post("/account/second-factor")
@member_required
def enrol() -> ResponseReturnValue:
    """Add the second factor once its first code is right; sessions that were opened without it end."""
    secret = unseal(_key(), session.get("new_factor", ""), max_age=SECRET_SHOWN_SECONDS)
    with transaction(db_session()) as rows:
        user = rows.get_one(StaffUser, member().id, with_for_update=True)
        # Two tabs with a picture each: the second must not replace the factor that the first has added.
        if user.totp_secret is not None:
            return see_other(url_for("second_factor.manage"))
        code = request.form.get("code", "")
        was_open = not user.has_second_factor
        added = bool(secret) and second_factor.enrol(
            rows, user, secret=secret or "", code=code, key=_key(), now=utcnow()
        )
        codes = recovery.make_codes(rows, user, key=_key(), now=utcnow()) if added and was_open else []
        if added and was_open:
            # The others were opened by the password alone, perhaps by somebody who should not have it.
            end_of_staff(rows, user.id, but=session_id())
    if not added:
        return account_page(
            [("code", _("That code is not right. Scan the picture again and type the code it shows now."))]
        ), 422
    session.pop("new_factor", None)
    show_codes(codes)
    renew()
    announce(_("The second factor is added."))
    return see_other(url_for("second_factor.manage"))


@bp.post("/account/sessions/<key>/end")
@member_required
def end_session(key: str) -> ResponseReturnValue:
    """End one of one's own sessions."""
    with transaction(db_session()) as rows:
        user = rows.get_one(StaffUser, member().id)
        people.end_session(rows, user, key, by=user.email, now=utcnow())
    announce(_("The session has ended."))
    return see_other(url_for("second_factor.manage"))


@bp.post("/account/password")
@member_required
def change_password() -> ResponseReturnValue:
    """Take a new password, after the old one; every session ends, this one too."""
    old, new = request.form.get("old", ""), request.form.get("new", "")
    if (failures := _wrong_tries(old)) is not None:
        if failures < tries.FREE_TRIES:
            return account_page([("old", _("That is not your password."))]), 422
        return _signed_out("wrong")
    try:
        with transaction(db_session()) as rows:
            user = rows.get_one(StaffUser, member().id, with_for_update=True)
            people.set_password(rows, user, new, by=user.email, now=utcnow())
    except Invalid as error:
        return account_page([("new", password_fault(error))]), 422
    return _signed_out("changed")


def _wrong_tries(old: str) -> int | None:
    """How many wrong ones this session has made in a row, this one too; None for the right password.

    Counted before it is compared, as when signing in: whoever found a session open must not guess at leisure.
    """
    now, account = utcnow(), tries.of_member(member().id)
    with transaction(db_session()) as rows:
        counted = tries.count_as(rows, account, digest(session_id() or ""), now=now)
        password_hash = rows.get_one(StaffUser, member().id).password_hash
    if counted is None:
        return tries.FREE_TRIES
    # Between two transactions: argon2 takes long on purpose, and no connection should wait for it.
    right = passwords.matches(password_hash, old)
    with transaction(db_session()) as rows:
        if right:
            tries.was_right(rows, counted)
        else:
            services.note_failure(rows, counted, rows.get_one(StaffUser, member().id), step="password", now=now)
    return None if right else counted.failures


def _signed_out(why: str) -> ResponseReturnValue:
    logout_user()
    session.clear()
    return see_other(f"{url_for('staff.sign_in')}?{why}=1")


def account_page(errors: Sequence[tuple[str | None, str]]) -> str:
    """One's own account, with what is wrong."""
    staff_member, rows = member(), db_session()
    user, shown = rows.get_one(StaffUser, staff_member.id), session.pop("shown_codes", "")
    codes = unseal(_key(), shown, max_age=CODES_SHOWN_SECONDS)
    return render_template(
        "staff/second_factor/account.html",
        errors=errors,
        **_device(user),
        passkey_options=_passkey_options(user),
        passkeys=passkeys.of_member(rows, user.id),
        passkeys_possible=party().possible,
        codes=codes.splitlines() if codes else [],
        codes_left=recovery.left(rows, user.id),
        sessions=session_rows(of_staff(rows, user.id, now=utcnow())),
        ending=lambda key: url_for("second_factor.end_session", key=key),
        connection=_connection(user),
        must=lacks_second_factor(staff_member),
        handed_over=lacks_own_password(staff_member),
        key_help=key_help(),
    )


def _device(user: StaffUser) -> dict[str, object]:
    """The secret for an authenticator and its picture, until one is added."""
    if user.totp_secret is not None:
        return {"has_device": True}
    secret = unseal(_key(), session.get("new_factor", ""), max_age=SECRET_SHOWN_SECONDS) or second_factor.new_secret()
    # Sealed, for the session is a row in the database, and a secret in plain would be as good as the device.
    session["new_factor"] = seal(_key(), secret)
    provisioning_uri = second_factor.address(secret, email=user.email, shop="Paradero")
    picture = qr_svg(provisioning_uri, _("The code to scan with your authenticator"))
    return {"has_device": False, "picture": picture, "secret": secret}


def _connection(user: StaffUser) -> tuple[str, bool] | None:
    """The provider that is set up, and whether this member is known there."""
    row = provider_of_staff(db_session())
    return (row.title, is_connected(db_session(), user.id, row.issuer)) if row else None


def _passkey_options(user: StaffUser) -> str | None:
    if not party().possible or user.handed_over:
        return None
    rows = db_session()
    handle = passkeys.handle_of(rows, user.id)
    challenge = ask_passkey(MAKE, handle)
    return passkeys.creation_options(rows, user, party(), title="Paradero", challenge=challenge, handle=handle)


def halfway() -> int | None:
    """Who has given a right password a moment ago and nothing more."""
    begun = session.get("halfway")
    if not begun or datetime.fromtimestamp(begun[1], UTC) < utcnow() - HALFWAY:
        return None
    return int(begun[0])


def _key() -> str:
    return settings().key
