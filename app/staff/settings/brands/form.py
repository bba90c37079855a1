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
    countries, channels = _rows(fields, COUNTRIES, "at"), _rows(fields, CHANNELS, "channel")
    return {
        "name": _text(fields, "name"),
        "postal_address": _text(fields, "postal_address"),
        "legal": {
            "registered_name": _text(fields, "legal-registered_name"),
            "register_entry": _text(fields, "legal-register_entry"),
            **{notice: _by_language(fields, f"legal-{notice}-") for notice in NOTICES},
        },
        "help": {
            **{name: _text(fields, f"help-{name}") or None for name in ("email", "phone", "page")},
            "phone_words": _text(fields, "help-phone_words"),
            "hours": _by_language(fields, "help-hours-"),
        },
        "time_zone": _text(fields, "time_zone"),
        "languages": _listed(_text(fields, "languages")),
        "currencies": _listed(_text(fields, "currencies")),
        "senders": {name: _text(fields, f"senders-{name}") or None for name in ("mail_name", "reply_to", "sms_name")},
        "returns_to": {
            "usual": _address(fields, "returns_to-usual"),
            "by_country": {
                _text(fields, f"{COUNTRIES}-{row}-at"): _address(fields, f"{COUNTRIES}-{row}") for row in countries
            },
        },
        "channels": {
            "usual": _rule(fields, "channels-usual"),
            "by_channel": {
                _text(fields, f"{CHANNELS}-{row}-channel"): _rule(fields, f"{CHANNELS}-{row}") for row in channels
            },
        },
        "host": _text(fields, "host") or None,
        "links_only": bool(_text(fields, "links_only")),
        "look": _look(fields),
    }


def _text(fields: Fields, name: str) -> str:
    return fields.get(name, "").strip()


def _look(fields: Fields) -> dict[str, str | None]:
    return {
        "accent": _text(fields, "look-accent") or None,
        "accent_dark": _text(fields, "look-accent_dark") or None,
        "corners": _text(fields, "look-corners") or "soft",
        "typeface": _text(fields, "look-typeface") or "system",
        # A picture that was left out stays in the database, for whoever brings this version back.
        **{use: None if _text(fields, f"look-{use}-gone") else _text(fields, f"look-{use}") or None for use in USES},
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
    matched = ((name.removeprefix(prefix), text.strip()) for name, text in fields.items() if name.startswith(prefix))
    return {language: text for language, text in matched if text}


def _listed(text: str) -> list[str]:
    return [part for part in re.split(r"[\s,;]+", text) if part]


def _rows(fields: Fields, prefix: str, name: str) -> list[int]:
    pattern = re.compile(rf"{prefix}-(\d{{1,3}})-{name}")
    return sorted(int(matched[1]) for matched in _named(fields, pattern))


def _named(fields: Fields, pattern: re.Pattern[str]) -> Iterator[re.Match[str]]:
    for field, text in fields.items():
        matched = pattern.fullmatch(field)
        if matched and text.strip():
            yield matched


def _address(fields: Fields, prefix: str) -> dict[str, str] | None:
    lines = {name: fields.get(f"{prefix}-{name}", "").strip() for name in ADDRESS}
    # Of an address for parcels from a country the country that it lies in is mostly the same.
    lines["country"] = lines["country"] or fields.get(f"{prefix}-at", "").strip()
    return lines if any(lines.values()) else None


def _rule(fields: Fields, prefix: str) -> dict[str, bool]:
    return {name: bool(fields.get(f"{prefix}-{name}")) for name in RULES}
