"""Saved replies of a brand: versioned settings, each with a title and a text by language; retired, never deleted."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from app.brands import versions
from app.brands.records import SettingVersionRecord
from app.brands.versions import SettingKind, SettingPlace
from app.core.errors import Fault, Invalid, NotFound
from app.core.i18n.catalogues import language_of, languages
from app.support.cases import LONGEST
from app.support.replies.variables import unknown_variables

LONGEST_TITLE = 80
_NAME = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


@dataclass(frozen=True, slots=True)
class SavedReply:
    """A reply as it is in force: ``name`` is its own within the brand, ``texts`` are by language."""

    brand: str
    name: str
    title: str
    texts: Mapping[str, str]
    retired: bool

    def text_in(self, locale: str) -> str:
        """The text for a reader of this language; empty where there is none."""
        return self.texts.get(language_of(locale), "")


def check(document: Mapping[str, Any]) -> dict[str, Any]:
    """The document as it is kept. Raises Invalid with every fault."""
    texts = document.get("texts")
    title, retired = document.get("title"), document.get("retired", False)
    faults = [Fault(f"/{name}", "There is no such field.") for name in document.keys() - {"title", "texts", "retired"}]
    if not isinstance(title, str) or not 1 <= len(title.strip()) <= LONGEST_TITLE:
        faults.append(Fault("/title", f"Write a title of 1 to {LONGEST_TITLE} characters."))
    if not isinstance(retired, bool):
        faults.append(Fault("/retired", "Say true or false."))
    checked = _texts(texts, faults) if isinstance(texts, Mapping) else {}
    if not checked and not any(fault.pointer.startswith("/texts") for fault in faults):
        faults.append(Fault("/texts", "Write the text in one language at least."))
    if faults:
        raise Invalid(faults)
    return {"title": str(title).strip(), "texts": checked, "retired": bool(retired)}


# What a new reply is compared with, so that its first version names each text by itself.
REPLY = SettingKind("reply", check, usual=lambda _brand: {"title": "", "texts": {}, "retired": False})


def place(brand: str, name: str) -> SettingPlace:
    """Where a reply's versions are. Raises NotFound for what can be no name."""
    if not _NAME.fullmatch(name) or len(name) > LONGEST_TITLE:
        raise NotFound("There is no such reply.")
    return SettingPlace(brand, REPLY, name)


def name_of(title: str) -> str:
    """A name for a new reply, from its title: «Where is it?» is «where-is-it»."""
    plain = "".join(sign for sign in unicodedata.normalize("NFD", title.lower()) if not unicodedata.combining(sign))
    return "-".join(re.findall(r"[a-z0-9]+", plain))[:LONGEST_TITLE].strip("-") or "reply"


def replies_of(session: Session, brand: str) -> list[SavedReply]:
    """The replies of a brand by title, the retired ones last."""
    documents = versions.all_live(session, brand, REPLY)
    replies = [_reply(brand, name, document) for name, document in documents.items()]
    return sorted(replies, key=lambda reply: (reply.retired, reply.title.lower(), reply.name))


def usable_replies(session: Session, brand: str, locale: str) -> list[SavedReply]:
    """Those that somebody who answers in this language can choose."""
    return [reply for reply in replies_of(session, brand) if not reply.retired and reply.text_in(locale)]


def find_reply(session: Session, brand: str, name: str) -> tuple[SavedReply, SettingVersionRecord]:
    """A reply with its version in force. Raises NotFound."""
    version = versions.live(session, place(brand, name))
    # A version that says «as usual» leaves no reply at all.
    if version is None or version.document is None:
        raise NotFound("There is no such reply.")
    return _reply(brand, name, version.document), version


def save_reply(
    session: Session,
    setting: SettingPlace,
    document: Mapping[str, Any],
    *,
    by: str,
    expected: int | None = None,
    now: datetime,
) -> SettingVersionRecord:
    """Put a reply in force. Raises Invalid, NotFound, and Conflict when somebody else changed it meanwhile."""
    return versions.save(session, setting, document, by=by, expected=expected, now=now)


def retire_reply(session: Session, setting: SettingPlace, retired: bool, *, by: str, now: datetime) -> None:
    """Offer a reply no more, or again. Raises NotFound."""
    reply, version = find_reply(session, setting.brand, setting.name)
    # From the version that was read: who changes its words at the same moment is told, and loses nothing.
    document = {"title": reply.title, "texts": dict(reply.texts), "retired": retired}
    versions.save(session, setting, document, by=by, expected=version.number, now=now)


def _texts(texts: Mapping[Any, Any], faults: list[Fault]) -> dict[str, str]:
    checked = {}
    for language, text in texts.items():
        pointer = f"/texts/{language}"
        if language not in languages():
            faults.append(Fault(pointer, f"There is no such language: choose from {', '.join(sorted(languages()))}."))
        elif not isinstance(text, str) or len(text) > LONGEST:
            faults.append(Fault(pointer, f"Write at most {LONGEST} characters."))
        elif unknown := unknown_variables(text):
            faults.append(Fault(pointer, f"There is no variable {', '.join(unknown)}."))
        elif text.strip():
            checked[language] = text.replace("\r\n", "\n").strip()
    return checked


def _reply(brand: str, name: str, document: Mapping[str, Any]) -> SavedReply:
    return SavedReply(brand, name, document["title"], document["texts"], document["retired"])
