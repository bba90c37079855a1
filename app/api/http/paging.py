"""Pages of a list: opaque cursors, limits and the Link header."""

import base64
import binascii
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, TypeVar
from urllib.parse import urlencode

from pydantic import BaseModel, ConfigDict, Field

from app.core.errors import Fault, Invalid

# As docs/api.md says: a page is read with all that hangs on its rows.
MOST = 200

Row = TypeVar("Row")


class PageQuery(BaseModel):
    """What every list understands."""

    model_config = ConfigDict(extra="forbid")

    limit: Annotated[int, Field(ge=1, le=MOST)] = 50
    cursor: Annotated[str, Field(max_length=200)] | None = None


@dataclass(frozen=True, slots=True)
class Cursor:
    """Where a page starts: after the row with this instant and id."""

    at: datetime
    id: int

    def text(self) -> str:
        """As it travels; its inside is nobody's business."""
        # A place and not a count: what comes or goes meanwhile makes the client miss no row.
        return base64.urlsafe_b64encode(f"{self.at.isoformat()}|{self.id}".encode()).decode().rstrip("=")


def read_cursor(text: str | None) -> Cursor | None:
    """The place a cursor names, None for the first page. Raises Invalid for one we did not give out."""
    if text is None:
        return None
    try:
        # The padding was left out since it would have to be escaped in an address.
        raw = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)).decode("ascii")
        at, _, row = raw.rpartition("|")
        cursor = Cursor(datetime.fromisoformat(at), int(row))
    except (ValueError, binascii.Error, UnicodeError) as error:
        raise Invalid([Fault("cursor", "is not one that this list gave")]) from error
    # One that somebody made up must fail here: the database's types take no more.
    if cursor.at.tzinfo is None or not 0 < cursor.id < 2**63:
        raise Invalid([Fault("cursor", "is not one that this list gave")])
    return cursor


def cut(rows: Sequence[Row], limit: int, where: Callable[[Row], Cursor]) -> tuple[list[Row], str | None]:
    """The page out of ``limit + 1`` rows, and the cursor of the next one where there is more."""
    # One row more than was asked for tells that there are more, without a count.
    if len(rows) <= limit:
        return list(rows), None
    page = list(rows[:limit])
    return page, where(page[-1]).text()


def link_header(path: str, arguments: dict[str, str], following: str | None) -> dict[str, str]:
    """The ``Link`` header to the next page, with the same filters."""
    if following is None:
        return {}
    return {"Link": f'<{path}?{urlencode({**arguments, "cursor": following})}>; rel="next"'}
