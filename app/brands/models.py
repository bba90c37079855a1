"""Table of brands: the shop fronts of this installation."""

from sqlalchemy import Boolean, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Document, Model


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
    is_default: Mapped[bool] = mapped_column(Boolean, server_default=text("false"))
    links_only: Mapped[bool] = mapped_column(Boolean, server_default=text("false"))
