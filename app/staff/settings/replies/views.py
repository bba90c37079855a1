"""Saved replies as pages: the list of a brand, one with its versions, a new one; retired and brought back."""

from flask import Blueprint, abort, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from app.brands import versions
from app.brands.queries import all_brands, find_brand
from app.brands.records import BrandRecord
from app.core.clock import utcnow
from app.core.db import transaction
from app.core.errors import Conflict
from app.core.i18n.locale import get_locale
from app.core.web import db_session, see_other
from app.staff.announcements import announce
from app.staff.auth.guard import member, permission_required
from app.staff.auth.roles import Permission
from app.staff.confirmation import impossible
from app.staff.messages.words import language_words
from app.staff.settings.history import history_rows
from app.staff.settings.replies.form import ReplyForm, place_words, variables
from app.support.cases import LONGEST
from app.support.replies.replies import (
    LONGEST_TITLE,
    SavedReply,
    find_reply,
    name_of,
    place,
    replies_of,
    retire_reply,
    save_reply,
)

bp = Blueprint("replies", __name__, url_prefix="/staff/settings/replies")
guarded = permission_required(Permission.CASES)


@bp.get("")
@guarded
def listed() -> ResponseReturnValue:
    """Every brand with its replies."""
    session, locale = db_session(), str(get_locale())
    brands = [(brand, replies_of(session, brand.key)) for brand in all_brands(session)]
    return render_template(
        "staff/settings/replies/list.html",
        brands=brands,
        shown=lambda reply: reply.text_in(locale) or next(iter(reply.texts.values())),
    )


@bp.route("/<brand>/new", methods=["GET", "POST"])
@guarded
def new(brand: str) -> ResponseReturnValue:
    """Write a reply."""
    shop_front = _brand(db_session(), brand)
    if request.method == "GET":
        return _page(shop_front, ReplyForm.of(None))
    form = ReplyForm.read(request.form)
    if form.errors():
        return _page(shop_front, form, errors=form.errors()), 422
    with transaction(db_session()) as session:
        name = _free_name(session, brand, form.title)
        save_reply(session, place(brand, name), form.document, by=member().actor, now=utcnow())
    announce(_("The reply is saved. It can be chosen from now on."))
    return see_other(url_for("replies.page", brand=brand, name=name))


@bp.route("/<brand>/<name>", methods=["GET", "POST"])
@guarded
def page(brand: str, name: str) -> ResponseReturnValue:
    """Read or change one."""
    shop_front = _brand(db_session(), brand)
    reply, _version = find_reply(db_session(), brand, name)
    if request.method == "GET":
        return _page(shop_front, ReplyForm.of(reply), reply=reply)
    form, expected = ReplyForm.read(request.form, retired=reply.retired), request.form.get("expected", "")
    if form.errors():
        return _page(shop_front, form, reply=reply, errors=form.errors()), 422
    # Without a number that can be one nothing is in force yet, and the form is as old as that.
    number = int(expected) if expected.isdecimal() and len(expected) < 9 else 0
    try:
        with transaction(db_session()) as session:
            save_reply(session, place(brand, name), form.document, by=member().actor, expected=number, now=utcnow())
    except Conflict:
        return _page(shop_front, form, reply=reply, errors=[("", impossible())]), 409
    announce(_("The reply is saved."))
    return see_other(url_for("replies.page", brand=brand, name=name))


@bp.post("/<brand>/<name>/retirement")
@guarded
def retire(brand: str, name: str) -> ResponseReturnValue:
    """Offer it no more, or again."""
    retired = request.form.get("retired") != "no"
    with transaction(db_session()) as session:
        retire_reply(session, place(brand, name), retired, by=member().actor, now=utcnow())
    announce(_("The reply is retired: nobody can choose it.") if retired else _("The reply can be chosen again."))
    return see_other(url_for("replies.page", brand=brand, name=name))


@bp.post("/<brand>/<name>/versions/<int:number>")
@guarded
def restore(brand: str, name: str, number: int) -> ResponseReturnValue:
    """Bring an earlier version back."""
    # A reply is never as it usually is: there is no usual one.
    if not number:
        abort(404)
    with transaction(db_session()) as session:
        versions.restore(session, place(brand, name), number, by=member().actor, now=utcnow())
    announce(_("The earlier version is in force again."))
    return see_other(url_for("replies.page", brand=brand, name=name))


def _page(
    brand: BrandRecord,
    form: ReplyForm,
    *,
    reply: SavedReply | None = None,
    errors: list[tuple[str, str]] | None = None,
) -> str:
    name = reply.name if reply else ""
    setting = place(brand.key, name) if reply else None
    version = versions.live(db_session(), setting) if setting else None
    return render_template(
        "staff/settings/replies/reply.html",
        brand=brand,
        form=form,
        reply=reply,
        errors=errors or [],
        variables=variables(),
        examples=form.examples(brand.name) if not errors else {},
        language_words=language_words,
        history=history_rows(db_session(), setting, label=place_words) if setting else [],
        version=version.number if version else 0,
        restore=lambda number: url_for("replies.restore", brand=brand.key, name=name, number=number),
        longest=LONGEST,
        longest_title=LONGEST_TITLE,
    )


def _brand(session: Session, key: str) -> BrandRecord:
    return find_brand(session, key) or abort(404)


def _free_name(session: Session, brand: str, title: str) -> str:
    """Two replies may have one title; their names differ."""
    taken = {reply.name for reply in replies_of(session, brand)}
    name = name_of(title)
    names = [name, *(f"{name[:70]}-{at}" for at in range(2, len(taken) + 3))]
    return next(one for one in names if one not in taken)
