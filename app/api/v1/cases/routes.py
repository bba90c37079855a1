"""Cases over HTTP: those that changed, one with what was written in it, and an answer from another system."""

from datetime import datetime
from typing import Annotated, Literal

from flask import request
from flask_babel import lazy_gettext as _l
from pydantic import BaseModel, Field, StringConstraints
from sqlalchemy import Select, select, tuple_
from sqlalchemy.orm import Session, selectinload

from app.api.http.blueprint import api
from app.api.http.operations import Answer, Noted, Operation, acting, operation, same_names
from app.api.http.paging import Cursor, PageQuery, cut, link_header, read_cursor
from app.core.clock import utcnow
from app.core.errors import NotFound
from app.core.tokens import new_secret
from app.orders.document.fields import Instant
from app.orders.queries import numbers_of_orders
from app.orders.records import OrderRecord
from app.support import cases as services
from app.support.queries import find_case
from app.support.records import SupportCaseRecord

State = Literal["open", "answered", "closed"]
Written = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=services.LONGEST)]


class CaseListQuery(PageQuery):
    """Which cases."""

    updated_since: Instant | None = None
    order: Annotated[str, Field(max_length=64)] | None = None
    state: State | None = None


class CaseEntryAnswer(BaseModel):
    """What one side wrote; ``seen_at`` is when the customer's page first showed an answer."""

    who: str
    by: str | None
    words: str
    at: datetime
    seen_at: datetime | None


class CaseAnswer(BaseModel):
    """One case; ``contact`` is an address to answer to that is not the order's."""

    ref: str
    order: str
    brand: str
    about: str
    state: str
    answer_by: str
    contact: str | None
    assigned_to: str | None
    created_at: datetime
    changed_at: datetime
    closed_at: datetime | None
    entries: list[CaseEntryAnswer]


class CasePage(BaseModel):
    """A page of cases, those that changed longest ago first."""

    cases: list[CaseAnswer]
    next: str | None


class CaseWords(BaseModel, extra="forbid"):
    """What the customer is answered."""

    words: Written
    close: bool = False


@api.get("/cases")
@operation(
    Operation(
        scope="support",
        summary=_l("Cases in the order of their last change"),
        query=CaseListQuery,
        answer=CasePage,
    )
)
def list_cases(session: Session, query: CaseListQuery) -> Answer:
    """Tell a page of cases."""
    rows = session.scalars(_listed(query).limit(query.limit + 1)).all()
    page, following = cut(rows, query.limit, lambda case: Cursor(case.changed_at, case.id))
    numbers = numbers_of_orders(session, [one.order_id for one in page])
    answer = CasePage(cases=[_case_answer(case, numbers) for case in page], next=following)
    return Answer(answer, headers=link_header(request.path, request.args.to_dict(), following))


@api.get("/cases/<case>")
@operation(Operation(scope="support", summary=_l("One case"), answer=CaseAnswer))
def get_case(session: Session, case: str) -> Answer:
    """Tell one case."""
    row = _named(session, case)
    return Answer(_case_answer(row, numbers_of_orders(session, [row.order_id])))


@api.post("/cases/<case>/answers")
@operation(
    Operation(
        scope="support",
        summary=_l("Answer a case"),
        notes=_l(
            "The customer gets the words by e-mail and on the page of the case. With “close” it is closed as well."
        ),
        body=CaseWords,
        answer=CaseAnswer,
        status=201,
        example={"words": "We have sent it again today.", "close": True},
        audit="case.answered",
    )
)
def post_case_answer(session: Session, case: str, body: CaseWords) -> Answer:
    """Answer, and close where that is asked for."""
    row, now = _named(session, case), utcnow()
    services.answer(session, row.id, body.words, by=acting(), form_key=new_secret(), now=now)
    if body.close:
        services.close(session, row.id, now=now)
    session.flush()
    # The services changed it through the room's own model, which this record does not see.
    session.expire(row)
    answered = _named(session, case)
    noted = Noted(answered.ref, answered.order_id, {"closed": True} if body.close else {})
    return Answer(_case_answer(answered, numbers_of_orders(session, [answered.order_id])), status=201, noted=noted)


def _listed(query: CaseListQuery) -> Select[SupportCaseRecord]:
    statement = select(SupportCaseRecord).options(selectinload(SupportCaseRecord.entries))
    statement = statement.order_by(SupportCaseRecord.changed_at, SupportCaseRecord.id)
    start = read_cursor(query.cursor)
    if start is not None:
        statement = statement.where(tuple_(SupportCaseRecord.changed_at, SupportCaseRecord.id) > (start.at, start.id))
    if query.updated_since is not None:
        statement = statement.where(SupportCaseRecord.changed_at >= query.updated_since)
    if query.order is not None:
        numbered = select(OrderRecord.id).where(OrderRecord.number == query.order)
        statement = statement.where(SupportCaseRecord.order_id.in_(numbered))
    return statement if query.state is None else statement.where(SupportCaseRecord.state == query.state)


def _named(session: Session, ref: str) -> SupportCaseRecord:
    case = find_case(session, ref)
    if case is None:
        raise NotFound("There is no such case.")
    return case


def _case_answer(case: SupportCaseRecord, numbers: dict[int | None, str]) -> CaseAnswer:
    entries = [CaseEntryAnswer(**same_names(CaseEntryAnswer, entry)) for entry in case.entries]
    other_fields = {"order": numbers[case.order_id], "brand": case.brand_key, "entries": entries}
    return CaseAnswer(**same_names(CaseAnswer, case) | other_fields)
