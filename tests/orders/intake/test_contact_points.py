"""Numbers, e-mail addresses and phones are compared however they were typed."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.orders.contacts.contact_points import contact_key, email_key, number_key, phone_key

TYPED = [
    "1001", "#1001", " 1001 ", "1 001", "1.001", "10-01", "no 1001", "No. 1001", "nº 1001", "Nº1001", "n.º 1001",
    "N° 1001", "num. 1001", "núm 1001", "Number 1001", "order 1001", "Order #1001", "order no. 1001", "ORDER: 1001",
    "Order number: 1001", "pedido 1001", "Pedido nº 1001", "PEDIDO1001", "Número de pedido 1001", "(1001)", "“1001”",
    "1001.", "１００１", "\t1001\n", "\u00a01001", "# 1001", "compra 1001",
]  # fmt: skip


@pytest.mark.parametrize("typed", TYPED)
def test_a_number_is_read_however_it_is_typed(typed: str) -> None:
    assert number_key(typed) == "1001"


@pytest.mark.parametrize("typed", ["es-1001", "ES 1001", "#es1001", "Es.1001", "pedido es-1001"])
def test_letters_of_a_number_count_in_any_case(typed: str) -> None:
    assert number_key(typed) == number_key("ES-1001") == "ES1001"


@pytest.mark.parametrize("typed", ["", " ", "#", "--", "%", "\x00"])
def test_nothing_is_left_of_nothing(typed: str) -> None:
    assert number_key(typed) == ""


@given(st.text(max_size=400))
def test_any_text_gives_a_stable_key(typed: str) -> None:
    key = number_key(typed)
    assert key.isalnum() or key == ""


def test_reading_a_number_takes_no_time_whatever_it_is() -> None:
    began = time.thread_time()  # the machine may have other work
    for nasty in ("de " * 100, "n_" * 200, "- " * 200, "order " * 60 + "x"):
        number_key(nasty)
    assert time.thread_time() - began < 0.2


@pytest.mark.parametrize("typed", ["marisol@example.com", " Marisol@Example.COM ", "MARISOL@EXAMPLE.COM"])
def test_addresses_are_compared_in_lower_case(typed: str) -> None:
    assert email_key(typed) == "marisol@example.com"


@pytest.mark.parametrize(
    "typed", ["", "x", "@", "a@", "@b.es", "a b@c.es", "a@b@c.es", "x" * 250 + "@a.es", "a@b.es\n.c"]
)
def test_what_cannot_be_an_address_has_no_key(typed: str) -> None:
    assert email_key(typed) is None


@pytest.mark.parametrize(
    "typed",
    [
        "marisol@ｅxample.com",
        "marisol@example。com",
        "marisol@EXAMPLE。COM",
        "marisol@exam\u00adple.com",
        "ｍarisol@example.com",
        "marisol＠example.com",
        "m\u0430risol@example.com",
    ],
)
def test_a_look_alike_is_never_the_address(typed: str) -> None:
    assert email_key(typed) != "marisol@example.com"


@pytest.mark.parametrize("typed", ["Ana@Mañana.es", "ana@man\u0303ana.es", "ana@xn--maana-pta.es"])
def test_a_domain_of_ones_own_letters_is_read_in_each_of_its_spellings(typed: str) -> None:
    assert email_key(typed) == "ana@mañana.es"


@pytest.mark.parametrize("typed", ["600112233", "600 11 22 33", "+34 600112233", "0034 600-112-233", "６００112233"])
def test_phones_are_read_in_their_country(typed: str) -> None:
    assert phone_key(typed, country="ES") == "+34600112233"


@pytest.mark.parametrize("typed", ["", "1", "+34…", "call me", "2233", "0" * 200, "+999123456789"])
def test_what_cannot_be_dialled_has_no_key(typed: str) -> None:
    assert phone_key(typed, country="ES") is None


def test_a_number_without_prefix_and_country_is_not_guessed() -> None:
    assert phone_key("600112233", country=None) is None


@pytest.mark.parametrize(
    "spellings",
    [
        ("marisol@example.com", " MARISOL@Example.com"),
        ("600112233", "+34 600 11 22 33", "0034600112233", "６００112233", "(600) 112-233", "٦٠٠١١٢٢٣٣"),
        ("020 7946 0018", "+44 20 7946 0018", "+44 (0)20 79460018"),
    ],
)
def test_all_spellings_of_a_contact_count_as_one(spellings: tuple[str, ...]) -> None:
    assert len({contact_key(spelling) for spelling in spellings}) == 1


def test_two_contacts_count_apart() -> None:
    assert len({contact_key(text) for text in ("a@example.com", "b@example.com", "600112233", "600112234")}) == 4
