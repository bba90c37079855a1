"""E-mail addresses as people write them: one form to compare, and what can be mended without a guess. Pure."""

import re
import unicodedata
from itertools import groupby
from urllib.parse import unquote

from app.core.settings.domains import checked_address
from app.orders.contacts.phones import MAX_INPUT

NO_ADDRESS = "No e-mail address that mail can be sent to"
TAKEN_OUT = "Written with more than an address: {address} is used"
SEVERAL = "Several e-mail addresses: {address} is used"
BLANKS = "Written with blanks: {address} is used"
DOTTED = "An e-mail address with dots that mail servers do not take: no mail is sent to it"
TWO_WAYS = "The e-mail address can be read in two ways"

# What a keyboard for Chinese or Japanese makes of signs. Letters and dots stay: they would be another domain.
_SIGNS = str.maketrans("\uff20\uff1c\uff1e\uff02\uff0c\uff1b\uff08\uff09\uff1a", '@<>",;():')
_LABEL = re.compile(r"^(?:e-?mail|mail|correo(?: electr[oó]nico)?|courriel)\s*:\s*|^mailto:\s*", re.IGNORECASE)
_IN_BRACKETS = re.compile(r"<\s*(?:mailto:)?([^<>@]+@[^<>@]+?)\s*>", re.IGNORECASE)
_REMARK = re.compile(r"\s*\([^()@]*\)")
_SEPARATOR = re.compile(r"[,;|]|\s+(?:o|u|y|e|or|and|ou|et|und|oder)\s+|\s+/\s+|\s+")
# A blank beside the «@» or a dot belongs to neither side of it.
_STRAY_BLANK = re.compile(r"\s*([@.])\s*")
_BEFORE = " '\"`´‘’“”«»,;:<>[]"
_AFTER = f"{_BEFORE}."
# Japanese telephones once gave such addresses out, against the rules of mail (RFC 5321 wants them in quotes).
_DOTS = re.compile(r"[^\s@\"]*(?:\.\.|\.(?=@)|^\.)[^\s@\"]*@[\w-]+(?:\.[\w-]+)+")


def email_key(address: str) -> str | None:
    """The comparable form of an address, in lower case; None when it cannot be an address."""
    if len(address) > MAX_INPUT:
        return None
    checked = checked_address(address.strip())
    normalized = checked.normalized.lower() if checked else ""
    return normalized if checked and _as_typed(address, normalized) else None


def mend_email(text: str) -> tuple[str | None, str | None]:
    """The address in a field and what a person should know of it: that it was mended, or why there is none.

    Nothing is said of an address that was written as it is; of several the first is taken.
    """
    if len(text) > 4 * MAX_INPUT:
        return None, NO_ADDRESS
    # A spreadsheet's apostrophe may begin a text, and no address.
    plain = seen(text).translate(_SIGNS).lstrip("'")
    if (address := email_key(plain)) is not None:
        return address, None
    if not plain:
        return None, None
    if within := _IN_BRACKETS.findall(plain):
        return _first([email_key(one) for one in within], TAKEN_OUT)
    return _mended(_bare(plain))


def _mended(bare: str) -> tuple[str | None, str | None]:
    if (address := email_key(bare)) is not None:
        return address, TAKEN_OUT.format(address=address)
    if _DOTS.fullmatch(bare):
        return None, DOTTED
    if bare.count("@") > 1:
        return _first([email_key(_bare(piece)) for piece in _SEPARATOR.split(bare) if _bare(piece)], SEVERAL)
    return _without_blanks(bare)


def one_address(text: str) -> str | None:
    """The address in what was pasted, if it is the only one."""
    address, note = mend_email(text)
    return None if address and note == SEVERAL.format(address=address) else address


def seen(text: str) -> str:
    """The text as a person sees it: no marks of direction and the like, one kind of blank, none around it.

    A mark between two letters stays: there it makes another word of them, and hides one domain in another.
    """
    shown = "".join(" " if c in "\t\r\n" or unicodedata.category(c) == "Zs" else c for c in text)
    if shown.isascii():
        return shown.strip()
    runs = ["".join(run) for _, run in groupby(shown, lambda c: unicodedata.category(c) == "Cf")]
    for at, run in enumerate(runs):
        between = "".join(runs[at - 1 : at][-1:])[-1:].isalpha() and "".join(runs[at + 1 : at + 2])[:1].isalpha()
        if unicodedata.category(run[0]) == "Cf" and not between:
            runs[at] = ""
    return "".join(runs).strip()


def _first(addresses: list[str | None], note: str) -> tuple[str | None, str | None]:
    # One that cannot be read may be the one that was meant first.
    if not addresses or addresses[0] is None or None in addresses:
        return None, NO_ADDRESS
    one = len(set(addresses)) == 1
    return addresses[0], (note if one else SEVERAL).format(address=addresses[0])


def _bare(text: str) -> str:
    """Without what stands around an address in a link, a sentence or a list."""
    bare = text.lstrip(_BEFORE).rstrip(_AFTER)
    # A link may bring a subject with it.
    if bare.lower().startswith("mailto:"):
        bare = unquote(bare.partition("?")[0])
    return _REMARK.sub("", _LABEL.sub("", bare)).lstrip(f"({_BEFORE}").rstrip(f"){_AFTER}")


def _without_blanks(bare: str) -> tuple[str | None, str | None]:
    """The address with the blanks that somebody typed into it, where it can be no other."""
    if bare.count("@") != 1 or not re.search(r"\s", bare):
        return None, NO_ADDRESS
    joined = email_key(_STRAY_BLANK.sub(r"\1", bare))
    local, _, domain = _STRAY_BLANK.sub(r"\1", bare.replace(". ", " ")).partition("@")
    # «ana@example.com. Gracias», «Ana ana@example.com»: the word with the sign may be the address already.
    words = local.split()[-1:] + domain.split()[:1]
    whole = email_key("@".join(words)) if len(words) == 2 and "." in words[1] else None
    if whole not in (None, joined):
        return None, TWO_WAYS
    return joined, BLANKS.format(address=joined) if joined else NO_ADDRESS


def _as_typed(address: str, normalized: str) -> bool:
    """False for look-alikes: IDNA maps full-width letters, odd dots and hidden signs onto domains of plain letters."""
    typed = unicodedata.normalize("NFC", address.strip())
    return typed.rpartition("@")[2].isascii() or typed.lower() == normalized
