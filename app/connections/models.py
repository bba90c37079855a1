"""Tables of connections: the sealed values, the mark by which processes see that they changed, and the last trials."""

from sqlalchemy import Boolean, CheckConstraint, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Document, Id, Instant, Model
from app.core.tables.resealing import SEALED


class ConnectedValue(Model):
    """One value of a variable that a connection needs, sealed; two rows while one secret takes over from another.

    ``ending``: its last four characters, where it is long enough to have some to show; ``used_at``: when a delivery
    was last verified with it.
    """

    __tablename__ = "connected_value"
    __table_args__ = (Index("ix_connected_value_variable", "variable"),)

    id: Mapped[Id]
    variable: Mapped[str]
    sealed: Mapped[str] = mapped_column(info=SEALED)
    ending: Mapped[str] = mapped_column(server_default="")
    set_by: Mapped[str]
    set_at: Mapped[Instant]
    used_at: Mapped[Instant | None]


class ConnectionsMark(Model):
    """The one row that every change writes anew: who finds another mark than before reads the values again."""

    __tablename__ = "connections_mark"
    __table_args__ = (CheckConstraint("id = 1", name="one"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    mark: Mapped[str]


class ConnectionTrial(Model):
    """What came of the last trial of a connection: a code and the facts that its sentence names; never a secret."""

    __tablename__ = "connection_trial"

    connection: Mapped[str] = mapped_column(primary_key=True)
    tried_at: Mapped[Instant]
    tried_by: Mapped[str]
    good: Mapped[bool | None] = mapped_column(Boolean)
    code: Mapped[str | None]
    facts: Mapped[Document] = mapped_column(server_default=text("'{}'"))
