"""The words that stop texts are one a language, said alike everywhere, and understood when somebody sends them."""

import re

import pytest

from app.core.i18n.catalogues import translator
from app.notify.inbound.inbound_sms import OptOutReading, read
from tools.words import catalogue_of, forms

PAIRS = {"STOP": "BAJA", "START": "ALTA"}
WORD = re.compile(r"\b(STOP|START|BAJA|ALTA)\b")


def test_wherever_english_names_a_word_spanish_names_its_own() -> None:
    named = [message for message in catalogue_of("es", "messages") if message.id and WORD.search(forms(message.id)[0])]
    assert len(named) >= 4, "the text itself, the preferences, a channel that failed, the help"
    for message in named:
        english, spanish = (WORD.findall(forms(text)[0]) for text in (message.id, message.string))
        assert [PAIRS[word] for word in english] == spanish, message.id


@pytest.mark.parametrize("word", ["STOP", "BAJA", "baja", "Stop."])
def test_the_words_we_name_stop_texts(word: str) -> None:
    assert read(word) is OptOutReading.STOP


@pytest.mark.parametrize("word", ["START", "ALTA", "alta"])
def test_the_words_we_name_bring_them_back(word: str) -> None:
    assert read(word) is OptOutReading.START


@pytest.mark.parametrize(
    ("language", "word"), [("en_GB", "STOP"), ("en_US", "STOP"), ("es", "BAJA"), ("es_MX", "BAJA")]
)
def test_each_text_ends_with_its_languages_word(language: str, word: str) -> None:
    assert WORD.findall(translator(language).gettext("No more texts: reply STOP")) == [word]
