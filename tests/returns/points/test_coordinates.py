"""Degrees in every way of writing them that is sure, and points that cannot lie where a list puts them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.returns.points.coordinates import Axis, degrees, misplaced
from app.returns.points.hours import zone_at

LATITUDE, LONGITUDE = Axis


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("40.4249", 40.4249), ("40,4249", 40.4249), ("+40.4249", 40.4249), ("−33.9", -33.9), ("40.4249°", 40.4249),
        ("40.4249 N", 40.4249), ("N40.4249", 40.4249), ("33,9 s", -33.9), ("33,9 S", -33.9),
        ("40°25.5'", 40.425), ("40°25′N", 40.416667),
        ("40° 25' 30'' N", 40.425), ("40º25'30\"N", 40.425), ("N 40° 25.500'", 40.425), ("33°54′S", -33.9),
        ("-33°54'", -33.9), ("40:25:30", 40.425), ("40 25 30 N", 40.425), ("40d25m30s", 40.425), ("0", 0.0),
        ("4.04249E+01", 40.4249), ("40\u00a0° 25′", 40.416667),
    ],
)  # fmt: skip
def test_degrees_are_read_as_they_are_written(text: str, expected: float) -> None:
    assert degrees(text, LATITUDE) == pytest.approx(expected, abs=1e-6)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("north", "is no number of degrees. Write it as 40.4168 or 40°25′N"),
        ("nan", "is no number"), ("inf", "is no number"), ("1_0", "is no number"), ("40.424.900", "is no number"),
        ("12.345,67", "is no number"), ("40.42, -3.68", "is no number"), ("40 25", "is no number"),
        ("404249", "A decimal point seems to be lost"), ("-90.5", "is not between -90 and 90"),
        ("40°61'", "minutes or seconds of 60"), ("40.4 E", "latitude and longitude look swapped"),
        ("-40.4 S", "both a sign and a letter"), ("40.4 O", "west in some languages"), ("N40N", "two directions"),
    ],
)  # fmt: skip
def test_what_is_not_sure_is_refused_with_a_cure(text: str, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        degrees(text, LATITUDE)


@given(st.floats(-180, 180), st.sampled_from(["{:.6f}", "{:.6f}°", "{:+.6f}", "{:.6e}"]), st.booleans())
def test_any_longitude_is_read_back(value: float, form: str, comma: bool) -> None:
    text = form.format(value)
    assert degrees(text.replace(".", ",") if comma else text, LONGITUDE) == pytest.approx(value, abs=1e-3)


@given(st.integers(0, 179), st.integers(0, 59), st.integers(0, 59), st.sampled_from("EW"))
def test_any_degrees_minutes_and_seconds_are_read(whole: int, minutes: int, seconds: int, letter: str) -> None:
    expected = (whole + minutes / 60 + seconds / 3600) * (1 if letter == "E" else -1)
    for form in ("{}°{}′{}″{}", "{3}{0}° {1}' {2}''", "{} {} {} {}"):
        assert degrees(form.format(whole, minutes, seconds, letter), LONGITUDE) == pytest.approx(expected)


@given(st.text(max_size=30))
def test_no_text_is_too_odd_to_be_refused(text: str) -> None:
    try:
        assert -90 <= degrees(text, LATITUDE) <= 90
    except ValueError as error:
        assert str(error)


@pytest.mark.parametrize(
    ("country", "latitude", "longitude", "reason"),
    [
        ("ES", 2.1734, 41.3851, "latitude and longitude look swapped: 2.1734, 41.3851 lies outside ES"),
        ("HK", 114.1694 - 90, 22.3193, None),
        ("SA", 45.0, 25.0, "look swapped"),
        ("ES", -3.7, 40.4, "look swapped"),
        ("ES", 0.0, 0.0, "in the sea off Africa"),
        ("ES", 0.0001, -0.0001, "in the sea off Africa"),
        ("ES", 1.0, 1.0, None),
        ("ES", 0.0, -3.7, "the latitude is 0"),
        ("MX", 19.4, 0.0, "the longitude is 0"),
        ("MX", 19.4, 99.13, "a minus looks lost or added"),
        ("AU", 33.8, 151.2, "a minus looks lost or added"),
    ],
)
def test_what_cannot_lie_there_is_told(country: str, latitude: float, longitude: float, reason: str | None) -> None:
    answer = misplaced(country, latitude, longitude, zone_at)
    assert reason in (answer or "") if reason else answer is None


@pytest.mark.parametrize(
    ("country", "latitude", "longitude"),
    [
        ("ES", 41.3851, 2.1734), ("ES", 28.1, -15.4), ("ES", 35.29, -2.94), ("ES", 40.4, 0.0), ("ES", 43.35, -1.79),
        ("FR", -21.1, 55.5), ("FR", 16.2, -61.5), ("FR", 5.0, -52.7), ("FR", -17.5, -149.6), ("RE", -21.1, 55.5),
        ("US", 18.4, -66.1), ("US", 21.3, -157.86), ("PT", 38.7, -27.2), ("PT", 32.6, -16.9), ("NL", 12.17, -69.0),
        ("GB", 51.48, 0.0), ("GB", 54.15, -4.5), ("EC", 0.0, -78.45), ("ST", 0.3, 6.7), ("HK", 22.3193, 114.1694),
        ("CN", 22.3193, 114.1694), ("AD", 42.5, 1.52), ("MC", 43.73, 7.42), ("XK", 42.66, 21.16), ("IE", 54.6, -5.9),
        ("NG", 9.0, 8.0), ("GR", 35.0, 25.0), ("SA", 25.0, 45.0), ("PA", 8.98, -79.5), ("AE", 25.2, 55.3),
        ("ES", 50.0, 10.0), ("NO", 78.2, 15.6), ("FJ", -18.1, 178.4), ("NZ", -44.0, -176.5),
    ],
)  # fmt: skip
def test_islands_borders_and_parts_overseas_are_taken(country: str, latitude: float, longitude: float) -> None:
    assert misplaced(country, latitude, longitude, zone_at) is None
