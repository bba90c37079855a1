"""Phone numbers are read as people and shops write them, and never as a number that they may not be."""

import re
import time

import phonenumbers
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from phonenumbers import PhoneNumberFormat, PhoneNumberType

from app.orders.contacts.contact_points import (
    SERVED,
    contact_key,
    mend_phone,
    pasted_contact,
    phone_country,
    phone_key,
    typed_phone,
)
from app.orders.contacts.dialling import is_mobile
from app.orders.contacts.phones import AMBIGUOUS, EXTENSION, ROUNDED, UNREADABLE

MEXICO, BUENOS_AIRES, SAO_PAULO, SPAIN = "+525512345678", "+5491112345678", "+5511981234567", "+34600111222"
WRITTEN = [
    # Mexico before 2019 and after.
    *((text, "MX", MEXICO) for text in (
        "+52 1 55 1234 5678", "+52 (1) 55 1234-5678", "5215512345678", "+52 55 1234 5678", "525512345678",
        "044 55 1234 5678", "045 55 1234 5678", "01 55 1234 5678", "01-55-1234-5678", "(55) 1234-5678", "55 1234 5678",
        "+52 044 55 1234 5678", "+52 01 55 1234 5678", "0052 1 55 1234 5678", "cel. 55.1234.5678",
    )),
    # Argentina's «15» and «9».
    *((text, "AR", BUENOS_AIRES) for text in (
        "+54 9 11 1234-5678", "+54 9 (11) 1234 5678", "5491112345678", "0 11 15-1234-5678", "011 15 1234 5678",
        "(011) 15-1234-5678", "11 15 1234 5678", "15-1234-5678", "15 1234 5678", "+54 11 15 1234 5678",
        "+54 9 011 1234 5678", "+54 9 11 15 1234 5678",
    )),
    ("0351 15 512-3456", "AR", "+5493515123456"),
    ("02901 15 412345", "AR", "+5492901412345"),
    # Brazil's ninth digit and the codes of carriers.
    *((text, "BR", SAO_PAULO) for text in (
        "(11) 98123-4567", "(11) 8123-4567", "11 8123 4567", "+55 11 8123-4567", "55 11 8123 4567",
        "0 15 11 98123-4567",
        "015 11 98123-4567", "0 15 11 8123-4567", "0xx11 98123-4567", "(0XX11) 8123-4567", "+55 (0xx11) 98123-4567",
        "+55 011 98123-4567", "00 55 11 98123 4567",
    )),
    ("11 7812-3456", "BR", "+551178123456"),
    ("51 98765-4321", "BR", "+5551987654321"),
    ("0015 34 600 111 222", "BR", SPAIN),
    # The rest of the Americas.
    ("09 8123 4567", "CL", "+56981234567"),
    ("9 8123 4567", "CL", "+56981234567"),
    ("310 123 4567", "CO", "+573101234567"),
    ("03 310 123 4567", "CO", "+573101234567"),
    ("(1) 234 5678", "CO", "+576012345678"),
    ("987 654 321", "PE", "+51987654321"),
    ("01 987 654 321", "PE", "+51987654321"),
    ("099 123 456", "UY", "+59899123456"),
    ("1-212-555-0123", "US", "+12125550123"),
    ("011 34 600 111 222", "US", SPAIN),
    ("(506) 234-5678", "CA", "+15062345678"),
    # Europe: the zero in brackets, in front, lost, or part of the number.
    ("+44 (0)7911 123456", "ES", "+447911123456"),
    ("0044 (0) 7911 123456", "ES", "+447911123456"),
    ("7911123456", "GB", "+447911123456"),
    *((text, "DE", "+4915112345678") for text in (
        "0049 (0) 151 12345678", "0049/151 12345678", "0049/151/12345678", "0151/12345678", "0151-123 456 78",
        "49 151 12345678", "+49 0151 12345678", "15112345678",
    )),
    ("089/123456", "DE", "+4989123456"),
    ("0664 1234567", "AT", "+436641234567"),
    ("079'123'45'67", "CH", "+41791234567"),
    *((text, "FR", "+33612345678") for text in (
        "06.12.34.56.78", "33 6 12 34 56 78", "+33 (0)6 12 34 56 78", "0033612345678", "612345678", "06-12-34-56-78",
    )),
    ("0692 12 34 56", "FR", "+262692123456"),
    ("0690 12 34 56", "FR", "+590690123456"),
    ("06 12 34 56 78", "RE", "+33612345678"),
    ("06 1234567", "IT", "+39061234567"),
    ("+39 06 1234567", "IT", "+39061234567"),
    ("+39 (0)6 1234567", "IT", "+39061234567"),
    ("347 123 4567", "IT", "+393471234567"),
    ("0347 1234567", "IT", "+393471234567"),
    ("39 347 1234567", "IT", "+393471234567"),
    ("06-12345678", "NL", "+31612345678"),
    ("0495/12.34.56", "BE", "+32495123456"),
    ("+32 (0)495/12.34.56", "BE", "+32495123456"),
    ("621 123 456", "LU", "+352621123456"),
    ("085 123 4567", "IE", "+353851234567"),
    ("0 600 123 456", "PL", "+48600123456"),
    ("0602 123 456", "CZ", "+420602123456"),
    ("070-123 45 67", "SE", "+46701234567"),
    ("21 23 45 67", "DK", "+4521234567"),
    ("912 34 567", "NO", "+4791234567"),
    ("040 1234567", "FI", "+358401234567"),
    ("912 345 678", "PT", "+351912345678"),
    ("0944 123456", "GR", "+306944123456"),
    ("06 30 123 4567", "HU", "+36301234567"),
    ("312 345", "AD", "+376312345"),
    ("06 00 12 34 56", "MA", "+212600123456"),
    ("090-1234-5678", "JP", "+819012345678"),
    ("０９０ー１２３４ー５６７８", "JP", "+819012345678"),
    # Spain, and what spreadsheets, telephones and forms make of numbers.
    *((text, "ES", SPAIN) for text in (
        "34 600 11 12 22", "0034 600111222", "+34.600.111.222", "+0034 600 111 222", "++34600111222", "(+34) 600111222",
        "(34) 600 111 222", "600 11 12 22 (Ana)",
        "Ana 600 111 222", "600111222 - Ana", "Tel.:600111222.",
        "tel: +34 600 111 222", "tel:+34-600-111-222", "tel:%2B34600111222", "tel:600111222;phone-context=+34",
        "whatsapp +34600111222", "WhatsApp: 34 600 111 222", "https://wa.me/34600111222",
        "phone=600111222", "https://api.whatsapp.com/send?phone=34600111222", "34600111222@s.whatsapp.net",
        "٦٠٠١١١٢٢٢", "６００－１１１－２２２", "\uff0b34 600111222", "600\u2011111\u2011222", "600\u2013111\u2013222",
        "600\u2212111\u2212222", "\u202a+34 600 111 222\u202c", "\u2066600111222\u2069", "600\u00a0111\u00a0222",
        "600\u202f111\u202f222", "\ufeff600111222", "600\u200b111\u200b222",
        "34600111222.0", "600111222,00", "'600111222", '="34600111222"', "6.00111222E8", "3,4600111222E+10",
        "+34 +34 600111222", "+34 34 600111222", "+34 0034 600111222", "+34 (España) 600111222", "+34 (0) 600 111 222",
        "móvil 2: 600111222", "1) 600111222", "600111222 (llamar a partir de las 18)",
    )),
    ("+34 +33 612 345 678", "ES", "+33612345678"),
    ("33612345678", "ES", "+33612345678"),
    ("00 44 7911 123456", "ES", "+447911123456"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "country", "number"), WRITTEN)
def test_a_number_is_read_as_it_is_written_in_its_country(text: str, country: str, number: str) -> None:
    assert phone_key(text, country=country) == number


SEVERAL = [
    ("600111222 / 911222333", SPAIN),
    ("911222333 / 600111222", SPAIN),
    ("911 222 333, 600 111 222", SPAIN),
    ("600111222;911222333", SPAIN),
    ("casa 911222333 o móvil 600111222", SPAIN),
    ("911222333\n600111222", SPAIN),
    ("600111222 911222333", SPAIN),
    ("911 222 333 600 111 222", SPAIN),
    ("+34911222333+34600111222", SPAIN),
    ("911222333 & 600111222", SPAIN),
    ("911222333 / 911222334", "+34911222333"),
]


@pytest.mark.parametrize(("text", "number"), SEVERAL)
def test_of_several_numbers_the_first_that_takes_texts_is_taken_and_said(text: str, number: str) -> None:
    taken, note = mend_phone(text, country="ES")
    assert taken == number and note is not None and number in note


def test_the_second_ending_of_a_number_is_left_out() -> None:
    assert phone_key("911 222 333/34", country="ES") == "+34911222333"


EXTENDED = ["911222333 ext. 12", "911222333 x12", "911222333x12", "+34 911 222 333 (ext 12)", "911222333 extensión 12",
    "911222333, interno 5", "911222333 #12", "tel:+34911222333;ext=12", "911222333 Durchwahl 12", "911222333 ramal 7",
    "911222333 poste 12", "911222333 anexo: 4"]  # fmt: skip


@pytest.mark.parametrize("text", EXTENDED)
def test_a_number_with_an_extension_is_not_texted(text: str) -> None:
    assert mend_phone(text, country="ES") == (None, EXTENSION)


@pytest.mark.parametrize("text", ["6,00111E+08", "6.00111E+08", "3.46E+10", "+6,00111E+08", "6E8", "tel 6,00111E+08"])
def test_a_number_that_a_spreadsheet_has_rounded_is_not_guessed(text: str) -> None:
    taken, note = mend_phone(text, country="ES")
    assert taken is None and note in (ROUNDED, UNREADABLE)


def test_the_shop_reads_that_a_spreadsheet_did_it() -> None:
    assert mend_phone("6,00111E+08", country="ES") == (None, ROUNDED)


TWO_READINGS = [
    # A German landline without its zero, or a French mobile without its plus.
    ("33612345678", "DE"),
    # A German mobile without its zero, or a number in Virginia.
    ("15712345678", "DE"),
    # The prefix twice, or a long landline.
    ("+494915112345678", "DE"),
]


@pytest.mark.parametrize(("text", "country"), TWO_READINGS)
def test_where_two_readings_are_possible_none_is_taken(text: str, country: str) -> None:
    assert mend_phone(text, country=country) == (None, AMBIGUOUS)


NEVER = [
    # A slip in a number is no number of another country.
    *((f"{number}{digit}", "ES") for number in ("659123456", "600111222", "612345678") for digit in "0123456789"),
    ("6001112223", "ES"), ("79111234567", "GB"), ("15512345678", "MX"), ("34600111222", "MX"),
    # No area, half a number, an address, a hidden caller, words for digits, a zero that is none.
    ("15 123 4567", "AR"), ("8123-4567", "BR"), ("0151 (Handy) 12345678", "DE"), ("Calle 5, 600111222", "ES"),
    ("*31#600111222", "ES"), ("1-800-FLOWERS", "US"), ("6OO111222", "ES"), ("6OO 1112223", "DE"),
    ("911222333 (llamar desde las 18)", "ES"), ("600 111 222 3", "ES"), ("+39 6 1234567", "IT"), ("2233", "ES"),
    ("0" * 200, "ES"), ("600111222", None), ("34600111222", None), ("600111222", "XX"), ("n/a", "ES"), ("", "ES"),
    ("600111222" + " " * 300 + "3", "ES"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "country"), NEVER)
def test_what_may_be_no_number_is_not_taken_for_one(text: str, country: str | None) -> None:
    taken, note = mend_phone(text, country=country)
    assert taken is None and note


def test_without_a_country_only_a_prefix_tells() -> None:
    for text in ("+34 600 111 222", "0034600111222", "tel:600111222;phone-context=+34"):
        assert phone_key(text, country=None) == SPAIN


def test_a_number_without_its_countrys_prefix_is_of_where_the_order_goes_else_of_the_shops_country() -> None:
    assert phone_country("FR", "ES", "es-ES") == "FR"
    assert phone_country(None, "ES", "pt-PT") == "ES"
    assert phone_country(None, None, "pt_PT") == "PT"
    assert phone_country(None, None, "es") is None


REGIONS = sorted(phonenumbers.SUPPORTED_REGIONS)
PLAIN_KINDS = (PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE, PhoneNumberType.FIXED_LINE_OR_MOBILE)


def examples(regions: list[str]) -> list[tuple[str, str]]:
    """An example of each kind of each country, in E.164."""
    return sorted(
        {
            (region, phonenumbers.format_number(example, PhoneNumberFormat.E164))
            for region in regions
            for kind in PLAIN_KINDS
            if (example := phonenumbers.example_number_for_type(region, kind)) and phonenumbers.is_valid_number(example)
        }
    )


EXAMPLES, SERVED_EXAMPLES = examples(REGIONS), examples(list(SERVED))
BLANKS = st.sampled_from([" ", ".", "-", "/", "\u00a0", "\u2011", ""])
AROUND = st.sampled_from(
    [("", ""), ("\u202a", "\u202c"), ("Tel. ", ""), ("(", ")"), ("", " (Ana)"), ("'", ""), (" ", ".")]
)


def spaced(digits: str, cuts: set[int], blank: str) -> str:
    return "".join(blank * (at in cuts) + digit for at, digit in enumerate(digits))


@given(st.sampled_from(EXAMPLES), st.sets(st.integers(3, 12), max_size=4), BLANKS, AROUND, st.sampled_from(["+", "00"]))
def test_a_whole_number_of_any_country_is_read_in_every_spelling(
    example: tuple[str, str], cuts: set[int], blank: str, around: tuple[str, str], prefix: str
) -> None:
    _, number = example
    before, behind = around
    text = f"{before}{prefix}{spaced(number[1:], cuts, blank)}{behind}"
    # A number that reads as another one as well is none: a country's code twice, say.
    assert phone_key(text, country="ES") in (number, None)
    assume(mend_phone(text, country="ES")[1] != AMBIGUOUS)
    assert phone_key(text, country="ES") == number


@given(st.sampled_from(SERVED_EXAMPLES), BLANKS, AROUND)
def test_a_national_number_of_the_countries_served_is_read_as_its_country_writes_it(
    example: tuple[str, str], blank: str, around: tuple[str, str]
) -> None:
    region, number = example
    before, behind = around
    parsed = phonenumbers.parse(number)
    national = phonenumbers.format_number(parsed, PhoneNumberFormat.NATIONAL)
    written = f"{before}{re.sub(r'[ -]', blank, national)}{behind}"
    if behind.strip(" .)") and not is_mobile(number):
        written = national
    assert phone_key(written, country=region) == number


@given(st.sampled_from(SERVED_EXAMPLES), st.sampled_from(SERVED))
def test_no_spelling_of_a_number_without_its_plus_is_another_number(example: tuple[str, str], country: str) -> None:
    region, number = example
    taken = phone_key(number[1:], country=country)
    if country == region:
        assert taken in (number, None)
    elif taken is not None and taken != number:
        # Then the digits are a whole number of the country where they were written.
        assert phonenumbers.region_code_for_number(phonenumbers.parse(taken)) in (country, "GG", "IM", "JE", "CA", "US")


@given(st.text(max_size=300), st.sampled_from([*SERVED, None]))
def test_any_text_is_read_or_not_and_says_why(text: str, country: str | None) -> None:
    taken, note = mend_phone(text, country=country)
    assert taken is not None or note
    if taken is not None:
        assert phonenumbers.is_valid_number(phonenumbers.parse(taken))
        assert phone_key(taken, country=country) in (taken, None)


@given(st.sampled_from(SERVED_EXAMPLES), st.sets(st.integers(3, 12), max_size=4), BLANKS, AROUND)
def test_all_spellings_of_one_number_are_counted_as_one(
    example: tuple[str, str], cuts: set[int], blank: str, around: tuple[str, str]
) -> None:
    _, number = example
    before, behind = around
    for prefix in ("+", "00", ""):
        typed = f"{before}{prefix}{spaced(number[1:], cuts, blank)}{behind}"
        assert contact_key(typed) == contact_key(number)


@pytest.mark.parametrize(("text", "country", "number"), WRITTEN)
def test_what_opens_an_order_by_phone_is_counted_for_that_phone(text: str, country: str, number: str) -> None:
    if typed_phone(pasted_contact(text), country=country) == number:
        assert contact_key(text) == contact_key(number)


def test_reading_takes_no_time_whatever_it_is() -> None:
    mend_phone("600 112 233", country="ES")  # the library reads its tables once
    began = time.thread_time()
    for nasty in (
        "6 " * 120,
        "(0)" * 80,
        "+" * 250,
        "1/" * 120,
        "ext " * 60,
        "x1" * 120,
        "(((" * 80,
        "0xx" * 80,
        "1E" * 120,
    ):
        mend_phone(nasty, country="ES")
    # What goes wrong here takes minutes; a busy machine takes a moment.
    assert time.thread_time() - began < 10
