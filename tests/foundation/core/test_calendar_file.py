"""Calendar files: days and hours, texts of any kind, and a later file that replaces an earlier one."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from app.core.calendar_file import CalendarEntry, calendar_file
from tests.calendars import read_calendar

NOW = datetime(2026, 11, 26, 9, 0, tzinfo=UTC)
DAY = date(2026, 11, 27)
PRINTED = st.text(st.characters(exclude_categories=("Cc", "Cs", "Zl", "Zp")), max_size=200)


def entry(title: str = "Order A-1 arrives", *, begin: date = DAY, until: date = DAY, sequence: int = 1, place: str = ""
) -> CalendarEntry:  # fmt: skip
    return CalendarEntry("delivery-1@shop.example", sequence, title, begin, until, "https://shop.example/o/1", place)


def test_days_end_with_the_day_after_the_last() -> None:
    read = read_calendar(calendar_file(entry(until=date(2026, 11, 30)), now=NOW))
    assert (read["DTSTART"], read["DTEND"]) == (DAY, date(2026, 12, 1))


def test_hours_are_those_of_the_place() -> None:
    zone = ZoneInfo("America/Mexico_City")
    begin, until = (datetime(2026, 11, 27, hour, tzinfo=zone) for hour in (12, 14))
    read = read_calendar(calendar_file(entry(begin=begin, until=until), now=NOW))
    assert (read["DTSTART"], read["DTEND"]) == (begin, until)


def test_a_later_file_replaces_an_earlier_one() -> None:
    first, second = (read_calendar(calendar_file(entry(sequence=at), now=NOW)) for at in (1, 2))
    assert first["UID"] == second["UID"]
    assert (first["SEQUENCE"], second["SEQUENCE"]) == (1, 2)


@given(PRINTED.filter(str.strip), PRINTED)
def test_any_text_comes_back_as_it_was(title: str, place: str) -> None:
    read = read_calendar(calendar_file(entry(title, place=place), now=NOW))
    assert read["SUMMARY"] == title
    assert read.get("LOCATION", "") == place


def test_lines_of_a_text_stay_lines() -> None:
    assert read_calendar(calendar_file(entry("one\r\ntwo; three, four\\"), now=NOW))["SUMMARY"] == (
        "one\ntwo; three, four\\"
    )
