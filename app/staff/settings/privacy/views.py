"""Privacy for admins: one person's copy and erasure, what was asked for, and for how long things are kept."""

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from app.brands import versions
from app.brands.queries import shop_zone
from app.core.clock import utcnow
from app.core.db import transaction
from app.core.errors import Conflict, Invalid, NotFound
from app.core.i18n.locale import page_language
from app.core.i18n.words import day
from app.core.web import db_session, see_other, settings
from app.personal.claims import claim_of
from app.personal.terms import TERMS, Term
from app.privacy import expiry, requests, terms
from app.privacy.copies import consents
from app.privacy.copies import making as copies
from app.privacy.erase import foreseen
from app.privacy.expiry import Ending
from app.privacy.people import Subject, find, subject_by
from app.staff.announcements import announce
from app.staff.auth.guard import member, permission_required
from app.staff.auth.roles import Permission
from app.staff.settings.history import history_rows

bp = Blueprint("privacy", __name__, url_prefix="/staff/settings/privacy")
guarded = permission_required(Permission.SETTINGS)
Errors = list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class PersonPreview:
    """What is held of one person: rows that would go and stay, by what they are for, and their words about texts."""

    email: str
    going: list[tuple[str, int]]
    staying: list[tuple[str, int]]
    consents: list[Any]


@bp.get("")
@guarded
def home() -> ResponseReturnValue:
    """Whom to look for, what was asked for, and what ends next."""
    return _page()


# An address must not stand in the line of a browser, nor in a log.
@bp.post("/person")
@guarded
def person() -> ResponseReturnValue:
    """What is held of one person, before anything is done."""
    email = request.form.get("email", "")[:254]
    subject, errors = _subject(email)
    if subject is None:
        return _page(errors, email=email), 422
    preview = _preview(subject)
    if preview is None:
        return _page([("email", _("We hold nothing of this address."))], email=email), 404
    return render_template("staff/settings/privacy/person.html", preview=preview)


@bp.post("/erasures")
@guarded
def erase() -> ResponseReturnValue:
    """Erase one person, with the next round of the clock."""
    email = request.form.get("email", "")[:254]
    subject, errors = _subject(email)
    if subject is None:
        return _page(errors, email=email), 422
    try:
        with transaction(db_session()) as rows:
            erasure = requests.ask(rows, subject, by=member().actor, key=_key(), at_once=True, now=utcnow())
    except NotFound:
        return _page([("email", _("We hold nothing of this address."))], email=email), 404
    announce(_("It's being deleted. Reference %(ref)s.", ref=erasure.ref))
    return see_other(url_for("privacy.home"))


@bp.post("/erasures/<erasure>/cancel")
@guarded
def cancel(erasure: str) -> ResponseReturnValue:
    """Take a request back."""
    try:
        with transaction(db_session()) as rows:
            requests.cancel(rows, erasure, by=member().actor, now=utcnow())
    except Conflict:
        announce(_("It has ended already."))
    return see_other(url_for("privacy.home"))


@bp.post("/copies")
@guarded
def copy() -> ResponseReturnValue:
    """A copy of what is held of one person."""
    email = request.form.get("email", "")[:254]
    subject, errors = _subject(email)
    if subject is None:
        return _page(errors, email=email), 422
    try:
        with transaction(db_session()) as rows:
            packed = copies.archive(rows, subject, key=_key(), say=_, language=page_language(), now=utcnow())
            copies.note(rows, by=member().actor, now=utcnow())
    except NotFound:
        return _page([("email", _("We hold nothing of this address."))], email=email), 404
    headers = {"Content-Disposition": 'attachment; filename="data.zip"', "Cache-Control": "no-store"}
    return Response(packed, mimetype="application/zip", headers=headers)


@bp.post("/retention")
@guarded
def retention() -> ResponseReturnValue:
    """For how many days each kind is kept."""
    typed = {name: request.form.get(name, "").strip()[:6] for name in terms.usual_days()}
    days = {name: int(text) if text.isascii() and text.isdigit() else -1 for name, text in typed.items()}
    try:
        with transaction(db_session()) as rows:
            terms.set_days(rows, days, by=member().actor, expected=_expected(), now=utcnow())
    except Invalid as error:
        names = [fault.pointer.strip("/") for fault in error.faults]
        return _page([(name, _bounds(name)) for name in names], typed=typed), 422
    except Conflict:
        return _page([("", _("Somebody else changed this meanwhile. Here is what holds now."))]), 409
    announce(_("Saved. It applies from the next hour on."))
    return see_other(url_for("privacy.home") + "#retention")


@bp.post("/retention/<int:version>/restore")
@guarded
def restore(version: int) -> ResponseReturnValue:
    """Bring earlier days back."""
    try:
        with transaction(db_session()) as rows:
            place = terms.place(rows)
            versions.restore(rows, place, version, by=member().actor, expected=_expected(), now=utcnow())
    except Conflict:
        return _page([("", _("Somebody else changed this meanwhile. Here is what holds now."))]), 409
    return see_other(url_for("privacy.home") + "#retention")


def _page(errors: Errors | None = None, **typed: Any) -> str:
    session = db_session()
    place = terms.place(session)
    live = versions.live(session, place)
    return render_template(
        "staff/settings/privacy/home.html",
        errors=errors or [],
        email=typed.get("email", ""),
        typed=typed.get("typed", {}),
        requests=requests.newest(session, size=20),
        endings=expiry.upcoming(session, now=utcnow()),
        terms=TERMS,
        history=history_rows(session, place, label=lambda name: _(TERMS[name].title) if name in TERMS else name),
        version=live.number if live else 0,
        restore=lambda number: url_for("privacy.restore", version=number),
        next_words=_next_words,
    )


def _subject(email: str) -> tuple[Subject | None, Errors]:
    try:
        return subject_by(email=email), []
    except Invalid:
        return None, [("email", _("Write an e-mail address."))]


def _preview(subject: Subject) -> PersonPreview | None:
    session = db_session()
    who = find(session, subject, key=_key())
    if not (who.order_ids or who.named_in):
        return None
    would = foreseen(session, who)
    words = consents.of_person(session, who)
    return PersonPreview(subject.text, _worded(would.counts), _worded(would.staying), words)


def _worded(counts: dict[str, int]) -> list[tuple[str, int]]:
    named = ((claim_of(table), count) for table, count in counts.items())
    return [(_(claim.purpose), count) for claim, count in named if claim is not None]


def _next_words(term: Term, ending: Ending) -> str:
    """Why it is kept, and what goes next."""
    if ending.next_at is None:
        rows = _("Nothing is waiting to go.")
    elif ending.due + ending.soon:
        rows = ngettext("%(num)s row goes within a week.", "%(num)s rows go within a week.", ending.due + ending.soon)
    else:
        rows = _("The next goes on %(day)s.", day=day(ending.next_at, zone=shop_zone(db_session())))
    return f"{_(term.reason)} {rows}"


def _bounds(name: str) -> str:
    term = TERMS[name]
    return _("Write a whole number of days from %(least)s to %(most)s.", least=term.least, most=term.most)


def _expected() -> int | None:
    return request.form.get("expected", type=int)


def _key() -> str:
    return settings().key
