"""The audit trail, for admins: who did what, filtered, as a file, with a check of the chain's newest part."""

from datetime import date
from typing import Any

from flask import Blueprint, Response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from app.audit import reading, trail
from app.audit.reading import AuditQuery
from app.audit.records import AuditRecord
from app.brands.queries import shop_zone
from app.core.clock import utcnow
from app.core.db import transaction
from app.core.i18n.words import local_day
from app.core.web import db_session
from app.orders.records import OrderRecord
from app.staff.auth.guard import member, permission_required
from app.staff.auth.roles import Permission
from app.staff.words import ACTION_WORDS, action_words, audit_words

bp = Blueprint("audit", __name__, url_prefix="/staff/audit")
guarded = permission_required(Permission.AUDIT)
PAGE = 100
# As many are read while somebody waits; the whole trail, which only grows, is for `verify-audit`.
CHECKED = 1000
TYPES = {"csv": "text/csv", "ndjson": "application/x-ndjson"}


@bp.get("")
@guarded
def listed() -> ResponseReturnValue:
    """The newest rows that fit, and whether the chain holds."""
    query, typed, errors = _read_query(request.args)
    rows = reading.page(db_session(), query, before=request.args.get("before", type=int), size=PAGE)
    filters: dict[str, Any] = {name: value for name, value in typed.items() if value}
    following = url_for("audit.listed", before=rows[PAGE - 1].id, **filters) if len(rows) > PAGE else None
    return render_template(
        "staff/audit/list.html",
        rows=[(row, audit_words(row)) for row in rows[:PAGE]],
        refs=_refs(db_session(), rows),
        broken=trail.first_broken(db_session(), newest=CHECKED),
        checked=CHECKED,
        typed=typed,
        errors=errors,
        actions=[
            ("", _("All")),
            *sorted(((name, action_words(name)) for name in ACTION_WORDS), key=lambda pair: pair[1]),
        ],
        following=following,
        first=url_for("audit.listed", **filters) if "before" in request.args else None,
    ), 422 if errors else 200


# A press, not a link: what takes data out leaves a row, and a GET changes nothing.
@bp.post("/export")
@guarded
def export() -> ResponseReturnValue:
    """All rows that fit, as a file; that they were taken out is a row too."""
    query, _typed, _errors = _read_query(request.form)
    form = "ndjson" if request.form.get("form") == "ndjson" else "csv"
    with transaction(db_session()) as session:
        now = utcnow()
        lines = "".join(reading.export(session, query, form))
        trail.record(
            session, actor=member().actor, action="audit.exported", detail={**query.facts(), "form": form}, now=now
        )
    name = f'attachment; filename="audit_{local_day(now, query.zone)}.{form}"'
    return Response(lines, mimetype=TYPES[form], headers={"Content-Disposition": name})


def _read_query(parameters: MultiDict[str, str]) -> tuple[AuditQuery, dict[str, str], list[tuple[str, str]]]:
    """What is wanted, as it was typed, and what of it is no day."""
    typed = {name: parameters.get(name, "").strip()[:254] for name in ("actor", "action", "from", "until")}
    days: dict[str, date | None] = {}
    errors = []
    for name in ("from", "until"):
        try:
            days[name] = date.fromisoformat(typed[name]) if typed[name] else None
        except ValueError:
            days[name] = None
            # The rows are shown without the day that cannot be read, beside what is wrong with it.
            errors.append((name, _("Write a day, such as 2026-11-30.")))
    if days["from"] and days["until"] and days["until"] < days["from"]:
        errors.append(("until", _("This day comes before the first one.")))
    query = AuditQuery(typed["actor"], typed["action"], days["from"], days["until"], zone=shop_zone(db_session()))
    return query, typed, errors


def _refs(session: Session, rows: list[AuditRecord]) -> dict[int, tuple[str, str]]:
    """The orders' references and numbers."""
    ids = {row.order_id for row in rows if row.order_id}
    orders = session.execute(select(OrderRecord.id, OrderRecord.ref, OrderRecord.number).where(OrderRecord.id.in_(ids)))
    return {order_id: (ref, number) for order_id, ref, number in orders}
