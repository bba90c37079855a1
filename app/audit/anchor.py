"""Anchors: how many rows the audit trail has and the last one's hash, signed and kept outside of its table.

The chain alone does not show that its newest rows, or all of them, are gone.
"""

import hmac
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.audit.models import AuditRow
from app.core.settings.key import each_key


@dataclass(frozen=True, slots=True)
class Anchor:
    """The trail at one moment: so many rows, the last of this id and hash."""

    at: datetime
    rows: int
    last: int
    hash: str

    def line(self, key: str) -> str:
        """As it is kept, signed."""
        facts = {"at": self.at.isoformat(), "rows": self.rows, "last": self.last, "hash": self.hash}
        return json.dumps({**facts, "signature": _signature(facts, key)})


def take(session: Session, *, now: datetime) -> Anchor | None:
    """The trail as it stands; None while it is empty."""
    statement = select(AuditRow.id, AuditRow.hash).order_by(AuditRow.id.desc()).limit(1)
    newest = session.execute(statement).first()
    if newest is None:
        return None
    # Up to that row only: others may be added between the two statements.
    rows = session.scalar(select(func.count(AuditRow.id)).where(AuditRow.id <= newest.id)) or 0
    return Anchor(now, rows, newest.id, newest.hash.hex())


def keep(path: Path, anchor: Anchor, *, key: str) -> bool:
    """Add the anchor to the file; False when the last one there says the same. Raises OSError."""
    path.parent.mkdir(parents=True, exist_ok=True)
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    last = _read_anchor(lines[-1], key) if lines else None
    if last is not None and (last.rows, last.last, last.hash) == (anchor.rows, anchor.last, anchor.hash):
        return False
    with path.open("a", encoding="utf-8") as file:
        file.write(anchor.line(key) + "\n")
    return True


def faults(session: Session, lines: Iterable[str], *, key: str) -> list[str]:
    """What the anchors say that is not so, a sentence each."""
    sentences: list[str] = []
    anchors: list[Anchor] = []
    for number, line in enumerate((line for line in lines if line.strip()), start=1):
        anchor = _read_anchor(line, key)
        if anchor is None:
            sentences.append(f"Anchor {number} is not signed with this SECRET_KEY.")
        else:
            anchors.append(anchor)
    return sentences + _gone(session, anchors)


def _gone(session: Session, anchors: Sequence[Anchor]) -> list[str]:
    numbered = select(AuditRow.id, AuditRow.hash, func.row_number().over(order_by=AuditRow.id).label("n")).subquery()
    statement = select(numbered).where(numbered.c.id.in_({anchor.last for anchor in anchors}))
    rows_by_id = {row.id: (row.hash.hex(), row.n) for row in session.execute(statement)} if anchors else {}
    return [
        f"On {anchor.at:%Y-%m-%d %H:%M} UTC the trail had {anchor.rows} rows up to row {anchor.last}; "
        "since then rows were removed or written anew."
        for anchor in anchors
        if rows_by_id.get(anchor.last) != (anchor.hash, anchor.rows)
    ]


def _read_anchor(line: str, key: str) -> Anchor | None:
    """The anchor of a line; None when nobody with the key wrote it."""
    try:
        document = json.loads(line)
        signature = str(document.pop("signature"))
        anchor = Anchor(
            datetime.fromisoformat(document["at"]), int(document["rows"]), int(document["last"]), str(document["hash"])
        )
    except (ValueError, KeyError, TypeError, AttributeError):
        return None
    # An anchor of years ago was signed with the key of then.
    made = (_signature(document, one).encode() for one in each_key(key))
    return anchor if any([hmac.compare_digest(signature.encode(), one) for one in made]) else None


def _signature(facts: dict[str, object], key: str) -> str:
    written = json.dumps(facts, sort_keys=True).encode()
    # A prefix of its own, so that nothing else signed with the same key passes for an anchor.
    return hmac.new(b"audit-anchor:" + key.encode(), written, sha256).hexdigest()
