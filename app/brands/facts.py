"""What a brand's row says beyond its columns, for whoever reads it: names, notices, rules, addresses. Pure."""

from collections.abc import Mapping
from typing import Any, Protocol
from urllib.parse import urlsplit


class Speaker(Protocol):
    """As much of a brand as these questions need: its row, or what a page read of it."""

    @property
    def name(self) -> str:
        """What it calls itself."""

    @property
    def facts(self) -> dict[str, Any]:
        """What stands beside the columns."""

    @property
    def host(self) -> str | None:
        """The host that is its own."""


def facts_part(brand: Speaker, name: str) -> Mapping[str, Any]:
    """One part of the facts; empty where the brand says nothing of it."""
    part: Mapping[str, Any] = (brand.facts or {}).get(name) or {}
    return part


def origin_of(brand: Speaker | None, public_url: str) -> str:
    """Where a brand's pages are: at its own host, else where the installation is.

    Without TLS (a portal that is tried out) its host is reached as the installation is.
    """
    if brand is None or not brand.host:
        return public_url
    installed = urlsplit(public_url)
    if installed.scheme == "https":
        return f"https://{brand.host}"
    return f"{installed.scheme}://{brand.host}" + (f":{installed.port}" if installed.port else "")


def spoken_languages(brand: Speaker) -> tuple[str, ...]:
    """The languages that the brand speaks, its own first; empty where it leaves that to the installation."""
    return tuple(dict.fromkeys(tag.partition("-")[0] for tag in (brand.facts or {}).get("languages") or ()))


def mail_name(brand: Speaker) -> str:
    """The name by which mails come."""
    return facts_part(brand, "senders").get("mail_name") or brand.name


def reply_to(brand: Speaker) -> str | None:
    """Who hears an answer to a mail, where that is not the help address."""
    address: str | None = facts_part(brand, "senders").get("reply_to")
    return address


def channel_allows(brand: Speaker, channel: str | None, what: str) -> bool:
    """Whether orders of this channel are mailed (``mails``), texted (``texts``) or sent back here (``returns``)."""
    rules = facts_part(brand, "channels")
    rule = (rules.get("by_channel") or {}).get(channel or "") or rules.get("usual") or {}
    return bool(rule.get(what, True))


def other_channels(brand: Speaker, what: str) -> tuple[bool, tuple[str, ...]]:
    """Whether orders of any channel are mailed, texted or sent back here, and the channels that are otherwise."""
    usual = channel_allows(brand, None, what)
    named = facts_part(brand, "channels").get("by_channel") or {}
    return usual, tuple(channel for channel in named if channel_allows(brand, channel, what) is not usual)


def address_for(brand: Any, country: str | None) -> dict[str, Any]:
    """Where a parcel from this country comes back to."""
    own: dict[str, Any] | None = facts_part(brand, "returns_by_country").get(country or "")
    address: dict[str, Any] = own or brand.return_address or {}
    return address


def in_language(texts: Mapping[str, str], language: str) -> str:
    """Of texts by language the reader's, with or without its region, else the first."""
    by_language = {tag.partition("-")[0]: text for tag, text in reversed(list(texts.items()))}
    return texts.get(language) or by_language.get(language.partition("-")[0]) or next(iter(texts.values()), "")


def notice(brand: Speaker, name: str, language: str) -> str:
    """The imprint, the terms or the privacy notice in the reader's language: an address, a text, or nothing."""
    return in_language(facts_part(brand, "legal").get(name) or {}, language)


def is_address(text: str) -> bool:
    """Whether a notice is the address where it stands, and not its text."""
    return text.startswith("https://") and len(text.split()) == 1


def legal_lines(brand: Speaker) -> tuple[str, ...]:
    """The registered name and the entry in a register, where they say more than the name."""
    legal = facts_part(brand, "legal")
    name, entry = legal.get("registered_name") or "", legal.get("register_entry") or ""
    return tuple(line for line in (name if name != brand.name else "", entry) if line)


def currencies_of(brand: Speaker) -> tuple[str, ...]:
    """The currencies that the brand sells in, its own first; empty where it names none."""
    return tuple((brand.facts or {}).get("currencies") or ())
