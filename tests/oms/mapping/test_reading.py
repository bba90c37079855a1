"""Amounts, shares and instants as other systems write them, read exactly."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.oms.mapping.outcome import Unmappable
from tests.oms.mapping.reading import exact, instant, joined, latest, minor, rounded, shares
from tests.oms.mapping.shopify.ids import is_exact, same

AMOUNTS = st.decimals(min_value=0, max_value=10_000, places=9)


@pytest.mark.parametrize(
    ("value", "currency", "expected"),
    [
        ("48.21848739495798", "EUR", 4822),
        (0.125, "EUR", 13),
        ("1.005", "EUR", 101),
        (2980, "JPY", 2980),
        ("17.51", "KWD", 17510),
        (None, "EUR", 0),
        ("", "EUR", 0),
        ("-9.00", "EUR", -900),
    ],
)
def test_an_amount_is_read_in_the_minor_units_of_its_currency(value: object, currency: str, expected: int) -> None:
    assert minor(value, currency) == expected


@pytest.mark.parametrize("value", ["12,50", "NaN", "1e9999999", "free", float("inf")])
def test_what_is_no_amount_is_told_and_never_taken_for_nothing(value: object) -> None:
    with pytest.raises(Unmappable, match="no amount"):
        rounded(exact(value))


@given(st.lists(AMOUNTS, max_size=12))
def test_shares_add_up_to_the_rounded_sum_and_each_is_within_a_cent(amounts: list[Decimal]) -> None:
    cut = shares(amounts, "EUR")
    assert sum(cut) == rounded(sum(amounts, Decimal(0)) * 100)
    assert all(abs(share - amount * 100) <= 1 for share, amount in zip(cut, amounts, strict=True))


@given(st.integers(min_value=1, max_value=2**63))
def test_a_number_that_javascript_rounded_is_known_for_one_and_stands_for_the_exact_one(number: int) -> None:
    rounded_number = int(Decimal(repr(float(number))))
    assert same(rounded_number, str(number))
    if rounded_number != number:
        assert not is_exact(rounded_number)


def test_an_instant_without_an_offset_is_meant_in_utc_and_never_is_no_instant() -> None:
    assert instant("2017-03-22T19:28:02") == instant("2017-03-22T19:28:02Z") == instant("2017-03-22 20:28:02+01:00")
    assert [instant(one) for one in ("", None, "soon", "0001-01-01T00:00:00Z", 5)] == [None] * 5
    assert latest(["2026-11-01T10:00:00+01:00", None, "2026-11-01T09:30:00Z"]) == "2026-11-01T09:30:00Z"


def test_names_are_joined_of_what_says_something() -> None:
    assert joined("Erika", None, " ", "Mustermann") == "Erika Mustermann"
    assert joined(None, "") is None
