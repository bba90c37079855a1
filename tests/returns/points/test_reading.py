"""Lists of points: which are known, how their rows read, and which rows are refused and why."""

import gzip
import json
from pathlib import Path

import pytest

from app.core.errors import Invalid
from app.returns.points.files import places, points
from app.returns.points.ports import Accepts, PlaceRow, PointKind, PointRow, Refusal

HEADER = "network,id,kind,name,line1,postcode,city,country,latitude,longitude,opening_hours,accepts\n"
GOOD = "own,1,store,Tienda Goya,Calle de Goya 5,28001,Madrid,ES,40.4249,-3.6840,Mo-Sa 10:00-21:00,label unpacked\n"


def written(folder: Path, text: str, name: str = "points.csv") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_our_own_list_is_read(tmp_path: Path) -> None:
    assert list(points(written(tmp_path, HEADER + GOOD))) == [
        PointRow(
            network="own",
            external_id="1",
            kind=PointKind.STORE,
            name="Tienda Goya",
            line1="Calle de Goya 5",
            postcode="28001",
            city="Madrid",
            country="ES",
            latitude=40.4249,
            longitude=-3.684,
            opening_hours="Mo-Sa 10:00-21:00",
            accepts=frozenset({Accepts.LABEL, Accepts.UNPACKED}),
        )
    ]


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("40.4249", "", "latitude is empty"),
        ("40.4249", "north", "latitude is not a number: north"),
        ("-3.6840", "-203", "longitude is not between -180 and 180: -203"),
        ("40.4249", "nan", "latitude is not between -90 and 90: nan"),
        ("Tienda Goya", " ", "name is empty"),
        (",ES,", ",Spain,", "the country is not a two-letter code: Spain"),
        ("store", "castle", "kind is none of locker, shop, post_office, store: castle"),
        ("label unpacked", "dogs", "accepts is none of label, code, unpacked: dogs"),
        ("Mo-Sa 10:00-21:00", "ten to nine", "opening hours are not in the OpenStreetMap notation: 'ten to nine'"),
    ],
)
def test_a_bad_row_is_refused_with_its_line_and_reason(tmp_path: Path, old: str, new: str, reason: str) -> None:
    rows = list(points(written(tmp_path, HEADER + GOOD + GOOD.replace(old, new))))
    assert isinstance(rows[0], PointRow)
    assert rows[1] == Refusal(3, reason)


def test_commas_as_decimals_semicolons_and_a_byte_order_mark_are_understood(tmp_path: Path) -> None:
    text = (HEADER + GOOD).replace(",", ";").replace("40.4249", "40,4249")
    (row,) = points(written(tmp_path, "\ufeff" + text))
    assert isinstance(row, PointRow)
    assert row.latitude == 40.4249


def test_our_own_geojson_is_read(tmp_path: Path) -> None:
    facts = {
        "network": "own",
        "id": "1",
        "name": "Goya",
        "line1": "Goya 5",
        "postcode": "28001",
        "city": "Madrid",
        "country": "es",
    }
    features = [
        {"type": "Feature", "geometry": {"type": "Point", "coordinates": [-3.684, 40.4249]}, "properties": facts},
        {"type": "Feature", "geometry": None, "properties": facts},
    ]
    text = json.dumps({"type": "FeatureCollection", "features": features})
    good, bad = points(written(tmp_path, text, "points.geojson"))
    assert isinstance(good, PointRow)
    assert (good.latitude, good.longitude, good.country, good.kind) == (40.4249, -3.684, "ES", PointKind.SHOP)
    assert bad == Refusal(2, "latitude is empty")


@pytest.mark.parametrize(
    ("name", "text"), [("a.csv", "a,b\n1,2\n"), ("a.geojson", "{"), ("a.json", "[]"), ("a.csv", "")]
)
def test_an_unknown_list_is_refused_as_a_whole(tmp_path: Path, name: str, text: str) -> None:
    with pytest.raises(Invalid):
        list(points(written(tmp_path, text, name)))


def test_postcodes_are_read_as_published_and_with_a_header(tmp_path: Path) -> None:
    raw = "NL\t1011 AB\tAmsterdam\tNoord-Holland\t07\tAmsterdam\t0363\t\t\t52.371\t4.9042\t6\n"
    headed = (
        "country,postal_code,place,admin1,admin1_code,admin2,admin2_code,admin3,admin3_code,lat,lon,accuracy\n"
        "NL,1011 AB,Amsterdam,Noord-Holland,07,Amsterdam,0363,,,52.371,4.9042,6\n"
        "NL,1012,Amsterdam,,,,,,,,4.9,6\n"
    )
    expected = PlaceRow("NL", "1011AB", "Amsterdam", "Noord-Holland", 52.371, 4.9042)
    assert list(places(written(tmp_path, raw, "NL.txt"))) == [expected]
    packed = tmp_path / "NL.csv.gz"
    packed.write_bytes(gzip.compress(headed.encode()))
    good, bad = places(packed)
    assert good == expected
    assert isinstance(bad, Refusal)
    assert bad.line == 3


def test_the_french_list_is_read_but_for_thirteen_without_coordinates(real: Path) -> None:
    rows = list(points(real / "points" / "laposte_poincont2_2020-12.csv"))
    refused = [row for row in rows if isinstance(row, Refusal)]
    assert len(rows) == 17_716
    assert len(refused) == 13
    assert {row.reason for row in refused} == {"Latitude is empty"}
    first = rows[0]
    assert isinstance(first, PointRow)
    assert (first.network, first.external_id, first.city, first.country) == ("la_poste", "01140A", "LA SOUCHE", "FR")


def test_the_dutch_list_is_read_whole(real: Path) -> None:
    rows = [row for row in points(real / "points" / "dpd_nl_2025-11.geojson") if isinstance(row, PointRow)]
    assert len(rows) == 2_005
    assert sum(row.kind is PointKind.LOCKER for row in rows) == 480
    assert sum(not row.accepts for row in rows) == 1
    assert {row.country for row in rows} == {"NL"}
