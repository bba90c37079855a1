"""The picture of a code that is scanned from a mail: a QR code as a PNG that travels inside it."""

import hashlib
import struct
import zlib
from functools import lru_cache

from app.notify.providers.ports import Enclosed
from app.returns.labels.codes import QUIET, qr

# Pixels of a module: a label number makes some 29 modules, so about 220 pixels, sharp at twice the size it is shown in.
SCALE = 8


@lru_cache(maxsize=256)
def drawn_code(text: str) -> Enclosed:
    """The code as a picture, dark on white with its quiet zone, whatever the mail program's theme is."""
    matrix = qr(text)
    side = (matrix.size + 2 * QUIET) * SCALE
    rows = [bytearray(b"\xff" * side) for _ in range(matrix.size + 2 * QUIET)]
    for run in matrix.runs:
        begin, width = (run.x + QUIET) * SCALE, run.length * SCALE
        rows[run.y + QUIET][begin : begin + width] = bytes(width)
    name = hashlib.sha256(text.encode()).hexdigest()[:24]
    # Of the code alone, so that the same mail made twice is the same; «.invalid» is nobody's (RFC 2606).
    return Enclosed(f"{name}@code.invalid", "code.png", _png(side, [bytes(row) for row in rows for _ in range(SCALE)]))


def _png(side: int, rows: list[bytes]) -> bytes:
    """Grey pixels, a byte each, as a PNG (ISO/IEC 15948): every row begins with its filter, which is none."""
    head = struct.pack(">IIBBBBB", side, side, 8, 0, 0, 0, 0)
    pixels = zlib.compress(b"".join(b"\0" + row for row in rows), 9)
    parts = ((b"IHDR", head), (b"IDAT", pixels), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, content) for kind, content in parts)


def _chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
