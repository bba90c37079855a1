"""E-mail addresses out of fields and clipboards: mended where it is sure, set aside with a reason else."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from app.orders.contacts.contact_points import (
    contact_key,
    email_key,
    mend_email,
    number_key,
    number_keys,
    pasted_contact,
    reference,
)
from app.orders.contacts.mail_addresses import BLANKS, DOTTED, NO_ADDRESS, SEVERAL, TAKEN_OUT, TWO_WAYS, seen

ANA = "ana@example.com"
AS_WRITTEN = [
    ANA, " Ana@Example.COM ", "\u202aana@example.com\u202c", "ana@example.com\u00a0", "ana\u200b@example.com",
    "ana@\u200bexample\u200b.com\ufeff", "ana＠example.com", "ana@example.com\r\n", "\u2066ana@example.com\u2069",
]  # fmt: skip
DRESSED = [
    "Ana <ana@example.com>", "Ana Ruiz <mailto:ana@example.com>", '"Ruiz, Ana" <ana@example.com>', "<ana@example.com>",
    "ana@example.com.", "ana@example.com,", "ana@example.com;", "mailto:ana@example.com", "mailto:ana%40example.com",
    "MAILTO:ana@example.com?subject=Hola", "'ana@example.com'", "«ana@example.com»", "“ana@example.com”",
    "E-mail: ana@example.com", "Correo: ana@example.com", "ana@example.com (trabajo)", "(ana@example.com)",
    "Ana ＜ana＠example.com＞", "[ana@example.com]",
]  # fmt: skip


@pytest.mark.parametrize("text", AS_WRITTEN)
def test_what_nobody_sees_is_not_worth_a_note(text: str) -> None:
    assert mend_email(text) == (ANA, None)


@pytest.mark.parametrize("text", DRESSED)
def test_an_address_is_taken_out_of_what_stands_around_it(text: str) -> None:
    assert mend_email(text) == (ANA, TAKEN_OUT.format(address=ANA))


@pytest.mark.parametrize(
    "text",
    [
        "ana@example.com; bea@example.org",
        "ana@example.com,bea@example.org",
        "ana@example.com bea@example.org",
        "ana@example.com\nbea@example.org",
        "ana@example.com y bea@example.org",
        "ana@example.com / bea@example.org",
        "Ana <ana@example.com>; Bea <bea@example.org>",
    ],
)
def test_of_two_addresses_the_first_is_taken_and_said(text: str) -> None:
    assert mend_email(text) == (ANA, SEVERAL.format(address=ANA))
    # A look-up by two would be two tries.
    assert email_key(pasted_contact(text)) is None


@pytest.mark.parametrize(
    "text", ["ana @example.com", "ana@ example.com", "ana@example .com", "ana@example. com", "ana @ example . com"]
)
def test_blanks_beside_the_sign_or_a_dot_are_left_out(text: str) -> None:
    assert mend_email(text) == (ANA, BLANKS.format(address=ANA))


@pytest.mark.parametrize(
    "text", ["ana ruiz@example.com", "Ana ana@example.com", "ana@example.com. Gracias", "ana@example.co m"]
)
def test_a_blank_that_may_be_an_end_or_a_slip_leaves_no_address(text: str) -> None:
    assert mend_email(text) == (None, TWO_WAYS)


@pytest.mark.parametrize(
    "text",
    ["n/a", "none", "-", "no tiene", "@", "<>", "ana@@example.com", "ana@example,com", "ana(at)example.com", "ana@",
     "ana@example..com", "a" * 2000 + "@example.com", "ana@example.com; nadie", "34600111222@", "\x00ana@example.com"],
)  # fmt: skip
def test_what_is_no_address_is_set_aside_with_a_note(text: str) -> None:
    assert mend_email(text) == (None, NO_ADDRESS)


def test_an_empty_field_is_worth_no_note() -> None:
    assert [mend_email(text) for text in ("", "  ", "\u200b", "\u00a0")] == [(None, None)] * 4


@pytest.mark.parametrize("text", ["taro..mail@docomo.example.jp", "taro.@docomo.example.jp", ".taro@docomo.example.jp"])
def test_addresses_that_mail_servers_do_not_take_are_no_other_address(text: str) -> None:
    assert mend_email(text) == (None, DOTTED)


def test_a_marketplaces_relay_stays_an_address() -> None:
    relay = "noreply+a1b2@marketplace.amazon.example"
    assert mend_email(relay) == (relay, None)


@pytest.mark.parametrize(
    "typed",
    ["ana@ｅxample.com", "ana@example。com", "ana@exam\u00adple.com", "ana@exam\u200bple.com", "аna@example.com",
     "ana@exаmple.com", "ｍana@example.com", "Ana <ana@ｅxample.com>", "mailto:ana@example。com", "ana@еxample.com"],
)  # fmt: skip
def test_a_look_alike_stays_one_however_it_is_pasted(typed: str) -> None:
    assert email_key(pasted_contact(typed)) != ANA and mend_email(typed)[0] != ANA


@pytest.mark.parametrize(
    "typed", ["Ana <ana@mañana.es>", "mailto:ana@xn--maana-pta.es", "ana@MAÑANA.es.", "ana@man\u0303ana.es"]
)
def test_a_domain_of_ones_own_letters_is_one_in_both_forms(typed: str) -> None:
    assert mend_email(typed)[0] == "ana@mañana.es" == pasted_contact(typed)


@pytest.mark.parametrize("typed", [*AS_WRITTEN, *DRESSED])
def test_all_pasted_forms_of_an_address_count_as_one(typed: str) -> None:
    assert contact_key(typed) == ANA


@given(st.text(max_size=300))
@example("'")
def test_what_is_mended_is_an_address_and_stays_one(text: str) -> None:
    address, note = mend_email(text)
    if address is None:
        # A spreadsheet's apostrophe alone is an empty cell.
        assert note is not None or not seen(text).strip("'")
    else:
        assert mend_email(address) == (address, None)


NUMBERS = [
    "#1001", "Nº1001", "№1001", "№ 1001", "Pedido 1001", "pedido nº: 1001", "Order no.1001", "1001\u200b", "1001,",
    "\u202a1001\u202c", "10\u201101", "10\u201301", "10\u221201", "10\u00a001", "١٠٠١", "１００１", "“1001”", "1001.",
    "Bestellnr. 1001", "Bestellnummer: 1001", "Auftrag 1001", "Auftragsnummer 1001", "commande n° 1001",
    "votre commande n° 1001", "ordine n. 1001", "zamówienie nr 1001", "Ordernummer 1001", "objednávka č. 1001",
    "Ref. 1001", "Referencia: 1001", "Tu pedido #1001", "Your order #1001", "order id 1001",
]  # fmt: skip


@pytest.mark.parametrize("typed", NUMBERS)
def test_a_pasted_number_is_read_in_the_languages_of_the_customers(typed: str) -> None:
    assert "1001" in number_keys(typed)


@pytest.mark.parametrize("number", ["REF-1001", "ID1001", "NR1001"])
def test_a_number_that_begins_like_a_word_is_looked_for_as_it_is_first(number: str) -> None:
    assert number_keys(number) == (number_key(number), "1001") != ("1001", "1001")


@pytest.mark.parametrize(
    "typed",
    ["https://pedidos.almazara.example/o/7K2M9QXA", "https://pedidos.almazara.example/o/7K2M9QXA/returns?x=1",
     "pedidos.almazara.example/o/7k2m-9qxa", " <https://pedidos.almazara.example/o/7K2M9QXA>. ", "7K2M 9QXA",
     "\u202a7K2M-9QXA\u202c", "#7K2M9QXA", "http://localhost/o/7K2M9QXA#top"],
)  # fmt: skip
def test_the_address_of_an_orders_page_names_the_order(typed: str) -> None:
    assert reference(typed) == "7K2M9QXA"


@pytest.mark.parametrize(
    "typed", ["https://pedidos.example/o/7K2M9QXAB", "https://pedidos.example/l/7K2M9QXA", "/o/", "/o/7K2M"]
)
def test_another_address_names_none(typed: str) -> None:
    assert reference(typed) == ""
