"""The table of the training: how far each member is with each exercise."""

from sqlalchemy import BigInteger, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Instant, Model


class TrainingTurn(Model):
    """One member's turn at one exercise: since when, on which order of the demo, and when an answer was right.

    What is done by a deed has no ``done_at``: the deed itself tells.
    """

    __tablename__ = "training_turn"

    staff_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("staff_user.id", ondelete="CASCADE"), primary_key=True)
    exercise: Mapped[str] = mapped_column(primary_key=True)
    order_number: Mapped[str | None]
    begun_at: Mapped[Instant]
    done_at: Mapped[Instant | None]
