"""Pages of figures for marketing, and the same figures as files."""

from collections.abc import Callable

from flask import Blueprint, Response, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.brands.queries import shop_zone
from app.core.clock import utcnow
from app.core.db import transaction
from app.core.errors import Invalid
from app.core.i18n.words import local_day
from app.core.web import db_session
from app.metrics import delivery as deliveries
from app.metrics import messages as notes
from app.metrics import returns as backs
from app.metrics.exports import file_name, note_export, to_csv
from app.metrics.period import CALENDAR_STEPS, FiguresQuestion, GroupBy, fitting, read_question
from app.metrics.scope import choices
from app.metrics.tables import Table, delivery_table, message_table, product_table, return_table
from app.orders.demo import real_and_demo
from app.staff.auth.guard import member, permission_required
from app.staff.auth.roles import Permission
from app.staff.figures.delivery import delivery_page
from app.staff.figures.filters import errors_of, filters, filters_in_address, options
from app.staff.figures.messages import messages_page
from app.staff.figures.page import FiguresPage
from app.staff.figures.returns import returns_page

bp = Blueprint("metrics", __name__, url_prefix="/staff/metrics")
guarded = permission_required(Permission.METRICS)
ON_PAGES = CALENDAR_STEPS | {GroupBy.NONE}


@bp.get("")
@guarded
def delivery() -> ResponseReturnValue:
    """On time, by what measure, and how long parcels took."""
    return _page("delivery", lambda question, by: delivery_page(db_session(), question, by, _link("delivery")))


@bp.get("/messages")
@guarded
def messages() -> ResponseReturnValue:
    """What became of messages."""
    zone = shop_zone(db_session())
    return _page(
        "messages", lambda question, by: messages_page(db_session(), question, by, _link("messages"), zone=zone)
    )


@bp.get("/returns")
@guarded
def returns() -> ResponseReturnValue:
    """What comes back, and why."""
    zone, link = shop_zone(db_session()), _link("returns")
    # The steps of the charts are none of the products'.
    products = url_for("metrics.products_csv", **(filters_in_address() | {"group_by": None}))
    return _page("returns", lambda question, by: returns_page(db_session(), question, by, link, products, zone=zone))


# Files by a press: each is a row of the audit trail, and a GET, which links and prefetching send, changes nothing.
@bp.post("/delivery.csv")
@guarded
def delivery_csv() -> ResponseReturnValue:
    """The delivery figures of one cut."""
    return _file(
        "delivery", deliveries.ALLOWED, lambda question: delivery_table(deliveries.delivery(db_session(), question))
    )


@bp.post("/messages.csv")
@guarded
def messages_csv() -> ResponseReturnValue:
    """The message figures of one cut."""
    zone = shop_zone(db_session())
    return _file(
        "messages", notes.ALLOWED, lambda question: message_table(notes.messages(db_session(), question, zone=zone))
    )


@bp.post("/returns.csv")
@guarded
def returns_csv() -> ResponseReturnValue:
    """The return figures of one cut."""
    zone = shop_zone(db_session())
    return _file(
        "returns", backs.ALLOWED, lambda question: return_table(backs.returns(db_session(), question, zone=zone))
    )


@bp.post("/products.csv")
@guarded
def products_csv() -> ResponseReturnValue:
    """The products that come back."""
    zone = shop_zone(db_session())
    return _file(
        "products",
        frozenset({GroupBy.NONE}),
        # The page shows the first twenty; the file is for whoever wants all.
        lambda question: product_table(backs.products(db_session(), question, zone=zone, limit=10_000)),
    )


def _page(name: str, build: Callable[[FiguresQuestion, GroupBy], FiguresPage]) -> ResponseReturnValue:
    """The page, or the form with what is wrong in it."""
    # Said and not left out: whoever tries the portal out wants to see figures, and a shop that is live removes them.
    mixed = all(real_and_demo(db_session()))
    shown = {"mixed": mixed, "name": name, "options": options(choices(db_session())), "typed": request.args}
    today = local_day(utcnow(), shop_zone(db_session()))
    try:
        question = read_question(request.args, allowed=ON_PAGES, today=today)
    except Invalid as error:
        faults = errors_of(error.faults)
        return render_template(
            "staff/metrics/page.html", errors=faults, page=None, **shown, **filters(None, today)
        ), 422
    by = fitting(question) if question.group_by is GroupBy.NONE else question.group_by
    page = build(question, by)
    return render_template("staff/metrics/page.html", errors=[], page=page, **shown, **filters(question, today))


def _file(name: str, allowed: frozenset[GroupBy], build: Callable[[FiguresQuestion], Table]) -> ResponseReturnValue:
    """The table as a file; that it was taken out is a row of the audit trail."""
    today = local_day(utcnow(), shop_zone(db_session()))
    try:
        question = read_question(request.args, allowed=allowed, today=today)
    except Invalid as error:
        return Response(f"{error}\n", status=422, mimetype="text/plain")
    with transaction(db_session()) as session:
        figures = build(question)
        note_export(session, name, question, figures, form="csv", by=member().actor, now=utcnow())
    file = Response(to_csv(figures.columns, figures.rows), mimetype="text/csv")
    file.headers["Content-Disposition"] = f'attachment; filename="{file_name(name, question, "csv")}"'
    return file


def _link(name: str) -> Callable[[GroupBy], str]:
    return lambda by: url_for(f"metrics.{name}_csv", **(filters_in_address() | {"group_by": by.value}))
