"""Tables of drop-off points and of postcodes with their coordinates."""

from typing import Any

from sqlalchemy import Computed, Float, Index, LargeBinary, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import Text, UserDefinedType

from app.core.db import Document, Id, Instant, Model


class PointType(UserDefinedType[Any]):
    """PostgreSQL's own ``point``, as (longitude, latitude) in degrees; the database fills it in."""

    cache_ok = True

    def get_col_spec(self, **_: Any) -> str:
        """The column's type in SQL."""
        return "point"


class DropOffPoint(Model):
    """A place where a parcel can be handed over; ``opening_hours`` in the OpenStreetMap notation, or as written.

    ``approximate``: nobody says where it lies; it stands in the middle of its postcode, or nowhere while that is not
    known either. ``made_by``: it was typed here, by whom, and no list takes it out of use.
    """

    __tablename__ = "drop_off_point"
    __table_args__ = (
        UniqueConstraint("network", "external_id"),
        # GiST is the index that can sort by distance; retired points would only be read in vain.
        Index("ix_drop_off_point_location", "location", postgresql_using="gist", postgresql_where=text("active")),
        # These two find the middle of a postcode or a town where no list of postcodes was imported.
        Index("ix_drop_off_point_postcode", "country", "postcode"),
        Index("ix_drop_off_point_city", "country", "city_folded"),
    )

    id: Mapped[Id]
    network: Mapped[str]
    external_id: Mapped[str]
    kind: Mapped[str]
    name: Mapped[str]
    line1: Mapped[str]
    postcode: Mapped[str]
    city: Mapped[str]
    city_folded: Mapped[str]
    country: Mapped[str]
    latitude: Mapped[float | None] = mapped_column(Float(53))
    longitude: Mapped[float | None] = mapped_column(Float(53))
    approximate: Mapped[bool] = mapped_column(server_default=text("false"))
    # PostgreSQL's own type: no extension has to be installed where the shop runs its database.
    location: Mapped[Any] = mapped_column(
        PointType, Computed("point(longitude, latitude)", persisted=True), nullable=True
    )
    time_zone: Mapped[str]
    opening_hours: Mapped[str | None]
    accepts: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default=text("'{}'"))
    active: Mapped[bool] = mapped_column(server_default=text("true"))
    imported_at: Mapped[Instant]
    made_by: Mapped[str | None]


class PointImport(Model):
    """A file of points that was sent on a page: first checked, then, if somebody wants that, brought in.

    ``content`` is the file until it is done; ``lines`` is how far reading has come, ``outcome`` what came of it.
    """

    __tablename__ = "point_import"

    id: Mapped[Id]
    name: Mapped[str]
    content: Mapped[bytes | None] = mapped_column(LargeBinary)
    whole: Mapped[bool] = mapped_column(server_default=text("false"))
    made_by: Mapped[str]
    made_at: Mapped[Instant]
    checked_at: Mapped[Instant | None]
    wanted_at: Mapped[Instant | None]
    done_at: Mapped[Instant | None]
    lines: Mapped[int] = mapped_column(server_default="0")
    outcome: Mapped[Document] = mapped_column(server_default=text("'{}'"))


class PostalPlace(Model):
    """A postcode and a place that has it; ``folded`` is the name as searches compare it."""

    __tablename__ = "postal_place"
    __table_args__ = (Index("ix_postal_place_folded", "country", "folded"),)

    country: Mapped[str] = mapped_column(primary_key=True)
    postcode: Mapped[str] = mapped_column(primary_key=True)
    place: Mapped[str] = mapped_column(primary_key=True)
    folded: Mapped[str]
    region: Mapped[str | None]
    latitude: Mapped[float] = mapped_column(Float(53))
    longitude: Mapped[float] = mapped_column(Float(53))
