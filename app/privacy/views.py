"""The customer's own page: take a copy of what is held, ask to be erased, change one's mind; behind a code by mail."""

from flask import Blueprint, abort, make_response, render_template, session, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from app.core.clock import utcnow
from app.core.db import transaction
from app.core.errors import Conflict, NotFound
from app.core.i18n.locale import page_language
from app.core.web import db_session, see_other
from app.orders.lookup.guard import secret_key
from app.privacy import requests
from app.privacy.copies import making as copies
from app.privacy.erase import foreseen
from app.privacy.people import Subject, find

bp = Blueprint("own_data", __name__, url_prefix="/account/data")
# Under this name the session keeps what fetches the copy that was made last.
COPY = "own_copy"


@bp.get("")
def home() -> Response:
    """What can be asked for, and whether something was asked."""
    subject = _proven()
    waiting = requests.waiting_for(db_session(), subject, key=secret_key())
    return make_response(
        render_template("privacy/own.html", email=subject.text, waiting=waiting, copy=COPY in session, missed=False)
    )


@bp.post("/copy")
def make_copy() -> Response:
    """Make a copy, to be downloaded once within a day."""
    subject = _proven()
    with transaction(db_session()) as rows:
        try:
            token = copies.make(
                rows,
                subject,
                by=requests.CUSTOMER_ASKS,
                key=secret_key(),
                say=gettext,
                language=page_language(),
                now=utcnow(),
            )
        except NotFound:
            token = None
    if token is None:
        session.pop(COPY, None)
        return _missed(subject)
    session[COPY] = token
    return see_other(url_for("own_data.home"))


# A press, not a link: it works once, and browsers fetch links ahead.
@bp.post("/download")
def download() -> Response:
    """The archive, this once."""
    subject = _proven()
    try:
        with transaction(db_session()) as rows:
            token = str(session.get(COPY, ""))
            packed = copies.fetch(rows, token, subject=subject, key=secret_key(), now=utcnow())
            copies.note(rows, by=requests.CUSTOMER_ASKS, now=utcnow())
    except NotFound:
        session.pop(COPY, None)
        return _missed(subject)
    session.pop(COPY, None)
    response = Response(packed, mimetype="application/zip")
    response.headers["Content-Disposition"] = 'attachment; filename="data.zip"'
    response.headers["Cache-Control"] = "no-store"
    return response


@bp.get("/delete")
def confirm() -> Response:
    """What goes, what stays and why, before anything does."""
    subject = _proven()
    if requests.waiting_for(db_session(), subject, key=secret_key()) is not None:
        return see_other(url_for("own_data.home"))
    would = foreseen(db_session(), find(db_session(), subject, key=secret_key()))
    statements = would.staying.get("withdrawal", 0)
    page = render_template(
        "privacy/delete.html", email=subject.text, orders=would.counts.get("order", 0), statements=statements
    )
    return make_response(page)


@bp.post("/delete")
def ask() -> Response:
    """Take the request."""
    subject = _proven()
    try:
        with transaction(db_session()) as rows:
            requests.ask(rows, subject, by=requests.CUSTOMER_ASKS, key=secret_key(), now=utcnow())
    except NotFound:
        return _missed(subject)
    return see_other(url_for("own_data.home"))


@bp.post("/keep")
def keep() -> Response:
    """Take it back."""
    subject = _proven()
    waiting = requests.waiting_for(db_session(), subject, key=secret_key())
    if waiting is not None:
        try:
            with transaction(db_session()) as rows:
                requests.cancel(rows, waiting.ref, by=requests.CUSTOMER_ASKS, now=utcnow())
        except Conflict:
            # It was done between the two: the page says what holds now.
            return _missed(subject)
    return see_other(url_for("own_data.home"))


def _missed(subject: Subject) -> Response:
    waiting = requests.waiting_for(db_session(), subject, key=secret_key())
    page = render_template("privacy/own.html", email=subject.text, waiting=waiting, copy=False, missed=True)
    return make_response(page, 409)


def _proven() -> Subject:
    """The address that was proven by a code in this browser; else the way to prove it."""
    email = session.get("account")
    if not email:
        abort(see_other(url_for("account.home")))
    return Subject("email", str(email))
