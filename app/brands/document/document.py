"""A brand as one document: what page, command and interface read and write alike. Pure."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from app.brands import colours
from app.brands.document import sentences, values
from app.brands.document.sentences import faults_of, refusal
from app.core.errors import Fault, Invalid


class BrandPart(BaseModel):
    """A part of the document: nothing unknown in it, blanks around texts left out."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)


class LegalNotices(BrandPart):
    """Who the shop is by law, and its notices by language: a web address, or the text itself."""

    registered_name: Annotated[values.Line, Field()] = ""
    register_entry: Annotated[values.Line, Field()] = ""
    imprint: dict[values.Language, values.Notice] = {}
    terms: dict[values.Language, values.Notice] = {}
    privacy: dict[values.Language, values.Notice] = {}


class HelpContacts(BrandPart):
    """How customers reach the shop: ``phone`` in E.164 and as it is shown, hours in words by language."""

    email: values.Email | None = None
    phone: values.Phone | None = None
    phone_words: values.Line = ""
    page: values.PageAddress | None = None
    hours: dict[values.Language, values.Words] = {}

    @model_validator(mode="before")
    @classmethod
    def _as_typed(cls, typed: Any) -> Any:
        """A number that was typed with blanks is shown as it was typed."""
        number = typed.get("phone") if isinstance(typed, dict) else None
        if isinstance(number, str) and not typed.get("phone_words") and number.strip() != values.phone_number(number):
            return {**typed, "phone_words": number.strip()}
        return typed


class Senders(BrandPart):
    """By which names messages come: of mails, who hears an answer, of texts."""

    mail_name: values.Name | None = None
    reply_to: values.Email | None = None
    sms_name: values.SmsName | None = None


class ReturnAddress(BrandPart):
    """Where parcels come back to."""

    name: values.Line = ""
    line1: values.Line = ""
    line2: values.Line = ""
    postcode: values.Line = ""
    city: values.Line = ""
    region: values.Line = ""
    country: values.Country

    @model_validator(mode="after")
    def _whole(self) -> "ReturnAddress":
        if not self.line1 or not (self.postcode or self.city):
            raise refusal(sentences.ADDRESS)
        return self


class ReturnsTo(BrandPart):
    """The address for returns, and others by the country that the parcel comes from."""

    usual: ReturnAddress | None = None
    by_country: dict[values.Country, ReturnAddress] = {}


class ChannelRule(BrandPart):
    """What the portal does for orders of a channel: its mails, its texts, returns that are asked for here."""

    mails: bool = True
    texts: bool = True
    returns: bool = True


class Channels(BrandPart):
    """The rule of every channel, and of those that have one of their own, by the word that their orders bring."""

    usual: ChannelRule = ChannelRule()
    by_channel: dict[values.Channel, ChannelRule] = {}


class Corners(StrEnum):
    """How round the corners of buttons and cards are."""

    SQUARE = "square"
    SOFT = "soft"
    ROUND = "round"


class Typeface(StrEnum):
    """What pages are set in, of what readers' devices have."""

    SYSTEM = "system"
    HUMANIST = "humanist"
    ROUNDED = "rounded"
    SERIF = "serif"


class Look(BrandPart):
    """Colours, corners, typeface and pictures; pictures by the names of files that were sent before."""

    accent: values.Colour | None = None
    accent_dark: values.Colour | None = None
    corners: Corners = Corners.SOFT
    typeface: Typeface = Typeface.SYSTEM
    logo: values.FileName | None = None
    logo_dark: values.FileName | None = None
    picture: values.FileName | None = None
    icon: values.FileName | None = None

    @field_validator("accent", "accent_dark")
    @classmethod
    def _readable(cls, accent: str | None, checking: Any) -> str | None:
        dark = checking.field_name == "accent_dark"
        if accent is not None and not colours.is_readable(accent, dark=dark):
            sentence = sentences.TOO_DARK if dark else sentences.TOO_LIGHT
            raise refusal(sentence, colours.nearest_readable(accent, dark=dark))
        return accent


class HouseDocument(BrandPart):
    """All that a shop front says of itself."""

    name: values.Name
    postal_address: values.Lines = ""
    legal: LegalNotices = LegalNotices()
    help: HelpContacts = HelpContacts()
    time_zone: values.Zone = "Europe/Madrid"
    languages: Annotated[tuple[values.Language, ...], Field(min_length=1, max_length=20)] = ("es", "en")
    currencies: Annotated[tuple[values.Currency, ...], Field(max_length=20)] = ()
    senders: Senders = Senders()
    returns_to: ReturnsTo = ReturnsTo()
    channels: Channels = Channels()
    host: values.Host | None = None
    links_only: bool = False
    look: Look = Look()

    @field_validator("languages")
    @classmethod
    def _each_once(cls, tags: tuple[str, ...]) -> tuple[str, ...]:
        if len({tag.partition("-")[0] for tag in tags}) < len(tags):
            raise refusal(sentences.LANGUAGES)
        return tags


def read_brand(document: Mapping[str, Any]) -> HouseDocument:
    """The document as it is to be kept. Raises Invalid with every fault."""
    try:
        return HouseDocument.model_validate(document)
    except ValidationError as error:
        raise Invalid(faults_of(error)) from error


def read_key(key: str) -> str:
    """A key that a brand may be called by. Raises Invalid."""
    if not values.KEY.fullmatch(key):
        raise Invalid([Fault("/key", sentences.KEY)])
    return key
