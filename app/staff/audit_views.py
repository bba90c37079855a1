"""The audit trail, for admins: who did what, filtered, with a check of the chain's newest part."""

from typing import Any

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.orders.models import Order
from app.staff import audit
from app.staff.deed_words import DEEDS, action_words, deed_words
from app.staff.guard import role_required
from app.staff.models import AuditRow
from app.staff.roles import Role
from app.web import db_session

bp = Blueprint("audit", __name__, url_prefix="/staff/audit")
PAGE = 100
CHECKED = 1000


@bp.get("")
@role_required(Role.ADMIN)
def listed() -> ResponseReturnValue:
    """The newest rows that fit, and whether the chain holds."""
    wanted = {name: request.args.get(name, "").strip()[:254] for name in ("actor", "action")}
    rows = _rows(db_session(), before=request.args.get("before", type=int), **wanted)
    told: dict[str, Any] = {name: value for name, value in wanted.items() if value}
    following = url_for("audit.listed", before=rows[PAGE - 1].id, **told) if len(rows) > PAGE else None
    return render_template(
        "staff/audit/list.html",
        rows=[(row, deed_words(row)) for row in rows[:PAGE]],
        refs=_refs(db_session(), rows),
        broken=audit.first_broken(db_session(), newest=CHECKED),
        checked=CHECKED,
        wanted=wanted,
        actions=[("", _("All")), *sorted(((name, action_words(name)) for name in DEEDS), key=lambda pair: pair[1])],
        following=following,
        first=url_for("audit.listed", **told) if "before" in request.args else None,
    )


def _rows(session: Session, *, actor: str, action: str, before: int | None) -> list[AuditRow]:
    statement = select(AuditRow).order_by(AuditRow.id.desc()).limit(PAGE + 1)
    if actor:
        statement = statement.where(AuditRow.actor == actor.lower())
    if action:
        statement = statement.where(AuditRow.action == action)
    if before is not None:
        statement = statement.where(AuditRow.id < before)
    return list(session.scalars(statement))


def _refs(session: Session, rows: list[AuditRow]) -> dict[int, tuple[str, str]]:
    """The orders' references and numbers."""
    ids = {row.order_id for row in rows if row.order_id}
    found = session.execute(select(Order.id, Order.ref, Order.number).where(Order.id.in_(ids)))
    return {order_id: (ref, number) for order_id, ref, number in found}
