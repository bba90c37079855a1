"""What came from outside as a text in which people can be looked for, whatever it was packed and written in."""

import contextlib
import re
from urllib.parse import unquote_plus

from sqlalchemy.orm import Session

from app.core.bodies.packing import unpack
from app.core.errors import Unreadable
from app.personal import tombstones
from app.personal.tombstones import EMAIL, PHONE

_EMAIL = re.compile(r"[\w.+'-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}")
# Nine digits at least, as every number with its prefix has; blanks, dots and dashes between them.
_PHONE = re.compile(r"\+?[0-9](?:[ .()/-]{0,2}[0-9]){8,14}")
# What names more people than this is a list, whose rows are taken apart elsewhere.
MOST = 2000


def readable(headers: dict[str, str], body: bytes) -> str:
    """A body as a text in which names can be looked for, whatever it was packed and written in."""
    encoding = next((value for name, value in headers.items() if name.lower() == "content-encoding"), "")
    # What is damaged is looked at as it is.
    with contextlib.suppress(Unreadable):
        body = unpack(body, encoding)
    text = body.decode("utf-8", "replace")
    # As forms and JSON write what is not plain letters.
    return "\n".join((text, unquote_plus(text), _unescaped(text)))


def _unescaped(text: str) -> str:
    return text.encode("latin-1", "ignore").decode("unicode_escape", "ignore") if "\\u" in text else ""


def speaks_of_erased(session: Session, headers: dict[str, str], body: bytes) -> bool:
    """Whether an address or phone in it is of somebody who was erased."""
    if not body or not tombstones.enter(session):
        return False
    text = readable(headers, body)
    mails = {(EMAIL, address) for address in _EMAIL.findall(text)[:MOST]}
    digits = {re.sub(r"[^0-9]", "", number) for number in _PHONE.findall(text)[:MOST]}
    return bool(tombstones.erased(session, mails | {(PHONE, f"+{number}") for number in digits}))
