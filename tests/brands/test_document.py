"""What a brand may say of itself: everything wrong is told at once, in sentences, each at its place."""

from typing import Any

import pytest

from app.brands.document import sentences
from app.brands.document.document import HouseDocument, read_brand
from app.brands.document.rows import document_of, row_of
from app.brands.models import Brand
from app.core.errors import Invalid

WHOLE: dict[str, Any] = {
    "name": "Casa Norte",
    "postal_address": "Calle Mayor 1\n48001 Bilbao",
    "legal": {
        "registered_name": "Casa Norte, S. L.",
        "register_entry": "B00000000",
        "imprint": {"es": "https://norte.example/legal"},
        "terms": {"es": "Vendemos aceite.\n\nY jabón."},
        "privacy": {},
    },
    "help": {
        "email": "ayuda@norte.example",
        "phone": "+34900123456",
        "phone_words": "900 123 456",
        "page": "https://norte.example/ayuda",
        "hours": {"es": "De lunes a viernes, de 9 a 18 h", "en": "Monday to Friday, 9 to 18 h"},
    },
    "time_zone": "Europe/Madrid",
    "languages": ["es-MX", "en"],
    "currencies": ["EUR", "MXN"],
    "senders": {"mail_name": "Casa Norte, pedidos", "reply_to": "hola@norte.example", "sms_name": "CasaNorte"},
    "returns_to": {
        "usual": {
            "name": "", "line1": "Calle Mayor 1", "line2": "", "postcode": "48001", "city": "Bilbao", "region": "",
            "country": "ES",
        },
        "by_country": {
            "MX": {
                "name": "Casa Norte MX", "line1": "Calle Orizaba 101", "line2": "", "postcode": "06700",
                "city": "Ciudad de México", "region": "CDMX", "country": "MX",
            }
        },
    },
    "channels": {
        "usual": {"mails": True, "texts": True, "returns": True},
        "by_channel": {"amazon": {"mails": False, "texts": False, "returns": False}},
    },
    "host": "pedidos.norte.example",
    "links_only": True,
    "look": {
        "accent": "#7a2e8e", "accent_dark": None, "corners": "round", "typeface": "serif", "logo": None,
        "logo_dark": None, "picture": None, "icon": None,
    },
}  # fmt: skip


def faults(**changes: Any) -> dict[str, str]:
    """What is wrong with a document that says these things."""
    with pytest.raises(Invalid) as refused:
        read_brand({"name": "Casa Norte", **changes})
    return {fault.pointer: fault.detail for fault in refused.value.faults}


def test_a_whole_document_comes_back_from_its_row_as_it_was() -> None:
    document = read_brand(WHOLE)
    assert document.model_dump(mode="json") == WHOLE
    assert document_of(Brand(key="norte", **row_of(document))) == WHOLE


def test_a_name_is_enough() -> None:
    assert read_brand({"name": "Casa Norte"}) == HouseDocument(name="Casa Norte")


def test_what_nobody_changed_yet_says_what_its_columns_say() -> None:
    row = Brand(key="demo", name="Almazara", locale="es", time_zone="Europe/Madrid", help_phone="+34 900 000 000")
    row.postal_address, row.sms_name, row.links_only = "", "", False
    document = document_of(row)
    assert document["help"]["phone"] == "+34900000000"
    assert document["help"]["phone_words"] == "+34 900 000 000"
    assert read_brand(document).languages == ("es", "en")


def test_all_that_is_wrong_is_said_at_once() -> None:
    wrong = faults(
        name="",
        help={"email": "nobody", "phone": "900", "page": "http://norte.example"},
        time_zone="Europe/Bilbao",
        currencies=["EURO"],
        host="https://norte.example/",
        legal={"imprint": {"es": "javascript:alert(1)"}, "terms": {"xx": "x y"}},
        returns_to={"by_country": {"Spain": {"line1": "Calle 1", "city": "Jaén", "country": "ES"}}},
        links="yes",
    )
    assert wrong == {
        "/name": sentences.NEEDED,
        "/help/email": sentences.EMAIL,
        "/help/phone": sentences.PHONE,
        "/help/page": sentences.PAGE,
        "/time_zone": sentences.ZONE,
        "/currencies/0": sentences.CURRENCY,
        "/host": sentences.HOST,
        "/legal/imprint/es": sentences.NOTICE,
        "/legal/terms/xx": sentences.LANGUAGE,
        "/returns_to/by_country/Spain": sentences.COUNTRY,
        "/links": sentences.UNKNOWN_FIELD,
    }


@pytest.mark.parametrize("name", ["No", "12345", "Casa Norte de Bilbao", "Ñandú", "-norte"])
def test_a_name_that_no_phone_shows_is_refused(name: str) -> None:
    assert faults(senders={"sms_name": name}) == {"/senders/sms_name": sentences.SMS_NAME}


@pytest.mark.parametrize("name", ["Norte", "Casa Norte", "24-7 shop"])
def test_three_to_eleven_plain_signs_are_a_name(name: str) -> None:
    assert read_brand({"name": "x", "senders": {"sms_name": name}}).senders.sms_name == name


def test_a_language_that_is_not_installed_or_stands_twice_is_refused() -> None:
    assert faults(languages=["es", "fr"]) == {"/languages/1": sentences.LANGUAGE}
    assert faults(languages=["es", "es-MX"]) == {"/languages": sentences.LANGUAGES}
    assert faults(languages=[]) == {"/languages": sentences.NEEDED}


def test_an_address_to_which_no_parcel_comes_is_refused() -> None:
    half = {"line1": "Calle Mayor 1", "country": "ES"}
    assert faults(returns_to={"usual": half}) == {"/returns_to/usual": sentences.ADDRESS}


def test_a_number_typed_with_blanks_is_dialled_without_and_shown_as_typed() -> None:
    reach = read_brand({"name": "x", "help": {"phone": " +34 900 123 456 "}}).help
    assert (reach.phone, reach.phone_words) == ("+34900123456", "+34 900 123 456")


def test_a_colour_that_cannot_be_read_is_refused_with_one_that_can() -> None:
    wrong = faults(look={"accent": "#7fd", "accent_dark": "#123456"})
    assert wrong["/look/accent"].startswith(f"{sentences.TOO_LIGHT} Try #")
    assert wrong["/look/accent_dark"].startswith(f"{sentences.TOO_DARK} Try #")
    nearest = {name.rpartition("/")[2]: sentence.split()[-1].rstrip(".") for name, sentence in wrong.items()}
    assert read_brand({"name": "x", "look": nearest}).look.accent == nearest["accent"]


@pytest.mark.parametrize("host", ["localhost", "norte", "norte.example:8000", "-a.example", "a b.example", "10.0.0.1"])
def test_a_host_is_a_whole_name_alone(host: str) -> None:
    assert faults(host=host) == {"/host": sentences.HOST}


def test_a_host_in_other_letters_is_kept_as_browsers_call_it() -> None:
    assert read_brand({"name": "x", "host": "Pedidos.Ñandú.example"}).host == "pedidos.xn--and-6ma2c.example"
