"""What we say is easy to read, in words that are one thing's name, and fits its place (docs/writing.md)."""

import pytest

from app.core.i18n.catalogues import translator
from tools.writing import (
    BUTTON,
    EASY,
    FEWEST_WORDS,
    SPARED,
    Line,
    buttons,
    faults,
    is_american,
    lines,
    reading_ease,
    sentence_faults,
    word_faults,
)


def test_all_that_we_say_reads_well() -> None:
    assert faults() == []


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("es", "Enséñalo en el móvil."),
        ("es", "Entrégalo antes del %(day)s."),
        ("es", "Llega como muy tarde el lunes."),
        ("en", "Drop it off by Friday at the latest."),
        ("en", "We do not know yet."),
        ("en", "Hand the parcel over."),
        ("es", "Envío 1 de 2"),
        ("es", "Tu paquete va retrasado."),
        ("es", "El dinero va de camino."),
        ("es", "Alguien de nuestro equipo te responde."),
        ("es", "Te lo devolvemos por el mismo medio."),
        ("es", "Responde STOP."),
        ("es", "Vale 10 minutos."),
        ("es", "Es una venta final."),
        ("en", "One of us looks at it."),
        ("en", "Ready to pick up"),
        ("en", "Answer STOP to end them."),
        ("en", "Your money back."),
        ("en", "We look again at 18:00."),
        ("en", "The shipment is delayed."),
    ],
)
def test_a_word_that_is_not_ours_is_told(language: str, text: str) -> None:
    assert list(word_faults(Line(language, text, customers=True)))


def test_a_console_may_be_drier_than_a_letter() -> None:
    assert not list(word_faults(Line("en", "The address does not exist.", customers=False)))
    assert list(word_faults(Line("en", "Telephone", customers=False)))


def test_the_same_letters_in_another_thing_are_no_fault() -> None:
    lines_of_ours = [
        Line("es", "Gastos de envío", customers=True),
        Line("es", "Faltan piezas", customers=True),
        Line("en", "It's on its way back to us", customers=True),
        Line("en", "Pick-up point", customers=True),
    ]
    assert not [fault for line in lines_of_ours for fault in word_faults(line)]


def test_a_long_or_hard_sentence_is_told_and_a_plain_one_is_not() -> None:
    long = "We look at this and at that " * 4 + "and then we tell you."
    assert any("words" in fault for fault in sentence_faults(Line("en", long, customers=True)))
    hard = (
        "Notwithstanding any prior consideration of applicable regulations, "
        "modification remains administratively impossible."
    )
    assert any("ease" in fault for fault in sentence_faults(Line("en", hard, customers=True)))
    assert not list(sentence_faults(Line("en", "We'll let you know when it leaves our warehouse.", customers=True)))


@pytest.mark.parametrize("language", ["es", "en"])
def test_every_sentence_of_five_words_is_measured_and_few_are_spared(language: str) -> None:
    spoken = {one for line in lines() if line.customers and line.language == language for one in line.sentences}
    hard = {one for one in spoken if len(one.split()) >= FEWEST_WORDS and reading_ease(one, language) < EASY}
    assert hard == SPARED.keys() & spoken and len(hard) <= 4
    assert FEWEST_WORDS == 5 and all(SPARED.values())


def test_every_spared_sentence_is_still_said() -> None:
    assert SPARED.keys() <= {one for line in lines() if line.customers for one in line.sentences}


def test_what_a_code_says_is_read_by_customers() -> None:
    assert any(line.customers for line in lines() if "is your %(shop)s code" in line.text)


def test_reading_ease_is_reckoned_for_each_language_by_its_own_measure() -> None:
    assert reading_ease("El paquete sale hoy de la tienda.", "es") > 80
    assert reading_ease("The parcel leaves the shop today.", "en") > 80


def test_texts_and_buttons_are_seen_at_all() -> None:
    assert sum(line.customers for line in lines()) > 1000
    assert len(buttons()) > 60
    assert BUTTON == 24


def test_americans_read_of_packages_and_colors() -> None:
    assert translator("en_US").gettext("Your parcel") == "Your package"
    assert translator("en_GB").gettext("Your parcel") == "Your parcel"
    assert is_american(["Your package", "%(parcels)s packages"])
    assert not is_american(["Your parcel"])
    assert not is_american([""])
