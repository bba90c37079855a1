"""Points that nobody says where they lie: put in the middle of their postcode, or of their town where it is small."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import bindparam, text
from sqlalchemy.orm import Session
from sqlalchemy.types import ARRAY, Text


@dataclass(frozen=True, slots=True)
class Placements:
    """How many points without coordinates could be placed, and how many wait for their postcode to be imported."""

    placed: int = 0
    waiting: int = 0


# The middle of what is known of a postcode or a town, each source only where those before it know nothing. Towns of
# one name lie in several provinces, and a large one has no middle that helps: half a degree at most.
_PLACE = text("""
with lost as (
  select id, country, upper(replace(postcode, ' ', '')) as code, city_folded
  from drop_off_point
  where approximate and (cast(:networks as text[]) is null or network = any(:networks))
),
middles as (
  select lost.id, 1 as rank, avg(place.latitude) as latitude, avg(place.longitude) as longitude
  from lost join postal_place place
    on place.country = lost.country and upper(replace(place.postcode, ' ', '')) = lost.code
  where lost.code <> '' group by lost.id
  union all
  select lost.id, 2, avg(point.latitude), avg(point.longitude)
  from lost join drop_off_point point
    on point.country = lost.country and upper(replace(point.postcode, ' ', '')) = lost.code and not point.approximate
  where lost.code <> '' group by lost.id
  union all
  select lost.id, 3, avg(place.latitude), avg(place.longitude)
  from lost join postal_place place on place.country = lost.country and place.folded = lost.city_folded
  group by lost.id
  having max(place.latitude) - min(place.latitude) < 0.5 and max(place.longitude) - min(place.longitude) < 0.5
  union all
  select lost.id, 4, avg(point.latitude), avg(point.longitude)
  from lost join drop_off_point point
    on point.country = lost.country and point.city_folded = lost.city_folded and not point.approximate
  group by lost.id
  having max(point.latitude) - min(point.latitude) < 0.5 and max(point.longitude) - min(point.longitude) < 0.5
),
best as (select distinct on (id) id, latitude, longitude from middles order by id, rank)
update drop_off_point point
set latitude = best.latitude, longitude = best.longitude
from lost left join best on best.id = lost.id
where point.id = lost.id
returning best.latitude is not null
""").bindparams(bindparam("networks", type_=ARRAY(Text)))


def place_points(session: Session, networks: Collection[str] | None = None) -> Placements:
    """Place the points without coordinates of these networks, or of all, by what is known now."""
    chosen = sorted(networks) if networks is not None else None
    answers = session.scalars(_PLACE, {"networks": chosen}).all()
    return Placements(placed=sum(answers), waiting=len(answers) - sum(answers))
