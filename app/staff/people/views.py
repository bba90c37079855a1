"""Members of staff: invite one, change a role, deactivate, end sessions, let them choose a new password."""

from collections.abc import Callable
from datetime import datetime

from flask import Blueprint, abort, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from app.core.clock import utcnow
from app.core.db import transaction
from app.core.errors import Conflict, Invalid
from app.core.i18n.locale import languages_here
from app.core.tokens import seal, unseal
from app.core.web import db_session, see_other, settings
from app.orders.lookup.sessions import of_staff
from app.staff.announcements import announce
from app.staff.auth import passwords, services, tries
from app.staff.auth.factors import second_factor
from app.staff.auth.guard import member, permission_required
from app.staff.auth.places import session_rows
from app.staff.auth.roles import Permission
from app.staff.confirmation import Confirmation
from app.staff.models import StaffUser
from app.staff.people import confirmations as ask
from app.staff.people import people
from app.staff.people.words import in_words, role_names

bp = Blueprint("people", __name__, url_prefix="/staff/people")
guarded = permission_required(Permission.PEOPLE)
# The next page shows it once; a session in which that page is never loaded must not offer it for hours.
SHOWN_SECONDS = 600
Change = Callable[[Session, StaffUser, datetime], None]


@bp.get("")
@guarded
def listed() -> ResponseReturnValue:
    """Everyone, and the form for one more."""
    return _page([])


@bp.post("")
@guarded
def add() -> ResponseReturnValue:
    """Invite somebody by mail; where no mail can leave, make them a password, which is shown once."""
    email, role = request.form.get("email", "")[:254], request.form.get("role", "")
    if not people.within(db_session(), role, member().permissions):
        return _page([("role", beyond())]), 403
    try:
        with transaction(db_session()) as rows:
            (_invite if mails_leave() else _make)(rows, email, role, request.form.get("name", "")[:80])
    except Conflict as error:
        return _page([("email", refusal(error, _("Somebody has this address already.")))]), 422
    except Invalid as error:
        sentences = {"email": _("Write an e-mail address."), "role": _("Choose a role.")}
        return _page([(fault.pointer, sentences.get(fault.pointer, fault.detail)) for fault in error.faults]), 422
    who = email.strip().lower()
    announce(_("%(who)s is invited.", who=who) if mails_leave() else _("%(who)s is added.", who=who))
    return see_other(url_for("people.listed"))


def _invite(rows: Session, email: str, role: str, name: str) -> None:
    locale = request.form.get("language", "")
    # What a form names is only a wish; the mail speaks what the shop speaks.
    locale = locale if locale in languages_here() else next(iter(languages_here()))
    people.invite(rows, email=email, role=role, name=name, locale=locale, by=_by(), key=_key(), now=utcnow())


def _make(rows: Session, email: str, role: str, name: str) -> None:
    password = passwords.generated()
    services.create(rows, email=email, role=role, password=password, name=name, by=_by(), now=utcnow())
    _show_once(email, password)


@bp.route("/<int:user_id>/invitation", methods=["GET", "POST"])
@guarded
def invite_again(user_id: int) -> ResponseReturnValue:
    """Mail the invitation again."""
    return _asked(
        user_id,
        ask.ask_invitation(_user(user_id)),
        lambda rows, user, now: people.invite_again(rows, user, by=_by(), key=_key(), now=now),
    )


@bp.route("/<int:user_id>/invitation/end", methods=["GET", "POST"])
@guarded
def take_back(user_id: int) -> ResponseReturnValue:
    """Take an invitation back."""
    return _asked(
        user_id,
        ask.ask_taking_back(_user(user_id)),
        lambda rows, user, now: people.take_back(rows, user, by=_by(), now=now),
    )


@bp.route("/<int:user_id>/role", methods=["GET", "POST"])
@guarded
def role(user_id: int) -> ResponseReturnValue:
    """Give another role, after saying what it opens."""
    role_name, user = request.values.get("role", ""), _user(user_id)
    if role_name not in services.role_keys(db_session()):
        abort(422)
    if request.method == "GET" and user.role == role_name:
        return see_other(url_for("people.listed"))
    if not people.within(db_session(), role_name, member().permissions):
        return _page([(None, beyond())]), 403
    confirmation = ask.ask_role(db_session(), user, role_name)
    return _asked(
        user_id, confirmation, lambda rows, user, now: people.change_role(rows, user, role_name, by=_by(), now=now)
    )


@bp.route("/<int:user_id>/activity", methods=["GET", "POST"])
@guarded
def activity(user_id: int) -> ResponseReturnValue:
    """Deactivate, or reactivate."""
    active = request.values.get("active") == "yes"
    return _asked(
        user_id,
        ask.ask_activity(_user(user_id), active=active),
        lambda rows, user, now: people.set_active(rows, user, active, by=_by(), now=now),
    )


@bp.get("/<int:user_id>/sessions")
@guarded
def sessions(user_id: int) -> ResponseReturnValue:
    """Where a member is signed in."""
    user = _user(user_id)
    rows = session_rows(of_staff(db_session(), user.id, now=utcnow()))
    return render_template(
        "staff/people/sessions.html",
        user=user,
        sessions=rows,
        ending=lambda key: url_for("people.end_session", user_id=user.id, key=key),
    )


@bp.post("/<int:user_id>/sessions/<key>/end")
@guarded
def end_session(user_id: int, key: str) -> ResponseReturnValue:
    """End one session of a member; they can sign in again."""
    if not people.within(db_session(), _user(user_id).role, member().permissions):
        return _page([(None, beyond())]), 403
    with transaction(db_session()) as rows:
        people.end_session(rows, rows.get_one(StaffUser, user_id), key, by=_by(), now=utcnow())
    announce(_("The session has ended."))
    return see_other(url_for("people.sessions", user_id=user_id))


@bp.route("/<int:user_id>/sessions-end", methods=["GET", "POST"])
@guarded
def sign_out(user_id: int) -> ResponseReturnValue:
    """End all of a member's sessions."""
    return _asked(
        user_id,
        ask.ask_sign_out(_user(user_id)),
        lambda rows, user, now: people.sign_out_everywhere(rows, user, by=_by(), now=now),
    )


@bp.route("/<int:user_id>/password", methods=["GET", "POST"])
@guarded
def password(user_id: int) -> ResponseReturnValue:
    """Mail a link for a new password; where no mail can leave, make one, shown once. It ends a block as well."""
    if mails_leave():
        return _asked(
            user_id,
            ask.ask_password_link(_user(user_id)),
            lambda rows, user, now: people.mail_password_link(rows, user, by=_by(), key=_key(), now=now),
        )
    new_password = passwords.generated()

    def change(rows: Session, user: StaffUser, now: datetime) -> None:
        people.set_password(rows, user, new_password, by=_by(), now=now)
        _show_once(user.email, new_password)

    return _asked(user_id, ask.ask_password(_user(user_id)), change)


@bp.route("/<int:user_id>/second-factor-removal", methods=["GET", "POST"])
@guarded
def lost_device(user_id: int) -> ResponseReturnValue:
    """Remove the second factor of a member whose device is lost: authenticator, passkeys and codes."""
    return _asked(
        user_id,
        ask.ask_lost_device(_user(user_id)),
        lambda rows, user, now: second_factor.remove(rows, user, by=_by(), now=now),
    )


def mails_leave() -> bool:
    """Whether a mail reaches anybody: by a provider, or in the mailbox of the demo shop."""
    return settings().carries("email") or settings().demo


def beyond() -> str:
    """Why somebody may not give, or act upon, more than they have themselves."""
    return _("You can't give or change more than you may do yourself. Ask an admin.")


REFUSALS: dict[str, Callable[[], str]] = {
    "last admin": lambda: _("There must be at least one admin."),
    "no open invitation": lambda: _("The invitation is not open any more: they have joined, or it was taken back."),
    "sign in elsewhere": lambda: _("People of this role sign in with the shop's provider: they need no invitation."),
}


def refusal(error: Conflict, otherwise: str = "") -> str:
    """Why the service refused, in the reader's words."""
    return next((say() for phrase, say in REFUSALS.items() if phrase in str(error)), otherwise or str(error))


def _user(user_id: int) -> StaffUser:
    return db_session().get(StaffUser, user_id) or abort(404)


def _asked(user_id: int, confirmation: Confirmation, change: Change) -> ResponseReturnValue:
    """Ask; then do it and go back, or say why not."""
    if not people.within(db_session(), _user(user_id).role, member().permissions):
        return _page([(None, beyond())]), 403
    if request.method == "GET":
        return confirmation.page()
    # Nobody shuts themselves out, or takes away their own role, by a slip.
    if user_id == member().id:
        return _page([(None, _("Your own account is changed under “Your account”, or by another admin."))]), 409
    try:
        with transaction(db_session()) as rows:
            # Under the lock that a sign-in takes too: who is shut out at this moment does not slip in.
            change(rows, rows.get(StaffUser, user_id, with_for_update=True) or abort(404), utcnow())
    except Conflict as error:
        return _page([(None, refusal(error))]), 409
    announce(confirmation.done)
    return see_other(url_for("people.listed"))


def _page(errors: list[tuple[str | None, str]]) -> str:
    shown = unseal(_key(), session.pop("shown_once", ""), max_age=SHOWN_SECONDS)
    members, blocked, names = people.members(db_session()), tries.blocked(db_session()), role_names(db_session())
    return render_template(
        "staff/people/list.html",
        people=members,
        errors=errors,
        role_names=names,
        roles=[(key, name) for key, name in names.items() if people.within(db_session(), key, member().permissions)],
        opens_words={key: in_words(services.permissions_of(db_session(), key)) for key in names},
        fresh=shown.split(" ", 1) if shown else None,
        values=request.form,
        blocked_at=tries.BLOCKED_AT,
        guessed_at={user.id for user in members if tries.of_member(user.id) in blocked},
        invitations=people.invitations(db_session()),
        now=utcnow(),
        mails=mails_leave(),
        languages=list(languages_here().items()),
    )


def _show_once(email: str, new_password: str) -> None:
    # Sealed, since a session is a row of the database; popped by the page that shows it.
    session["shown_once"] = seal(_key(), f"{email.strip().lower()} {new_password}")


def _by() -> str:
    return member().actor


def _key() -> str:
    return settings().key
