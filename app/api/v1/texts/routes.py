"""Texts of messages over HTTP: what each kind says by channel and language, and which stages a brand tells."""

from typing import Annotated, Any

from flask_babel import lazy_gettext as _l
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy.orm import Session

from app.api.http.blueprint import api
from app.api.http.operations import Answer, Operation, acting, operation
from app.brands.queries import named_brand
from app.core.clock import utcnow
from app.notify.kinds import Channel
from app.notify.texts import documents, stages
from app.notify.texts.documents import ShownText
from app.notify.texts.here import config_here, languages_of_texts
from app.notify.texts.lint import TextRemark, remarks
from app.notify.texts.shelf import TextKey, texts_in_force
from app.notify.texts.variables import editable, variables_of

Words = Annotated[str, Field(max_length=4_000)]
Version = Annotated[int, Field(ge=0, le=2**31 - 1)]
Kinds = Annotated[list[Annotated[str, Field(max_length=64)]], Field(max_length=100)]
ADDRESS = "/texts/<brand>/<kind>/<channel>/<language>"


class RemarkAnswer(BaseModel):
    """Something about a field; one that ``refuses`` must be mended before the text is saved."""

    field: str
    refuses: bool
    detail: str


class TextListing(BaseModel):
    """One text of a brand: its own, or the standard one."""

    kind: str
    channel: str
    language: str
    own: bool


class TextListAnswer(BaseModel):
    """Every text that can be written."""

    texts: list[TextListing]


class TextInForce(BaseModel):
    """A text as it is in force; ``version`` is 0 while nobody changed it. ``names`` are what it may speak of."""

    own: bool
    version: int
    text: dict[str, str | int]
    names: dict[str, str]
    remarks: list[RemarkAnswer]


class TextBody(BaseModel):
    """What it is to say; ``version`` is the one that it was made from, ``check`` only looks at it."""

    model_config = ConfigDict(extra="forbid")

    subject: Words | None = None
    preheader: Words | None = None
    headline: Words | None = None
    lead: Words | None = None
    after: Words | None = None
    button: Words | None = None
    body: Words | None = None
    # Two at most: a third costs the shop more than the news is worth.
    segments: Annotated[int, Field(ge=1, le=2)] | None = None
    version: Version | None = None
    check: bool = False

    def document(self) -> dict[str, Any]:
        """The fields that were sent."""
        return self.model_dump(exclude_none=True, exclude={"version", "check"})


class StagesAnswer(BaseModel):
    """What a brand does not tell, its sentence in mails by language, and where its name may send texts."""

    version: int
    mails_off: list[str]
    texts_off: list[str]
    notes: dict[str, str]
    registered_countries: list[str]


class StagesBody(BaseModel):
    """The fields to change; all else stays. ``version`` is the one that this was made from."""

    model_config = ConfigDict(extra="forbid")

    version: Version | None = None
    mails_off: Kinds | None = None
    texts_off: Kinds | None = None
    notes: Annotated[dict[str, Annotated[str, Field(max_length=500)]], Field(max_length=50)] | None = None
    registered_countries: Kinds | None = None


@api.get("/texts/<brand>")
@operation(Operation("messages:read", _l("Message texts of a brand"), answer=TextListAnswer))
def list_texts(session: Session, brand: str) -> Answer:
    """Tell which texts there are."""
    named_brand(session, brand)
    # One statement for all of them, and not one a text.
    own = {name for _, name in texts_in_force(session, [brand])}
    keys = [
        TextKey(kind, channel, language)
        for channel in Channel
        for kind in editable(channel)
        for language in languages_of_texts()
    ]
    return Answer(TextListAnswer(texts=[TextListing(**key._asdict(), own=key.name in own) for key in keys]))


@api.get(ADDRESS)
@operation(
    Operation(
        scope="messages:read",
        summary=_l("One text, with what it may speak of"),
        notes=_l("Until a brand writes its own, the standard text is told as one that can be changed."),
        answer=TextInForce,
    )
)
def get_text(session: Session, brand: str, kind: str, channel: str, language: str) -> Answer:
    """Tell a text."""
    return Answer(_text_answer(documents.shown(session, brand, TextKey(kind, channel, language), config_here())))


@api.put(ADDRESS)
@operation(
    Operation(
        scope="messages:write",
        summary=_l("Write a text"),
        notes=_l(
            "Words, names in {{ }} and “if”. What refuses it is told field by field, and nothing is saved; what had "
            "better be looked at is in the answer. With “check” it is looked at and not saved."
        ),
        body=TextBody,
        answer=TextInForce,
        example={"subject": "Order {{ number }} is here", "headline": "It's here", "lead": "Enjoy it."},
        audit="setting.saved",
    )
)
def put_text(session: Session, brand: str, kind: str, channel: str, language: str, body: TextBody) -> Answer:
    """Put a text in force, or only look at it."""
    key, config, document = TextKey(kind, channel, language), config_here(), body.document()
    if body.check:
        scene = documents.scene_of(session, brand, key, config)
        shown = documents.shown(session, brand, key, config)
        answer = _text_answer(shown, {**document}, remarks(document, scene))
        return Answer(answer, is_noted=True)
    documents.save(session, brand, key, document, by=acting(), expected=body.version, config=config, now=utcnow())
    return Answer(_text_answer(documents.shown(session, brand, key, config)), is_noted=True)


@api.delete(ADDRESS)
@operation(
    Operation(
        scope="messages:write",
        summary=_l("Bring the standard text back"),
        answer=TextInForce,
        audit="setting.restored",
    )
)
def delete_text(session: Session, brand: str, kind: str, channel: str, language: str) -> Answer:
    """Bring the standard text back; its versions stay."""
    key, config = TextKey(kind, channel, language), config_here()
    documents.restore(session, brand, key, 0, by=acting(), config=config, now=utcnow())
    return Answer(_text_answer(documents.shown(session, brand, key, config)), is_noted=True)


@api.get("/stages/<brand>")
@operation(Operation("messages:read", _l("Which stages a brand tells"), answer=StagesAnswer))
def get_stages(session: Session, brand: str) -> Answer:
    """Tell what is switched off."""
    named_brand(session, brand)
    return Answer(_stages_answer(session, brand))


@api.put("/stages/<brand>")
@operation(
    Operation(
        scope="messages:write",
        summary=_l("Switch stages on or off"),
        body=StagesBody,
        answer=StagesAnswer,
        example={"texts_off": ["shipment.late"]},
        audit="setting.saved",
    )
)
def put_stages(session: Session, brand: str, body: StagesBody) -> Answer:
    """Change what is told."""
    changes = body.model_dump(exclude_none=True, exclude={"version"})
    stages.change_stages(session, brand, changes, by=acting(), expected=body.version, now=utcnow())
    return Answer(_stages_answer(session, brand), is_noted=True)


def _stages_answer(session: Session, brand: str) -> StagesAnswer:
    document, version = stages.stages_of(session, brand)
    return StagesAnswer(version=version, **document)


def _text_answer(
    shown: ShownText, document: dict[str, Any] | None = None, notes: list[TextRemark] | None = None
) -> TextInForce:
    names = variables_of(shown.scene.kind, shown.scene.channel)
    remarked = shown.remarks if notes is None else notes
    return TextInForce(
        own=shown.is_own,
        version=shown.number,
        text=shown.document if document is None else document,
        names={name: variable.title for name, variable in names.items()},
        remarks=[RemarkAnswer(field=one.field, refuses=one.refuses, detail=one.words()) for one in remarked],
    )
