"""People and places of an order document: who bought, who follows it, where it goes, starts and waits."""

from typing import Annotated

from pydantic import BeforeValidator

from app.orders.document.fields import (
    Day,
    DocumentPart,
    Flag,
    OptionalCountry,
    OptionalText,
    OptionalWord,
    Text,
    as_email,
)

Email = Annotated[OptionalText, BeforeValidator(as_email)]


class Contact(DocumentPart):
    """One more person of a company who follows the order; ``role`` in the shop's word, such as «purchasing»."""

    name: OptionalText = None
    email: Email = None
    phone: OptionalWord = None
    role: OptionalWord = None
    sms_consent: Flag = False


class Customer(DocumentPart):
    """Who bought. An address or a phone that cannot be read is kept as written and never used."""

    id: OptionalText = None
    name: OptionalText = None
    email: Email = None
    phone: OptionalWord = None
    sms_consent: Flag = False


class Address(DocumentPart):
    """Where it goes."""

    name: OptionalText = None
    company: OptionalText = None
    line1: OptionalText = None
    line2: OptionalText = None
    city: OptionalText = None
    region: OptionalText = None
    postcode: OptionalWord = None
    country: OptionalCountry = None


class Origin(DocumentPart):
    """Where a parcel starts: a warehouse or a shop."""

    name: OptionalText = None
    city: OptionalText = None
    postcode: OptionalWord = None
    country: OptionalCountry = None


class PickupPoint(DocumentPart):
    """Where a parcel waits to be collected, and until which day.

    ``code_hint`` says which code opens it, never the code.
    """

    name: Text
    line1: OptionalText = None
    city: OptionalText = None
    postcode: OptionalWord = None
    country: OptionalCountry = None
    opening_hours: OptionalText = None
    code_hint: OptionalText = None
    keep_until: Day | None = None
