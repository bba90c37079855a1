"""Message texts: which stages are told, what each says by channel and language; looked at, tried, versioned."""

from typing import Any

from flask import Blueprint, Response, abort, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.brands.queries import speaking_brand
from app.core.clock import utcnow
from app.core.db import transaction
from app.core.errors import Conflict, Invalid, NotFound, ProviderError
from app.core.web import db_session, see_other
from app.notify.kinds import KINDS, SMS_BY_DEFAULT, Channel
from app.notify.render.mails.book import MAILS
from app.notify.send.codes import send_now
from app.notify.texts import documents
from app.notify.texts.here import config_here, mailer_here
from app.notify.texts.language import BadText
from app.notify.texts.shelf import TextKey
from app.notify.texts.stages import always_sent, change_stages, restore_stages, stages_of
from app.notify.texts.trying.preview import preview
from app.notify.texts.trying.trial import TrialRequest, trial
from app.staff.announcements import announce
from app.staff.auth.guard import member, permission_required
from app.staff.auth.roles import Permission
from app.staff.settings.texts.look import framed, page
from app.staff.settings.texts.page import Draft, said, stages_page, text_page
from app.staff.settings.texts.words import field_words, note_fault, refusal

bp = Blueprint("texts", __name__, url_prefix="/staff/settings/messages")
guarded = permission_required(Permission.SETTINGS)
ONE = "/<brand>/<kind>/<channel>/<language>"
NOTE = "note-"


@bp.get("")
@guarded
def listed() -> ResponseReturnValue:
    """Every stage by channel and language, with its switches."""
    usual = speaking_brand(db_session())
    return _stages(request.args.get("brand") or (usual.key if usual else ""))


@bp.post("/<brand>/stages")
@guarded
def stages(brand: str) -> ResponseReturnValue:
    """Switch stages on or off, and keep the sentence beneath mails."""
    now = utcnow()
    try:
        with transaction(db_session()) as session:
            present, _number = stages_of(session, brand)
            changes = {
                "mails_off": _off("mail", present["mails_off"], [kind for kind in MAILS if not always_sent(kind)]),
                "texts_off": _off("text", present["texts_off"], sorted(SMS_BY_DEFAULT)),
                "notes": _notes(present["notes"]),
            }
            change_stages(session, brand, changes, by=member().actor, expected=_version(), now=now)
    except Invalid as error:
        return _stages(brand, [_note_error(one.pointer) for one in error.faults]), 422
    except Conflict:
        return _stages(brand, [(None, _overtaken())]), 409
    except NotFound:
        abort(404)
    announce(_("Saved."))
    return see_other(url_for("texts.listed", brand=brand))


@bp.post("/<brand>/stages/versions/<int:version>")
@guarded
def stages_back(brand: str, version: int) -> ResponseReturnValue:
    """Bring an earlier choice of stages back."""
    try:
        with transaction(db_session()) as session:
            restore_stages(session, brand, version, by=member().actor, expected=_version(), now=utcnow())
    except Invalid:
        return _stages(brand, [(None, _("This version names what isn't there any more: choose anew."))]), 422
    except Conflict:
        return _stages(brand, [(None, _overtaken())]), 409
    except NotFound:
        abort(404)
    announce(_("Brought back."))
    return see_other(url_for("texts.listed", brand=brand))


@bp.get(ONE)
@guarded
def edit(brand: str, kind: str, channel: str, language: str) -> ResponseReturnValue:
    """One text in force, or another language's to begin from."""
    key, start = TextKey(kind, channel, language), request.args.get("from")
    draft = None
    if start and start != language:
        draft = Draft(_shown(brand, key._replace(language=start)).document)
    return _text(brand, key, draft, order=request.args.get("order", "")[:64])


@bp.post(ONE)
@guarded
def save(brand: str, kind: str, channel: str, language: str) -> ResponseReturnValue:
    """Put a text in force, if nothing refuses it."""
    key, draft = TextKey(kind, channel, language), _draft(channel)
    try:
        with transaction(db_session()) as session:
            documents.save(
                session, brand, key, draft.document,
                by=member().actor, config=config_here(), expected=draft.version, now=utcnow(),
            )  # fmt: skip
    except Invalid:
        return _text(brand, key, draft), 422
    except Conflict:
        return _text(brand, key, draft, [(None, _overtaken())]), 409
    except NotFound:
        abort(404)
    announce(_("Saved. It holds for every message from now on."))
    return see_other(url_for("texts.edit", brand=brand, **key._asdict(), order=draft.order or None))


@bp.post(f"{ONE}/check")
@guarded
def check(brand: str, kind: str, channel: str, language: str) -> ResponseReturnValue:
    """What is to be said about a text that is not saved."""
    return _text(brand, TextKey(kind, channel, language), _draft(channel))


@bp.route(f"{ONE}/look", methods=["GET", "POST"])
@guarded
def look(brand: str, kind: str, channel: str, language: str) -> ResponseReturnValue:
    """The message as it would look, for a frame: what is in force, or what the form holds."""
    key = TextKey(kind, channel, language)
    shown_text = _shown(brand, key)
    document = shown_text.document if request.method == "GET" else _draft(channel).document
    order, how = request.values.get("order", "")[:64], request.values.get("look", "")
    try:
        shown = preview(db_session(), brand, key, document, order=order, config=config_here(), now=utcnow())
    except (BadText, NotFound) as error:
        return _sorry(error, language)
    return framed(shown, how, language)


@bp.post(f"{ONE}/tests")
@guarded
def test(brand: str, kind: str, channel: str, language: str) -> ResponseReturnValue:
    """Send what the form holds to oneself."""
    key, draft, now = TextKey(kind, channel, language), _draft(channel), utcnow()
    own = member().email
    to = own if channel == Channel.EMAIL else draft.to
    try:
        with transaction(db_session()) as session:
            documents.checked(draft.document, scene=documents.scene_of(session, brand, key, config_here()))
            asked_by = TrialRequest(to, member().actor, own, draft.order)
            outgoing = trial(session, brand, key, draft.document, asked_by, config=config_here(), now=now)
        # After the commit: a provider that is slow must not hold a transaction open.
        send_now(outgoing, mailer_here())
    except Invalid as error:
        wrong = (
            [("to", _("Write a phone number, such as +34 612 345 678."))] if error.faults[0].pointer == "/to" else []
        )
        return _text(brand, key, draft, wrong), 422
    except (Conflict, NotFound, BadText) as error:
        if isinstance(error, NotFound) and not draft.order:
            abort(404)
        return _text(brand, key, draft, [("order" if isinstance(error, NotFound) else None, refusal(error))]), 409
    except ProviderError:
        return _text(brand, key, draft, [(None, _("It did not leave: the provider didn't take it."))]), 502
    announce(_("Sent to %(to)s.", to=to))
    return _text(brand, key, draft)


@bp.post(f"{ONE}/versions/<int:version>")
@guarded
def back(brand: str, kind: str, channel: str, language: str, version: int) -> ResponseReturnValue:
    """Bring an earlier text back; 0 is the standard one."""
    key = TextKey(kind, channel, language)
    try:
        with transaction(db_session()) as session:
            documents.restore(
                session, brand, key, version,
                by=member().actor, config=config_here(), expected=_version(), now=utcnow(),
            )  # fmt: skip
    except documents.TextRefused as error:
        # The form holds the text in force, and not the one that was asked for: its fields are named and not pointed at.
        sentences = [(None, f"{field_words(one.field)}: {said(one)}") for one in error.remarks]
        return _text(brand, key, None, sentences), 422
    except Conflict:
        return _text(brand, key, None, [(None, _overtaken())]), 409
    except NotFound:
        abort(404)
    announce(_("Brought back."))
    return see_other(url_for("texts.edit", brand=brand, **key._asdict()))


def _stages(brand: str, errors: list[tuple[str | None, str]] | None = None) -> str:
    try:
        return stages_page(db_session(), brand, errors or [])
    except NotFound:
        abort(404)


def _text(brand: str, key: TextKey, draft: Draft | None, errors: list[Any] | None = None, order: str = "") -> str:
    try:
        return text_page(db_session(), brand, key, draft, errors=errors or [], order=order)
    except NotFound:
        abort(404)


def _shown(brand: str, key: TextKey) -> documents.ShownText:
    try:
        return documents.shown(db_session(), brand, key, config_here())
    except NotFound:
        abort(404)


def _sorry(error: BadText | NotFound, language: str) -> Response:
    # The frame has no form to point at: one sentence, and the form beside it says the rest.
    return page("sorry", language, words=refusal(error))


def _draft(channel: str) -> Draft:
    """What was typed, as far as a text can be long."""
    names = ("body",) if channel == Channel.SMS else ("subject", "preheader", "headline", "lead", "after", "button")
    document: dict[str, Any] = {name: request.form.get(name, "")[:5_000] for name in names}
    if channel == Channel.SMS:
        document["segments"] = 2 if request.form.get("segments") == "2" else 1
    return Draft(document, request.form.get("order", "").strip()[:64], request.form.get("to", "")[:40], _version())


def _version() -> int | None:
    """The version that the page showed; None where it says none."""
    number = request.form.get("expected", "")
    return int(number) if number.isdecimal() and len(number) < 10 else None


def _off(name: str, present: list[str], kinds: list[str]) -> list[str]:
    """The kinds whose boxes are empty; those that have no box stay as they are."""
    shown = set(request.form.getlist(f"{name}-shown"))
    empty = {kind for kind in kinds if kind in shown and f"{name}-{kind}" not in request.form}
    return sorted(empty | {kind for kind in present if kind not in shown} & set(KINDS))


def _notes(present: dict[str, str]) -> dict[str, str]:
    typed = {name[len(NOTE) :]: words for name, words in request.form.items() if name.startswith(NOTE)}
    return present | {language: words[:600] for language, words in typed.items() if len(language) < 10}


def _note_error(pointer: str) -> tuple[str | None, str]:
    field = NOTE + pointer.rpartition("/")[2]
    return field, note_fault(request.form.get(field, ""))


def _overtaken() -> str:
    return _("Somebody else has changed this meanwhile. Look at what is in force now, and save again.")
