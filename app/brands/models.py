"""Tables of brands: the shop fronts of this installation, and the versions of their settings."""

from typing import Any

from sqlalchemy import Boolean, CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Document, Id, Instant, Model


class Brand(Model):
    """One shop front: how it calls itself, where it is, how it speaks. ``demo`` is the default one.

    ``links_only``: looking an order up opens nothing by itself, a right pair only has a link sent to who is on file.
    """

    __tablename__ = "brand"

    key: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    locale: Mapped[str] = mapped_column(server_default="es")
    time_zone: Mapped[str] = mapped_column(server_default="Europe/Madrid")
    help_email: Mapped[str | None]
    help_phone: Mapped[str | None]
    help_url: Mapped[str | None]
    sms_name: Mapped[str] = mapped_column(server_default="")
    postal_address: Mapped[str] = mapped_column(server_default="")
    return_address: Mapped[Document] = mapped_column(server_default=text("'{}'"))
    # As the room of returns writes it, which alone knows what the names mean.
    policy: Mapped[Document] = mapped_column(server_default=text("'{}'"))
    reasons: Mapped[Document] = mapped_column(server_default=text("'{}'"))
    is_default: Mapped[bool] = mapped_column(Boolean, server_default=text("false"))
    links_only: Mapped[bool] = mapped_column(Boolean, server_default=text("false"))


class SettingVersion(Model):
    """One version of one setting of a brand; ``document`` is None where the usual is in force again.

    ``kind`` is declared by the room that knows what it means, ``name`` tells several of a kind apart (a text, a list).
    ``restores``: the number of the version that this one brings back.
    """

    __tablename__ = "setting_version"
    __table_args__ = (
        UniqueConstraint("brand_key", "kind", "name", "number"),
        CheckConstraint("state in ('proposed', 'live', 'replaced', 'withdrawn')", name="state"),
        *(
            Index(
                f"uq_setting_version_{state}",
                *("brand_key", "kind", "name"),
                unique=True,
                postgresql_where=text(f"state = '{state}'"),
            )
            for state in ("live", "proposed")
        ),
    )

    id: Mapped[Id]
    brand_key: Mapped[str] = mapped_column(ForeignKey("brand.key"))
    kind: Mapped[str]
    name: Mapped[str] = mapped_column(server_default="")
    number: Mapped[int]
    document: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    state: Mapped[str]
    made_by: Mapped[str]
    made_at: Mapped[Instant]
    decided_by: Mapped[str | None]
    decided_at: Mapped[Instant | None]
    note: Mapped[str] = mapped_column(server_default="")
    restores: Mapped[int | None]
