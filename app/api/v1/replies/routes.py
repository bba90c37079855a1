"""Saved replies over HTTP: those of a brand, one of them, and putting one in force."""

from typing import Annotated

from flask_babel import lazy_gettext as _l
from pydantic import BaseModel, Field
from sqlalchemy.orm import Session

from app.api.http.blueprint import api
from app.api.http.operations import Answer, Operation, acting, operation
from app.brands.queries import named_brand
from app.core.clock import utcnow
from app.support.replies import replies
from app.support.replies.variables import VARIABLES

SCOPE = "support"
EXAMPLE = {"title": "Where is it?", "texts": {"es": "Hola, {first_name}: {link}", "en": "Hi {first_name}: {link}"}}


class ReplyDocument(BaseModel, extra="forbid"):
    """Title and texts by language; variables stand in braces."""

    title: Annotated[str, Field(strict=True, max_length=200)]
    texts: dict[str, Annotated[str, Field(strict=True, max_length=10_000)]]
    retired: bool = False


class ReplyAnswer(BaseModel):
    """One reply; ``version`` grows with each change."""

    name: str
    title: str
    texts: dict[str, str]
    retired: bool
    version: int | None = None


class ReplyList(BaseModel):
    """The replies of a brand, and the variables that their texts may hold."""

    replies: list[ReplyAnswer]
    variables: list[str]


@api.get("/brands/<brand>/replies")
@operation(Operation(scope=SCOPE, summary=_l("Saved replies of a brand"), answer=ReplyList))
def list_replies(session: Session, brand: str) -> Answer:
    """Tell every reply, the retired ones last."""
    key = named_brand(session, brand).key
    answers = [_answer(reply) for reply in replies.replies_of(session, key)]
    return Answer(ReplyList(replies=answers, variables=list(VARIABLES)))


@api.get("/brands/<brand>/replies/<name>")
@operation(Operation(scope=SCOPE, summary=_l("One saved reply"), answer=ReplyAnswer))
def get_reply(session: Session, brand: str, name: str) -> Answer:
    """Tell one reply."""
    reply, version = replies.find_reply(session, brand, name)
    return Answer(_answer(reply, version.number))


@api.put("/brands/<brand>/replies/<name>")
@operation(
    Operation(
        scope=SCOPE,
        summary=_l("Put a saved reply in force"),
        notes=_l("Each change is a version that the console can bring back. The same again changes nothing."),
        body=ReplyDocument,
        answer=ReplyAnswer,
        example=EXAMPLE,
    )
)
def put_reply(session: Session, brand: str, name: str, body: ReplyDocument) -> Answer:
    """Make a reply, change it, or retire it."""
    # By the key of today: a brand may have been named by an earlier one.
    setting = replies.place(named_brand(session, brand).key, name)
    version = replies.save_reply(session, setting, body.model_dump(), by=acting(), now=utcnow())
    reply, _version = replies.find_reply(session, brand, name)
    return Answer(_answer(reply, version.number))


def _answer(reply: replies.SavedReply, version: int | None = None) -> ReplyAnswer:
    return ReplyAnswer(
        name=reply.name, title=reply.title, texts=dict(reply.texts), retired=reply.retired, version=version
    )
