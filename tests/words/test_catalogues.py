"""Catalogues: what is compiled, which languages there are, and what counts as a fault of a translation."""

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po

from app.core.i18n import catalogues
from app.core.i18n.locale import best_locale, filled
from app.notify.render.words import tongue
from tests.words.tongues import speaking
from tools import words

HEAD = """msgid ""
msgstr ""
"Content-Type: text/plain; charset=utf-8\\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\\n"

"""


def _catalogue(text: str) -> Catalog:
    return read_po(BytesIO((HEAD + text).encode()))


def _only(text: str) -> Message:
    return next(message for message in _catalogue(text) if message.id)


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    """A folder of catalogues that the portal speaks from."""
    with speaking(tmp_path):
        yield tmp_path


def _write(folder: Path, language: str, text: str) -> None:
    path = folder / language / "LC_MESSAGES" / "messages.po"
    path.parent.mkdir(parents=True)
    path.write_text(HEAD + text, encoding="utf-8")


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ('#, fuzzy\nmsgid "Back"\nmsgstr "Volver"\n', "is a guess"),
        ('msgid "%(a)s left"\nmsgstr "quedan %(b)s"\n', "other placeholders"),
        ('msgid "%(a)s left"\nmsgstr "quedan"\n', "other placeholders"),
        ('msgid "left"\nmsgstr "quedan %(a)s"\n', "other placeholders"),
        ('msgid "{a} left"\nmsgstr "quedan {a}"\n', "in braces"),
        (
            'msgid "one %(a)s"\nmsgid_plural "%(num)s %(a)s"\nmsgstr[0] "uno"\nmsgstr[1] "%(num)s %(a)s"\n',
            "placeholders",
        ),
        ('msgid "Half"\nmsgstr "50 % menos"\n', "bare %"),
        ('msgid "Half %"\nmsgstr "Mitad"\n', "bare %"),
    ],
)
def test_a_doubtful_text_is_a_fault(text: str, fault: str) -> None:
    assert [fault in line for line in words.text_faults(_only(text))] == [True]


@pytest.mark.parametrize(
    "text",
    [
        'msgid "%(a)s left"\nmsgstr "quedan %(a)s"\n',
        'msgid "Half"\nmsgstr "50 %% menos"\n',
        'msgid "one piece"\nmsgid_plural "%(num)s pieces"\nmsgstr[0] "una pieza"\nmsgstr[1] "%(num)s piezas"\n',
        'msgid "%(a)s left"\nmsgstr ""\n',
    ],
)
def test_a_good_or_missing_text_is_no_fault(text: str) -> None:
    assert list(words.text_faults(_only(text))) == []


def test_a_text_may_be_missing_where_a_pattern_is_left_to_cldr_alone() -> None:
    assert words.is_missing(_only('msgid "Back"\nmsgstr ""\n'))
    assert words.is_missing(_only('msgid "one"\nmsgid_plural "more"\nmsgstr[0] "uno"\nmsgstr[1] ""\n'))
    assert not words.is_missing(_only('msgctxt "date pattern"\nmsgid "MMMd"\nmsgstr ""\n'))


def test_a_catalogue_behind_the_code_is_told_both_ways() -> None:
    template, catalog = _catalogue('msgid "New"\nmsgstr ""\n'), _catalogue('msgid "Old"\nmsgstr "Viejo"\n')
    faults = list(words.behind(template, catalog))
    assert ["New" in faults[0], "Old" in faults[1], len(faults)] == [True, True, 2]


def test_the_catalogues_are_complete_and_up_to_date_with_the_code() -> None:
    assert list(words.faults()) == []


def test_a_catalogue_is_compiled_only_when_it_changed(folder: Path) -> None:
    _write(folder, "es", 'msgid "Back"\nmsgstr "Volver"\n')
    assert [catalogues.compile_catalogues(), catalogues.compile_catalogues()] == [1, 0]


def test_a_language_is_there_when_its_folder_is(folder: Path) -> None:
    for name in ("fr", "fr_CA", "es"):
        _write(folder, name, 'msgid "Back"\nmsgstr ""\n')
    assert catalogues.languages() == {"fr", "es", "en"}
    assert catalogues.offered(()) == ("es", "en")
    assert catalogues.offered(("fr", "es")) == ("fr", "es")


def test_a_region_inherits_from_its_language_and_both_from_the_code(folder: Path) -> None:
    _write(folder, "fr", 'msgid "Back"\nmsgstr "Retour"\n\nmsgid "Cart"\nmsgstr "Panier"\n\nmsgid "Help"\nmsgstr ""\n')
    _write(folder, "fr_CA", 'msgid "Cart"\nmsgstr "Chariot"\n')
    catalogues.compile_catalogues()
    canada, france = catalogues.translator("fr-CA"), catalogues.translator("fr_FR")
    assert [canada.gettext(text) for text in ("Back", "Cart", "Help")] == ["Retour", "Chariot", "Help"]
    assert [france.gettext(text) for text in ("Back", "Cart", "Help")] == ["Retour", "Panier", "Help"]


def test_who_speaks_outside_a_request_has_all_texts() -> None:
    assert catalogues.translator("es_ES").gettext("Withdraw from contract here") == "Desistir del contrato aquí"
    assert catalogues.translator("en_GB").gettext("Back") == "Back"


def test_a_reader_gets_a_language_that_the_shop_names(folder: Path) -> None:
    _write(folder, "fr", 'msgid "Back"\nmsgstr ""\n')
    _write(folder, "es", 'msgid "Back"\nmsgstr ""\n')
    assert str(best_locale("fr", None, "")) == "en_GB", "who speaks none of them gets English"
    assert str(best_locale("fr", None, "", ("es", "fr"))) == "fr_FR"
    assert str(best_locale(None, "fr-CA", "", ("es", "fr"))) == "fr_CA"
    assert str(best_locale(None, None, "en", ("fr", "es"))) == "fr_FR", "the shop's own one is named first"
    assert str(best_locale("xx", None, "", ("de",))) == "en_GB", "a language without a catalogue is none"


def test_a_message_is_in_the_orders_language_else_in_english_else_in_the_shops(folder: Path) -> None:
    _write(folder, "fr", 'msgid "Back"\nmsgstr ""\n')
    _write(folder, "es", 'msgid "Back"\nmsgstr ""\n')
    named = [
        tongue(locale, "UTC", languages).tag for locale, languages in (("fr", ("es", "en", "fr")), ("fr-CA", ("fr",)))
    ]
    assert named == ["fr_FR", "fr_CA"]
    others = [tongue("fr-FR", "UTC", languages).tag for languages in ((), ("en", "es"), ("es",))]
    assert others == ["en_GB", "en_GB", "es_ES"]


def test_a_percent_sign_is_written_twice_and_said_once() -> None:
    assert filled("50%% off", {}) == "50% off"
    assert filled("%(share)s%% off", {"share": 50}) == "50% off"
    assert filled("%(share)s%% off", {}) % {"share": 50} == "50% off", "a text may wait for its facts"
