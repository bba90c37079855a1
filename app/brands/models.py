"""Tables of brands: the shop fronts of this installation, their former keys, pictures and versions of settings."""

from typing import Any

from sqlalchemy import Boolean, CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Document, Id, Instant, Model


class Brand(Model):
    """One shop front: how it calls itself, where it is, how it speaks. The default one is ``demo`` until it is renamed.

    ``links_only``: looking an order up opens nothing by itself, a right pair only has a link sent to who is on file.
    ``facts`` is what of its document has no column of its own; ``born_as`` its first key, once it was renamed.
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
    facts: Mapped[Document] = mapped_column(server_default=text("'{}'"))
    host: Mapped[str | None] = mapped_column(unique=True)
    born_as: Mapped[str | None]
    retired_at: Mapped[Instant | None]


class BrandAlias(Model):
    """A key that a brand had before; documents and commands may go on naming it."""

    __tablename__ = "brand_alias"

    alias: Mapped[str] = mapped_column(primary_key=True)
    brand_key: Mapped[str] = mapped_column(ForeignKey("brand.key", onupdate="CASCADE"))


class BrandFile(Model):
    """A picture of a brand as we made it from what was sent; ``name`` is its address, and its bytes never change.

    It stays when another takes its place: an earlier version of the brand may be brought back. What no version ever
    named goes after a week (``files/unsaved``).
    """

    __tablename__ = "brand_file"
    __table_args__ = (UniqueConstraint("brand_key", "use", "digest"),)

    name: Mapped[str] = mapped_column(primary_key=True)
    brand_key: Mapped[str] = mapped_column(ForeignKey("brand.key", onupdate="CASCADE"))
    use: Mapped[str]
    media_type: Mapped[str]
    content: Mapped[bytes] = mapped_column(deferred=True)
    width: Mapped[int]
    height: Mapped[int]
    digest: Mapped[bytes]
    made_by: Mapped[str]
    made_at: Mapped[Instant]


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
    brand_key: Mapped[str] = mapped_column(ForeignKey("brand.key", onupdate="CASCADE"))
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
