"""A brand's document as a form's fields, and back: a field is called by its place, joined by hyphens."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from app.brands.files.pictures import USES
from app.core.errors import Fault

Fields = Mapping[str, str]
NOTICES = ("imprint", "terms", "privacy")
ADDRESS = ("name", "line1", "line2", "postcode", "city", "region", "country")
RULES = ("mails", "texts", "returns")
COUNTRIES, CHANNELS = "returns_to-by_country", "channels-by_channel"


def fields_of(document: Mapping[str, Any]) -> dict[str, str]:
    """What the form's fields hold for a document."""
    values = dict(_flat("", {name: part for name, part in document.items() if name not in ("returns_to", "channels")}))
    values |= _flat("returns_to-usual", document["returns_to"]["usual"] or {})
    for row, (country, address) in enumerate(document["returns_to"]["by_country"].items()):
        values |= _flat(f"{COUNTRIES}-{row}", {**address, "at": country})
    values |= _flat("channels-usual", document["channels"]["usual"])
    for row, (channel, rule) in enumerate(document["channels"]["by_channel"].items()):
        values |= _flat(f"{CHANNELS}-{row}", {**rule, "channel": channel})
    return values


def document_from(fields: Fields) -> dict[str, Any]:
    """The document that a form says; what is empty says nothing."""

    def text(name: str) -> str:
        return fields.get(name, "").strip()

    def optional(name: str) -> str | None:
        return text(name) or None

    return {
        "name": text("name"),
        "postal_address": text("postal_address"),
        "legal": {
            "registered_name": text("legal-registered_name"),
            "register_entry": text("legal-register_entry"),
            **{notice: _by_language(fields, f"legal-{notice}-") for notice in NOTICES},
        },
        "help": {
            "email": optional("help-email"),
            "phone": optional("help-phone"),
            "phone_words": text("help-phone_words"),
            "page": optional("help-page"),
            "hours": _by_language(fields, "help-hours-"),
        },
        "time_zone": text("time_zone"),
        "languages": _listed(text("languages")),
        "currencies": _listed(text("currencies")),
        "senders": {name: optional(f"senders-{name}") for name in ("mail_name", "reply_to", "sms_name")},
        "returns_to": {
            "usual": _address(fields, "returns_to-usual"),
            "by_country": {
                text(f"{COUNTRIES}-{row}-at"): _address(fields, f"{COUNTRIES}-{row}")
                for row in _rows(fields, COUNTRIES, "at")
            },
        },
        "channels": {
            "usual": _rule(fields, "channels-usual"),
            "by_channel": {
                text(f"{CHANNELS}-{row}-channel"): _rule(fields, f"{CHANNELS}-{row}")
                for row in _rows(fields, CHANNELS, "channel")
            },
        },
        "host": optional("host"),
        "links_only": bool(text("links_only")),
        "look": {
            "accent": optional("look-accent"),
            "accent_dark": optional("look-accent_dark"),
            "corners": text("look-corners") or "soft",
            "typeface": text("look-typeface") or "system",
            **{use: None if text(f"look-{use}-gone") else optional(f"look-{use}") for use in USES},
        },
    }


def rows_of(fields: Fields, prefix: str, name: str) -> list[int]:
    """The rows that the form shows: those that say something, and an empty one."""
    filled = _rows(fields, prefix, name)
    return [*filled, max(filled, default=-1) + 1]


def errors_of(faults: list[Fault], fields: Fields, say: Any) -> list[tuple[str | None, str]]:
    """Faults as a form shows them: the field, and the sentence in the reader's language."""
    return [(field_of(fault.pointer, fields), say(fault.detail)) for fault in faults]


def field_of(pointer: str, fields: Fields) -> str:
    """The field that a place of the document is typed into."""
    parts = pointer.strip("/").split("/")
    if parts[0] in ("languages", "currencies"):
        return parts[0]
    if parts[:2] == ["returns_to", "usual"]:
        return "-".join(["returns_to", "usual", *(parts[2:] or ["line1"])])
    for prefix, name, first in ((COUNTRIES, "at", "line1"), (CHANNELS, "channel", "channel")):
        if "-".join(parts[:2]) == prefix and len(parts) > 2:
            row = next(
                (row for row in _rows(fields, prefix, name) if fields[f"{prefix}-{row}-{name}"].strip() == parts[2]), 0
            )
            # An empty address is at fault where its country would stand.
            inner = parts[3] if len(parts) > 3 and parts[3] != "country" else name if len(parts) > 3 else first
            return f"{prefix}-{row}-{inner}"
    return "-".join(parts)


def _flat(prefix: str, value: Any) -> dict[str, str]:
    if isinstance(value, Mapping):
        inner = (_flat(f"{prefix}-{name}" if prefix else str(name), part) for name, part in value.items())
        return {name: text for part in inner for name, text in part.items()}
    if isinstance(value, list):
        return {prefix: ", ".join(map(str, value))}
    return {prefix: ("1" if value else "") if isinstance(value, bool) else str(value or "")}


def _by_language(fields: Fields, prefix: str) -> dict[str, str]:
    found = ((name.removeprefix(prefix), text.strip()) for name, text in fields.items() if name.startswith(prefix))
    return {language: text for language, text in found if text}


def _listed(text: str) -> list[str]:
    return [part for part in re.split(r"[\s,;]+", text) if part]


def _rows(fields: Fields, prefix: str, name: str) -> list[int]:
    pattern = re.compile(rf"{prefix}-(\d{{1,3}})-{name}")
    return sorted(int(found[1]) for found in _named(fields, pattern))


def _named(fields: Fields, pattern: re.Pattern[str]) -> Iterator[re.Match[str]]:
    for field, text in fields.items():
        matched = pattern.fullmatch(field)
        if matched and text.strip():
            yield matched


def _address(fields: Fields, prefix: str) -> dict[str, str] | None:
    said = {name: fields.get(f"{prefix}-{name}", "").strip() for name in ADDRESS}
    # Of an address for parcels from a country the country that it lies in is mostly the same.
    said["country"] = said["country"] or fields.get(f"{prefix}-at", "").strip()
    return said if any(said.values()) else None


def _rule(fields: Fields, prefix: str) -> dict[str, bool]:
    return {name: bool(fields.get(f"{prefix}-{name}")) for name in RULES}
