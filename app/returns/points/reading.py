"""Files of points and postcodes, read line by line: good rows as facts, bad ones as refusals with line and reason."""

import csv
import gzip
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TextIO

from app.core.errors import Fault, Invalid
from app.returns.points.ports import PlaceRow, PointRow, Refusal
from app.returns.points.shapes import OWN_COLUMNS, Row, Shape, recognised

_GEONAMES = ("country", "postal_code", "place", "admin1", "admin1_code", "admin2", "admin2_code")
_GEONAMES_RAW = (*_GEONAMES, "admin3", "admin3_code", "lat", "lon", "accuracy")


def points(path: Path) -> Iterator[PointRow | Refusal]:
    """Read a list of points, CSV or GeoJSON. Raises Invalid when it is of no known shape."""
    if path.suffix.lower() in {".geojson", ".json"}:
        return _features(path)
    return _lines(path)


def places(path: Path) -> Iterator[PlaceRow | Refusal]:
    """Read postcodes in GeoNames' format, plain or gzipped: tab-separated as published, or CSV with a header."""
    with _opened(path) as stream:
        tabs = "\t" in stream.readline()
        stream.seek(0)
        if tabs:
            reader = csv.DictReader(stream, _GEONAMES_RAW, delimiter="\t", quoting=csv.QUOTE_NONE)
        else:
            reader = csv.DictReader(stream)
        for row in reader:
            yield _place(row, reader.line_num)


def _lines(path: Path) -> Iterator[PointRow | Refusal]:
    with _opened(path) as stream:
        header = stream.readline()
        stream.seek(0)
        reader = csv.DictReader(stream, delimiter=max(";,\t", key=header.count))
        shape = _shape(frozenset(reader.fieldnames or ()))
        for row in reader:
            yield _read(shape, row, reader.line_num)


def _features(path: Path) -> Iterator[PointRow | Refusal]:
    with _opened(path) as stream:
        try:
            features = json.load(stream)["features"]
        except (ValueError, KeyError, TypeError) as error:
            raise Invalid([Fault("file", f"this is not GeoJSON: {error}")]) from error
    rows = [_flat(feature) for feature in features]
    shape = _shape(frozenset(rows[0]) if rows else frozenset(OWN_COLUMNS))
    for number, row in enumerate(rows, 1):
        yield _read(shape, row, number)


def _flat(feature: dict[str, Any]) -> dict[str, Any]:
    """A feature's properties with its coordinates beside them; a missing point leaves them empty."""
    longitude, latitude = (((feature.get("geometry") or {}).get("coordinates")) or [None, None])[:2]
    return {**(feature.get("properties") or {}), "latitude": latitude, "longitude": longitude}


def _shape(columns: frozenset[str]) -> Shape:
    shape = recognised(columns)
    if shape is None:
        missing = ", ".join(sorted(set(OWN_COLUMNS) - columns))
        raise Invalid([Fault("file", f"no known list of points has these columns; of our own it lacks: {missing}")])
    return shape


def _read(shape: Shape, row: Row, line: int) -> PointRow | Refusal:
    try:
        return shape.read(row)
    except (ValueError, KeyError, TypeError) as error:
        return Refusal(line, str(error) if isinstance(error, ValueError) else f"{error} is missing or malformed")


def _place(row: dict[str, str], line: int) -> PlaceRow | Refusal:
    try:
        return PlaceRow(
            country=row["country"].upper(),
            postcode=row["postal_code"].upper().replace(" ", ""),
            place=row["place"],
            region=row["admin1"] or None,
            latitude=float(row["lat"]),
            longitude=float(row["lon"]),
        )
    except (KeyError, ValueError, TypeError, AttributeError) as error:
        return Refusal(line, f"not a line of GeoNames' postcodes: {error}")


def _opened(path: Path) -> TextIO:
    if path.suffix == ".gz":
        return gzip.open(path, "rt", encoding="utf-8-sig", newline="")
    return path.open(encoding="utf-8-sig", newline="")
