"""Views of a draft, in a frame beside its form or on a page of its own: nothing is kept, and nothing is sent."""

from flask import Blueprint, Response, abort, g, render_template, request
from flask.typing import ResponseReturnValue

from app.brands import house
from app.brands.document.document import read_brand
from app.brands.queries import ShopFront
from app.core.clock import utcnow
from app.core.errors import Invalid, NotFound
from app.core.i18n.locale import speaking
from app.core.i18n.words import local_day
from app.core.web import CSP, db_session
from app.staff.auth.guard import permission_required
from app.staff.auth.roles import Permission
from app.staff.messages.views import MAIL_CSP
from app.staff.settings.brands import preview
from app.staff.settings.brands.draft import read_draft
from app.staff.settings.brands.form import errors_of
from app.staff.settings.brands.words import sentence_words

bp = Blueprint("brand_previews", __name__, url_prefix="/staff/settings/brands")
guarded = permission_required(Permission.SETTINGS)
THEMES = ("light", "dark")
# Said by the answer and not by the frame, so that it holds on a page of its own, too.
FRAMED = (
    CSP.replace("frame-ancestors 'none'", "frame-ancestors 'self'")
    .replace("script-src 'self'", "script-src 'none'")
    .replace("form-action 'self'", "form-action 'none'")
)


@bp.get("/<key>/preview")
@guarded
def in_force(key: str) -> ResponseReturnValue:
    """What customers see now: what the frame shows before anything was changed."""
    try:
        state = house.state_of(db_session(), key)
        front = preview.front_of(state.brand.key, read_brand(state.document), {})
    except NotFound:
        abort(404)
    except Invalid as error:
        return _faulty([sentence_words(fault.detail) for fault in error.faults])
    return _shown(front, "page")


@bp.post("/<key>/preview")
@guarded
def drafted(key: str) -> ResponseReturnValue:
    """What customers would see."""
    try:
        brand = house.state_of(db_session(), key).brand.key
    except NotFound:
        abort(404)
    draft = read_draft()
    if draft.document is None:
        return _faulty([words for _field, words in errors_of(draft.faults, draft.fields, sentence_words)])
    return _shown(
        preview.front_of(brand, draft.document, draft.drawn),
        "paper" if request.form.get("paper") else request.form.get("view", "page"),
    )


def _faulty(sentences: list[str]) -> Response:
    errors = [(None, sentence) for sentence in sentences]
    return _framed(render_template("staff/settings/brands/preview_faults.html", errors=errors))


def _shown(front: ShopFront, view: str) -> Response:
    language = request.form.get("tongue", "")
    language = language if language in front.facts["languages"] else front.locale
    today = local_day(utcnow(), front.time_zone)
    g.brand, g.shown_theme = front, next((one for one in THEMES if one == request.form.get("theme")), "light")
    with speaking(language.replace("-", "_")):
        if view == "mail":
            # The mail's own styles are inline; nothing in it may act or lead anywhere.
            return _framed(preview.mail_sample(front, language, today, dark=g.shown_theme == "dark"), MAIL_CSP)
        if view == "paper":
            return Response(preview.label_paper(front), mimetype="application/pdf")
        if view == "text":
            sample = preview.text_sample(front, language, today)
            return _framed(render_template("staff/settings/brands/preview_text.html", text=sample))
        if view == "label":
            addresses = preview.label_lines(front)
            return _framed(render_template("staff/settings/brands/preview_label.html", addresses=addresses))
        order = preview.order_sample(front, today)
        return _framed(render_template("staff/settings/brands/preview_page.html", order=order))


def _framed(html: str, policy: str = FRAMED) -> Response:
    response = Response(html, mimetype="text/html")
    response.headers["Content-Security-Policy"] = policy
    return response
