"""A brand's document and its row: what has a column of its own, and what stands in ``facts``."""

from typing import Any

from app.brands.document.document import Channels, HouseDocument, LegalNotices, Look
from app.brands.document.values import phone_number, phone_shown
from app.brands.models import Brand
from app.brands.records import BrandRecord


def row_of(document: HouseDocument) -> dict[str, Any]:
    """The columns of a brand that says this."""
    reach, address = document.help, document.returns_to.usual
    plain = document.model_dump(mode="json")
    return {
        "name": document.name,
        "locale": document.languages[0],
        "time_zone": document.time_zone,
        "help_email": reach.email,
        # What readers that know of no other number show and dial.
        "help_phone": (reach.phone_words or phone_shown(reach.phone)) if reach.phone else None,
        "help_url": reach.page,
        "sms_name": document.senders.sms_name or "",
        "postal_address": document.postal_address,
        "return_address": {key: text for key, text in address.model_dump().items() if text} if address else {},
        "links_only": document.links_only,
        "host": document.host,
        "facts": {
            "legal": plain["legal"],
            "help": {"phone": reach.phone, "phone_words": reach.phone_words, "hours": reach.hours},
            "languages": list(document.languages),
            "currencies": list(document.currencies),
            "senders": {"mail_name": document.senders.mail_name, "reply_to": document.senders.reply_to},
            "returns_by_country": plain["returns_to"]["by_country"],
            "channels": plain["channels"],
            "look": plain["look"],
        },
    }


def document_of(brand: Brand | BrandRecord) -> dict[str, Any]:
    """What a row says as a document; a row that nobody changed yet may say what a document may not."""
    facts: dict[str, Any] = brand.facts or {}
    reach, senders = facts.get("help", {}), facts.get("senders", {})
    return {
        "name": brand.name,
        "postal_address": brand.postal_address,
        "legal": facts.get("legal") or LegalNotices().model_dump(mode="json"),
        "help": {
            "email": brand.help_email,
            "page": brand.help_url,
            "hours": reach.get("hours", {}),
            **_phone(brand.help_phone, reach),
        },
        "time_zone": brand.time_zone,
        "languages": facts.get("languages") or _usual_languages(brand.locale),
        "currencies": facts.get("currencies", []),
        "senders": {
            "mail_name": senders.get("mail_name"),
            "reply_to": senders.get("reply_to"),
            "sms_name": brand.sms_name or None,
        },
        "returns_to": {
            "usual": _whole_address(brand.return_address),
            "by_country": facts.get("returns_by_country", {}),
        },
        "channels": facts.get("channels") or Channels().model_dump(mode="json"),
        "host": brand.host,
        "links_only": brand.links_only,
        "look": facts.get("look") or Look().model_dump(mode="json"),
    }


def _phone(shown: str | None, reach: dict[str, Any]) -> dict[str, Any]:
    if shown is None:
        return {"phone": None, "phone_words": ""}
    number = reach.get("phone") or phone_number(shown)
    return {"phone": number or shown, "phone_words": reach.get("phone_words") or (shown if number != shown else "")}


def _usual_languages(locale: str) -> list[str]:
    """Its own first, then the others that come with the portal."""
    own = locale.replace("_", "-")
    return [own, *(tag for tag in ("es", "en") if tag != own.partition("-")[0])]


def _whole_address(address: dict[str, Any] | None) -> dict[str, Any] | None:
    if not address:
        return None
    names = ("name", "line1", "line2", "postcode", "city", "region")
    return {name: address.get(name) or "" for name in names} | {"country": address.get("country") or ""}
