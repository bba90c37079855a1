"""Erasures written down outside of the database, signed and chained: digests alone, to erase anew after a restore."""

import hmac
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path

import structlog

from app.core.settings import Settings
from app.core.settings.key import each_key

log = structlog.get_logger()
NAME = "erasures.ledger"


@dataclass(frozen=True, slots=True)
class LedgerEntry:
    """One erasure: its reference, when, and the marks of what was known of the person, with their kinds."""

    ref: str
    at: datetime
    marks: Mapping[bytes, str]


class BrokenLedger(ValueError):
    """A line of the file is not signed with this key, or one before it is gone."""


def path_of(settings: Settings) -> Path:
    """The file, beside the anchors of the audit trail: what is kept of one is kept of the other."""
    return settings.audit_anchor.with_name(NAME)


def write(path: Path, entry: LedgerEntry, *, key: str) -> None:
    """Add one erasure; a file that cannot be written is told in the log, with the line to keep."""
    # Digests alone: the file is worth nothing to whoever finds it.
    facts = {
        "ref": entry.ref,
        "at": entry.at.isoformat(),
        "marks": {one.hex(): kind for one, kind in sorted(entry.marks.items())},
    }
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        facts["previous"] = _last_signature(path)
        with path.open("a", encoding="utf-8") as file:
            file.write(_line(facts, key) + "\n")
    except OSError as error:
        log.warning("the ledger of erasures has no file; keep this line", line=_line(facts, key), reason=error.strerror)


def read(path: Path, *, key: str) -> Iterator[LedgerEntry]:
    """Every erasure, the first one first. Raises BrokenLedger."""
    previous = ""
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    for number, line in enumerate(lines, start=1):
        try:
            facts = json.loads(line)
            signature = str(facts.pop("signature"))
            good = _is_signed(signature, facts, key) and facts["previous"] == previous
            marks = {bytes.fromhex(one): str(kind) for one, kind in facts["marks"].items()}
            entry = LedgerEntry(str(facts["ref"]), datetime.fromisoformat(facts["at"]), marks)
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise BrokenLedger(f"Line {number} of {path} is no erasure.") from error
        if not good:
            raise BrokenLedger(f"Line {number} of {path} is not signed with this SECRET_KEY, or one before it is gone.")
        previous = signature
        yield entry


def _last_signature(path: Path) -> str:
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    try:
        return str(json.loads(lines[-1])["signature"]) if lines else ""
    except (ValueError, KeyError, TypeError):
        # Whoever reads it is told of the broken line; what follows must be kept all the same.
        return "broken"


def _is_signed(signature: str, facts: Mapping[str, object], key: str) -> bool:
    return any([hmac.compare_digest(signature, _signature(facts, one)) for one in each_key(key)])


def _line(facts: Mapping[str, object], key: str) -> str:
    return json.dumps({**facts, "signature": _signature(facts, key)})


def _signature(facts: Mapping[str, object], key: str) -> str:
    written = json.dumps(facts, sort_keys=True).encode()
    # A prefix of its own, so that nothing else signed with the same key passes for an erasure.
    return hmac.new(b"erasure-ledger:" + key.encode(), written, sha256).hexdigest()
