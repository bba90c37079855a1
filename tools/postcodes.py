"""Writes the postcodes that come with the portal anew from GeoNames' lists: ``python -m tools.postcodes FOLDER``.

The folder holds one list a country, ``ES.txt`` as published or ``…_ES.csv.gz`` with a header.
"""

import csv
import gzip
import io
import sys
from pathlib import Path
from statistics import fmean

from app.returns.points.files import BUNDLED, places
from app.returns.points.ports import PlaceRow

# Firms' own boxes at a French sorting office: nobody looks for a shop there.
_BOXES = "CEDEX"


def main(arguments: list[str]) -> int:
    """Write a file for each list of the folder, and say how large they are."""
    if not arguments:
        sys.stderr.write(f"{__doc__}\n")
        return 1
    total = 0
    for path in sorted(Path(arguments[0]).iterdir()):
        country = path.name.partition(".")[0][-2:]
        rows = [row for row in places(path) if isinstance(row, PlaceRow) and _BOXES not in row.postcode]
        target = BUNDLED / f"{country}.csv.gz"
        target.write_bytes(packed(rows))
        total += target.stat().st_size
        print(f"{target.name}: {target.stat().st_size:,} bytes")
    print(f"{total:,} bytes in all")
    return 0


def packed(rows: list[PlaceRow]) -> bytes:
    """The rows, sorted, each place once, with degrees to some ten metres; the same rows always give the same bytes."""
    places_of: dict[tuple[str, str, str], list[PlaceRow]] = {}
    for row in rows:
        places_of.setdefault((row.postcode, row.place, row.region or ""), []).append(row)
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    for key, same in sorted(places_of.items()):
        middle = (fmean(row.latitude for row in same), fmean(row.longitude for row in same))
        writer.writerow((*key, *(round(degrees, 4) for degrees in middle)))
    return gzip.compress(text.getvalue().encode(), 9, mtime=0)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
