"""Table of imports: how far each file has been read, so that an interrupted one goes on where it stopped."""

from sqlalchemy import LargeBinary, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Instant, Model


class ImportProgress(Model):
    """A file, known by the hash of its bytes, the first of its lines that is still to be read, and what came so far.

    ``counts`` holds how many orders were created, updated, unchanged and refused.
    """

    __tablename__ = "import_progress"

    file_hash: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    name: Mapped[str]
    next_line: Mapped[int]
    counts: Mapped[dict[str, int]] = mapped_column(JSONB, server_default=text("'{}'"))
    changed_at: Mapped[Instant]
