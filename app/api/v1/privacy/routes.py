"""Privacy over HTTP: a person erased, a copy of what is held of one, and for how many days each kind is kept."""

from datetime import datetime
from typing import Annotated

from flask import Response, request
from flask_babel import lazy_gettext as _l
from pydantic import BaseModel, Field
from sqlalchemy.orm import Session

from app.api.http.blueprint import api
from app.api.http.operations import Answer, Noted, NothingMore, Operation, acting, operation, same_names
from app.api.http.problems import Problem
from app.brands import versions
from app.core.clock import utcnow
from app.core.errors import NotFound
from app.core.web import settings
from app.privacy import requests, terms
from app.privacy.copies import making as copies
from app.privacy.people import Subject, email_of_hash, subject_by
from app.privacy.records import ErasureRecord

ZIP = "application/zip"
Text = Annotated[str, Field(min_length=1, max_length=254)]


class ErasureOrder(BaseModel, extra="forbid"):
    """Whom to erase: one of the three. ``at_once``: without the hours in which it can be taken back."""

    email: Text | None = None
    phone: Text | None = None
    customer: Text | None = None
    at_once: bool = False


class ErasureAnswer(BaseModel):
    """A request; ``counts`` are rows that went, by table, ``staying`` those that stay sealed by law."""

    ref: str
    state: str
    asked_by: str
    asked_at: datetime
    due_at: datetime
    ended_at: datetime | None
    counts: dict[str, int]
    staying: dict[str, int]


class RetentionDays(BaseModel, extra="forbid"):
    """For how many days each kind is kept; one that is left out is kept as long as usual."""

    days: dict[str, int]


class RetentionAnswer(BaseModel):
    """What is in force, and the number of its version; 0: the usual."""

    days: dict[str, int]
    version: int


@api.post("/erasures")
@operation(
    Operation(
        scope="privacy",
        summary=_l("Erase a customer"),
        notes=_l(
            "Done within 24 hours. The same again, while one waits, is that one. 404 when nothing is held of them."
        ),
        body=ErasureOrder,
        answer=ErasureAnswer,
        status=202,
        example={"email": "ana@example.com"},
    )
)
def post_erasure(session: Session, body: ErasureOrder) -> Answer:
    """Take a request."""
    subject = subject_by(email=body.email, phone=body.phone, customer=body.customer)
    erasure = requests.ask(session, subject, by=acting(), key=_key(), at_once=body.at_once, now=utcnow())
    return Answer(_answer(erasure), status=202, headers={"Location": f"/api/v1/erasures/{erasure.ref}"})


@api.get("/erasures/<ref>")
@operation(Operation(scope="privacy", summary=_l("One erasure, and what went"), answer=ErasureAnswer))
def get_erasure(session: Session, ref: str) -> Answer:
    """Tell one request."""
    return Answer(_answer(requests.find_request(session, ref)))


@api.post("/erasures/<ref>/cancellation")
@operation(
    Operation(
        scope="privacy",
        summary=_l("Cancel an erasure that isn't done yet"),
        body=NothingMore,
        answer=ErasureAnswer,
        example={},
    )
)
def cancel_erasure(session: Session, ref: str, body: NothingMore) -> Answer:
    """Take a request back."""
    return Answer(_answer(requests.cancel(session, ref, by=acting(), now=utcnow())))


@api.get("/customers/<email_hash>/export")
@operation(
    Operation(
        scope="privacy",
        summary=_l("All that is held of a customer, as JSON and as a page in one archive"),
        notes=_l("The customer is named by the SHA-256, in hex, of their e-mail address in lower case."),
        forms=(ZIP,),
        audit="person.exported",
    )
)
def get_export(session: Session, email_hash: str) -> Answer:
    """Give the archive."""
    email = email_of_hash(session, email_hash.lower())
    if email is None:
        raise NotFound("Nothing is held of this person.")
    packed = copies.archive(session, Subject("email", email), key=_key(), now=utcnow())
    # The trail is never emptied: not even a hash of the address may stand in it.
    headers = {"Content-Disposition": 'attachment; filename="data.zip"', "Cache-Control": "no-store"}
    return Answer(Response(packed, mimetype=ZIP, headers=headers), noted=Noted("customer"))


@api.get("/retention")
@operation(Operation(scope="privacy", summary=_l("For how many days each kind is kept"), answer=RetentionAnswer))
def get_retention(session: Session) -> Answer:
    """Tell what is in force."""
    return _retention(session)


@api.put("/retention")
@operation(
    Operation(
        scope="privacy",
        summary=_l("Set for how many days each kind is kept"),
        notes=_l("With If-Match: the version's number as it was read, so that nobody's change is undone."),
        body=RetentionDays,
        answer=RetentionAnswer,
        example={"days": {"messages": 14}},
    )
)
def put_retention(session: Session, body: RetentionDays) -> Answer:
    """Put days in force."""
    match = request.headers.get("If-Match", "").strip('" ')
    # Its own tag and no digest: a person types it in a shell.
    if match and not match.isdigit():
        raise Problem(400, "If-Match is the number of a version.")
    expected = int(match) if match else None
    terms.set_days(session, body.days, by=acting(), expected=expected, now=utcnow())
    return _retention(session)


def _retention(session: Session) -> Answer:
    version = versions.live(session, terms.place(session))
    days = {name: days for name, days in terms.days(session).items() if name in terms.usual_days()}
    return Answer(RetentionAnswer(days=days, version=version.number if version else 0))


def _answer(erasure: ErasureRecord) -> ErasureAnswer:
    return ErasureAnswer(**same_names(ErasureAnswer, erasure))


def _key() -> str:
    return settings().key
