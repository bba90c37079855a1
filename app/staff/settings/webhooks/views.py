"""Webhooks for admins: who is told, how it goes, what was sent; make one, change it."""

import re
from typing import TypedDict

from flask import Blueprint, abort, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from app.api.records import WebhookRecord
from app.api.webhooks_out import deliveries, health, subscriptions
from app.audit import trail as audit
from app.brands.queries import shop_zone
from app.core.clock import utcnow
from app.core.db import transaction
from app.core.errors import Invalid, NotFound
from app.core.http import Rules
from app.core.web import db_session, see_other, settings
from app.staff.announcements import announce
from app.staff.auth.guard import member, permission_required
from app.staff.auth.roles import Permission
from app.staff.settings.webhooks import page
from app.staff.shown_once import show_once, shown_once

bp = Blueprint("webhooks_out", __name__, url_prefix="/staff/settings/webhooks")
guarded = permission_required(Permission.SETTINGS)
PAGE = 50


@bp.get("")
@guarded
def listed() -> ResponseReturnValue:
    """Every subscription with how it does."""
    rows = page.webhook_rows(db_session(), health.webhooks(db_session()), now=utcnow())
    return render_template("staff/settings/webhooks/list.html", rows=rows)


@bp.route("/new", methods=["GET", "POST"])
@guarded
def make() -> ResponseReturnValue:
    """The form for one more, and what it sends."""
    if request.method == "GET":
        return _form(None, [])
    try:
        with transaction(db_session()) as rows:
            subscription, secret = subscriptions.subscribe(
                rows, **_typed(), key=key(), rules=rules(), by=member().actor, now=utcnow()
            )
            note(rows, "webhook.subscribed", subscription.public_id, subscription.url)
    except Invalid as error:
        return _form(None, _faults(error)), 422
    show_once(subscription.public_id, secret)
    announce(_("The webhook is made. Send a test next."))
    return see_other(url_for("webhooks_out.one", public_id=subscription.public_id))


@bp.get("/<public_id>")
@guarded
def one(public_id: str) -> ResponseReturnValue:
    """One subscription: how it does, what to do, and its deliveries."""
    subscription = subscription_or_404(db_session(), public_id)
    state, before = request.args.get("state", ""), _before()
    shown = state if state in page.STATES else None
    rows = deliveries.history(db_session(), subscription.id, state=shown, before=before, limit=PAGE + 1)
    zone = shop_zone(db_session())
    # One more than a page was read, to know whether another page follows.
    further = rows[PAGE - 1].id if len(rows) > PAGE else None
    return render_template(
        "staff/settings/webhooks/webhook.html",
        row=page.webhook_rows(db_session(), [subscription], now=utcnow())[0],
        rows=[page.delivery_row(row, zone) for row in rows[:PAGE]],
        state=state,
        states=[("", _("All")), *((name, words) for name, (_kind, words) in page.STATES.items())],
        first=url_for("webhooks_out.one", public_id=public_id, state=state) if before else None,
        following=url_for("webhooks_out.one", public_id=public_id, state=state, before=further) if further else None,
        secret=shown_once(public_id),
    )


@bp.route("/<public_id>/edit", methods=["GET", "POST"])
@guarded
def edit(public_id: str) -> ResponseReturnValue:
    """Another address, other kinds."""
    if request.method == "GET":
        return _form(subscription_or_404(db_session(), public_id), [])
    try:
        with transaction(db_session()) as rows:
            subscription_or_404(rows, public_id)
            changed = subscriptions.change(rows, public_id, **_typed(), rules=rules())
            note(rows, "webhook.changed", public_id, changed.url)
    except Invalid as error:
        return _form(subscription_or_404(db_session(), public_id), _faults(error)), 422
    announce(_("The webhook is changed."))
    return see_other(url_for("webhooks_out.one", public_id=public_id))


@bp.get("/<public_id>/deliveries/<delivery>")
@guarded
def delivered(public_id: str, delivery: str) -> ResponseReturnValue:
    """One delivery: what was sent, what was answered."""
    subscription = subscription_or_404(db_session(), public_id)
    try:
        row = deliveries.delivery_of(db_session(), subscription.id, delivery)
    except NotFound:
        abort(404)
    zone = shop_zone(db_session())
    return render_template(
        "staff/settings/webhooks/delivery.html",
        public_id=public_id,
        row=page.delivery_row(row, zone),
        facts=page.delivery_facts(row, zone),
        body=page.shown_body(row.body),
        answer=row.answer,
        waits=row.state == "waiting",
    )


def subscription_or_404(session: Session, public_id: str) -> WebhookRecord:
    """The subscription of an address."""
    try:
        return health.webhook(session, public_id)
    except NotFound:
        abort(404)


def note(session: Session, action: str, public_id: str, url: str) -> None:
    """A row of the trail, by the receiver's host: paths and queries often carry a secret of theirs."""
    detail = {"to": page.webhook_host(url)}
    audit.record(session, actor=member().actor, action=action, subject=public_id, detail=detail, now=utcnow())


def key() -> str:
    """With what secrets are sealed."""
    return settings().key


def rules() -> Rules:
    """What may be called."""
    return Rules(private_hosts=settings().webhook_private_hosts)


def _before() -> int | None:
    # No row has a longer number, and PostgreSQL counts no further.
    text = request.args.get("before", "")
    return int(text) if re.fullmatch(r"[0-9]{1,18}", text) else None


class TypedWebhook(TypedDict):
    """What the form says."""

    url: str
    kinds: list[str]


def _typed() -> TypedWebhook:
    # No kinds mean all, those of later releases too.
    everything = request.form.get("which", "all") == "all"
    kinds = [] if everything else request.form.getlist("kinds")[:100]
    return {"url": request.form.get("url", "").strip()[:2000], "kinds": kinds}


def _faults(error: Invalid) -> list[tuple[str | None, str]]:
    sentences = {"/url": ("url", _("Write an address that begins with https:// and that anybody can reach."))}
    other = (None, _("There are %(most)s webhooks already, or a kind isn't known.", most=subscriptions.MOST))
    return list(dict.fromkeys(sentences.get(fault.pointer, other) for fault in error.faults))


def _form(subscription: WebhookRecord | None, errors: list[tuple[str | None, str]]) -> str:
    sent = request.method == "POST"
    # What was typed stays, with what is wrong with it.
    kinds = request.form.getlist("kinds") if sent else (subscription.kinds if subscription else [])
    everything = request.form.get("which") == "all" if sent else not kinds
    return render_template(
        "staff/settings/webhooks/form.html",
        public_id=subscription.public_id if subscription else None,
        url=request.form.get("url", "") if sent else (subscription.url if subscription else ""),
        everything=everything,
        choices=page.kind_choices(kinds),
        errors=errors,
    )
