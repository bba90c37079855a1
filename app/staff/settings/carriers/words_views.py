"""Carriers' codes for admins: what nobody has explained, say what it means, take it back."""

from flask import Blueprint, abort, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from app.audit import trail as audit
from app.brands.queries import shop_zone
from app.carriers.queries import examples, unknown_words
from app.core.clock import utcnow
from app.core.db import transaction
from app.core.errors import Conflict, Invalid, NotFound
from app.core.web import db_session, see_other
from app.staff.announcements import announce
from app.staff.auth.guard import member, permission_required
from app.staff.auth.roles import Permission
from app.staff.settings.carriers import words_page as page
from app.staff.settings.carriers.page import title_of
from app.tracking.meanings import table
from app.tracking.meanings.table import CarrierWord

bp = Blueprint("carrier_words", __name__, url_prefix="/staff/settings/carriers/words")
guarded = permission_required(Permission.SETTINGS)


@bp.get("")
@guarded
def listed() -> ResponseReturnValue:
    """What nobody has explained, and what was said of other codes."""
    return _page([])


@bp.route("/one", methods=["GET", "POST"])
@guarded
def explain() -> ResponseReturnValue:
    """One code with parcels that bear it, and what it means."""
    word = CarrierWord(*(request.values.get(name) or None for name in ("carrier", "code", "words")))  # type: ignore[arg-type]
    # By a code or by words: both at once would name two things.
    if not word.carrier or bool(word.code) == bool(word.words):
        abort(404)
    if request.method == "GET":
        return _form(word, [])
    state = request.form.get("state", "")
    try:
        with transaction(db_session()) as session:
            table.say(session, word, state, by=member().actor, now=utcnow())
            _note(session, "carrier_word.explained", word, {"to": state})
    except Invalid:
        return _form(word, [("state", _("Choose what the code means."))]), 422
    announce(_("It holds from now on. Scans that came before follow in a moment."))
    return see_other(url_for("carrier_words.listed"))


@bp.post("/<int:meaning_id>/undo")
@guarded
def undo(meaning_id: int) -> ResponseReturnValue:
    """Take back what was said last; what was said before counts again."""
    try:
        with transaction(db_session()) as session:
            meaning = table.undo(session, meaning_id, by=member().actor, now=utcnow())
            word = CarrierWord(meaning.carrier, meaning.code, meaning.words)
            _note(session, "carrier_word.unexplained", word, {"to": meaning.state} if meaning.state else {})
    except NotFound:
        abort(404)
    except Conflict:
        return _page([(None, _("Something else was said of this code meanwhile, or it was taken back already."))]), 409
    announce(_("It is taken back. Scans that came before follow in a moment."))
    return see_other(url_for("carrier_words.listed"))


def _page(errors: list[tuple[str | None, str]]) -> str:
    zone = shop_zone(db_session())
    return render_template(
        "staff/settings/carriers/words.html",
        words=page.word_rows(unknown_words(db_session(), since=utcnow() - page.SINCE), zone),
        meanings=page.meaning_rows(db_session(), table.history(db_session()), zone),
        days=page.SINCE.days,
        errors=errors,
    )


def _form(word: CarrierWord, errors: list[tuple[str | None, str]]) -> str:
    zone = shop_zone(db_session())
    meaning = table.in_force(db_session(), [word.carrier]).get(word)
    return render_template(
        "staff/settings/carriers/word.html",
        name=word.code or word.words,
        title=title_of(word.carrier),
        examples=[(one, zone) for one in examples(db_session(), word)],
        meanings=page.meaning_rows(db_session(), table.history(db_session(), word), zone),
        choices=page.state_choices(),
        state=request.form.get("state") or (meaning.state if meaning else ""),
        errors=errors,
    )


def _note(session: Session, action: str, word: CarrierWord, detail: dict[str, str]) -> None:
    subject = f"{word.carrier}/{word.code or word.words}"
    audit.record(session, actor=member().actor, action=action, subject=subject, detail=detail, now=utcnow())
