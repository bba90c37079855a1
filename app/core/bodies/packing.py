"""Bodies that travel packed: gzip and deflate, undone within the limit of a plain body."""

import zlib
from collections.abc import Callable, Mapping

from app.core.errors import TooLarge, UnknownForm, Unreadable

# The gateway reads no more of any body, and no more comes out of a packed one.
MAX_BODY = 1024 * 1024
TAKEN = "gzip, deflate"
GZIP = b"\x1f\x8b\x08"
# What some clients write who pack nothing; «utf-8» belongs into Content-Type, and does no harm.
_NOTHING = frozenset({"", "identity", "none", "utf-8", "utf8"})
# A gateway may pack what a client has packed.
_MAX_CODINGS = 3
# Writers that pack block by block need sixteen for a mebibyte; each costs a copy of the rest.
_MAX_MEMBERS = 100
_GZIP_WINDOW, _ZLIB_WINDOW, _BARE_WINDOW = 16 + zlib.MAX_WBITS, zlib.MAX_WBITS, -zlib.MAX_WBITS


def unpack(body: bytes, coding: str = "", *, most: int = MAX_BODY) -> bytes:
    """The body without its packing, which ``coding`` names as ``Content-Encoding`` does.

    What is gzip by its first bytes is unpacked whatever the header says. Raises UnknownForm for a packing that is not
    taken, TooLarge for what unpacks to more than ``most`` bytes, and Unreadable for what is damaged.
    """
    codings = [name for part in coding.split(",") if (name := part.strip().lower()) not in _NOTHING]
    unknown = next((name for name in codings if name not in _UNPACKERS), None)
    if unknown is not None:
        raise UnknownForm(f"The packing «{unknown[:40]}» is not taken. Send it plain, or packed as {TAKEN}.")
    if len(codings) > _MAX_CODINGS:
        raise UnknownForm("It is packed too many times.")
    # The packing that is named last was done last.
    for name in reversed(codings):
        body = _UNPACKERS[name](body, most)
    return _gunzip(body, most)


def _gunzip(body: bytes, most: int) -> bytes:
    # Some servers before us unpack a body and leave the header as it was.
    return _inflate(body, _GZIP_WINDOW, most) if body.startswith(GZIP) else body


def _undeflate(body: bytes, most: int) -> bytes:
    if not body:
        return body
    # The standard means zlib's form, and half of the clients send the bare one.
    is_zlib = body[0] & 0x0F == zlib.DEFLATED and int.from_bytes(body[:2], "big") % 31 == 0
    return _inflate(body, _ZLIB_WINDOW if is_zlib else _BARE_WINDOW, most)


_UNPACKERS: Mapping[str, Callable[[bytes, int], bytes]] = {
    "gzip": _gunzip,
    "x-gzip": _gunzip,
    "deflate": _undeflate,
}


def _inflate(body: bytes, window: int, most: int) -> bytes:
    unpacked, rest = bytearray(), body
    for _ in range(_MAX_MEMBERS):
        member = zlib.decompressobj(window)
        try:
            # One byte more shows that there is more, and the rest of a bomb is never made.
            unpacked += member.decompress(rest, most + 1 - len(unpacked))
        except zlib.error:
            raise Unreadable("The packed body is damaged.") from None
        if len(unpacked) > most:
            raise TooLarge(f"The body is larger than {most // 2**20} MiB when it is unpacked.")
        if not member.eof:
            raise Unreadable("The packed body is cut short.")
        rest = member.unused_data
        if not rest:
            return bytes(unpacked)
        # Packed parts one after another are one body (RFC 1952); nothing else may follow.
        if window != _GZIP_WINDOW or not rest.startswith(GZIP):
            break
    raise Unreadable("Something follows the packed body.")
