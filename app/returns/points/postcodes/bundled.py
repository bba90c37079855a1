"""The postcodes that come with the portal: which countries, and their rows in the form of every import."""

import csv
import gzip
from collections.abc import Iterator
from pathlib import Path

from app.returns.points.ports import PlaceRow

HERE = Path(__file__).parent
COLUMNS = ("postcode", "place", "region", "latitude", "longitude")


def countries() -> list[str]:
    """The countries whose postcodes are here, by their two letters."""
    return sorted(path.name.partition(".")[0] for path in HERE.glob("*.csv.gz"))


def bundled(country: str) -> Iterator[PlaceRow]:
    """The postcodes of one of ``countries()``."""
    with gzip.open(HERE / f"{country}.csv.gz", "rt", encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream, COLUMNS):
            latitude, longitude = float(row["latitude"]), float(row["longitude"])
            yield PlaceRow(country, row["postcode"], row["place"], row["region"] or None, latitude, longitude)
