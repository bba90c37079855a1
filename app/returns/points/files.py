"""Files of points and postcodes, read line by line: good rows as facts, bad ones as refusals with line and reason."""

import csv
import gzip
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, TextIO, TypeVar

from app.core.errors import Fault, Invalid
from app.returns.points.hours import from_days, normal
from app.returns.points.ports import Accepts, PlaceRow, PointKind, PointRow, Refusal

Row = Mapping[str, Any]
Word = TypeVar("Word", bound=StrEnum)

OWN_COLUMNS = ("network", "id", "name", "line1", "postcode", "city", "country", "latitude", "longitude")
# What the publishers call their kinds; a word that is none of these is the usual kind of that list.
_LA_POSTE_KINDS = {"Relais poste commerçant": PointKind.SHOP}
_DPD_KINDS = {"dpd_box": PointKind.LOCKER}


@dataclass(frozen=True, slots=True)
class Shape:
    """One kind of list: the columns by which it is known, and how one of its rows reads.

    ``read`` raises ValueError with a reason for a person; for GeoJSON the row holds the feature's properties
    with ``latitude`` and ``longitude`` beside them.
    """

    name: str
    columns: frozenset[str]
    read: Callable[[Row], PointRow]


def recognised(columns: frozenset[str]) -> Shape | None:
    """The shape whose columns are all there, or None."""
    return next((shape for shape in SHAPES if shape.columns <= columns), None)


def _la_poste(row: Row) -> PointRow:
    return PointRow(
        network="la_poste",
        external_id=_needed(row, "#Identifiant_du_site"),
        kind=_LA_POSTE_KINDS.get(_text(row, "Caractéristique_du_site"), PointKind.POST_OFFICE),
        name=_needed(row, "Libellé_du_site"),
        line1=" · ".join(part for part in (_text(row, "Adresse"), _text(row, "Complément_d_adresse")) if part),
        postcode=_needed(row, "Code_postal"),
        city=_needed(row, "Localité"),
        country="FR",
        latitude=_degrees(row, "Latitude", 90),
        longitude=_degrees(row, "Longitude", 180),
    )


def _dpd(row: Row) -> PointRow:
    days = {int(day["day"]): [tuple(day["am"]), tuple(day["pm"])] for day in row["hours"]}
    external_id = _needed(row, "id")
    return PointRow(
        network="dpd",
        external_id=external_id,
        kind=_DPD_KINDS.get(_text(row, "pickup_network_type"), PointKind.SHOP),
        name=_needed(row, "company"),
        line1=f"{_text(row, 'street')} {_text(row, 'house_number')}".strip(),
        postcode=_needed(row, "postcode"),
        city=_needed(row, "city"),
        country=_country(external_id[:2]),
        latitude=_degrees(row, "latitude", 90),
        longitude=_degrees(row, "longitude", 180),
        opening_hours=from_days(days),
        accepts=frozenset({Accepts.LABEL}) if row["return_allowed"] else frozenset(),
    )


def _own(row: Row) -> PointRow:
    hours = _text(row, "opening_hours")
    return PointRow(
        network=_needed(row, "network"),
        external_id=_needed(row, "id"),
        kind=_choice(PointKind, _text(row, "kind") or PointKind.SHOP, "kind"),
        name=_needed(row, "name"),
        line1=_needed(row, "line1"),
        postcode=_needed(row, "postcode"),
        city=_needed(row, "city"),
        country=_country(_needed(row, "country")),
        latitude=_degrees(row, "latitude", 90),
        longitude=_degrees(row, "longitude", 180),
        opening_hours=normal(hours) if hours else None,
        accepts=frozenset(_choice(Accepts, word, "accepts") for word in (_text(row, "accepts") or "label").split()),
        time_zone=_text(row, "time_zone") or None,
    )


SHAPES = (
    Shape("La Poste CSV", frozenset({"#Identifiant_du_site", "Libellé_du_site", "Latitude", "Longitude"}), _la_poste),
    Shape("DPD GeoJSON", frozenset({"id", "company", "pickup_network_type", "hours", "return_allowed"}), _dpd),
    Shape("the portal's own list", frozenset(OWN_COLUMNS), _own),
)


def _text(row: Row, column: str) -> str:
    value = row.get(column)
    # PostgreSQL takes no NUL in a text.
    return " ".join(str(value).replace("\0", " ").split()) if value is not None else ""


def _needed(row: Row, column: str) -> str:
    text = _text(row, column)
    if not text:
        raise ValueError(f"{column} is empty")
    return text


def _degrees(row: Row, column: str, limit: int) -> float:
    # Spreadsheets of half of Europe write a decimal comma.
    text = _needed(row, column).replace(",", ".")
    try:
        value = float(text)
    except ValueError:
        raise ValueError(f"{column} is not a number: {text}") from None
    if not -limit <= value <= limit:
        raise ValueError(f"{column} is not between -{limit} and {limit}: {text}")
    return value


def _country(text: str) -> str:
    code = text.upper()
    if len(code) != 2 or not (code.isascii() and code.isalpha()):
        raise ValueError(f"the country is not a two-letter code: {text}")
    return code


def _choice(words: type[Word], text: str, column: str) -> Word:
    try:
        return words(text)
    except ValueError:
        raise ValueError(f"{column} is none of {', '.join(words)}: {text}") from None


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
            # GeoNames quotes nothing: a name may hold a lone quotation mark.
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
    # One bad line is named and left out: the other thousands are still good.
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
        # Spreadsheets put a byte-order mark before the first column's name, which would then not be known.
        return gzip.open(path, "rt", encoding="utf-8-sig", newline="")
    return path.open(encoding="utf-8-sig", newline="")
