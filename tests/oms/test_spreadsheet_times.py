"""Times in a spreadsheet: by the shop's clock, day and month by what the file shows, else by the shop's country."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.oms.files.spreadsheet.orders import OrderSheet
from app.oms.files.spreadsheet.times import ShopClocks, instant, order_shown, shop_clock
from app.orders.document.document import OrderDocument
from tests.oms.sheets import HEAD, MADRID, ROW, document_with, faults_of, notes_of, order_with, orders_of

AMERICAN = {"zone": "America/New_York", "locale": "en-US"}


@pytest.mark.parametrize(
    ("written", "utc"),
    [
        ("05/11/2026 18:30", "17:30"),
        ("5-11-2026 18:30", "17:30"),
        ("5.11.26 18:30:00", "17:30"),
        ("2026/11/05 18:30", "17:30"),
        ("05/11/2026 6:30 p. m.", "17:30"),
        ("5-nov-26 18:30", "17:30"),
        ("2026-11-05 18:30:00", "17:30"),
        ("2026-11-05T18:30Z", "18:30"),
        ("2026-11-05 18:30:00+0100", "17:30"),
    ],
)
def test_a_time_without_zone_is_the_shop_s_own_and_the_day_comes_first_in_spain(written: str, utc: str) -> None:
    hour, minute = map(int, utc.split(":"))
    assert document_with({"shipment.id": "1", "shipment.shipped_at": written}).shipments[0].shipped_at == datetime(
        2026, 11, 5, hour, minute, tzinfo=UTC
    )


def test_the_month_comes_first_in_the_united_states() -> None:
    entry = order_with({"placed_at": "11/05/2026 18:30"}, **AMERICAN)
    assert entry.document["placed_at"] == "2026-11-05T23:30:00+00:00"
    assert entry.notes[-1].fault.detail == (
        "The month is taken to stand first, as is usual where the shop is (en-US, America/New_York)"
    )


@pytest.mark.parametrize(
    ("zone", "locale", "day_first"),
    [
        ("Europe/Madrid", "es", True),
        ("Europe/Madrid", "es-ES", True),
        ("America/New_York", "en_US", False),
        ("Europe/London", "en-GB", True),
        ("America/New_York", "en", False),
        ("Europe/Dublin", "en", True),
        ("America/Toronto", "en-CA", None),
        ("Europe/Madrid", "nonsense", True),
    ],
)
def test_what_comes_first_is_told_by_country(zone: str, locale: str, day_first: bool | None) -> None:
    assert shop_clock(zone, locale).day_first is day_first


def test_what_the_file_shows_goes_before_the_country_and_needs_no_note() -> None:
    first, second = orders_of(
        f"{HEAD},hold_until", f"{ROW.format('A1', 1)},11/05/2026", f"{ROW.format('A2', 1)},11/25/2026"
    )
    assert [entry.document["hold_until"] for entry in (first, second)] == ["2026-11-05", "2026-11-25"]
    assert first.notes == []


@pytest.mark.parametrize(
    ("beside", "day"), [("24/11/2026", "2026-11-05"), ("11/24/2026", "2026-05-11"), ("07/07/2026", "2026-11-05")]
)
def test_a_day_that_is_not_sure_is_read_as_the_sure_one_beside_it(beside: str, day: str) -> None:
    first, second = orders_of(
        f"{HEAD},hold_until", f"{ROW.format('A1', 1)},05/11/2026", f"{ROW.format('A2', 1)},{beside}"
    )
    assert (first.document["hold_until"], first.faults, second.faults) == (day, [], [])


def test_what_another_column_shows_counts_where_its_own_shows_nothing() -> None:
    entry = order_with({"hold_until": "11/05/2026", "promise.until": "11/25/2026"})
    assert entry.document["hold_until"] == "2026-11-05"


def test_a_column_that_shows_both_is_refused_where_it_is_not_sure() -> None:
    days = ["25/11/2026", "11/26/2026", "05/11/2026", "07/07/2026"]
    entries = orders_of(f"{HEAD},hold_until", *(f"{ROW.format(f'A{at}', 1)},{day}" for at, day in enumerate(days)))
    assert [faults_of(entry) for entry in entries] == [[], [], [(4, "hold_until")], []]
    assert "Line 2 of this column has the day first and line 3 the month" in str(entries[2].faults[0])
    assert [entry.document["hold_until"] for entry in (entries[0], entries[1])] == ["2026-11-25", "2026-11-26"]


def test_where_both_are_usual_a_day_that_is_not_sure_is_refused() -> None:
    entry = order_with({"hold_until": "05/11/2026"}, zone="America/Toronto", locale="en-CA")
    assert str(entry.faults[0]) == (
        "line 2: hold_until: Day and month can be read either way; write it as in 2026-11-05"
    )
    assert order_with({"hold_until": "25/11/2026"}, zone="America/Toronto", locale="en-CA").faults == []


@pytest.mark.parametrize(
    ("written", "at"),
    [
        ("46331", "2026-11-04T23:00:00+00:00"),
        ("46331.5", "2026-11-05T11:00:00+00:00"),
        ("46331,770833333", "2026-11-05T17:30:00+00:00"),
    ],
)
def test_days_that_a_spreadsheet_counts_are_read(written: str, at: str) -> None:
    entry = order_with({"placed_at": written})
    assert (entry.faults, entry.document["placed_at"]) == ([], at)
    assert entry.notes[0].fault.detail == "A day that the spreadsheet wrote as a number, such as 45972, was read"
    assert order_with({"promise.until": "46331"}).document["promise"] == {"until": "2026-11-05"}


@pytest.mark.parametrize(
    "written", ["12345", "99999", "20", "0.5", "yesterday", "31/02/2026", "32/01/2026", "25:61", "2026", "13/13/2026"]
)
def test_what_is_no_time_is_refused_in_its_column(written: str) -> None:
    assert faults_of(order_with({"placed_at": written})) == [(2, "placed_at")]


def test_a_day_alone_is_its_midnight_and_a_note_says_so() -> None:
    entry = order_with({"placed_at": "2026-11-05"})
    assert entry.document["placed_at"] == "2026-11-04T23:00:00+00:00"
    assert notes_of(entry) == {"placed_at": "Only a day is written: its midnight in Europe/Madrid is taken"}


def test_each_brand_has_its_own_clock() -> None:
    clocks = ShopClocks(MADRID, {"us": shop_clock("America/New_York", "en-US")})
    rows = [f"{HEAD},brand,hold_until", f"{ROW.format('A1', 1)},us,11/05/2026", f"{ROW.format('A2', 1)},,05/11/2026"]
    entries = OrderSheet(lambda: (f"{row}\n" for row in rows), clocks).entries()
    assert [entry.document["hold_until"] for entry in entries] == ["2026-11-05", "2026-11-05"]


@given(st.integers(0, 18_000 * 86_400))
def test_every_moment_that_a_spreadsheet_counts_comes_out_to_the_second(seconds: int) -> None:
    moment = datetime(2000, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
    days = (moment - datetime(1899, 12, 30, tzinfo=UTC)).total_seconds() / 86400
    clock = shop_clock("UTC", "es-ES")
    assert instant(f"{days:.9f}", clock, shown=None).text == moment.isoformat()


@given(st.dates().filter(lambda day: 1991 < day.year < 2099), st.sampled_from("/-."), st.booleans())
def test_a_day_is_never_read_against_what_it_shows(day, mark: str, day_first: bool) -> None:  # type: ignore[no-untyped-def]
    parts = (day.day, day.month) if day_first else (day.month, day.day)
    written = f"{parts[0]:02}{mark}{parts[1]:02}{mark}{day.year} 12:00"
    shown = order_shown(written)
    assert shown in (None, day_first)
    if shown is not None:
        clock = shop_clock("UTC", "en-CA")
        assert instant(written, clock, shown=None).text[:10] == day.isoformat()


def test_what_is_read_is_taken_by_the_document() -> None:
    entry = order_with({"placed_at": "05/11/2026 18:30", "updated_at": "46331,9"})
    assert OrderDocument.model_validate(entry.document).placed_at == datetime(2026, 11, 5, 17, 30, tzinfo=UTC)
