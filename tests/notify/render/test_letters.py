"""Texts in the telephone's own alphabet: other scripts in Latin letters, pictures left out, never a question mark."""

import unicodedata
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.i18n.latin import latin
from app.notify.kinds import Channel
from app.notify.providers.ports import Outgoing
from app.notify.render.gsm7 import foreign, plain, segments, septets, shorten
from app.notify.render.mails.facts import MailShop
from app.notify.render.mails.texts import TEXTS, text
from app.notify.render.words import tongue
from app.notify.send.codes import text_code
from app.returns.labels.latin import printable
from tests.notify.build import a_mail_config, facts

WRITTEN = [
    ("Sklep Łukasz Żółć", "Sklep Lukasz Zolc"),
    ("ul. Łódzka 1, Gdańsk", "ul. Lodzka 1, Gdansk"),
    ("Đorđe Šećerov, Niš", "Dorde Secerov, Nis"),
    ("Kőszegi Tűzép", "Koszegi Tuzép"),
    ("İstanbul Iğdır", "Istanbul Igdir"),
    ("Þórður", "Thordur"),
    ("Москва, Тверская ул. 5", "Moskva, Tverskaya ul. 5"),
    ("Київ", "Kiiv"),
    ("ΣΠΙΤΙ Αθήνα", "SPITI Athina"),
    ("北京 朝阳", "BeiJing ChaoYang"),
    ("شارع الملك", "shr' lmlk"),
    ("ＡＢＣ １２", "ABC 12"),
    ("ﷺ", "salla Allah 'alayhi wa-sallam"),
    ("Nº 4, 1ª planta", "No 4, 1a planta"),
    ("№5 ½ kg", "No5 1/2 kg"),
    ("5 × 3 · fin…", "5 x 3 - fin..."),
]


@pytest.mark.parametrize(("name", "written"), WRITTEN)
def test_other_letters_are_written_in_latin_ones(name: str, written: str) -> None:
    assert plain(name) == written


@pytest.mark.parametrize("name", ["¿Ñandu? ¡Si!", "Müller & Söhne", "Ærø Åse", "à la crème", "10 € [a]", "ΔΦΓΛ ΩΠ"])
def test_what_the_alphabet_has_stays(name: str) -> None:
    assert plain(name) == name


PICTURED = [
    "Tienda 🎁 Ana",
    "🎁 Tienda Ana",
    "Tienda Ana ❤️",
    "Tienda 👩‍👩‍👧 Ana",
    "Tienda 🇪🇸 Ana 👍🏽",
    "Tienda\u200b \u2728 Ana",
]


@pytest.mark.parametrize("name", PICTURED)
def test_a_picture_is_left_out_together_with_its_blank(name: str) -> None:
    assert plain(name) == "Tienda Ana" == printable(name)


def test_a_letter_and_its_accent_apart_are_one() -> None:
    assert plain("n\u0303andu\u0301 x\u030c") == "ñandu x"


@given(st.text(max_size=80))
def test_any_text_can_be_carried_and_no_question_mark_is_made(name: str) -> None:
    written = plain(name)
    assert foreign(written) == ""
    assert written.count("?") <= sum(plain(c).count("?") for c in name)
    assert all(unicodedata.category(c).startswith("P") for c in name if "?" in latin(c))
    assert segments(written) == (1 if septets(written) <= 160 else -(-septets(written) // 153))


@given(st.text(max_size=80), st.integers(1, 40))
def test_what_is_shortened_fits_its_room(name: str, room: int) -> None:
    assert septets(shorten(name, room)) <= room


@given(st.text(max_size=60))
def test_labels_print_any_text_in_letters_they_have(name: str) -> None:
    printed = printable(name)
    printed.encode("cp1252")
    assert printed == " ".join(printed.split())
    assert all(unicodedata.category(c).startswith("P") for c in name if "?" in printable(c))


OTHER = "Łódź Łąka Ćma Żuk 北京 Москва"


@pytest.mark.parametrize("kind", sorted(TEXTS))
def test_every_text_is_one_segment_whatever_letters_the_shop_and_the_point_have(kind: str) -> None:
    shop = MailShop(OTHER, OTHER, "https://pedidos.almazara.example", "ayuda@łódź.example")
    box = replace(facts().box(), point_name=OTHER)
    sms = text(kind, facts(shop=shop, parcel=box), tongue("es", "UTC"))
    assert foreign(sms) == "" and segments(sms) == 1 and sms.startswith("Lodz Laka Cma Zuk:")


def test_a_point_with_a_polish_name_is_named_in_the_text() -> None:
    content = facts(parcel=replace(facts().box(), point_name="Sklep Łukasz Żółć"))
    assert "Sklep Lukasz Zolc" in text("shipment.ready_for_pickup", content, tongue("es", "UTC"))


def test_a_point_or_a_shop_without_letters_leaves_no_gap() -> None:
    t, shop = tongue("en", "UTC"), MailShop("🎁", "🎁🎁", "https://pedidos.almazara.example")
    content = facts(shop=shop, parcel=replace(facts().box(), point_name="📦"))
    assert text("shipment.ready_for_pickup", content, t).startswith("pedidos.almazara.e: order 10482 ready to collect")


def test_the_way_to_a_person_is_never_another_address() -> None:
    t, origin = tongue("en", "UTC"), "https://pedidos.almazara.example"
    shown = {
        "ayuda@łódź.example": "ayuda@xn--d-uga0v4h.example",
        "łucja@example.com": origin,
    }
    for email, contact in shown.items():
        assert contact in text("text.help", facts(shop=MailShop("Ana", "Ana", origin, email)), t)


def test_a_code_names_the_shop_in_latin_letters() -> None:
    config = a_mail_config()
    sent: Outgoing = text_code(
        MailShop(OTHER, "", config.public_url), "+34612345678", "123456", tongue("es", "UTC"), config
    )
    assert sent.channel is Channel.SMS and foreign(sent.text) == "" and segments(sent.text) == 1
    assert "Lodz Laka Cma Zuk" in sent.text
