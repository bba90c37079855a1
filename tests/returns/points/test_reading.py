"""Lists of points: which are known, how their rows read, and which rows are refused and why."""

import gzip
import json
from pathlib import Path

import pytest

from app.core.errors import Invalid
from app.returns.points.coordinates import misplaced
from app.returns.points.files import places, points
from app.returns.points.hours import zone_at
from app.returns.points.place_text import network_name
from app.returns.points.ports import Accepts, ColumnFault, PlaceRow, PointKind, PointRow, Refusal

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


def refused(line: int, *faults: tuple[str, str]) -> Refusal:
    """A line with what is wrong in its columns."""
    return Refusal(tuple(ColumnFault(line, column, reason) for column, reason in faults))


@pytest.mark.parametrize(
    ("old", "new", "column", "reason"),
    [
        ("40.4249", "", "latitude", "is empty, though the other coordinate is there: write both or neither"),
        ("40.4249", "north", "latitude", "«north» is no number of degrees. Write it as 40.4168 or 40°25′N."),
        ("-3.6840", "-203.5", "longitude", "«-203.5» is not between -180 and 180. Write it as -3.7038 or 3°42′W."),
        ("Tienda Goya", " ", "name", "is empty, and every point has one"),
        ("own", "¡!", "network", "«¡!» is no name: use letters and digits"),
        (",ES,", ",Spain,", "country", "«Spain» is no country's two letters, such as ES or HK"),
        (",ES,", ",SP,", "country", "«SP» is no country's two letters, such as ES or HK"),
        ("28001", "", "postcode", "is empty, and addresses in ES have one: write it, as text with its zeros"),
        ("store", "castle", "kind", "«castle» is none of locker, shop, post_office, store"),
        ("label unpacked", "dogs", "accepts", "«dogs» is none of label, code, unpacked"),
        ("Mo-Sa 10:00-21:00", "abierto " * 150, "opening_hours", "opening hours are longer than 1000 characters"),
    ],
)
def test_a_bad_line_is_refused_with_its_column_and_cure(
    tmp_path: Path, old: str, new: str, column: str, reason: str
) -> None:
    rows = list(points(written(tmp_path, HEADER + GOOD + GOOD.replace(old, new))))
    assert isinstance(rows[0], PointRow)
    assert rows[1] == refused(3, (column, reason))


def test_every_fault_of_a_line_is_told_at_once(tmp_path: Path) -> None:
    (row,) = points(written(tmp_path, HEADER + "own,,castle,,Goya 5,,Madrid,ES,north,-999,,\n"))
    assert isinstance(row, Refusal)
    columns = ["latitude", "longitude", "id", "kind", "name", "postcode"]
    assert [fault.column for fault in row.faults] == columns


@pytest.mark.parametrize("country", ["HK", "AE", "PA", "IE", "MO", "QA", "BO", "CI", "JM", "CO"])
def test_a_point_in_a_country_that_gets_along_without_postcodes_needs_none(tmp_path: Path, country: str) -> None:
    text = f"own,1,shop,Kiosk,Road 1,,Town,{country},,,24/7,label\n"
    (row,) = points(written(tmp_path, HEADER + text))
    assert isinstance(row, PointRow)
    assert (row.postcode, row.latitude, row.longitude) == ("", None, None)


@pytest.mark.parametrize("country", ["ES", "FR", "DE", "GB", "NL", "US", "MX", "BR", "PT", "IT"])
def test_elsewhere_a_point_without_a_postcode_is_refused(tmp_path: Path, country: str) -> None:
    text = f"own,1,shop,Kiosk,Road 1,,Town,{country},,,24/7,label\n"
    (row,) = points(written(tmp_path, HEADER + text))
    assert isinstance(row, Refusal)
    assert [fault.column for fault in row.faults] == ["postcode"]


def test_what_can_mean_only_one_thing_is_mended(tmp_path: Path) -> None:
    text = " Correos-Express ,1,LOCKER,Goya,Goya 5,8001,Barcelona,es,41°23′N,2°10′E,Mo–Fr 9:00–14:00;,Label CODE\n"
    british = "correosExpress,2,,Kiosk,High St 1,N1 9GU,London,uk,51.5N,0.1W,,\n"
    first, second = points(written(tmp_path, "sep=,\n" + HEADER.replace("network", " network ") + text + british))
    assert isinstance(first, PointRow)
    assert isinstance(second, PointRow)
    assert (first.network, first.kind, first.postcode, first.country) == (
        "correos_express", PointKind.LOCKER, "08001", "ES",
    )  # fmt: skip
    assert (first.latitude, first.longitude) == (pytest.approx(41.3833, abs=1e-4), pytest.approx(2.1667, abs=1e-4))
    assert (first.opening_hours, first.accepts) == ("Mo-Fr 9:00-14:00", frozenset({Accepts.LABEL, Accepts.CODE}))
    assert (second.network, second.country, second.longitude, second.line) == ("correos_express", "GB", -0.1, 4)


def test_hours_in_other_words_are_kept_as_they_are(tmp_path: Path) -> None:
    (row,) = points(written(tmp_path, HEADER + GOOD.replace("Mo-Sa 10:00-21:00", "de lunes a sábado")))
    assert isinstance(row, PointRow)
    assert row.opening_hours == "de lunes a sábado"


def test_a_zone_that_is_none_is_refused_before_a_page_needs_it(tmp_path: Path) -> None:
    header = HEADER.replace("accepts", "accepts,time_zone")
    (row,) = points(written(tmp_path, header + GOOD.replace("\n", ",Europe/Madird\n")))
    assert isinstance(row, Refusal)
    assert [fault.column for fault in row.faults] == ["time_zone"]


@pytest.mark.parametrize(
    ("name", "spelled"),
    [
        ("La Poste", "la_poste"), ("LAPOSTE", "la_poste"), ("la-poste", "la_poste"), ("LaPoste", "la_poste"),
        ("Correos Express", "correos_express"), ("correosexpress", "correos_express"), ("SEUR", "seur"),
        ("Mi  Tienda, S.A.", "mi_tienda_s_a"), ("Almazara", "almazara"), ("Punto Pack®", "punto_pack"),
    ],
)  # fmt: skip
def test_a_network_has_one_spelling(name: str, spelled: str) -> None:
    assert network_name(name) == network_name(spelled) == spelled


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
    assert isinstance(bad, PointRow)
    assert (bad.latitude, bad.longitude) == (None, None)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.csv", "a,b\n1,2\n"),
        ("a.geojson", "{"),
        ("a.json", "[]"),
        ("a.csv", ""),
        ("a.json", '{"features": [1]}'),
        ("a.json", '{"features": [{"geometry": 5}]}'),
        ("a.csv", f"{HEADER}own,1,store,{'x' * 200_000},Goya 5,28001,Madrid,ES,,,,\n"),
    ],
)
def test_an_unknown_list_is_refused_as_a_whole(tmp_path: Path, name: str, text: str) -> None:
    with pytest.raises(Invalid):
        list(points(written(tmp_path, text, name)))


@pytest.mark.parametrize(
    "hours",
    [None, "24/7", [{"day": 1}], [{"day": "mon", "am": ["09:00", "12:00"], "pm": ["13:00", "18:00"]}],
     [{"day": 1, "am": ["18:00", "09:00"], "pm": ["13:00", "12:00"]}]],
    ids=["none", "words", "no spans", "a day by name", "backwards"],
)  # fmt: skip
def test_a_week_of_another_shape_in_the_dutch_list_refuses_its_point_alone(tmp_path: Path, hours: object) -> None:
    facts = {"id": "NL1", "company": "Kiosk", "pickup_network_type": "dpd_shop", "return_allowed": True,
             "street": "Dam", "house_number": "1", "postcode": "1012", "city": "Amsterdam"}  # fmt: skip
    week = [{"day": 1, "am": ["09:00", "12:00"], "pm": ["13:00", "18:00"]}]
    features = [{"geometry": None, "properties": facts | {"hours": one}} for one in (week, hours)]
    good, bad = points(written(tmp_path, json.dumps({"features": features}), "dpd.geojson"))
    assert isinstance(good, PointRow)
    assert good.opening_hours == "Mo 09:00-12:00,13:00-18:00"
    assert isinstance(bad, Refusal)
    assert [fault.column for fault in bad.faults] == ["hours"]


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
    assert [fault.line for fault in bad.faults] == [3]


def test_the_french_list_is_read_whole_with_the_thirteen_that_have_no_coordinates(real: Path) -> None:
    rows = list(points(real / "points" / "laposte_poincont2_2020-12.csv"))
    assert len(rows) == 17_716
    read = [row for row in rows if isinstance(row, PointRow)]
    assert len(read) == 17_716
    assert sum(row.latitude is None for row in read) == 13
    first = read[0]
    assert (first.network, first.external_id, first.city, first.country) == ("la_poste", "01140A", "LA SOUCHE", "FR")


@pytest.mark.parametrize("name", ["laposte_poincont2_2020-12.csv", "dpd_nl_2025-11.geojson"])
def test_no_point_of_a_real_list_is_thought_misplaced(real: Path, name: str) -> None:
    rows = [row for row in points(real / "points" / name) if isinstance(row, PointRow)]
    misplaced_points = {
        row.external_id: reason
        for row in rows
        if row.latitude is not None
        and row.longitude is not None
        and (reason := misplaced(row.country, row.latitude, row.longitude, zone_at))
    }
    assert misplaced_points == {}
    # La Poste has offices in Andorra, too.
    home = {"FR": "Europe/Paris", "NL": "Europe/Amsterdam"}
    for row in rows[:200]:
        if row.latitude and row.longitude and zone_at(row.latitude, row.longitude) == home[row.country]:
            assert "swapped" in (misplaced(row.country, row.longitude, row.latitude, zone_at) or ""), row


def test_the_dutch_list_is_read_whole(real: Path) -> None:
    rows = [row for row in points(real / "points" / "dpd_nl_2025-11.geojson") if isinstance(row, PointRow)]
    assert len(rows) == 2_005
    assert sum(row.kind is PointKind.LOCKER for row in rows) == 480
    assert sum(not row.accepts for row in rows) == 1
    assert {row.country for row in rows} == {"NL"}
