"""The file of what was refused: its rows as they were, with why, to be mended and imported again."""

import csv
import io
import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic_core import to_json

from app.oms.files.importing import Outcome
from app.oms.files.spreadsheet.columns import REASON
from app.oms.files.spreadsheet.sheet import Sheet


@dataclass(slots=True)
class RefusedFile:
    """Rows are added chunk by chunk. Each time the file is first cut to ``size``, as far as is surely committed.

    So a run that is killed between writing and committing leaves nothing twice.
    """

    path: Path
    sheet: Sheet | None
    size: int = 0

    def is_going_on(self) -> bool:
        """Whether the file of an earlier run is there, as far as that run got."""
        return self.size > 0 and self.path.exists() and self.path.stat().st_size >= self.size

    def begin(self) -> None:
        """An empty file, with its first line."""
        self.size = 0
        if self.sheet is None:
            self._write(b"")
        else:
            # The mark tells spreadsheets that it is UTF-8.
            header = [name for name in self.sheet.header if name != REASON]
            self._write(b"\xef\xbb\xbf" + self._row([*header, REASON]))

    def add(self, outcomes: Iterable[Outcome]) -> int:
        """Write what was refused of these; gives the size to go on from, which is kept once it is committed."""
        rows = b"".join(self._rows(outcome) for outcome in outcomes if outcome.word == "refused")
        before = self.size
        after = self._write(rows)
        self.size = before
        return after

    def _write(self, content: bytes) -> int:
        with self.path.open("r+b" if self.size else "wb") as file:
            file.truncate(self.size)
            file.seek(self.size)
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
            self.size = file.tell()
        return self.size

    def _rows(self, outcome: Outcome) -> bytes:
        why: dict[int, list[str]] = {}
        for fault in outcome.faults:
            why.setdefault(fault.line, []).append(f"{fault.fault.pointer or 'order'}: {fault.fault.detail}")
        lines = {line for line, _ in outcome.entry.raw}
        # What is of no row of its own is said in the first.
        beside = [reason for line, reasons in why.items() if line not in lines for reason in reasons]
        rows = []
        for at, (line, raw) in enumerate(outcome.entry.raw):
            reasons = why.get(line, []) + (beside if at == 0 else [])
            rows.append(self._as_it_was(raw, outcome.entry.document, "; ".join(reasons)))
        return b"".join(rows)

    def _as_it_was(self, raw: Any, document: dict[str, Any], reason: str) -> bytes:
        if self.sheet is None:
            if not document:
                return str(raw).rstrip("\r\n").encode("utf-8", "surrogateescape") + b"\n"
            return to_json({REASON: reason} | document) + b"\n"
        cells = [cell for at, cell in enumerate(raw) if at >= len(self.sheet.columns) or self._stays(at)]
        width = len(self.sheet.columns) - (REASON in self.sheet.columns)
        return self._row([*cells, *[""] * (width - len(cells)), reason])

    def _stays(self, at: int) -> bool:
        return self.sheet is not None and self.sheet.columns[at] != REASON

    def _row(self, cells: list[str]) -> bytes:
        text = io.StringIO()
        csv.writer(text, delimiter=self.sheet.separator if self.sheet else ",").writerow(cells)
        return text.getvalue().encode("utf-8", "surrogateescape")
