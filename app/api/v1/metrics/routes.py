"""Figures over HTTP: the same as on the pages, as JSON, CSV or Parquet."""

from flask import Response, request
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from app.api.http.blueprint import api
from app.api.http.operations import Answer, Operation, acting, operation
from app.api.http.problems import Problem
from app.api.v1.metrics.answers import (
    DeliveryAnswer,
    DeliveryQuery,
    FiguresAnswer,
    MessagesAnswer,
    MessagesQuery,
    MetricsQuery,
    ReturnsAnswer,
    ReturnsQuery,
)
from app.brands.queries import shop_zone
from app.core.clock import utcnow
from app.core.i18n.words import local_day
from app.metrics import delivery as deliveries
from app.metrics import messages as notes
from app.metrics import returns as backs
from app.metrics.exports import file_name, has_parquet, note_export, to_csv, to_parquet
from app.metrics.period import FiguresQuestion, GroupBy, read_question
from app.metrics.tables import Table, delivery_table, message_table, return_table

JSON, CSV, PARQUET = "application/json", "text/csv", "application/vnd.apache.parquet"
# Without the extra package neither the description nor a refusal may offer the form.
FORMS = (CSV, PARQUET) if has_parquet() else (CSV,)
NO_PARQUET = "Parquet needs the extra of that name on this installation: pip install 'paradero[parquet]'."


@api.get("/metrics/delivery")
@operation(
    Operation(
        scope="metrics:read",
        summary=_l("How many parcels arrived, how many on time, and how long they took"),
        notes=_l("Ask for text/csv or application/vnd.apache.parquet in Accept to get the rows as a file.")
        if PARQUET in FORMS
        else _l("Ask for text/csv in Accept to get the rows as a file."),
        query=DeliveryQuery,
        answer=DeliveryAnswer,
        forms=FORMS,
    )
)
def get_delivery_figures(session: Session, query: DeliveryQuery) -> Answer:
    """Tell the figures of delivery."""
    question = _question(session, query, deliveries.ALLOWED)
    return _figures_answer(
        session, DeliveryAnswer, "delivery", question, delivery_table(deliveries.delivery(session, question))
    )


@api.get("/metrics/returns")
@operation(
    Operation(
        scope="metrics:read",
        summary=_l("What comes back, and why"),
        notes=_l("A carrier is that of the return parcel. Rejected, cancelled and lapsed returns are left out."),
        query=ReturnsQuery,
        answer=ReturnsAnswer,
        forms=FORMS,
    )
)
def get_return_figures(session: Session, query: ReturnsQuery) -> Answer:
    """Tell the figures of returns."""
    question = _question(session, query, backs.ALLOWED)
    figures = backs.returns(session, question, zone=shop_zone(session))
    return _figures_answer(session, ReturnsAnswer, "returns", question, return_table(figures))


@api.get("/metrics/messages")
@operation(
    Operation(
        scope="metrics:read",
        summary=_l("What became of messages, and how soon the provider had them"),
        query=MessagesQuery,
        answer=MessagesAnswer,
        forms=FORMS,
    )
)
def get_message_figures(session: Session, query: MessagesQuery) -> Answer:
    """Tell the figures of messages."""
    question = _question(session, query, notes.ALLOWED)
    figures = notes.messages(session, question, zone=shop_zone(session))
    return _figures_answer(session, MessagesAnswer, "messages", question, message_table(figures))


def _question(session: Session, query: MetricsQuery, allowed: frozenset[GroupBy]) -> FiguresQuestion:
    # By their names in the address: pages and interface then share one reader of questions.
    parameters = query.model_dump(mode="json", by_alias=True, exclude_none=True)
    return read_question(parameters, allowed=allowed, today=local_day(utcnow(), shop_zone(session)))


def _figures_answer(
    session: Session, shape: type[FiguresAnswer], name: str, question: FiguresQuestion, table: Table
) -> Answer:
    """The rows in the form asked for; that a file was taken out is a row of the audit trail, as on the pages."""
    accepted = request.accept_mimetypes
    form = accepted.best_match((JSON, *FORMS)) if accepted else JSON
    if form is None:
        lacks = f"{NO_PARQUET} " if accepted.best_match((PARQUET,)) else ""
        raise Problem(406, f"{lacks}Accept one of {', '.join((JSON, *FORMS))}.")
    if form == JSON:
        question_fields = {"from": question.first, "to": question.last, "group_by": question.group_by.value}
        return Answer(shape.model_validate({**question_fields, "rows": table.documents()}), headers={"Vary": "Accept"})
    write, ending = (to_csv, "csv") if form == CSV else (to_parquet, "parquet")
    file = Response(write(table.columns, table.rows), mimetype=form)
    if request.method == "GET":  # HEAD takes nothing away
        note_export(session, name, question, table, form=ending, by=acting(), now=utcnow())
    file.headers["Content-Disposition"] = f'attachment; filename="{file_name(name, question, ending)}"'
    # Three forms under one address: a cache must tell them apart.
    file.headers["Vary"] = "Accept"
    file.headers["Cache-Control"] = "private, no-cache"
    return Answer(file)
