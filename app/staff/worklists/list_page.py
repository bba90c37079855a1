"""A worklist's page: its rows, the filters of its address, and the form that acts on the rows that are selected."""

from collections.abc import Mapping, Sequence
from datetime import timedelta

from flask import render_template, request
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy.orm import Session

from app.brands.queries import all_brands, shop_zone
from app.core.clock import utcnow
from app.core.i18n.words import local_day
from app.core.web import db_session
from app.staff.auth.guard import member
from app.staff.worklists import aside, trail
from app.staff.worklists.choice import AGES, MINE, NEWEST, NOBODY, OLDEST, ListFilters
from app.staff.worklists.deeds.marks import colleagues
from app.staff.worklists.deeds.snooze import LONGEST as LONGEST_SNOOZE
from app.staff.worklists.reading import listed_rows, rows_of
from app.staff.worklists.worklists import CAP, WORKLISTS, Worklist
from app.tracking.carrier_pages import carrier_choices

Errors = Sequence[tuple[str, str]]
Choices = list[tuple[str, str]]


def list_page(
    name: str,
    filters: ListFilters,
    errors: Errors = (),
    *,
    typed: Mapping[str, str] | None = None,
    items: Sequence[str] = (),
) -> str:
    """The page, with what was selected and typed where that was wrong."""
    session, now, worklist = db_session(), utcnow(), WORKLISTS[name]
    rows, zone = rows_of(session, name, filters, me=member().actor, now=now), shop_zone(session)
    trail.remember(name, filters)
    people = colleagues(session)
    tomorrow = local_day(now, zone) + timedelta(days=1)
    return render_template(
        "staff/work/list.html",
        name=name,
        worklist=worklist,
        rows=listed_rows(session, name, rows, zone=zone, now=now),
        zone=zone,
        full=len(rows) >= CAP,
        filters=filters,
        choices=_choices(session, worklist, people),
        finish=aside.FINISHES.get(name),
        may_approve=name == "undecided",
        people=[(email, label) for email, label in people if email != member().actor],
        errors=errors,
        typed=typed or {},
        selected=set(items) or ({row.item for row in rows} if "all" in request.args else set()),
        seen=now.isoformat(),
        days=(tomorrow.isoformat(), (tomorrow + LONGEST_SNOOZE - timedelta(days=1)).isoformat()),
        opened=lambda href, row, at: trail.opened(href, name, filters, row=row, at=at),
    )


def _choices(session: Session, worklist: Worklist, people: Choices) -> list[tuple[str, str, Choices]]:
    """The filters of this list: each with its name, its label and what it can be."""
    whose = [("", _("Everybody's")), (MINE, _("Mine")), (NOBODY, _("Nobody's")), *people]
    state = [("", _("Waiting")), ("1", _("Snoozed"))]
    filters = [("who", _("Assigned to"), whose), ("snoozed", _("Show"), state)]
    if worklist.kinds:
        filters.insert(0, ("kind", _("Kind"), [("", _("All")), *worklist.kinds()]))
    source = worklist.source
    if source is None or worklist.put_together:
        return filters
    brands = all_brands(session)
    # A shop of one brand has nothing to choose.
    if source.order_id is not None and len(brands) > 1:
        filters.append(("brand", _("Brand"), [("", _("All")), *((brand.key, brand.name) for brand in brands)]))
    if source.carrier is not None:
        filters.append(("carrier", _("Carrier"), [("", _("All")), *carrier_choices()]))
    if source.day is not None:
        ages = [(str(days), ngettext("%(num)s day or more", "%(num)s days or more", days)) for days in AGES]
        filters.append(("age", _("Age"), [("", _("Any")), *ages]))
        order = [("", _("As usual")), (OLDEST, _("Oldest first")), (NEWEST, _("Newest first"))]
        filters.append(("sort", _("Order of rows"), order))
    return filters
