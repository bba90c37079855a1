"""Files of points and postcodes, read line by line: good lines as facts, others as refusals with every fault."""

import csv
import gzip
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TextIO

from app.core.errors import Fault, Invalid
from app.returns.points.cells import Cells, Row
from app.returns.points.coordinates import Axis, degrees
from app.returns.points.hours import from_days
from app.returns.points.ports import Accepts, ColumnFault, PlaceRow, PointKind, PointRow, Refusal

OWN_COLUMNS = ("network", "id", "name", "line1", "postcode", "city", "country", "latitude", "longitude")
# What the publishers call their kinds; a word that is none of these is the usual kind of that list.
_LA_POSTE_KINDS = {"Relais poste commerçant": PointKind.SHOP}
_DPD_KINDS = {"dpd_box": PointKind.LOCKER}


@dataclass(frozen=True, slots=True)
class Shape:
    """One kind of list: the columns by which it is known, and how one of its lines reads.

    ``read`` notes what is wrong in the cells that it is handed; for GeoJSON these are the feature's properties with
    ``latitude`` and ``longitude`` beside them.
    """

    name: str
    columns: frozenset[str]
    read: Callable[[Cells], PointRow]


def recognised(columns: frozenset[str]) -> Shape | None:
    """The shape whose columns are all there, or None."""
    return next((shape for shape in SHAPES if shape.columns <= columns), None)


def _la_poste(cells: Cells) -> PointRow:
    latitude, longitude = cells.coordinates("Latitude", "Longitude")
    return PointRow(
        network="la_poste",
        external_id=cells.needed("#Identifiant_du_site"),
        kind=_LA_POSTE_KINDS.get(cells.text("Caractéristique_du_site"), PointKind.POST_OFFICE),
        name=cells.needed("Libellé_du_site"),
        line1=" · ".join(part for part in (cells.text("Adresse"), cells.text("Complément_d_adresse")) if part),
        postcode=cells.postcode("Code_postal", "FR"),
        city=cells.needed("Localité"),
        country="FR",
        latitude=latitude,
        longitude=longitude,
    )


def _dpd(cells: Cells) -> PointRow:
    latitude, longitude = cells.coordinates("latitude", "longitude")
    external_id = cells.needed("id")
    country = cells.country(external_id[:2], "id")
    return PointRow(
        network="dpd",
        external_id=external_id,
        kind=_DPD_KINDS.get(cells.text("pickup_network_type"), PointKind.SHOP),
        name=cells.needed("company"),
        line1=f"{cells.text('street')} {cells.text('house_number')}".strip(),
        postcode=cells.postcode("postcode", country),
        city=cells.needed("city"),
        country=country,
        latitude=latitude,
        longitude=longitude,
        opening_hours=_dpd_hours(cells),
        accepts=frozenset({Accepts.LABEL}) if cells.row.get("return_allowed") else frozenset(),
    )


def _dpd_hours(cells: Cells) -> str | None:
    try:
        return from_days({int(day["day"]): [tuple(day["am"]), tuple(day["pm"])] for day in cells.row["hours"]})
    except (ValueError, KeyError, TypeError) as error:
        cells.fault("hours", f"is no list of days with their hours: {error}")
        return None


def _own(cells: Cells) -> PointRow:
    latitude, longitude = cells.coordinates("latitude", "longitude")
    country = cells.country(cells.needed("country"), "country")
    accepts = (cells.text("accepts") or "label").split()
    return PointRow(
        network=cells.network("network"),
        external_id=cells.needed("id"),
        kind=cells.choice(PointKind, cells.text("kind") or PointKind.SHOP, "kind"),
        name=cells.needed("name"),
        line1=cells.needed("line1"),
        postcode=cells.postcode("postcode", country),
        city=cells.needed("city"),
        country=country,
        latitude=latitude,
        longitude=longitude,
        opening_hours=cells.hours("opening_hours"),
        accepts=frozenset(cells.choice(Accepts, word, "accepts") for word in accepts),
        time_zone=cells.time_zone("time_zone"),
    )


SHAPES = (
    Shape("La Poste CSV", frozenset({"#Identifiant_du_site", "Libellé_du_site", "Latitude", "Longitude"}), _la_poste),
    Shape("DPD GeoJSON", frozenset({"id", "company", "pickup_network_type", "hours", "return_allowed"}), _dpd),
    Shape("the portal's own list", frozenset(OWN_COLUMNS), _own),
)

_GEONAMES = ("country", "postal_code", "place", "admin1", "admin1_code", "admin2", "admin2_code")
_GEONAMES_RAW = (*_GEONAMES, "admin3", "admin3_code", "lat", "lon", "accuracy")

# Where people tell towns of one name apart by their province, which GeoNames has on its second level.
_BY_PROVINCE = frozenset({"ES", "FR", "IT"})
# Where GeoNames lists a postcode's neighbourhoods; people look for the town that they are in.
_BY_TOWN = frozenset({"MX"})
# States that people call by another name than GeoNames does: the formal one, the former one, or the country's.
_AS_SPOKEN = {
    ("MX", "Distrito Federal"): "Ciudad de México",
    ("MX", "México"): "Estado de México",
    ("MX", "Veracruz de Ignacio de la Llave"): "Veracruz",
    ("MX", "Michoacán de Ocampo"): "Michoacán",
    ("MX", "Coahuila de Zaragoza"): "Coahuila",
}


BUNDLED = Path(__file__).parent / "postcodes"
_BUNDLED_COLUMNS = ("postcode", "place", "region", "latitude", "longitude")


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


def own_point(row: Row) -> PointRow | Refusal:
    """One point in the columns of the portal's own list, as a form or a document has it."""
    return _read(SHAPES[-1], row, 1)


def countries() -> list[str]:
    """The countries whose postcodes come with the portal (GeoNames, CC BY 4.0), by their two letters."""
    return sorted(path.name.partition(".")[0] for path in BUNDLED.glob("*.csv.gz"))


def bundled(country: str) -> Iterator[PlaceRow]:
    """The postcodes of one of ``countries()``, as tools/postcodes.py wrote them."""
    with _opened(BUNDLED / f"{country}.csv.gz") as stream:
        for row in csv.DictReader(stream, _BUNDLED_COLUMNS):
            latitude, longitude = float(row["latitude"]), float(row["longitude"])
            yield PlaceRow(country, row["postcode"], row["place"], row["region"] or None, latitude, longitude)


def _lines(path: Path) -> Iterator[PointRow | Refusal]:
    with _opened(path) as stream:
        header = stream.readline()
        # Some spreadsheets write their separator above the columns.
        separator = header.strip()[4:] if header.lower().startswith("sep=") else ""
        if not separator:
            stream.seek(0)
        reader = csv.DictReader(stream, delimiter=separator or max(";,\t", key=header.count))
        shape = _shape(frozenset(name.strip() for name in reader.fieldnames or ()))
        reader.fieldnames = [name.strip() for name in reader.fieldnames or ()]
        try:
            for row in reader:
                yield _read(shape, row, reader.line_num + bool(separator))
        except csv.Error as error:
            raise Invalid([Fault(f"line {reader.line_num}", f"this is not CSV: {error}")]) from error


def _features(path: Path) -> Iterator[PointRow | Refusal]:
    with _opened(path) as stream:
        try:
            features = json.load(stream)["features"]
            rows = [_flat(feature) for feature in features]
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise Invalid([Fault("file", f"this is not GeoJSON: {error}")]) from error
    shape = _shape(frozenset(rows[0]) if rows else frozenset(OWN_COLUMNS))
    for number, row in enumerate(rows, 1):
        yield _read(shape, row, number)


def _flat(feature: dict[str, Any]) -> dict[str, Any]:
    """A feature's properties with its coordinates beside them; a missing point leaves them empty."""
    coordinates = (feature.get("geometry") or {}).get("coordinates") or [None, None]
    longitude, latitude = (*coordinates, None, None)[:2]
    return {**(feature.get("properties") or {}), "latitude": latitude, "longitude": longitude}


def _shape(columns: frozenset[str]) -> Shape:
    shape = recognised(columns)
    if shape is None:
        missing = ", ".join(sorted(set(OWN_COLUMNS) - columns))
        raise Invalid([Fault("file", f"no known list of points has these columns; of our own it lacks: {missing}")])
    return shape


def _read(shape: Shape, row: Row, line: int) -> PointRow | Refusal:
    """A point, or all that is wrong with it: one bad line is left out, the other thousands are still good."""
    cells = Cells(row, line)
    point = shape.read(cells)
    return cells.refusal() or replace(point, line=line)


def _place(row: dict[str, str], line: int) -> PlaceRow | Refusal:
    try:
        country = row["country"].upper()
        region = (row["admin2"] if country in _BY_PROVINCE else "") or row["admin1"] or None
        return PlaceRow(
            country=country,
            postcode=row["postal_code"].upper().replace(" ", ""),
            place=(row.get("admin3") or row["admin2"]) if country in _BY_TOWN else row["place"],
            region=_AS_SPOKEN.get((country, region or ""), region),
            latitude=degrees(row["lat"], Axis.LATITUDE),
            longitude=degrees(row["lon"], Axis.LONGITUDE),
        )
    except (KeyError, ValueError, TypeError, AttributeError) as error:
        return Refusal((ColumnFault(line, "", f"not a line of GeoNames' postcodes: {error}"),))


def _opened(path: Path) -> TextIO:
    if path.suffix == ".gz":
        # Spreadsheets put a byte-order mark before the first column's name, which would then not be known.
        return gzip.open(path, "rt", encoding="utf-8-sig", newline="")
    return path.open(encoding="utf-8-sig", newline="")
