"""The pages of mailed links: accept an invitation, choose a password, ask for a link when it is forgotten."""

from flask import Blueprint, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.core.clock import utcnow
from app.core.db import transaction
from app.core.errors import Invalid
from app.core.tokens import digest, keyed_digest
from app.core.web import db_session, see_other
from app.orders.lookup import limits
from app.orders.lookup.guard import client_address, secret_key
from app.orders.lookup.sessions import begin_anew
from app.staff.announcements import announce
from app.staff.auth import links
from app.staff.auth.sign_in_views import go_on
from app.staff.models import StaffUser
from app.staff.people.words import password_fault

bp = Blueprint("staff_links", __name__, url_prefix="/staff")
OPENED = "staff_link"
"""Under this name the session keeps the hash of the link by which a password is being chosen."""


@bp.get("/l/<token>")
def show(token: str) -> ResponseReturnValue:
    """A button, and nothing that a mail scanner could use up."""
    link = links.find(db_session(), token, now=utcnow())
    if link is None:
        return _ended()
    return render_template("staff/links/link.html", token=token, invited=link.purpose == links.INVITATION)


@bp.post("/l/<token>")
def use(token: str) -> ResponseReturnValue:
    """Open the form; the secret stays behind, out of its address."""
    if links.find(db_session(), token, now=utcnow()) is None:
        return _ended()
    # Whoever is signed in here may be somebody else.
    begin_anew()
    # The hash alone: the session is a row of the database.
    session[OPENED] = digest(token).hex()
    return see_other(url_for("staff_links.choose"))


@bp.route("/password", methods=["GET", "POST"])
def choose() -> ResponseReturnValue:
    """Choose a password; the link is used up with it, and its member goes on to the second factor."""
    token_hash = bytes.fromhex(session.get(OPENED, ""))
    link = links.by_hash(db_session(), token_hash, now=utcnow())
    if link is None:
        return _ended() if token_hash else see_other(url_for("staff.sign_in"))
    user = db_session().get_one(StaffUser, link.staff_id)
    if request.method == "GET":
        return render_template("staff/links/password.html", user=user, errors=[])
    try:
        with transaction(db_session()) as rows:
            chosen = links.choose_password(rows, token_hash, request.form.get("new", ""), now=utcnow())
    except Invalid as error:
        fault = password_fault(error)
        return render_template("staff/links/password.html", user=user, errors=[("new", fault)]), 422
    if chosen is None:
        return _ended()
    announce(_("Welcome. Your password is set.") if chosen.joined else _("Your password is changed."))
    return go_on(chosen.user, "")


@bp.get("/forgotten")
def forgotten() -> ResponseReturnValue:
    """Ask for the address."""
    return render_template("staff/links/forgotten.html", errors=[])


@bp.post("/forgotten")
def ask() -> ResponseReturnValue:
    """Take an address; the answer is the same whoever asks and whatever is typed."""
    email, now, key = request.form.get("email", "").strip().lower()[:254], utcnow(), secret_key()
    if "@" not in email:
        return render_template("staff/links/forgotten.html", errors=[("email", _("Write your e-mail address."))]), 422
    with transaction(db_session()) as rows:
        subjects = [
            limits.GuessSubject(
                keyed_digest(key, f"staff-forgotten:{limits.network(client_address())}"), limits.PER_CLIENT
            ),
            limits.GuessSubject(keyed_digest(key, f"staff-address:{email}"), limits.PER_ADDRESS),
        ]
        # Typed addresses are counted, members or not: who is refused learns nothing either.
        if limits.reserve(rows, subjects, now=now).allowed:
            links.ask_for_password(rows, email, key=key)
    return see_other(url_for("staff_links.asked"))


@bp.get("/forgotten/sent")
def asked() -> ResponseReturnValue:
    """What happens next."""
    return render_template("staff/links/asked.html")


def _ended() -> ResponseReturnValue:
    session.pop(OPENED, None)
    return render_template("staff/links/ended.html"), 410
