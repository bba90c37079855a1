"""What points and postcodes are there: by network and country, since when, how much of a country they cover."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.returns.points.files import countries

# Some ten kilometres: as far as people go with a parcel.
NEAR_DEGREES = 0.1
# So many postcodes of a country are looked at, spread over all of it.
SAMPLE = 300


@dataclass(frozen=True, slots=True)
class NetworkState:
    """One network in one country: points in use and retired, those without hours or an exact place, the last import.

    ``waiting`` have no coordinates and a postcode that is not known: they are not offered.
    """

    network: str
    country: str
    active: int
    retired: int
    own: int
    without_hours: int
    approximate: int
    waiting: int
    imported_at: datetime


@dataclass(frozen=True, slots=True)
class PostcodeState:
    """A country's postcodes: how many are there, and whether the portal brings a list of them."""

    country: str
    postcodes: int
    bundled: bool


_NETWORKS = text(
    """
    select network, country, count(*) filter (where active) as active, count(*) filter (where not active) as retired,
        count(*) filter (where active and made_by is not null) as own,
        count(*) filter (where active and opening_hours is null) as without_hours,
        count(*) filter (where active and approximate) as approximate,
        count(*) filter (where active and latitude is null) as waiting, max(imported_at) as imported_at
    from drop_off_point group by network, country order by network, active desc, country
    """
)
_POSTCODES = text("select country, count(distinct postcode) from postal_place group by country")
# By a hash of the postcode, so that the same ones are looked at each time.
_COVERED = text(
    """
    with places as (
        select latitude, longitude from postal_place where country = :country
        order by md5(postcode || place) limit :sample)
    select count(*), count(*) filter (where exists (
        select from drop_off_point point where active and network = :network
        and point.location <@ circle(point(places.longitude, places.latitude), :near)))
    from places
    """
)


def networks(session: Session) -> Sequence[NetworkState]:
    """Every network, country by country."""
    return [NetworkState(*row) for row in session.execute(_NETWORKS)]


def postcodes(session: Session) -> Sequence[PostcodeState]:
    """Countries whose postcodes are there, and those whose postcodes come with the portal."""
    counts: dict[str, int] = {country: count for country, count in session.execute(_POSTCODES)}
    ours = set(countries())
    return [PostcodeState(country, counts.get(country, 0), country in ours) for country in sorted({*counts, *ours})]


def coverage(session: Session, network: str, country: str) -> float | None:
    """The share of a country's postcodes with a point of the network within some ten kilometres; None without any."""
    facts = {"network": network, "country": country, "sample": SAMPLE, "near": NEAR_DEGREES}
    looked_at, covered = session.execute(_COVERED, facts).one()
    return covered / looked_at if looked_at else None
