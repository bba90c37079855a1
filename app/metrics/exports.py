"""Figures to take away: CSV that no spreadsheet runs as a formula, and Parquet where its extra is installed."""

import csv
import io
from collections.abc import Sequence
from datetime import datetime
from importlib.util import find_spec
from typing import Any

from sqlalchemy.orm import Session

from app.audit import trail
from app.metrics.period import FiguresQuestion
from app.metrics.tables import Table

# By these a spreadsheet knows a formula, in their full-width forms too.
RISKY = ("=", "+", "-", "@", "\t", "\r", "\0", "＝", "＋", "－", "＠")


def to_csv(columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> bytes:
    """RFC 4180 with a mark for UTF-8; numbers stay numbers, text that a spreadsheet would run gets a quote in front."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerow([_cell(column) for column in columns])
    writer.writerows([[_cell(value) for value in row] for row in rows])
    # Without the mark Excel takes UTF-8 for the machine's old code page.
    return b"\xef\xbb\xbf" + buffer.getvalue().encode()


def has_parquet() -> bool:
    """Whether the extra ``parquet`` is installed."""
    return find_spec("pyarrow") is not None


def to_parquet(columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> bytes:
    """One row group with the columns' own types; ImportError without the extra ``parquet``."""
    # Far larger than all else of a web process, and used by this button alone.
    import pyarrow as pa
    import pyarrow.parquet as pq

    table = pa.table({name: [row[at] for row in rows] for at, name in enumerate(columns)})
    buffer = io.BytesIO()
    pq.write_table(table, buffer)
    return buffer.getvalue()


def file_name(name: str, question: FiguresQuestion, ending: str) -> str:
    """As a file of these figures is called: what, cut how, from which day to which."""
    return f"{name}_{question.group_by}_{question.first}_{question.last}.{ending}"


def note_export(
    session: Session, name: str, question: FiguresQuestion, table: Table, *, form: str, by: str, now: datetime
) -> None:
    """Write into the audit trail that ``by`` took these figures out as a file: days, filters, how many rows."""
    detail = {**question.facts(), "form": form, "rows": len(table.rows)}
    trail.record(session, actor=by, action="metrics.exported", subject=name, detail=detail, now=now)


def _cell(value: Any) -> Any:
    if isinstance(value, str):
        return "'" + value if value.strip().startswith(RISKY) or value.startswith(RISKY) else value
    if isinstance(value, float):
        return round(value, 6)
    return "" if value is None else value
