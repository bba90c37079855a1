"""Table of the carriers' room: tests of a carrier, asked for by a person, for a day."""

from sqlalchemy import text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Document, Id, Instant, Model


class CarrierTrial(Model):
    """A number about which a carrier is asked once; ``outcome`` holds who was asked, what it said, and what we read."""

    __tablename__ = "carrier_trial"

    id: Mapped[Id]
    carrier: Mapped[str]
    number: Mapped[str]
    made_by: Mapped[str]
    made_at: Mapped[Instant]
    done_at: Mapped[Instant | None]
    outcome: Mapped[Document] = mapped_column(server_default=text("'{}'"))
